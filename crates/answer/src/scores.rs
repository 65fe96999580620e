//! Scores as they are shown: per company and product, with every reason.

use model::{Component, Contribution, Day, EntityId, Points, ScoreComponents, SignalId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Dossier, Lead};

/// The three components of a score.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ComponentsShown {
    /// FIT: how well the company matches the ideal customer.
    #[schema(value_type = f64)]
    pub fit: Points,
    /// INTENT: events at the company that indicate a purchase.
    #[schema(value_type = f64)]
    pub intent: Points,
    /// TIMING: how recent these events are.
    #[schema(value_type = f64)]
    pub timing: Points,
}

impl From<ScoreComponents> for ComponentsShown {
    fn from(parts: ScoreComponents) -> Self {
        Self { fit: parts.fit, intent: parts.intent, timing: parts.timing }
    }
}

/// A reason for points of a score.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContributionShown {
    /// The component: fit, intent or timing.
    #[schema(value_type = String)]
    pub component: Component,
    /// The reason, for people.
    pub reason: String,
    /// The signal behind the reason, if there is one.
    #[schema(value_type = Option<String>)]
    pub signal: Option<SignalId>,
    /// The points on the requested day.
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
    /// The band of the score, as a word.
    pub band: &'static str,
    /// The id of the company.
    #[schema(value_type = String)]
    pub company_id: EntityId,
    /// The id of the product; empty if the team has no products.
    pub product_id: String,
    /// The name of the product.
    pub product_name: String,
    /// The score, 0 to 100.
    #[schema(value_type = f64)]
    pub score: Points,
    /// The FIT, INTENT and TIMING of the score.
    pub components: ComponentsShown,
    /// Every reason for points.
    pub contributions: Vec<ContributionShown>,
    /// The first day on which the score drops to a lower band by time alone, if it will.
    #[schema(value_type = Option<String>, format = Date)]
    pub drops_on: Option<Day>,
    /// The time of the last recomputation.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// Computes a company's scores, one per product.
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
