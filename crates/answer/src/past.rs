//! Companies as they were known on an earlier day: from what had been observed and said by then.
//!
//! Nothing of it is stored. Signals, explanations and scores are computed again from the history up
//! to that day. Which entities are one company is taken from today's judgements.

use detect::signals;
use model::{Day, EntityId, Fact, FactKey};
use store::db::{ReadTx, SignalRow};

use crate::dossier::{read_of, with_signals};
use crate::{Dossier, Profile, ReadContext, Result, history};

/// Finds a company by a domain, an address, a name or an id, and reads its dossier of a day.
///
/// # Errors
/// As [`dossier_of`](crate::dossier_of).
pub async fn dossier_on(
    context: &ReadContext,
    profile: &Profile,
    reference: &str,
    day: Day,
) -> Result<Dossier> {
    let (read_context, profile, reference) =
        (context.clone(), profile.clone(), reference.to_owned());
    let read = context.read(move |tx| {
        Box::pin(async move { read_of_day(tx, &read_context, &profile, &reference, day).await })
    });
    read.await
}

/// Finds a company, and reads its dossier of a day within `tx`. Days from today on have all that is
/// known.
///
/// # Errors
/// As [`dossier_on`].
pub async fn read_of_day(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    reference: &str,
    day: Day,
) -> Result<Dossier> {
    let company = read_of(tx, context, profile, reference).await?;
    if day >= context.now().day() {
        return Ok(company);
    }
    as_of(tx, context, profile, company, day).await
}

/// Computes a dossier again from what had been observed and said by a day.
async fn as_of(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    company: Dossier,
    day: Day,
) -> Result<Dossier> {
    let products = tx.products().await?;
    let mut histories = history::each_history(tx, &[company.id], |_, history| history).await?;
    let Some(mut history) = histories.pop() else { return Ok(company) };
    let ids: Vec<EntityId> = company.view.members.iter().map(|(_, id)| *id).collect();
    let facts = tx.facts_of(&ids).await?;
    let is_known = |fact: &Fact| {
        // A company keeps its name, and the team's own list is no observation.
        fact.key == FactKey::Name || fact.look.is_none() || fact.observed.day() <= day
    };
    let facts: Vec<Fact> = facts.into_iter().flatten().filter(is_known).collect();
    history.company.facts = resolve::company_facts(&company.view.members, &facts);
    history.claims.retain(|claim| claim.evidence.observed.day() <= day);
    history.pages.retain(|page| page.observed.day() <= day);
    let (found, _) = signals(&history, &context.packs, &products, day);
    let rows = found.into_iter().filter(|signal| signal.start <= day).map(|signal| {
        let first_known = company.detected.get(&signal.id).copied();
        let first_known = first_known.unwrap_or_else(|| signal.start.start());
        SignalRow { signal, known_from: first_known, first_known, seals: Vec::new() }
    });
    let (mut past, _) = with_signals(company.id, history.company, rows.collect());
    past.feedback = company.feedback;
    past.feedback.retain(|feedback| feedback.ts.day() <= day);
    past.score(&context.packs, &profile.products, context.now());
    Ok(past)
}
