//! Whom to call now, why, with which words, and whom to ask for.

use std::cmp::Reverse;

use flow::Rooms;
use model::{Day, EntityId, Points};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    CompanyShown, ComponentsShown, Dossier, EvidenceShown, company_shown, most_telling, title_of,
};

/// One call to make.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Call {
    /// Its place, from 1.
    pub rank: usize,
    /// Whom.
    pub company: CompanyShown,
    /// For which product; nothing while nobody said what they sell.
    pub product: Option<String>,
    /// 0 to 100.
    #[schema(value_type = f64)]
    pub score: Points,
    /// The score in words.
    pub band: &'static str,
    /// FIT, INTENT and TIMING of the score.
    pub components: ComponentsShown,
    /// The strongest signal, with its figures.
    pub why: String,
    /// The signal's kind, for people.
    pub kind: String,
    /// The words that tell most.
    pub quote: Option<EvidenceShown>,
    /// The role to ask for.
    pub ask_for: String,
}

/// The calls of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Calls {
    /// The day of reading.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// Best first.
    pub items: Vec<Call>,
    /// Companies known by name only: nobody knows whose door to knock at.
    pub left_out: usize,
}

/// The companies worth a call on a day, best first, and how many are left out because they are
/// known by name only.
pub fn ranked<'d>(
    companies: impl IntoIterator<Item = &'d Dossier>,
    day: Day,
) -> (Vec<EntityId>, usize) {
    let (known, nameless): (Vec<&Dossier>, Vec<&Dossier>) = companies
        .into_iter()
        .filter(|company| company.signals.iter().any(|signal| signal.start <= day))
        .partition(|company| score::actionable(&company.view));
    let mut ranked: Vec<(Points, EntityId)> = known
        .into_iter()
        .filter_map(|company| Some((company.best(day)?.points(day), company.id)))
        .collect();
    ranked.sort_by_key(|(points, id)| (Reverse(*points), *id));
    (ranked.into_iter().map(|(_, id)| id).collect(), nameless.len())
}

/// The call to make to a company; nothing where nothing happened yet.
pub fn call(rooms: &Rooms, company: &Dossier, rank: usize, day: Day) -> Option<Call> {
    let lead = company.best(day)?;
    let signal = company.strongest(lead, day)?;
    let reading = lead.card.read(day);
    Some(Call {
        rank,
        company: company_shown(company.id, &company.view),
        product: Some(lead.product.id.clone()).filter(|id| !id.is_empty()),
        score: reading.score,
        band: lead.words(day),
        components: reading.components.into(),
        why: signal.explanation.clone(),
        kind: title_of(rooms, &signal.kind),
        quote: most_telling(&signal.evidence).map(EvidenceShown::from),
        ask_for: lead.product.buyer_role.clone(),
    })
}
