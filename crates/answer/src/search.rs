//! Full-text search for signals and pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use detect::Packs;
use model::{EntityId, EntityKind};
use serde::Serialize;
use store::db::ReadTx;
use store::search::{DocumentKind, Found, Hit, Query};

use crate::{AnswerError, CompanyShown, ReadContext, Result, company_shown, history, kind_title};

/// The results of a search, with their companies.
#[derive(Debug, Clone, Serialize)]
pub struct SearchHits {
    /// The hits, best first.
    pub items: Vec<HitShown>,
    /// The total number of hits.
    pub total: usize,
    /// The words that were searched instead of misspelt ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<String>,
}

/// A hit with the current company of its entity.
#[derive(Debug, Clone, Serialize)]
pub struct HitShown {
    /// The company; `None` for a publisher, and for an entity that is no longer known.
    pub company: Option<CompanyShown>,
    /// The title of the signal's kind; `None` for a page.
    pub kind_title: Option<String>,
    /// The hit.
    #[serde(flatten)]
    pub hit: Hit,
}

/// Builds a query from search terms and kinds: `signal`, `page`, or the kinds of the packs; none
/// means all.
///
/// # Errors
/// [`AnswerError::UsageError`] for an unknown kind.
pub fn query(packs: &Packs, text: &str, kinds: &[String], limit: usize) -> Result<Query> {
    let mut query = Query { text: text.to_owned(), limit, ..Query::default() };
    for kind in kinds {
        if let Some(kind) = DocumentKind::parse(kind) {
            query.kinds.push(kind);
        } else if packs.get(kind).is_some() {
            query.signal_kinds.push(kind.clone());
        } else {
            let valid_kinds = ["signal", "page"].into_iter();
            let valid_kinds = valid_kinds.chain(packs.iter().map(|pack| pack.kind.as_str()));
            let valid_kinds = valid_kinds.collect::<Vec<_>>().join(", ");
            let unknown = format!("there is no kind {kind:?}; there are {valid_kinds}");
            return Err(AnswerError::UsageError(unknown));
        }
    }
    Ok(query)
}

/// Searches for signals and pages, of one company if the id of any of its entities is given. A
/// hit's id is a [`SignalId`](model::SignalId) or the page's [`EventId`](model::EventId), depending
/// on its kind.
///
/// # Errors
/// When there is no index, or [`StoreError::Retryable`](store::StoreError::Retryable) while it is
/// being rebuilt.
pub async fn search(
    context: &ReadContext,
    company: Option<EntityId>,
    mut query: Query,
) -> Result<Found> {
    let index = context.index()?;
    if let Some(company) = company {
        let read = context.read(move |tx| Box::pin(async move { members(tx, company).await }));
        query.entities = read.await?;
        if query.entities.is_empty() {
            return Ok(Found::default());
        }
    }
    Ok(index.search(query).await?)
}

/// Returns whether an index with this position holds every row: its feeder names the rows that it
/// still has to read under `rows`.
pub fn is_filled(position: &str) -> bool {
    let position = serde_json::from_str::<serde_json::Value>(position);
    position.is_ok_and(|position| position.get("rows").is_some_and(serde_json::Value::is_null))
}

/// Searches like [`search`] and adds the current company to each hit.
///
/// # Errors
/// As [`search`].
pub async fn hits(
    context: &ReadContext,
    company: Option<EntityId>,
    query: Query,
) -> Result<SearchHits> {
    let Found { hits, total, similar } = search(context, company, query).await?;
    let packs = Arc::clone(&context.packs);
    let read =
        context.read(move |tx| Box::pin(async move { with_companies(tx, &packs, hits).await }));
    Ok(SearchHits { items: read.await?, total, similar })
}

async fn members(tx: &mut ReadTx, company: EntityId) -> Result<Vec<EntityId>> {
    let Some(member) = tx.entity(company).await? else { return Ok(Vec::new()) };
    let members = tx.members(member.company).await?;
    Ok(members.into_iter().map(|member| member.id).collect())
}

async fn with_companies(tx: &mut ReadTx, packs: &Packs, hits: Vec<Hit>) -> Result<Vec<HitShown>> {
    let mut companies: BTreeMap<EntityId, CompanyShown> = BTreeMap::new();
    let mut shown = Vec::with_capacity(hits.len());
    for hit in hits {
        if !companies.contains_key(&hit.entity)
            && let Some(member) = tx.entity(hit.entity).await?
            && member.entity.kind != EntityKind::Publisher
        {
            let view = history::view(tx, member.company).await?;
            companies.insert(hit.entity, company_shown(member.company, &view));
        }
        let company = companies.get(&hit.entity).cloned();
        let kind_title = hit.signal_kind.as_deref().map(|kind| kind_title(packs, kind));
        shown.push(HitShown { company, kind_title, hit });
    }
    Ok(shown)
}
