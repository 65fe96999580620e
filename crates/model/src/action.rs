//! Actions that signals trigger. They are held for review until a channel delivers them.

use serde::{Deserialize, Serialize};

use crate::id::{ActionId, IdHasher, SignalId};
use crate::time::Timestamp;

/// The channel of actions that wait for a person.
pub const CHANNEL_REVIEW: &str = "review";

/// The state of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionStatus {
    /// Waiting for a person.
    Held,
    /// Withdrawn with its signal before a person acted.
    Withdrawn,
}

impl ActionStatus {
    /// Returns the name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// An action. It is unique per signal and channel, across all versions of the signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Hash of signal and channel.
    pub id: ActionId,
    /// The signal that triggered it.
    pub signal: SignalId,
    /// The product it is for.
    pub product_id: String,
    /// The channel that delivers it.
    pub channel: String,
    /// Its state.
    pub status: ActionStatus,
    /// When it was created.
    pub created: Timestamp,
}

impl Action {
    /// Computes the id of the action for a signal on a channel.
    pub fn id_of(signal: SignalId, channel: &str) -> ActionId {
        ActionId(IdHasher::new("action").part(signal.0).part(channel).finish())
    }
}
