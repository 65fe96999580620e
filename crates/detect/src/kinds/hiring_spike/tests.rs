//! Histories of openings with the expected signals.

use model::ObservationOutcome;

use super::OPENING;
use crate::signals::tests::story::*;

fn job(number: i32, id: &str, title: &str) -> Said {
    let slots = [("title", title), ("city", "Leeds"), ("country", "gb")];
    said(OPENING.kind, number, &format!("{BOARD}/{id}"), &slots).dated(number).subject(id)
}

/// Creates one opening a fortnight from day 0, then `count` from day 100 on, one a day.
fn burst(count: i32, title: &str) -> Vec<Said> {
    let usual = (0..7).map(|n| job(n * 14, &format!("usual-{n}"), &format!("{title} {n}")));
    let more = (0..count).map(|n| job(100 + n, &format!("more-{n}"), &format!("{title} b{n}")));
    usual.chain(more).collect()
}

#[test]
fn a_spike_shows_both_figures_and_its_openings() {
    let read = check(
        &story(burst(9, "Data Engineer")),
        &["hiring_spike 2026-04 any any from 2026-04-11 by 1"],
    );
    let slots = &read[0].slots;
    assert_eq!((&*slots["openings"], &*slots["baseline_14d"]), ("9", "0.93"));
    assert!(read[0].explanation.starts_with("9 new openings in the 14 days to 2026-04-19"));
    assert_eq!(read[0].evidence.len(), 9);
    check(&story(burst(3, "Data Engineer")), &[]);
    // Whole words of the title and the country must match; a product for others gets no signal.
    let sell = |roles: &[&str], region: &[&str]| {
        story(burst(9, "Senior Data Engineer (m/f/d)")).selling(roles, region, 0)
    };
    let spike = "hiring_spike 2026-04 GB data engineer from 2026-04-11 by 1";
    check(&sell(&["Data Engineer"], &["gb"]), &[spike]);
    check(&sell(&["Data Engineer"], &["DE"]), &[]);
    check(&sell(&["Sales", "gine"], &[]), &[]);
    check(&sell(&["engineering"], &[]), &[]);
}

#[test]
fn counts_an_opening_once_across_boards() {
    let copies = |change: fn(Said, i32) -> Said| {
        let more =
            (0..3).map(|n| change(job(100 + n, &format!("more-{n}"), &format!("Fitter b{n}")), n));
        story(burst(3, "Fitter").into_iter().chain(more))
    };
    // The same id on another member's board; the same text under another id.
    check(&copies(|claim, _| claim.about("registry:gb/7")), &[]);
    check(&copies(|claim, n| claim.subject(&format!("other-{n}"))), &[]);
    let others = copies(|claim, n| {
        claim.subject(&format!("other-{n}")).on_text(&format!("{n}")).simhash(1 << n)
    });
    check(&others, &["hiring_spike 2026-04 any any from 2026-04-11 by 1"]);
    // A list links to the page about the opening: one, not two.
    let listed = (0..3).map(|n| {
        let (title, apply) = (format!("Fitter b{n}"), format!("{BOARD}/more-{n}"));
        said(OPENING.kind, 100 + n, HOME, &[("title", &title), ("apply_url", &apply)])
            .dated(100 + n)
    });
    check(&story(burst(3, "Fitter").into_iter().chain(listed)), &[]);
    // One position in nine towns, under the employer's one number.
    let towns = |number: fn(i32) -> i32| {
        (0..9).map(move |n| {
            let (city, apply) =
                (format!("Town {n}"), format!("https://acme.example/{}-fitter-{n}", number(n)));
            let slots = [("title", "Fitter"), ("city", &*city), ("apply_url", &*apply)];
            let url = format!("{BOARD}/town-{n}");
            said(OPENING.kind, 100, &url, &slots).dated(100).on_text(&url).subject(&url)
        })
    };
    check(&story(burst(0, "Clerk").into_iter().chain(towns(|_| 479_398))), &[]);
    let nine = story(burst(0, "Clerk").into_iter().chain(towns(|n| 479_398 + n)));
    check(&nine, &["hiring_spike 2026-04 any any from 2026-04-11 by 1"]);
}

#[test]
fn relisted_openings_are_not_new() {
    let again = |observed: i32, place: &str, n: i32| {
        let (title, id) = (format!("Fitter {n}"), format!("{place}-{n}"));
        let slots = [("title", &*title), ("city", "Leeds")];
        let claim = said(OPENING.kind, observed, &format!("{BOARD}/{id}"), &slots);
        claim.subject(&id).on_text(&id)
    };
    // Six old openings, last observed on day `last`; on day 100 they are posted elsewhere with a
    // new date, with three more.
    let case = |last: i32| {
        let old = (0..6).flat_map(move |n| [30, last].map(|day| again(day, "old", n).dated(5 * n)));
        let new = (0..9).map(|n| again(100, "new", n).dated(100));
        story(old.chain(new))
    };
    let spike = ["hiring_spike 2026-04 any any from 2026-04-11 by 1"];
    check(&case(96), &[]);
    check(&case(102), &[]);
    // Openings that are still posted beside the new ones are not the same, nor are those long gone.
    check(&case(106), &spike);
    check(&case(40), &spike);
}

#[test]
fn first_contact_and_gaps_are_not_spikes() {
    let undated = |number, id: &str| {
        let slots = [("title", id)];
        said(OPENING.kind, number, BOARD, &slots).subject(id)
    };
    let board = |number| (0..8).map(move |n| undated(number, &format!("Fitter {n}")));
    check(&story(board(60)), &[]);
    assert_eq!(story(board(60)).notes(), ["openings_at_first_contact"]);
    // Observed for two months without them: they are new. After a long gap this is unknown.
    let watched = (0..10).fold(story(board(60)), |story, n| story.seen(n * 6, BOARD));
    check(&watched, &["hiring_spike 2026-03 any any from 2026-03-02 by 1"]);
    check(&story(board(60)).seen(0, BOARD), &[]);
    // Dated, all on one day, but the time before is unknown.
    let dated = story((0..8).map(|n| job(60, &format!("{n}"), &format!("Fitter {n}"))));
    check(&dated, &[]);
    assert_eq!(dated.notes(), ["hiring_cold_start"]);
    // Posted before the first observation: openings that closed by then were never observed.
    let slots = |n: i32| [("title", format!("Fitter {n}")), ("city", "Leeds".to_owned())];
    let before = (0..9).map(|n| {
        let slots = slots(n);
        let slots = slots.each_ref().map(|(name, value)| (*name, value.as_str()));
        let day = if n == 0 { 5 } else { 50 };
        said(OPENING.kind, 60, &format!("{BOARD}/{n}"), &slots).dated(day)
    });
    check(&story(before), &[]);
}

#[test]
fn a_spike_ends_when_its_openings_close() {
    let case = || story(burst(6, "Fitter"));
    let after = |outcome: ObservationOutcome, days: &[i32]| {
        let observations = (0..3).flat_map(|n| days.iter().map(move |day| (n, *day)));
        observations.fold(case(), |case, (n, day)| {
            case.looked(day, &format!("{BOARD}/more-{n}"), outcome, None)
        })
    };
    let open = ["hiring_spike 2026-04 any any from 2026-04-11 by 1"];
    let ended = ["hiring_spike 2026-04 any any from 2026-04-11 to 2026-04-20 by 1"];
    check(&case(), &open);
    check(&after(ObservationOutcome::Gone, &[109]), &ended);
    // One miss may be an accident; two on different days are not.
    check(&after(ObservationOutcome::Changed, &[109]), &open);
    check(&after(ObservationOutcome::Changed, &[109, 112]), &ended);
    check(&after(ObservationOutcome::CouldNotLook, &[109, 112]), &open);
    let planned = story(burst(6, "Data Engineer")).on(98);
    assert_eq!(planned.signals(), []);
}
