//! Properties of signals of every kind.

mod properties;
pub(crate) mod story;

use model::{Evidence, ObservationOutcome, Signal, SignalId};
use story::*;

use crate::signals::{review_on, successors};

#[test]
fn withdraws_retracted_claims() {
    let one = ["budget_event 2026-03 series_b funding from 2026-03-02 by 1"];
    let case = || story([round(60, PRESS, &B42).published(60)]);
    check(&case().looked(65, PRESS, ObservationOutcome::Changed, Some(60)), &[]);
    // Another edition, a page that is gone, a page not observed: the claim is not withdrawn.
    check(&case().looked(65, PRESS, ObservationOutcome::Changed, Some(64)), &one);
    check(&case().looked(65, PRESS, ObservationOutcome::Changed, None), &one);
    check(&case().looked(65, PRESS, ObservationOutcome::Gone, Some(60)), &one);
    check(&case().looked(65, PRESS, ObservationOutcome::CouldNotLook, Some(60)), &one);
    check(&case().looked(65, PRESS, ObservationOutcome::NotAllowed, Some(60)), &one);
    // Withdrawn and stated again; corrected to another round; still stated elsewhere.
    let again = [round(60, PRESS, &B42).published(60), round(70, PRESS, &B42).published(60)];
    check(&story(again).looked(65, PRESS, ObservationOutcome::Changed, Some(60)), &one);
    let c = [("round", "series_c"), ("amount", "42000000"), ("currency", "USD")];
    let corrected = [round(60, PRESS, &B42).published(60), round(65, PRESS, &c).published(60)];
    check(&story(corrected), &["budget_event 2026-03 series_c funding from 2026-03-02 by 1"]);
    let elsewhere = [round(60, PRESS, &B42).published(60), round(60, WIRE, &B42).published(60)];
    check(&story(elsewhere).looked(65, PRESS, ObservationOutcome::Changed, Some(60)), &one);
}

#[test]
fn a_signal_follows_the_one_whose_page_it_has() {
    let signal = |id: u8, kind: &str, urls: &[&str]| {
        let mut signal = story([round(60, PRESS, &B42)]).signals().remove(0);
        let piece = signal.evidence.remove(0);
        signal.evidence =
            urls.iter().map(|url| Evidence { url: (*url).to_owned(), ..piece.clone() }).collect();
        Signal { id: SignalId([id; 16]), kind: kind.to_owned(), ..signal }
    };
    let many: Vec<String> = (0..10).map(|number| format!("{BLOG}/{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (before, after, expected) in [
        // One id has become another, or two; two have become one.
        (vec![(1, "a", vec![PRESS])], vec![(2, "a", vec![PRESS])], vec![(2, 1)]),
        (
            vec![(1, "a", vec![PRESS, WIRE])],
            vec![(2, "a", vec![PRESS]), (3, "a", vec![WIRE])],
            vec![(2, 1), (3, 1)],
        ),
        (
            vec![(1, "a", vec![PRESS]), (2, "a", vec![WIRE])],
            vec![(3, "a", vec![PRESS, WIRE])],
            vec![(3, 1), (3, 2)],
        ),
        // It has lost one of its pages, and another one has it.
        (
            vec![(1, "a", vec![PRESS, WIRE])],
            vec![(1, "a", vec![WIRE]), (2, "a", vec![PRESS])],
            vec![(2, 1)],
        ),
        // Another kind, another page, a page that both have, both known before.
        (vec![(1, "a", vec![PRESS])], vec![(2, "b", vec![PRESS])], vec![]),
        (vec![(1, "a", vec![PRESS])], vec![(2, "a", vec![WIRE])], vec![]),
        (vec![(1, "a", vec![PRESS])], vec![(1, "a", vec![PRESS]), (2, "a", vec![PRESS])], vec![]),
        (
            vec![(1, "a", vec![PRESS]), (2, "a", vec![WIRE])],
            vec![(2, "a", vec![PRESS, WIRE])],
            vec![],
        ),
        // Newer pages have taken the place of one.
        (
            vec![(1, "a", many.clone())],
            vec![(1, "a", many[1..].to_vec()), (2, "a", vec![many[0]])],
            vec![],
        ),
    ] {
        let build = |signals: &[(u8, &str, Vec<&str>)]| -> Vec<Signal> {
            signals.iter().map(|(id, kind, urls)| signal(*id, kind, urls)).collect()
        };
        let earlier = build(&before);
        let earlier: Vec<&Signal> = earlier.iter().collect();
        let found = successors(&earlier, &build(&after));
        let found: Vec<(u8, u8)> = found.iter().map(|(new, old)| (new.0[0], old.0[0])).collect();
        assert_eq!(found, expected, "{before:?} {after:?}");
    }
}

#[test]
fn time_alone_is_waited_for() {
    let seen_early = |mut claim: Said| {
        claim = claim.published(60);
        claim
    };
    let mut case = story([seen_early(round(60, PRESS, &B42))]);
    case.history.claims[0].evidence.observed = noon(nth(50));
    case = case.on(55);
    check(&case, &[]);
    assert_eq!(review_on(&case.history, &case.signals(), case.today), Some(nth(60)));
    check(&case.on(60), &["budget_event 2026-03 series_b funding from 2026-03-02 by 1"]);
}
