//! Feedback: what became of a lead, in the team's words.

use serde::{Deserialize, Serialize};

use crate::id::SignalId;
use crate::time::Timestamp;

/// What became of it.
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
    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Ignore => "ignore",
        }
    }

    /// The outcome of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Won, Self::Lost, Self::Ignore].into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// One answer about one signal. The newest counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// Which signal.
    pub signal_id: SignalId,
    /// What became of it.
    pub outcome: FeedbackOutcome,
    /// Why, in the team's words.
    pub reason: String,
    /// What the deal was worth, in the team's currency.
    pub value: Option<f64>,
    /// When it was said.
    pub ts: Timestamp,
}
