//! Settled leads: those that the team has closed, snoozed or ignored. They are in no list of calls,
//! and each says when it comes back, or that it does not.
//!
//! A verdict on one signal settles the whole lead, but an ignored signal is only set aside, unless
//! the reason is about the company. The newest verdict on the lead counts. A lead all of whose
//! signals are set aside is settled too.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Day, Feedback, FeedbackOutcome, IgnoreReason, Signal, SignalId, Timestamp};

/// The age, in days, up to which an event that is found after a verdict is news.
const NEWS_DAYS: i32 = 30;
/// The maximum length of a reason in a sentence.
const REASON_CHARS: usize = 120;

/// The event that ends a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComesBack {
    /// This day.
    On(Day),
    /// The next signal that is found.
    WithNews,
    /// Only the withdrawal of the feedback.
    Never,
}

/// The reason why a lead is in no list.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The feedback that settled it.
    pub feedback: Feedback,
    /// When it comes back.
    pub comes_back: ComesBack,
}

/// The state of a lead: what there is to call about, and since when.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeadState {
    /// The reason why it is in no list, if it is in none.
    pub settled: Option<Settlement>,
    /// The signals that are reasons to call.
    pub open: BTreeSet<SignalId>,
    /// The first day on which the lead is in the lists; `None` if no known day brings it back.
    pub listed_from: Option<Day>,
}

impl Settlement {
    /// Describes the verdict and the return, in one sentence.
    pub fn text(&self) -> String {
        let Feedback { outcome, reason, ts, .. } = &self.feedback;
        let verdict = match outcome {
            FeedbackOutcome::Won => "Won",
            FeedbackOutcome::Lost => "Lost",
            FeedbackOutcome::Ignore => "Ignored",
            FeedbackOutcome::Snooze => "Snoozed",
        };
        let reason: String = reason.trim().chars().take(REASON_CHARS).collect();
        let reason = if reason.is_empty() { reason } else { format!(" ({reason})") };
        let comes_back = match self.comes_back {
            ComesBack::On(day) => format!("comes back on {}", day.in_words()),
            ComesBack::WithNews => "comes back with the next signal".to_owned(),
            ComesBack::Never => "does not come back unless the feedback is taken back".to_owned(),
        };
        format!("{verdict} on {}{reason}: the lead {comes_back}.", ts.day().in_words())
    }
}

/// Computes the state of a lead on a day, from its signals as shown, each with the time at which it
/// was first known, and the feedback that was given by then. Only the newest on each signal counts.
pub fn lead_state(
    signals: &[(&Signal, Timestamp)],
    feedback: &[Feedback],
    today: Day,
) -> LeadState {
    let newest = newest(feedback);
    let aside = |signal: &Signal| newest.get(&signal.id).is_some_and(|one| is_about_signal(one));
    // Nobody calls about an event that may be years old.
    let mut open: Vec<&(&Signal, Timestamp)> =
        signals.iter().filter(|(signal, _)| !signal.undated && !aside(signal)).collect();
    let verdict = verdict(&newest).map(|one| (one, comes_back(one)));
    let mut from = None;
    match verdict {
        Some((_, ComesBack::Never)) => open.clear(),
        Some((one, ComesBack::WithNews)) => open.retain(|(signal, first_known)| {
            let is_recent = signal.start.plus(NEWS_DAYS) >= one.ts.day();
            *first_known > one.ts && is_recent && !newest.contains_key(&signal.id)
        }),
        Some((_, ComesBack::On(day))) => from = Some(day),
        None => {}
    }
    let start = open.iter().map(|(signal, _)| signal.start).min();
    let in_force = verdict.filter(|(_, comes_back)| match comes_back {
        ComesBack::On(day) => today < *day,
        ComesBack::WithNews => open.is_empty(),
        ComesBack::Never => true,
    });
    let ignored = || {
        let about = newest.values().filter(|one| open.is_empty() && is_about_signal(one));
        let last = about.max_by_key(|one| (one.ts, one.signal_id));
        last.map(|one| (*one, ComesBack::WithNews))
    };
    let settled = in_force.or_else(ignored);
    LeadState {
        settled: settled.map(|(one, comes_back)| Settlement { feedback: one.clone(), comes_back }),
        open: open.iter().map(|(signal, _)| signal.id).collect(),
        listed_from: start.map(|start| from.map_or(start, |from| from.max(start))),
    }
}

/// Checks whether the team says that the company is none that it sells to.
pub(crate) fn is_other_market(feedback: &[Feedback]) -> bool {
    let newest = newest(feedback);
    verdict(&newest).is_some_and(|one| one.ignored_as() == Some(IgnoreReason::NotOurMarket))
}

/// Returns the newest feedback on each signal.
pub(crate) fn newest(feedback: &[Feedback]) -> BTreeMap<SignalId, &Feedback> {
    let mut sorted: Vec<&Feedback> = feedback.iter().collect();
    sorted.sort_by_key(|one| (one.ts, one.outcome.as_str()));
    sorted.into_iter().map(|one| (one.signal_id, one)).collect()
}

/// Finds the newest feedback that is about the whole lead.
fn verdict<'f>(newest: &BTreeMap<SignalId, &'f Feedback>) -> Option<&'f Feedback> {
    let about = newest.values().copied().filter(|one| !is_about_signal(one));
    about.max_by_key(|one| (one.ts, Reverse(one.signal_id)))
}

/// Checks whether feedback is about its signal only, which is no reason to call then.
fn is_about_signal(feedback: &Feedback) -> bool {
    use IgnoreReason::{InTalks, NotOurMarket};
    feedback.ignored_as().is_some_and(|reason| !matches!(reason, InTalks | NotOurMarket))
}

fn comes_back(feedback: &Feedback) -> ComesBack {
    if let Some(day) = feedback.snoozed_until() {
        return ComesBack::On(day);
    }
    let is_other_market = feedback.ignored_as() == Some(IgnoreReason::NotOurMarket);
    if feedback.outcome == FeedbackOutcome::Won || is_other_market {
        return ComesBack::Never;
    }
    ComesBack::WithNews
}
