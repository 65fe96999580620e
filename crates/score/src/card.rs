//! The scorecard: every reason for points, before time is taken into account.

use std::collections::BTreeMap;

use model::{CompanyView, Component, Feedback, Points, Product, ScoreWeights, Signal};
use serde::{Deserialize, Serialize};

use crate::term::{Term, share_of};
use crate::{fit, intent, timing};

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
