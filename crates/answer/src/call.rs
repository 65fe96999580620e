//! A call to make: the company, why now, a quote, and the role to ask for.

use model::{Day, Points};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    CompanyShown, ComponentsShown, Dossier, EvidenceShown, ReadContext, company_shown,
    most_telling, title_of,
};

/// A call to make.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Call {
    /// The rank, from 1.
    pub rank: usize,
    /// The company to call.
    pub company: CompanyShown,
    /// The product to offer; null if the team has no products.
    pub product: Option<String>,
    /// The score, 0 to 100.
    #[schema(value_type = f64)]
    pub score: Points,
    /// The band of the score, as a word.
    pub band: &'static str,
    /// FIT, INTENT and TIMING of the score.
    pub components: ComponentsShown,
    /// The explanation of the strongest signal, with its figures.
    pub why: String,
    /// The kind of the signal, as an id.
    pub kind: String,
    /// The title of the kind.
    pub kind_title: String,
    /// The most telling quote.
    pub quote: Option<EvidenceShown>,
    /// The role to ask for.
    pub ask_for: String,
}

impl Call {
    /// Builds the call to a company; `None` if it has no signal yet.
    pub(crate) fn of(
        context: &ReadContext,
        company: &Dossier,
        rank: usize,
        day: Day,
    ) -> Option<Self> {
        let lead = company.best(day)?;
        let signal = company.strongest(lead, day)?;
        let reading = lead.card.read(day);
        let evidence: Vec<EvidenceShown> =
            signal.evidence.iter().map(EvidenceShown::from).collect();
        Some(Self {
            rank,
            company: company_shown(company.id, &company.view),
            product: Some(lead.product.id.clone()).filter(|id| !id.is_empty()),
            score: reading.score,
            band: lead.words(day),
            components: reading.components.into(),
            why: signal.explanation.clone(),
            kind: signal.kind.clone(),
            kind_title: title_of(context, &signal.kind),
            quote: most_telling(&evidence).cloned(),
            ask_for: lead.product.buyer_role.clone(),
        })
    }
}
