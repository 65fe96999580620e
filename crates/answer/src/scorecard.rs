//! A company's score card for a product: the only place that applies the packs' weights.

use std::collections::BTreeMap;

use detect::Packs;
use model::{CompanyView, Feedback, Product, Signal};
use score::Scorecard;

/// Computes the card from the signals as shown and the newest feedback on each, with the packs'
/// weights of their kinds.
pub fn card(
    packs: &Packs,
    view: &CompanyView,
    signals: &[Signal],
    product: &Product,
    feedback: &[Feedback],
) -> Scorecard {
    let weights: BTreeMap<_, _> =
        packs.iter().map(|pack| (pack.kind.clone(), pack.weight)).collect();
    score::scorecard(view, signals, product, &weights, feedback)
}
