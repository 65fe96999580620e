//! Settled leads as they are shown: the verdict, and when the lead comes back.

use model::{Day, FeedbackOutcome, SignalId};
use score::{ComesBack, Settlement};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a lead is in no list of calls, and when it comes back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SettlementShown {
    /// The signal that the feedback is on, by which it can be taken back.
    #[schema(value_type = String)]
    pub signal_id: SignalId,
    /// The outcome that settled it: won, lost, ignore or snooze.
    #[schema(value_type = String)]
    pub outcome: FeedbackOutcome,
    /// The reason, in the team's words.
    pub reason: String,
    /// The day of the feedback.
    #[schema(value_type = String, format = Date)]
    pub since: Day,
    /// What brings it back: `day`, `news` (the next signal), or `nothing` but taking the feedback
    /// back.
    #[schema(example = "day", pattern = "^(day|news|nothing)$")]
    pub comes_back_with: &'static str,
    /// The day on which it comes back; null unless a day brings it back.
    #[schema(value_type = Option<String>, format = Date)]
    pub comes_back_on: Option<Day>,
    /// All of this in a sentence.
    pub text: String,
}

impl From<&Settlement> for SettlementShown {
    fn from(settled: &Settlement) -> Self {
        let (comes_back_with, comes_back_on) = match settled.comes_back {
            ComesBack::On(day) => ("day", Some(day)),
            ComesBack::WithNews => ("news", None),
            ComesBack::Never => ("nothing", None),
        };
        Self {
            signal_id: settled.feedback.signal_id,
            outcome: settled.feedback.outcome,
            reason: settled.feedback.reason.clone(),
            since: settled.feedback.ts.day(),
            comes_back_with,
            comes_back_on,
            text: settled.text(),
        }
    }
}
