//! Scores as they are shown: per company and product, with every reason.

use model::{Component, Contribution, Day, EntityId, Points, ScoreComponents, SignalId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Dossier, Lead};

/// The three parts of a score.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ComponentsShown {
    /// The kind of company that buys.
    #[schema(value_type = f64)]
    pub fit: Points,
    /// What it did that speaks for buying.
    #[schema(value_type = f64)]
    pub intent: Points,
    /// How fresh that is.
    #[schema(value_type = f64)]
    pub timing: Points,
}

impl From<ScoreComponents> for ComponentsShown {
    fn from(parts: ScoreComponents) -> Self {
        Self { fit: parts.fit, intent: parts.intent, timing: parts.timing }
    }
}

/// One reason for points.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContributionShown {
    /// fit, intent or timing.
    #[schema(value_type = String)]
    pub component: Component,
    /// The reason, for a person.
    pub reason: String,
    /// The signal behind it, when there is one.
    #[schema(value_type = Option<String>)]
    pub signal: Option<SignalId>,
    /// Points on the day of reading.
    #[schema(value_type = f64)]
    pub points: Points,
}

impl From<Contribution> for ContributionShown {
    fn from(one: Contribution) -> Self {
        let Contribution { component, reason, signal, points } = one;
        Self { component, reason, signal, points }
    }
}

/// A company's score for a product: the sum of its components and of its contributions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScoreShown {
    /// The score in words.
    pub band: &'static str,
    /// Whose.
    #[schema(value_type = String)]
    pub company_id: EntityId,
    /// For which product; empty while nobody said what they sell.
    pub product_id: String,
    /// What the product is called.
    pub product_name: String,
    /// 0 to 100.
    #[schema(value_type = f64)]
    pub score: Points,
    /// FIT, INTENT and TIMING.
    pub components: ComponentsShown,
    /// Every reason.
    pub contributions: Vec<ContributionShown>,
    /// The first day on which the score drops a band by time alone, when it will.
    #[schema(value_type = Option<String>, format = Date)]
    pub drops_on: Option<Day>,
    /// When it was last recomputed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A company's scores, one per product.
pub(crate) fn scores(company: &Dossier, day: Day) -> Vec<ScoreShown> {
    let shown = |lead: &Lead| {
        let score = lead.read(company.id, day);
        ScoreShown {
            band: lead.words(day),
            company_id: score.company_id,
            product_id: score.product_id,
            product_name: lead.product.name.clone(),
            score: score.score,
            components: score.components.into(),
            contributions: score.contributions.into_iter().map(Into::into).collect(),
            drops_on: score.drops_on,
            updated_at: score.updated_at,
        }
    };
    company.leads.iter().map(shown).collect()
}
