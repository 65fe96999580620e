//! Feedback: the outcome of a lead as the team reports it.

use serde::{Deserialize, Serialize};

use crate::id::SignalId;
use crate::time::Timestamp;

/// The outcome of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackOutcome {
    /// A deal was won.
    Won,
    /// A deal was lost.
    Lost,
    /// Not worth a call.
    Ignore,
}

impl FeedbackOutcome {
    /// Returns the name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Ignore => "ignore",
        }
    }

    /// Parses the name of an outcome; `None` if it is unknown.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Won, Self::Lost, Self::Ignore].into_iter().find(|outcome| outcome.as_str() == name)
    }
}

/// One report about one signal. The newest counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// The signal.
    pub signal_id: SignalId,
    /// The outcome.
    pub outcome: FeedbackOutcome,
    /// The reason, in the team's words.
    pub reason: String,
    /// The value of the deal, in the team's currency.
    pub value: Option<f64>,
    /// When it was reported.
    pub ts: Timestamp,
}
