//! The calls of a day: the companies to call, why, with a quote, and the role to ask for.

use std::cmp::Reverse;

use model::{Day, EntityId, Points};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dossier::read_all;
use crate::{
    CompanyShown, ComponentsShown, Dossier, EvidenceShown, Profile, ReadContext, Result,
    company_shown, dossiers, most_telling, title_of,
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
    /// The title of the signal's kind.
    pub kind: String,
    /// The most telling quote.
    pub quote: Option<EvidenceShown>,
    /// The role to ask for.
    pub ask_for: String,
}

/// The calls of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Calls)]
pub struct CallList {
    /// The day that the calls are computed for.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// The calls, best first.
    pub items: Vec<Call>,
    /// The number of companies left out because only their names are known.
    pub left_out: usize,
}

/// Computes up to `limit` calls of a day from every company with signals.
///
/// # Errors
/// When the database fails.
pub async fn calls(
    context: &ReadContext,
    profile: &Profile,
    limit: usize,
    day: Day,
) -> Result<CallList> {
    let companies = dossiers(context, profile).await?;
    let (best, left_out) = ranked(&companies, day);
    let selected = best.iter().filter_map(|id| companies.iter().find(|one| one.id == *id));
    Ok(CallList { on: day, items: listed(context, selected.take(limit), day), left_out })
}

/// Computes up to `limit` calls of a day from the given companies, which are cached without quotes.
/// The companies to call are read again, because calls include quotes.
///
/// # Errors
/// When the database fails.
pub async fn calls_among(
    context: &ReadContext,
    profile: &Profile,
    companies: &[Dossier],
    limit: usize,
    day: Day,
) -> Result<CallList> {
    let (mut best, left_out) = ranked(companies, day);
    best.truncate(limit);
    let (read_context, profile) = (context.clone(), profile.clone());
    let read = context.read(move |tx| {
        Box::pin(async move { read_all(tx, &read_context, &profile, &best).await })
    });
    let selected = read.await?;
    Ok(CallList { on: day, items: listed(context, selected.iter(), day), left_out })
}

/// Ranks the companies worth a call on a day, best first, and counts those that are left out
/// because only their names are known.
fn ranked(companies: &[Dossier], day: Day) -> (Vec<EntityId>, usize) {
    let (named, nameless): (Vec<&Dossier>, Vec<&Dossier>) = companies
        .iter()
        .filter(|company| company.signals.iter().any(|signal| signal.start <= day))
        .partition(|company| score::actionable(&company.view));
    let mut ranked: Vec<(Points, EntityId)> = named
        .into_iter()
        .filter_map(|company| Some((company.best(day)?.points(day), company.id)))
        .collect();
    ranked.sort_by_key(|(points, id)| (Reverse(*points), *id));
    (ranked.into_iter().map(|(_, id)| id).collect(), nameless.len())
}

/// Builds the calls to companies, ranked in their order.
fn listed<'d>(
    context: &ReadContext,
    companies: impl Iterator<Item = &'d Dossier>,
    day: Day,
) -> Vec<Call> {
    let mut items = Vec::new();
    for company in companies {
        items.extend(call(context, company, items.len() + 1, day));
    }
    items
}

/// Builds the call to a company; `None` if it has no signal yet.
fn call(context: &ReadContext, company: &Dossier, rank: usize, day: Day) -> Option<Call> {
    let lead = company.best(day)?;
    let signal = company.strongest(lead, day)?;
    let reading = lead.card.read(day);
    let evidence: Vec<EvidenceShown> = signal.evidence.iter().map(EvidenceShown::from).collect();
    Some(Call {
        rank,
        company: company_shown(company.id, &company.view),
        product: Some(lead.product.id.clone()).filter(|id| !id.is_empty()),
        score: reading.score,
        band: lead.words(day),
        components: reading.components.into(),
        why: signal.explanation.clone(),
        kind: title_of(context, &signal.kind),
        quote: most_telling(&evidence).cloned(),
        ask_for: lead.product.buyer_role.clone(),
    })
}
