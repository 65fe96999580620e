//! Decisions: the signals that deserve an action.

use std::collections::BTreeSet;

use model::{CompanyView, Component, Day, Entity, EntityKind, Polarity, Product, Signal, SignalId};

use crate::band::Band;
use crate::scorecard::Scorecard;

/// The age, in half-lives, beyond which a signal causes no action.
const HALF_LIVES_MAX: i64 = 3;

/// A signal that deserves an action, to be held for a person's review.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// The signal.
    pub signal: SignalId,
    /// The product that the action is for.
    pub product_id: String,
}

/// Reports whether a company may be acted on. A company known by name only is scored, but its
/// identity is uncertain.
pub fn actionable(company: &CompanyView) -> bool {
    let is_identified =
        |entity: &Entity| !matches!(entity.kind, EntityKind::Name | EntityKind::Publisher);
    company.members.iter().any(|(entity, _)| is_identified(entity))
}

/// Selects the signals that deserve an action on a day, sorted: those that speak for a purchase,
/// bring points, and are neither undated, nor over, nor older than three half-lives, if the company
/// may be acted on and its score is not cold.
pub fn decide(
    signals: &[Signal],
    card: &Scorecard,
    company: &CompanyView,
    product: &Product,
    today: Day,
) -> Vec<Decision> {
    if !actionable(company) || Band::of(card.read(today).score) < Band::Cool {
        return Vec::new();
    }
    let counting: BTreeSet<SignalId> = card
        .terms
        .iter()
        .filter(|term| term.component == Component::Intent && term.full.0 > 0)
        .filter_map(|term| term.signal)
        .collect();
    let mut decisions: Vec<Decision> = signals
        .iter()
        .filter(|signal| signal.polarity == Polarity::Positive && counting.contains(&signal.id))
        .filter(|signal| is_fresh(signal, today))
        .map(|signal| Decision { signal: signal.id, product_id: product.id.clone() })
        .collect();
    decisions.sort();
    decisions.dedup();
    decisions
}

fn is_fresh(signal: &Signal, today: Day) -> bool {
    let age = i64::from(today.since(signal.start));
    let is_over = signal.end.is_some_and(|end| end < today);
    let is_old =
        signal.half_life_days > 0 && age > i64::from(signal.half_life_days) * HALF_LIVES_MAX;
    !signal.undated && !is_over && !is_old
}
