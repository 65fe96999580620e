//! Properties of the signals of any history, in any order.

use model::{ClaimKind, History, ObservationOutcome};
use proptest::prelude::*;

use super::story::*;
use crate::kinds::budget_event::{FUNDING_ROUND, TENDER};
use crate::kinds::compliance_win::CERTIFICATION;
use crate::kinds::hiring_spike::OPENING;
use crate::kinds::tech_adoption::{STATEMENT, TRACE};
use crate::signals::{as_read, is_one_matter, signals};

const KINDS: [ClaimKind; 6] =
    [OPENING.kind, TRACE.kind, STATEMENT.kind, FUNDING_ROUND.kind, CERTIFICATION.kind, TENDER.kind];
const URLS: [&str; 5] = [HOME, BLOG, BOARD, PRESS, WIRE];
const ENTITIES: [&str; 3] = ["domain:acme.example", "registry:gb/7", "board:lever/acme"];

fn slots_for(kind: ClaimKind, pick: u8) -> Vec<(&'static str, &'static str)> {
    let of = |values: &[&'static str]| values[usize::from(pick) % values.len()];
    match kind {
        _ if kind == OPENING.kind => vec![
            ("title", of(&["Fitter", "Data Engineer (m/f/d)", "Ölmeister", "Welder", "Nurse"])),
            ("country", of(&["GB", "de"])),
            ("apply_url", of(&["https://acme.example/jobs", "https://apply.example/1", ""])),
            ("valid_through", of(&["2026-05-01", "soon", "2027-01-01T00:00:00Z"])),
        ],
        _ if kind == TRACE.kind => {
            vec![("tool", of(&["Alpha", "Beta"])), ("channel", of(&["script", "dns", "smoke"]))]
        }
        _ if kind == STATEMENT.kind => vec![("tool", of(&["alpha", "Beta", ""]))],
        _ if kind == CERTIFICATION.kind => vec![
            ("standard", of(&["iso_27001", "soc_2", "soc_2_type_2"])),
            ("certificate_url", of(&["", "https://acme.example/c.pdf"])),
        ],
        _ => vec![
            ("round", of(&["series_a", "growth", "unknown", "series_"])),
            ("amount", of(&["9000000", "-1", "a lot", "9223372036854775807"])),
            ("currency", of(&["EUR", "usd", "??"])),
            ("role", of(&["buyer", "supplier"])),
            ("notice", of(&["", "n 1"])),
            ("deadline", of(&["2026-06-01", "later"])),
        ],
    }
}

prop_compose! {
    fn a_claim()(
        kind in 0..KINDS.len(),
        (url, entity) in (0..URLS.len(), 0..ENTITIES.len()),
        number in 0..260_i32,
        pick in any::<u8>(),
        published in prop::option::of(0..260_i32),
        text in 0..6_u8,
        planned in prop::bool::weighted(0.1),
    ) -> Said {
        let kind = KINDS[kind];
        let mut claim = said(kind, number, URLS[url], &slots_for(kind, pick)).about(ENTITIES[entity]);
        claim = claim.on_text(&format!("{text}")).subject(&format!("{}", pick / 3));
        if let Some(published) = published {
            claim = claim.published(published);
        }
        if planned { claim.planned() } else { claim }
    }
}

prop_compose! {
    fn a_story()(
        claims in prop::collection::vec(a_claim(), 0..60),
        observations in prop::collection::vec((0..260_i32, 0..URLS.len(), 0..4_u8, prop::option::of(0..260_i32)), 0..20),
        crowd in prop::option::of((60..200_i32, 1..12_i32)),
    ) -> Story {
        let mut claims = claims;
        if let Some((from, count)) = crowd {
            claims.extend((0..count).map(|n| {
                let title = format!("Fitter {n}");
                said(OPENING.kind, from + n, BOARD, &[("title", &title)])
                    .subject(&title)
                    .on_text(&title)
                    .dated(from + n)
            }));
        }
        let outcomes = [
            ObservationOutcome::Changed, ObservationOutcome::Gone, ObservationOutcome::CouldNotLook, ObservationOutcome::NotAllowed,
        ];
        observations.into_iter().fold(story(claims), |story, (number, url, outcome, published)| {
            story.looked(number, URLS[url], outcomes[usize::from(outcome)], published)
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// The order of the observations and duplicates do not change the signals and notes.
    #[test]
    fn order_and_repeats_do_not_matter(
        case in a_story().prop_flat_map(|case| {
            let claims = Just(case.history.claims.clone()).prop_shuffle();
            let pages = Just(case.history.pages.clone()).prop_shuffle();
            (Just(case), claims, pages)
        }),
        again in 0..40_usize,
    ) {
        let (case, mut claims, mut pages) = case;
        claims.extend_from_within(..again.min(claims.len()));
        pages.extend_from_within(..again.min(pages.len()));
        let other = History { company: case.history.company.clone(), claims, pages };
        let first = signals(&case.history, packs(), &case.products, case.today);
        let second = signals(&other, packs(), &case.products, case.today);
        prop_assert_eq!(first, second);
    }

    /// Nothing after `today` counts, and `today` has no other effect.
    #[test]
    fn only_what_came_before_counts(case in a_story(), today in 0..260_i32, later in 0..400_i32) {
        let today = nth(today);
        let mut before = case.history.clone();
        before.claims.retain(|observation| {
            observation.evidence.observed.day() <= today && observation.occurred <= today
        });
        before.pages.retain(|observation| observation.observed.day() <= today);
        let (now, _) = signals(&case.history, packs(), &[], today);
        let (cut, _) = signals(&before, packs(), &[], today.plus(later));
        prop_assert_eq!(now, cut);
    }

    /// Ids are unique and sorted, every signal has evidence from the history, and merging twice
    /// changes nothing.
    #[test]
    fn signals_are_well_formed(case in a_story()) {
        let found = case.signals();
        prop_assert!(found.windows(2).all(|pair| pair[0].id < pair[1].id));
        for signal in &found {
            prop_assert!(!signal.evidence.is_empty() && signal.evidence.len() <= 10);
            for evidence in &signal.evidence {
                prop_assert!(case.history.claims.iter().any(|observation| observation.evidence == *evidence));
            }
            prop_assert!(signal.end.is_none_or(|end| end >= signal.start));
        }
        let read = as_read(&found);
        prop_assert!(read.len() <= found.len());
        prop_assert_eq!(&as_read(&read), &read);
        for (one, other) in found.iter().flat_map(|one| found.iter().map(move |other| (one, other))) {
            let alone = as_read(&[one.clone(), other.clone()]).len() == 1;
            prop_assert_eq!(is_one_matter(one, other), alone);
        }
    }
}
