//! The input of the pure stages: a company's members, facts and history, read in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use model::{CompanyView, EntityId, Fact, History, PageObservation};
use store::Result;
use store::db::{Membership, ReadTx};

/// The maximum number of claims read per entity, newest first.
const CLAIMS_MAX: i64 = 10_000;
/// The maximum number of observations of its own pages, from either end of the history.
const OWN_PAGES_MAX: i64 = 1_000;

/// The maximum number of claims, and of own pages, of companies that are read together. It bounds
/// the memory; fewer own pages of a company than this are all read from the two ends too.
const ROWS_MAX: i64 = 2 * OWN_PAGES_MAX;

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

/// Reads the history of each of these companies, which is the whole input of the detectors, and
/// returns what `reduce` makes of each, in their order. Small histories are read together, and a
/// large one is dropped before the next is read.
///
/// # Errors
/// When the database fails.
pub async fn each_history<T: Send>(
    tx: &mut ReadTx,
    companies: &[EntityId],
    mut reduce: impl FnMut(EntityId, History) -> T + Send,
) -> Result<Vec<T>> {
    let views: Vec<(EntityId, CompanyView)> =
        companies.iter().copied().zip(views(tx, companies).await?).collect();
    let mut reduced = Vec::with_capacity(views.len());
    let (mut rest, mut size) = (views.as_slice(), views.len());
    while !rest.is_empty() {
        let (now, later) = rest.split_at(size.min(rest.len()));
        match histories(tx, now).await? {
            Some(histories) => {
                let both = now.iter().zip(histories);
                reduced.extend(both.map(|((company, _), history)| reduce(*company, history)));
                (rest, size) = (later, size * 2);
            }
            None => size = now.len() / 2,
        }
    }
    Ok(reduced)
}

/// Reads the histories of companies together, in their order; `None` if there are several and they
/// are too large for that.
async fn histories(
    tx: &mut ReadTx,
    companies: &[(EntityId, CompanyView)],
) -> Result<Option<Vec<History>>> {
    if let [(_, view)] = companies {
        return Ok(Some(vec![history(tx, view).await?]));
    }
    let members: Vec<EntityId> = companies.iter().flat_map(|(_, view)| member_ids(view)).collect();
    let Some(claims) = tx.claim_looks_within(&members, ROWS_MAX).await? else { return Ok(None) };
    let Some(pages) = tx.page_looks_within(&members, ROWS_MAX).await? else { return Ok(None) };
    let (mut claims, mut pages) = (claims.into_iter(), pages.into_iter());
    let own = |(_, view): &(EntityId, CompanyView)| {
        let count = view.members.len();
        History {
            company: view.clone(),
            claims: claims.by_ref().take(count).flatten().collect(),
            pages: pages.by_ref().take(count).flatten().collect(),
        }
    };
    let mut histories: Vec<History> = companies.iter().map(own).collect();
    add_other_pages(tx, &mut histories).await?;
    Ok(Some(histories))
}

/// Reads the history of a company of any size.
async fn history(tx: &mut ReadTx, company: &CompanyView) -> Result<History> {
    let members: Vec<EntityId> = member_ids(company).collect();
    let claims = tx.claim_looks_of(&members, CLAIMS_MAX).await?.into_iter().flatten().collect();
    let pages = tx.page_looks_of_owners(&members, OWN_PAGES_MAX).await?;
    let pages = pages.into_iter().flatten().collect();
    let mut history = History { company: company.clone(), claims, pages };
    add_other_pages(tx, std::slice::from_mut(&mut history)).await?;
    Ok(history)
}

fn member_ids(view: &CompanyView) -> impl Iterator<Item = EntityId> {
    view.members.iter().map(|(_, id)| *id)
}

/// Adds to histories the observations of those pages of others that claims were found on, and sorts
/// all.
async fn add_other_pages(tx: &mut ReadTx, histories: &mut [History]) -> Result<()> {
    let urls_of_each: Vec<BTreeSet<String>> = histories.iter().map(other_urls).collect();
    let urls: BTreeSet<&String> = urls_of_each.iter().flatten().collect();
    let urls: Vec<String> = urls.into_iter().cloned().collect();
    let pages = tx.page_looks_at_addresses(&urls).await?;
    let pages: BTreeMap<String, Vec<PageObservation>> = urls.into_iter().zip(pages).collect();
    for (history, urls) in histories.iter_mut().zip(&urls_of_each) {
        history.pages.extend(urls.iter().filter_map(|url| pages.get(url)).flatten().cloned());
        history.claims.sort_by_key(|claim| (claim.evidence.observed, claim.evidence.look));
        history.pages.sort_by_key(|page| (page.observed, page.id));
        history.pages.dedup_by_key(|page| page.id);
    }
    Ok(())
}

/// Lists the addresses of a history's claims that are not those of its own pages.
fn other_urls(history: &History) -> BTreeSet<String> {
    let own: BTreeSet<&str> = history.pages.iter().map(|page| page.url.as_str()).collect();
    let urls = history.claims.iter().map(|claim| claim.evidence.url.as_str());
    urls.filter(|url| !own.contains(url)).map(str::to_owned).collect()
}
