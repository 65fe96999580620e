//! The scorecard: every reason for points, before time is taken into account.

use std::collections::BTreeMap;

use model::{
    CompanyView, Component, Decay, Feedback, Points, Product, ScoreWeights, Signal, SignalId,
};
use serde::{Deserialize, Serialize};

use crate::{fit, intent, timing};

/// One reason for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Which part of the score it belongs to.
    pub component: Component,
    /// What it is about, one word: `country`, `deadline`, a signal's kind. With component and signal
    /// it tells the term apart in its card.
    pub topic: String,
    /// The reason, a short sentence for a seller.
    pub reason: String,
    /// The signal behind it, when there is one.
    pub signal: Option<SignalId>,
    /// Points of the score before time is taken into account.
    pub full: Points,
    /// How they fade; nothing when they do not.
    pub decay: Option<Decay>,
}

/// Why a company is worth a call for a product: a sum of terms that is read on a day. It holds no
/// date of its own making.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// For which product.
    pub product_id: String,
    /// How much FIT, INTENT and TIMING count: what each can reach.
    pub weights: ScoreWeights,
    /// Every reason, FIT before INTENT before TIMING.
    pub terms: Vec<Term>,
}

impl Scorecard {
    /// The most points a component can bring.
    pub(crate) fn most(&self, component: Component) -> Points {
        Points(i32::try_from(share_of(&self.weights, component) * 100).unwrap_or(i32::MAX))
    }
}

/// Hundredths of the score that a component makes up, at most all.
pub(crate) fn share_of(weights: &ScoreWeights, component: Component) -> u32 {
    let share = match component {
        Component::Fit => weights.fit,
        Component::Intent => weights.intent,
        Component::Timing => weights.timing,
    };
    share.min(100)
}

/// Hundredths of a component's hundred points as points of the score.
pub(crate) fn weighted(raw: i64, weights: &ScoreWeights, component: Component) -> Points {
    let product = raw * i64::from(share_of(weights, component));
    let rounded = (product.abs() + 50) / 100 * product.signum();
    Points(i32::try_from(rounded).unwrap_or(0))
}

/// A company's scorecard for a product.
///
/// `signals` are the company's current ones as they read, each once; `pack_weights` the packs' own
/// weight per signal kind, 0 to 100; of several answers about one signal the newest counts. The
/// order of neither matters.
pub fn scorecard(
    company: &CompanyView,
    signals: &[Signal],
    product: &Product,
    pack_weights: &BTreeMap<String, u32>,
    feedback: &[Feedback],
) -> Scorecard {
    let strengths = intent::strengths(signals, product, pack_weights, feedback);
    let mut terms = fit::terms(company, product);
    terms.extend(intent::terms(&strengths, product));
    terms.extend(timing::terms(&strengths, product));
    Scorecard { product_id: product.id.clone(), weights: product.weights, terms }
}
