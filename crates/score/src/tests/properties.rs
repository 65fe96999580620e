//! Properties of every scorecard.

use model::{
    CompanyView, Component, Day, EntityKind, FactKey, Permille, Product, ScoreWeights, Signal,
};
use proptest::prelude::*;

use super::{TODAY, company, product, signal, weights};
use crate::{Scorecard, ledger, scorecard};

const KINDS: [&str; 4] = ["budget_event", "hiring_spike", "tech_adoption", "layoff"];

fn signals() -> impl Strategy<Value = Vec<Signal>> {
    let one =
        (0..6u8, 0..4usize, 0..=1_000u16, -20..500i32, proptest::option::of(-5..200i32), 0..400u32);
    proptest::collection::vec(one, 0..7).prop_map(|all| {
        let signals = all.into_iter().map(|(id, kind, confidence, days, end, half_life)| Signal {
            end: end.map(|end| TODAY.plus(end)),
            half_life_days: half_life,
            ..signal(id, KINDS[kind], confidence, days)
        });
        signals.collect()
    })
}

fn view() -> impl Strategy<Value = CompanyView> {
    (any::<bool>(), any::<bool>(), any::<bool>(), 0..2_000i64).prop_map(
        |(account, de, soft, size)| {
            let facts = [
                (FactKey::Country, if de { "DE" } else { "US" }),
                (FactKey::Industry, if soft { "software" } else { "farming" }),
                (FactKey::Employees, &size.to_string()),
            ];
            CompanyView { is_account: account, ..company(EntityKind::Domain, &facts) }
        },
    )
}

fn shares() -> impl Strategy<Value = ScoreWeights> {
    prop_oneof![
        (0..=100u32)
            .prop_flat_map(|fit| (Just(fit), 0..=100 - fit))
            .prop_map(|(fit, intent)| { ScoreWeights { fit, intent, timing: 100 - fit - intent } }),
        (0..500u32, 0..500u32, 0..500u32).prop_map(|(fit, intent, timing)| ScoreWeights {
            fit,
            intent,
            timing
        }),
    ]
}

fn sold(weights: ScoreWeights) -> Product {
    Product { weights, ..product() }
}

fn card(view: &CompanyView, signals: &[Signal], shares: ScoreWeights) -> Scorecard {
    scorecard(view, signals, &sold(shares), &weights(), &[])
}

proptest! {
    #[test]
    fn contributions_add_up_exactly(
        view in view(), signals in signals(), shares in shares(), day in -50..2_000i32,
    ) {
        let reading = card(&view, &signals, shares).read(TODAY.plus(day));
        let sum = |component: Option<Component>| -> i32 {
            let own = reading.contributions.iter();
            own.filter(|one| component.is_none_or(|c| one.component == c)).map(|one| one.points.0).sum()
        };
        prop_assert_eq!(sum(Some(Component::Fit)), reading.components.fit.0);
        prop_assert_eq!(sum(Some(Component::Intent)), reading.components.intent.0);
        prop_assert_eq!(sum(Some(Component::Timing)), reading.components.timing.0);
        prop_assert_eq!(sum(None), reading.score.0);
        prop_assert!((0..=10_000).contains(&reading.score.0));
    }

    #[test]
    fn the_ledger_adds_up_exactly(
        view in view(), before in signals(), after in signals(), one in shares(), other in shares(),
        day in -50..2_000i32,
    ) {
        let (before, after) = (card(&view, &before, one), card(&view, &after, other));
        let day = TODAY.plus(day);
        let moved: i32 = ledger(&before, &after, day).iter().map(|change| change.delta.0).sum();
        prop_assert_eq!(moved, after.read(day).score.0 - before.read(day).score.0);
    }

    #[test]
    fn a_surer_signal_is_never_worth_less(
        view in view(), signals in signals(), shares in shares(), surer in 0..=1_000u16,
        which in any::<proptest::sample::Index>(), day in 0..400i32,
    ) {
        let mut more = signals.clone();
        more.dedup_by_key(|signal| signal.id);
        if more.is_empty() { return Ok(()); }
        let at = which.index(more.len());
        let id = more[at].id;
        for signal in more.iter_mut().filter(|signal| signal.id == id) {
            signal.confidence = Permille::new(signal.confidence.get().max(surer));
        }
        if more[at].kind == "layoff" || signals.iter().any(|s| s.id == id && s.kind == "layoff") {
            return Ok(());
        }
        let mut less = signals;
        less.dedup_by_key(|signal| signal.id);
        let day = TODAY.plus(day);
        let (less, more) = (card(&view, &less, shares).read(day), card(&view, &more, shares).read(day));
        prop_assert!(more.score >= less.score);
    }

    #[test]
    fn without_anything_against_it_a_score_only_falls(
        view in view(), mut signals in signals(), shares in shares(), day in 0..2_000i32,
    ) {
        signals.retain(|signal| signal.kind != "layoff");
        let card = card(&view, &signals, shares);
        let now = TODAY.plus(day);
        prop_assert!(card.read(now.plus(1)).score <= card.read(now).score);
        let drop = (1..4_000).map(|days| TODAY.plus(days)).find(|later: &Day| {
            crate::Band::of(card.read(*later).score) < crate::Band::of(card.read(TODAY).score)
        });
        if drop.is_some() {
            prop_assert_eq!(card.drops_on(TODAY), drop);
        }
    }

    #[test]
    fn order_and_repeats_do_not_matter(view in view(), signals in signals(), shares in shares()) {
        let mut unique: Vec<Signal> = Vec::new();
        for signal in signals {
            if unique.iter().all(|one| one.id != signal.id) { unique.push(signal); }
        }
        let mut turned: Vec<Signal> = unique.iter().rev().cloned().collect();
        turned.extend(unique.clone());
        prop_assert_eq!(card(&view, &unique, shares), card(&view, &turned, shares));
    }

    #[test]
    fn a_card_survives_storage(view in view(), signals in signals(), shares in shares()) {
        let card = card(&view, &signals, shares);
        let json = serde_json::to_string(&card).unwrap();
        prop_assert_eq!(serde_json::from_str::<Scorecard>(&json).unwrap(), card);
    }
}
