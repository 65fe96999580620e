//! Whom to call now, why, with which words, and whom to ask for.

use std::cmp::Reverse;

use model::{Day, EntityId, Points};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dossier::read_all;
use crate::{
    CompanyShown, ComponentsShown, Dossier, EvidenceShown, Profile, ReadContext, Result,
    company_shown, dossiers, most_telling, title_of,
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
#[schema(as = Calls)]
pub struct CallList {
    /// The day of reading.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// Best first.
    pub items: Vec<Call>,
    /// Companies known by name only: nobody knows whose door to knock at.
    pub left_out: usize,
}

/// Returns the calls of a day, at most so many, out of everything that is known.
///
/// # Errors
/// What the engine says.
pub async fn calls(
    context: &ReadContext,
    profile: &Profile,
    limit: usize,
    day: Day,
) -> Result<CallList> {
    let companies = dossiers(context, profile).await?;
    let (best, left_out) = ranked(&companies, day);
    let called = best.iter().filter_map(|id| companies.iter().find(|one| one.id == *id));
    Ok(CallList { on: day, items: listed(context, called.take(limit), day), left_out })
}

/// Returns the calls of a day, at most so many, out of companies that are held without their quotes:
/// those to be called are read again, for a call is made with the words in hand.
///
/// # Errors
/// What the engine says.
pub async fn calls_among(
    context: &ReadContext,
    profile: &Profile,
    companies: &[Dossier],
    limit: usize,
    day: Day,
) -> Result<CallList> {
    let (mut best, left_out) = ranked(companies, day);
    best.truncate(limit);
    let (inside, profile) = (context.clone(), profile.clone());
    let read = context
        .read(move |tx| Box::pin(async move { read_all(tx, &inside, &profile, &best).await }));
    let called = read.await?;
    Ok(CallList { on: day, items: listed(context, called.iter(), day), left_out })
}

/// The companies worth a call on a day, best first, and how many are left out because they are
/// known by name only.
fn ranked(companies: &[Dossier], day: Day) -> (Vec<EntityId>, usize) {
    let (known, nameless): (Vec<&Dossier>, Vec<&Dossier>) = companies
        .iter()
        .filter(|company| company.signals.iter().any(|signal| signal.start <= day))
        .partition(|company| score::actionable(&company.view));
    let mut ranked: Vec<(Points, EntityId)> = known
        .into_iter()
        .filter_map(|company| Some((company.best(day)?.points(day), company.id)))
        .collect();
    ranked.sort_by_key(|(points, id)| (Reverse(*points), *id));
    (ranked.into_iter().map(|(_, id)| id).collect(), nameless.len())
}

/// The calls to companies, ranked in their order.
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

/// The call to make to a company; nothing where nothing happened yet.
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
