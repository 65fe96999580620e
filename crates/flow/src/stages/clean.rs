//! clean: turns bytes into a text, an observation of the page, and observations of its claims.
//!
//! The only stage that computes outside its transaction: pages are read on blocking threads, and
//! their texts are on disk before any row refers to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::detect::Packs;
use ::resolve::{NameLinks, SITE_LINK_SLOT};
use engine::{Input, Stage, Step};
use ingest::{PageCache, Readers};
use model::{
    Actor, BlobRef, Claim, CleanEvent, Digest, Document, Entity, EntityId, EntityKind, Event,
    InstallKey, Note, Observation, ObservationOutcome, PageObservation, RawEvent, RawKind, Topic,
    decode,
};
use store::blob::{BlobRecord, BlobStore, Entry, RecordType, SegmentKind, record_id};
use store::db::{Db, PageReading, PageRow, PlacedClaim};
use store::log::Record;
use store::{Result, StoreError};

use crate::context::Context;
use crate::latency::LatencyMeter;

/// The maximum number of bytes of texts that a batch holds before they are stored.
const TEXTS_BYTES_MAX: usize = 4 << 20;

pub(crate) struct Clean {
    db: Db,
    blobs: Arc<dyn BlobStore>,
    readers: Readers,
    reader: Arc<PageReader>,
}

/// The configuration for reading pages, shared with the reading threads.
struct PageReader {
    packs: Arc<Packs>,
    key: InstallKey,
    /// The pages that the crawler has read already.
    pages: PageCache,
    /// The maximum size of a body, in bytes.
    body_bytes_max: usize,
}

impl PageReader {
    fn id_of(&self, entity: &Entity) -> EntityId {
        entity.id(&self.key)
    }
}

/// The owner of a page.
struct PageOwner {
    entity: Entity,
    /// Whether the team follows its site, so that it is known to be a company's own.
    is_followed: bool,
}

/// A page that was read, to be stored in the transaction.
pub(crate) struct ReadPage {
    raw: RawEvent,
    owner: Entity,
    row: PageRow,
    claims: Vec<PlacedClaim>,
    /// The cleaned text; `blob` is set once it is stored.
    text: Option<String>,
    blob: Option<BlobRef>,
    notes: Vec<Note>,
}

impl ReadPage {
    /// Returns the rows, without the text.
    pub(crate) fn into_reading(self) -> PageReading {
        PageReading { page: self.row, claims: self.claims }
    }

    /// Returns the owner.
    pub(crate) fn owner(&self) -> &Entity {
        &self.owner
    }

    /// Returns the digest of the text.
    pub(crate) fn text_hash(&self) -> Digest {
        self.row.look.text_hash
    }

    /// Returns where the text is stored, once it is.
    pub(crate) fn blob(&self) -> Option<&BlobRef> {
        self.blob.as_ref()
    }
}

impl Clean {
    pub(super) fn new(context: &Context, _: &Arc<LatencyMeter>) -> Self {
        Self::with(context)
    }

    /// Creates a reader of captures.
    pub(crate) fn with(context: &Context) -> Self {
        Self {
            db: context.db.clone(),
            blobs: Arc::clone(&context.blobs),
            readers: context.readers.clone(),
            reader: Arc::new(PageReader {
                packs: Arc::clone(&context.packs),
                key: context.key.clone(),
                pages: context.pages.clone(),
                body_bytes_max: context.limits.body_bytes_max,
            }),
        }
    }

    async fn read_page(&self, record: &Record) -> Result<ReadPage> {
        let raw: RawEvent = decode(&record.record.payload)?;
        let stored = self.blobs.read(&raw.blob).await?;
        self.read_capture(raw, stored).await
    }

    /// Reads a capture from its stored bytes.
    ///
    /// # Errors
    /// When the bytes are no page and no event.
    pub(crate) async fn read_capture(&self, raw: RawEvent, stored: BlobRecord) -> Result<ReadPage> {
        let owner = crate::owner::of(raw.kind, &stored.target, &stored.block);
        let owner = owner.map_err(StoreError::poison)?;
        let domain = owner.value.clone();
        let is_domain = owner.kind == EntityKind::Domain;
        let is_followed = is_domain
            && self
                .db
                .read(move |tx| Box::pin(async move { tx.is_followed(&domain).await }))
                .await?;
        let owner = PageOwner { entity: owner, is_followed };
        let (reader, bytes) = (Arc::clone(&self.reader), stored.block.len());
        let read =
            self.readers.read(bytes, move || read_stored(&reader, raw, owner, &stored)).await;
        read.map_err(|error| StoreError::work(format!("the page could not be read: {error}")))?
    }
}

impl Stage for Clean {
    const NAME: &'static str = "clean";
    const INPUT: Topic = Topic::RawEvents;
    const OUTPUT: Option<Topic> = Some(Topic::CleanEvents);
    const BATCH: usize = 16;
    type Prepared = ReadPage;

    async fn prepare(&self, records: &[Record]) -> Vec<Result<ReadPage>> {
        let mut pages = Vec::with_capacity(records.len());
        let (mut stored, mut bytes) = (0, 0);
        for record in records {
            let page = self.read_page(record).await;
            bytes += page.as_ref().map_or(0, |page| page.text.as_ref().map_or(0, String::len));
            pages.push(page);
            // A batch of long texts is not held in memory until its end.
            if bytes > TEXTS_BYTES_MAX {
                self.store_or_fail(pages.get_mut(stored..).unwrap_or_default()).await;
                (stored, bytes) = (pages.len(), 0);
            }
        }
        self.store_or_fail(pages.get_mut(stored..).unwrap_or_default()).await;
        pages
    }

    async fn apply(&self, step: &mut Step<'_>, inputs: &[Input<ReadPage>]) -> Result<()> {
        let pages: Vec<&ReadPage> = inputs.iter().map(|input| &input.prepared).collect();
        let owners: BTreeMap<EntityId, &Entity> =
            pages.iter().map(|page| (page.row.look.owner, &page.owner)).collect();
        let owners: Vec<(&Entity, EntityId)> =
            owners.into_iter().map(|(id, entity)| (entity, id)).collect();
        step.tx.add_entities(&owners).await?;
        let texts: BTreeMap<Digest, &BlobRef> = pages
            .iter()
            .filter_map(|page| Some((page.row.look.text_hash, page.blob.as_ref()?)))
            .collect();
        let texts: Vec<(Digest, &BlobRef)> = texts.into_iter().collect();
        step.tx.add_texts(&texts).await?;
        let claims: Vec<(&PageRow, &[PlacedClaim])> =
            pages.iter().map(|page| (&page.row, page.claims.as_slice())).collect();
        step.tx.add_claim_looks(&claims).await?;
        for note in pages.iter().flat_map(|page| &page.notes) {
            step.tx.count(&format!("note.clean.{}", note.code), 1);
        }
        let rows: Vec<PageRow> = pages.iter().map(|page| page.row.clone()).collect();
        step.tx.add_page_looks(&rows).await?;
        for page in &pages {
            let observation = &page.row.look;
            let record = CleanEvent {
                raw: page.raw.raw,
                look: observation.id,
                owner: observation.owner,
                text_hash: observation.text_hash,
                observed: observation.observed,
            };
            step.emit(
                Topic::CleanEvents,
                observation.owner.to_string(),
                observation.observed,
                &record,
            )?;
        }
        Ok(())
    }

    fn warm_up(&self) {
        self.reader.packs.compile();
    }
}

impl Clean {
    /// Stores the texts of the pages; an error becomes the result of the first page.
    async fn store_or_fail(&self, pages: &mut [Result<ReadPage>]) {
        if !pages.is_empty()
            && let Err(error) = self.store_texts(pages).await
            && let Some(first) = pages.first_mut()
        {
            // The batch fails as a whole. Unless it is retried, the runner processes it record by
            // record, so that only the refused text becomes a dead letter.
            *first = Err(error);
        }
    }

    /// Appends the texts that are not stored yet, with one fsync for all, and sets their blobs.
    ///
    /// # Errors
    /// When a store fails.
    pub(crate) async fn store_texts(&self, pages: &mut [Result<ReadPage>]) -> Result<()> {
        let hashes: Vec<Digest> =
            pages.iter().flatten().map(|page| page.row.look.text_hash).collect();
        let stored: BTreeMap<Digest, BlobRef> = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let blobs = tx.text_blobs(&hashes).await?;
                    let stored = hashes.into_iter().zip(blobs);
                    Ok(stored.filter_map(|(hash, blob)| Some((hash, blob?))).collect())
                })
            })
            .await?;
        let mut new_entries: BTreeMap<Digest, Entry> = BTreeMap::new();
        for page in pages.iter_mut().flatten() {
            let hash = page.row.look.text_hash;
            if let Some(text) = page.text.take()
                && !stored.contains_key(&hash)
            {
                new_entries.entry(hash).or_insert_with(|| conversion(&page.row.look, text).into());
            }
        }
        let (hashes, records): (Vec<Digest>, Vec<Entry>) = new_entries.into_iter().unzip();
        let written = if records.is_empty() {
            Vec::new()
        } else {
            self.blobs.append(SegmentKind::Text, records).await?
        };
        let mut blobs_by_hash = stored;
        blobs_by_hash.extend(hashes.into_iter().zip(written));
        for page in pages.iter_mut().flatten() {
            page.blob = blobs_by_hash.get(&page.row.look.text_hash).cloned();
        }
        Ok(())
    }
}

/// Reads a stored page or event. Pure.
fn read_stored(
    reader: &PageReader,
    raw: RawEvent,
    owner: PageOwner,
    stored: &BlobRecord,
) -> Result<ReadPage> {
    let poison = |error: String| StoreError::poison(error);
    let url = stored.target.as_str();
    let (document, outcome, notes) = match raw.kind {
        RawKind::Response => {
            let read = reader.pages.read(url, raw.observed, &stored.block, reader.body_bytes_max);
            let read = read.map_err(poison)?;
            (read.document, read.outcome, read.notes)
        }
        RawKind::Event => {
            let event = crate::owner::sent_event(&stored.block).map_err(poison)?;
            let (document, notes) = ::clean::event(&event, raw.observed);
            (document, ObservationOutcome::Changed, notes)
        }
    };
    Ok(page_of(reader, raw, owner, document, outcome, notes))
}

fn page_of(
    reader: &PageReader,
    raw: RawEvent,
    owner: PageOwner,
    document: Document,
    outcome: ObservationOutcome,
    mut notes: Vec<Note>,
) -> ReadPage {
    let owner_id = reader.id_of(&owner.entity);
    let text_hash = document.text_hash();
    let event = Event::id_of(owner_id, "page", &document.url);
    let observation = PageObservation {
        id: Observation::id_of(event, &document.url, raw.observed, text_hash),
        owner: owner_id,
        url: document.url.clone(),
        observed: raw.observed,
        outcome,
        published: document.published,
        text_hash,
    };
    let (claims, more) = reader.packs.claims(&document);
    notes.extend(more);
    let placed = place_all(reader, &document, &owner, &observation, claims, &mut notes);
    let row = PageRow {
        look: observation,
        event,
        snapshot_hash: raw.snapshot_hash,
        raw: raw.raw,
        simhash: document.simhash,
        lang: document.lang.clone(),
        title: document.title().map(str::to_owned),
    };
    let text = outcome.is_present().then_some(document.text);
    ReadPage { raw, owner: owner.entity, row, claims: placed, text, blob: None, notes }
}

fn place_all(
    reader: &PageReader,
    document: &Document,
    owner: &PageOwner,
    page: &PageObservation,
    claims: Vec<Claim>,
    notes: &mut Vec<Note>,
) -> Vec<PlacedClaim> {
    // Two claims of one page about one event are one observation: the first in the text is kept.
    let mut placed: BTreeMap<_, PlacedClaim> = BTreeMap::new();
    let mut left_out = 0;
    let mut links: Option<NameLinks<'_>> = None;
    for mut claim in claims {
        let Some(quote) = claim.span.of(&document.text) else { continue };
        let (entity, more) = ::resolve::place(document, &owner.entity, owner.is_followed, &claim);
        notes.extend(more);
        if entity.kind == EntityKind::Publisher {
            left_out += 1;
            continue;
        }
        if entity.kind == EntityKind::Name
            && let Actor::Named { name, .. } = &claim.actor
        {
            let links = links.get_or_insert_with(|| NameLinks::of(document, &owner.entity));
            if let Some(site) = links.site_of(name) {
                claim.slots.insert(SITE_LINK_SLOT.to_owned(), site);
            }
        }
        let entity_id = reader.id_of(&entity);
        let event = model::ClaimObservation::event_of(entity_id, &claim);
        let observation_id = Observation::id_of(event, &page.url, page.observed, page.text_hash);
        let quote = quote.to_owned();
        let undated =
            document.undated && claim.occurred.is_none() && ::detect::is_dated_by_page(claim.kind);
        placed.entry(observation_id).or_insert_with(|| PlacedClaim {
            claim,
            entity,
            entity_id,
            event,
            look: observation_id,
            quote,
            undated,
        });
    }
    if left_out > 0 {
        let owner = &owner.entity;
        let detail = format!("{left_out} claims about {owner}, which is no company, are left out");
        notes.push(Note::new("publisher_claims", detail));
    }
    placed.into_values().collect()
}

fn conversion(observation: &PageObservation, text: String) -> BlobRecord {
    BlobRecord {
        record_type: RecordType::Conversion,
        id: record_id(observation.id.0),
        target: observation.url.clone(),
        date: observation.observed,
        content_type: "text/plain; charset=utf-8".to_owned(),
        payload: Some(observation.text_hash),
        headers: Vec::new(),
        block: text.into_bytes(),
    }
}
