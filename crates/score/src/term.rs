//! A term of a scorecard: one reason for points, and how a component's points are weighted.

use model::{Component, Decay, Points, ScoreWeights, SignalId};
use serde::{Deserialize, Serialize};

/// One reason for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The component of the score it belongs to.
    pub component: Component,
    /// Its topic, one word: `country`, `deadline`, a signal's kind. With component and signal it
    /// identifies the term in its card.
    pub topic: String,
    /// The reason, a short sentence for a seller.
    pub reason: String,
    /// The signal behind it, if there is one.
    pub signal: Option<SignalId>,
    /// Its points of the score before decay.
    pub full: Points,
    /// The decay of the points, if they decay.
    pub decay: Option<Decay>,
}

/// Returns the hundredths of the score that a component makes up, at most 100.
pub(crate) fn share_of(weights: &ScoreWeights, component: Component) -> u32 {
    let share = match component {
        Component::Fit => weights.fit,
        Component::Intent => weights.intent,
        Component::Timing => weights.timing,
    };
    share.min(100)
}

/// Converts hundredths of a component's hundred points to points of the score.
pub(crate) fn weighted(raw: i64, weights: &ScoreWeights, component: Component) -> Points {
    let product = raw * i64::from(share_of(weights, component));
    let rounded = (product.abs() + 50) / 100 * product.signum();
    Points(i32::try_from(rounded).unwrap_or(0))
}
