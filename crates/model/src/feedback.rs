//! Feedback: the outcome of a lead as the team reports it.

use serde::{Deserialize, Serialize};

use crate::id::SignalId;
use crate::time::{Day, Timestamp};

/// The number of days for which a lead is snoozed, also by talks that are under way.
pub const SNOOZE_DAYS: i32 = 30;

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
    /// Not now: the lead comes back after [`SNOOZE_DAYS`].
    Snooze,
}

impl FeedbackOutcome {
    /// Returns the name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Ignore => "ignore",
            Self::Snooze => "snooze",
        }
    }

    /// Parses the name of an outcome; `None` if it is unknown.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Won, Self::Lost, Self::Ignore, Self::Snooze];
        all.into_iter().find(|outcome| outcome.as_str() == name)
    }
}

/// The reason why a lead is ignored, as far as it has an effect of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IgnoreReason {
    /// The signal is about another company.
    WrongCompany,
    /// The company is none that the team sells to.
    NotOurMarket,
    /// The team is in talks with the company.
    InTalks,
    /// The event is no news any more.
    TooOld,
    /// The page says something else.
    Misread,
    /// Any other reason, in the team's words.
    Other,
}

impl IgnoreReason {
    /// The reasons with an effect of their own, as the screens and the command line offer them.
    pub const OFFERED: [(&'static str, Self); 5] = [
        ("wrong company", Self::WrongCompany),
        ("not our market", Self::NotOurMarket),
        ("already in talks", Self::InTalks),
        ("too old", Self::TooOld),
        ("page was misread", Self::Misread),
    ];

    /// Reads a reason. Capitals, spaces around it and a full stop make no difference.
    pub fn of(text: &str) -> Self {
        let text = text.trim().trim_end_matches('.');
        let offered = Self::OFFERED.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        offered.map_or(Self::Other, |(_, reason)| reason)
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

impl Feedback {
    /// Returns the reason for which the lead is ignored; `None` for another outcome.
    pub fn ignored_as(&self) -> Option<IgnoreReason> {
        (self.outcome == FeedbackOutcome::Ignore).then(|| IgnoreReason::of(&self.reason))
    }

    /// Returns the day on which the lead comes back, if a day decides that.
    pub fn snoozed_until(&self) -> Option<Day> {
        let is_snoozed = self.outcome == FeedbackOutcome::Snooze
            || self.ignored_as() == Some(IgnoreReason::InTalks);
        is_snoozed.then(|| self.ts.day().plus(SNOOZE_DAYS))
    }

    /// Checks whether this says the same as another report about the same signal. A snooze of
    /// another day ends on another day.
    pub fn repeats(&self, other: &Self) -> bool {
        self.signal_id == other.signal_id
            && self.outcome == other.outcome
            && self.reason == other.reason
            && self.value == other.value
            && self.snoozed_until() == other.snoozed_until()
    }
}
