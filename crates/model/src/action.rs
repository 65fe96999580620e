//! Actions: what should be done about a signal. Held for review until a channel delivers them.

use serde::{Deserialize, Serialize};

use crate::id::{ActionId, IdHasher, SignalId};
use crate::time::Timestamp;

/// The channel of actions that wait for a person.
pub const CHANNEL_REVIEW: &str = "review";

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionStatus {
    /// Waits for a person.
    Held,
    /// The signal was withdrawn before anyone acted.
    Withdrawn,
}

impl ActionStatus {
    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// An action claims (signal, channel) uniquely, whatever versions follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Hash of signal and channel.
    pub id: ActionId,
    /// The signal it answers.
    pub signal: SignalId,
    /// For which product.
    pub product_id: String,
    /// Where it goes.
    pub channel: String,
    /// Where it stands.
    pub status: ActionStatus,
    /// When it was claimed.
    pub created: Timestamp,
}

impl Action {
    /// The id of the action for a signal on a channel.
    pub fn id_of(signal: SignalId, channel: &str) -> ActionId {
        ActionId(IdHasher::new("action").part(signal.0).part(channel).finish())
    }
}
