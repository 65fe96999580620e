//! Properties of signals of every kind.

mod properties;
pub(crate) mod story;

use model::ObservationOutcome;
use story::*;

use crate::signals::review_on;

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
