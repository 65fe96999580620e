//! The scorecard: every reason for points, before decay.

use std::collections::BTreeMap;

use model::{CompanyView, Component, Feedback, Points, Product, ScoreWeights, Signal};
use serde::{Deserialize, Serialize};

use crate::term::{Term, share_of};
use crate::{fit, intent, settled, timing};

/// The reasons why a company is worth a call for a product: a sum of terms that is read on a day.
/// It holds no date of its computation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// The product that it is for.
    pub product_id: String,
    /// The weights of FIT, INTENT and TIMING: the maximum of each.
    pub weights: ScoreWeights,
    /// Every reason, FIT before INTENT before TIMING.
    pub terms: Vec<Term>,
}

impl Scorecard {
    /// Returns the maximum points of a component.
    pub(crate) fn most(&self, component: Component) -> Points {
        Points(i32::try_from(share_of(&self.weights, component) * 100).unwrap_or(i32::MAX))
    }
}

/// Builds a company's scorecard for a product.
///
/// `signals` are the company's current merged signals, each once; `pack_weights` are the packs' own
/// weights per kind of signal, 0 to 100. The newest feedback on a signal counts. The order of
/// signals and feedback does not matter.
pub fn scorecard(
    company: &CompanyView,
    signals: &[Signal],
    product: &Product,
    pack_weights: &BTreeMap<String, u32>,
    feedback: &[Feedback],
) -> Scorecard {
    let strengths = intent::strengths(signals, product, pack_weights, feedback);
    let mut terms = match settled::is_other_market(feedback) {
        true => fit::no_market(),
        false => fit::terms(company, product),
    };
    terms.extend(intent::terms(&strengths, product));
    terms.extend(timing::terms(&strengths, product));
    Scorecard { product_id: product.id.clone(), weights: product.weights, terms }
}
