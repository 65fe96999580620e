//! The input of the pure stages: a company's members, facts and history, read in one transaction.

use std::collections::BTreeSet;

use model::{CompanyView, EntityId, Fact, History};
use store::Result;
use store::db::{Membership, ReadTx};

/// The maximum number of claims read per entity, newest first.
const CLAIMS_MAX: i64 = 10_000;
/// The maximum number of observations of its own pages, from either end of the history.
const OWN_PAGES_MAX: i64 = 1_000;

/// Reads a company: its members, its current facts, and whether it is an account.
///
/// # Errors
/// When the database fails.
pub async fn view(tx: &mut ReadTx, company: EntityId) -> Result<CompanyView> {
    Ok(views(tx, &[company]).await?.pop().unwrap_or_default())
}

/// Reads several companies, each once, in the given order.
///
/// # Errors
/// When the database fails.
pub async fn views(tx: &mut ReadTx, companies: &[EntityId]) -> Result<Vec<CompanyView>> {
    let members = tx.members_of(companies).await?;
    let ids: Vec<EntityId> = members.iter().flatten().map(|member| member.id).collect();
    let mut facts = tx.facts_of(&ids).await?.into_iter();
    let mut accounts = tx.accounts(&ids).await?.into_iter();
    let view = |members: Vec<Membership>| {
        let count = members.len();
        let facts: Vec<Fact> = facts.by_ref().take(count).flatten().collect();
        // Not `any`, which would leave the rest to the next company.
        let is_account = accounts.by_ref().take(count).flatten().count() > 0;
        let members: Vec<_> = members.into_iter().map(|m| (m.entity, m.id)).collect();
        let facts = resolve::company_facts(&members, &facts);
        CompanyView { members, facts, is_account }
    };
    Ok(members.into_iter().map(view).collect())
}

/// Reads the history of a company, which is the whole input of the detectors.
///
/// # Errors
/// When the database fails.
pub async fn history(tx: &mut ReadTx, company: EntityId) -> Result<History> {
    let view = view(tx, company).await?;
    let mut history = History { company: view, ..History::default() };
    let members: Vec<EntityId> = history.company.members.iter().map(|(_, id)| *id).collect();
    history.claims.extend(tx.claim_looks_of(&members, CLAIMS_MAX).await?.into_iter().flatten());
    let own_pages = tx.page_looks_of_owners(&members, OWN_PAGES_MAX).await?;
    history.pages.extend(own_pages.into_iter().flatten());
    let own_urls: BTreeSet<&str> = history.pages.iter().map(|page| page.url.as_str()).collect();
    let other_urls: BTreeSet<String> = history
        .claims
        .iter()
        .map(|claim| claim.evidence.url.as_str())
        .filter(|url| !own_urls.contains(url))
        .map(str::to_owned)
        .collect();
    let other_urls: Vec<String> = other_urls.into_iter().collect();
    history.pages.extend(tx.page_looks_at_addresses(&other_urls).await?.into_iter().flatten());
    history.claims.sort_by_key(|claim| (claim.evidence.observed, claim.evidence.look));
    history.pages.sort_by_key(|page| (page.observed, page.id));
    history.pages.dedup_by_key(|page| page.id);
    Ok(history)
}
