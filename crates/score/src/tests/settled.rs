//! Settled leads: what each verdict settles, for how long, and what it does to the score.

use model::{Component, Day, EntityKind, Feedback, FeedbackOutcome, Signal, Timestamp};

use super::{TODAY, answer, company, points, product, signal, weights};
use crate::{ComesBack, lead_state, scorecard};

use FeedbackOutcome::{Ignore, Lost, Snooze, Won};

/// Noon of a day, `ago` days before today.
fn noon(ago: i32) -> Timestamp {
    Timestamp(TODAY.plus(-ago).start().0 + 43_200_000_000)
}

fn verdict(id: u8, outcome: FeedbackOutcome, reason: &str, ago: i32) -> Feedback {
    Feedback { reason: reason.to_owned(), ..answer(id, outcome, noon(ago).0) }
}

/// Signal 1 began and was found 20 days ago, signal 2 began 10 days and was found 8 days ago.
fn two() -> [(Signal, Timestamp); 2] {
    [(signal(1, "budget_event", 800, 20), noon(20)), (signal(2, "hiring_spike", 800, 10), noon(8))]
}

#[track_caller]
fn check(feedback: &[Feedback], on: Day, open: &[u8], comes_back: Option<ComesBack>, listed: bool) {
    let two = two();
    let known: Vec<(&Signal, Timestamp)> = two.iter().map(|(one, at)| (one, *at)).collect();
    let state = lead_state(&known, feedback, on);
    let ids: Vec<u8> = state.open.iter().map(|id| id.0[0]).collect();
    assert_eq!(ids, open, "{feedback:?}");
    assert_eq!(state.settled.as_ref().map(|one| one.comes_back), comes_back, "{feedback:?}");
    assert_eq!(state.listed_from.is_some_and(|from| from <= on), listed, "{feedback:?}");
    if let Some(settled) = state.settled {
        assert!(settled.text().contains("back"), "{}", settled.text());
    }
}

#[test]
fn a_verdict_settles_the_lead_or_its_signal() {
    let news = Some(ComesBack::WithNews);
    check(&[], TODAY, &[1, 2], None, true);
    check(&[verdict(1, Won, "", 0)], TODAY, &[], Some(ComesBack::Never), false);
    check(&[verdict(1, Won, "", 9)], TODAY, &[], Some(ComesBack::Never), false);
    check(&[verdict(2, Lost, "too dear", 0)], TODAY, &[], news, false);
    // Signal 2 was found after the verdict.
    check(&[verdict(1, Lost, "", 9)], TODAY, &[2], None, true);
    check(&[verdict(1, Ignore, "Not our market", 9)], TODAY, &[], Some(ComesBack::Never), false);
    // These are about one signal only.
    for reason in ["Wrong company", " too old. ", "page was MISREAD", "a customer already", ""] {
        check(&[verdict(1, Ignore, reason, 2)], TODAY, &[2], None, true);
        let both = [verdict(1, Ignore, reason, 2), verdict(2, Ignore, reason, 1)];
        check(&both, TODAY, &[], news, false);
    }
    // The newest verdict on the lead counts, and the newest on each signal.
    let reopened = [verdict(1, Won, "", 5), verdict(2, Lost, "", 4)];
    check(&reopened, TODAY, &[], news, false);
    let again = [verdict(1, Won, "", 5), verdict(1, Ignore, "too old", 4)];
    check(&again, TODAY, &[2], None, true);
}

#[test]
fn a_snooze_ends_by_itself() {
    for one in [verdict(1, Snooze, "", 0), verdict(2, Ignore, "Already in talks", 0)] {
        let end = TODAY.plus(model::SNOOZE_DAYS);
        let snooze = Some(ComesBack::On(end));
        check(std::slice::from_ref(&one), TODAY, &[1, 2], snooze, false);
        check(std::slice::from_ref(&one), end.plus(-1), &[1, 2], snooze, false);
        check(&[one], end, &[1, 2], None, true);
    }
}

#[test]
fn old_events_and_undated_ones_bring_nothing_back() {
    let lost = [verdict(1, Lost, "", 9)];
    let back = |later: Signal| {
        let first = signal(1, "budget_event", 800, 20);
        lead_state(&[(&first, noon(20)), (&later, noon(1))], &lost, TODAY).settled.is_none()
    };
    assert!(back(signal(2, "budget_event", 800, 1)));
    assert!(back(signal(2, "budget_event", 800, 30)), "told late");
    assert!(!back(signal(2, "budget_event", 800, 60)), "an event of long before the verdict");
    assert!(!back(Signal { undated: true, ..signal(2, "budget_event", 800, 1) }));
}

#[test]
fn each_reason_has_its_own_effect_on_the_score() {
    let view = company(EntityKind::Domain, &[]);
    let one = signal(1, "budget_event", 800, 0);
    let parts = |outcome, reason: &str| {
        let feedback = [verdict(1, outcome, reason, 0)];
        let card = scorecard(&view, std::slice::from_ref(&one), &product(), &weights(), &feedback);
        [Component::Fit, Component::Intent, Component::Timing].map(|part| points(&card, part))
    };
    let [fit, intent, timing] = parts(Won, "");
    assert!(fit > 0 && intent > 0 && timing > 0);
    for (outcome, reason, expected) in [
        (Ignore, "Wrong company", [fit, 0, 0]),
        (Ignore, "Page was misread", [fit, 0, 0]),
        (Ignore, "they use spreadsheets", [fit, 0, 0]),
        (Ignore, "Too old", [fit, intent, 0]),
        (Ignore, "Not our market", [0, intent, timing]),
        (Ignore, "Already in talks", [fit, intent, timing]),
        (Snooze, "", [fit, intent, timing]),
        // Words that only begin like a reason, and a reason of another outcome.
        (Ignore, "too old a machine to replace", [fit, 0, 0]),
        (Won, "not our market", [fit, intent, timing]),
    ] {
        assert_eq!(parts(outcome, reason), expected, "{reason}");
    }
}
