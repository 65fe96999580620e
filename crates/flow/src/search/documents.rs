//! The documents of the search index, built from the rows of signals and pages.

use std::collections::{BTreeMap, BTreeSet};

use model::{BlobRef, Digest, EntityId, FactKey, ObservationId, RunId, Signal, SignalId};
use store::Result;
use store::blob::BlobError;
use store::db::{ReadTx, SeenPage};
use store::search::{DocumentKind, SearchDocument};

use super::Batch;
use crate::context::Context;

/// The number of bytes of a page that are indexed; the rest cannot be found.
const PAGE_BYTES_MAX: usize = 256 << 10;
/// The language of a signal's explanation.
const OUR_LANGUAGE: &str = "en";

/// Adds the current documents of signals.
pub(super) async fn add_signals(
    context: &Context,
    ids: Vec<SignalId>,
    batch: &mut Batch,
) -> Result<()> {
    let read = context.db.read(move |tx| {
        Box::pin(async move {
            let rows = tx.signals_by_id(&ids, &RunId::default()).await?;
            let signals: Vec<_> = rows.into_iter().map(|row| row.map(|row| row.signal)).collect();
            let owners = signals.iter().flatten().map(|signal| signal.entity);
            let owners = owners_of(tx, owners).await?;
            Ok((ids.into_iter().zip(signals), owners))
        })
    });
    let (signals, owners) = read.await?;
    for (id, signal) in signals {
        let document = signal.map(|signal| {
            let owner = owners.get(&signal.entity).cloned().unwrap_or_default();
            of_signal(context, owner, &signal)
        });
        batch.put(id.to_string(), document);
    }
    Ok(())
}

/// Adds the pages of observations. The order of observations does not matter, because a page is
/// indexed only with its newest observation, which is read sooner or later.
pub(super) async fn add_pages(
    context: &Context,
    observation_ids: Vec<ObservationId>,
    batch: &mut Batch,
) -> Result<()> {
    let read = context.db.read(move |tx| {
        Box::pin(async move {
            let pages = tx.pages_last_seen_by(&observation_ids).await?;
            let pages: Vec<SeenPage> = pages.into_iter().flatten().collect();
            let hashes: Vec<Digest> = pages.iter().map(|page| page.text_hash).collect();
            let blobs = tx.text_blobs(&hashes).await?;
            let owners = owners_of(tx, pages.iter().map(|page| page.owner)).await?;
            Ok((pages.into_iter().zip(blobs), owners))
        })
    });
    let (pages, owners) = read.await?;
    let mut unreadable = 0_usize;
    for (page, blob) in pages {
        let Owner { names, .. } = owners.get(&page.owner).cloned().unwrap_or_default();
        let text = match blob {
            Some(blob) => page_text(context, &blob, &mut unreadable).await?,
            None => None,
        };
        batch.put(page.event.to_string(), text.map(|text| of_page(names, page, text)));
    }
    if unreadable > 1 {
        tracing::warn!(pages = unreadable, "pages whose text cannot be read are not indexed");
    }
    Ok(())
}

impl Batch {
    fn put(&mut self, id: String, document: Option<SearchDocument>) {
        self.text_bytes += document.as_ref().map_or(0, |document| document.text.len());
        self.changes.insert(id, document);
    }
}

/// The words that find the documents of an entity.
#[derive(Debug, Clone, Default)]
struct Owner {
    /// Its key, and the names from its facts.
    names: String,
    /// Its country, ISO 3166 alpha-2.
    country: Option<String>,
}

/// Reads the words that find the documents of each entity.
async fn owners_of(
    tx: &mut ReadTx,
    ids: impl Iterator<Item = EntityId>,
) -> Result<BTreeMap<EntityId, Owner>> {
    let ids: Vec<EntityId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let (members, facts) = (tx.entities(&ids).await?, tx.facts_of(&ids).await?);
    let rows = members.into_iter().zip(facts);
    let entries = rows.filter_map(|(member, facts)| {
        let member = member?;
        let mut names = member.entity.value;
        for fact in facts.iter().filter(|fact| fact.key == FactKey::Name) {
            names.push(' ');
            names.push_str(&fact.value);
        }
        let country = facts.iter().find(|fact| fact.key == FactKey::Country);
        Some((member.id, Owner { names, country: country.map(|fact| fact.value.clone()) }))
    });
    Ok(entries.collect())
}

/// Reads the indexed part of a stored text; `None` if it is no longer stored, or if it cannot be
/// read, which is counted. Only the first such text of a batch is logged: a damaged segment holds
/// thousands.
async fn page_text(
    context: &Context,
    blob: &BlobRef,
    unreadable: &mut usize,
) -> Result<Option<String>> {
    match context.blobs.read(blob).await {
        Ok(record) => {
            let mut text = String::from_utf8_lossy(&record.block).into_owned();
            text.truncate(text.floor_char_boundary(PAGE_BYTES_MAX));
            // Many texts wait for the index; none keeps the memory of its whole page.
            text.shrink_to_fit();
            Ok(Some(text))
        }
        Err(error @ (BlobError::Full | BlobError::Io { .. })) => Err(error.into()),
        Err(error) => {
            if *unreadable == 0 {
                tracing::warn!(%error, "a page's text cannot be read and is not indexed");
            }
            *unreadable += 1;
            Ok(None)
        }
    }
}

fn of_signal(context: &Context, owner: Owner, signal: &Signal) -> SearchDocument {
    let title = context.packs.get(&signal.kind).map_or(&signal.kind, |pack| &pack.title);
    let mut text = signal.explanation.clone();
    for evidence in &signal.evidence {
        text.push('\n');
        text.push_str(&evidence.quote);
    }
    let country = signal.slots.get("country").cloned().or(owner.country);
    let country_names = country.as_deref().into_iter().flat_map(resolve::country_names);
    SearchDocument {
        kind: DocumentKind::Signal,
        entity: signal.entity,
        company: owner.names,
        title: title.clone(),
        text,
        keywords: country_names.collect::<Vec<_>>().join(" "),
        url: signal.evidence.first().map(|evidence| evidence.url.clone()).unwrap_or_default(),
        lang: Some(OUR_LANGUAGE.to_owned()),
        day: signal.start,
        signal_kind: Some(signal.kind.clone()),
        country,
    }
}

fn of_page(names: String, page: SeenPage, text: String) -> SearchDocument {
    SearchDocument {
        kind: DocumentKind::Page,
        entity: page.owner,
        company: names,
        title: page.title.unwrap_or_default(),
        text,
        keywords: String::new(),
        url: page.url,
        lang: page.lang,
        day: page.published.unwrap_or(page.observed.day()),
        signal_kind: None,
        country: None,
    }
}
