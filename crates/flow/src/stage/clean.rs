//! clean: bytes become a text, a look at the page, and looks at what it claims.
//!
//! The only stage that computes outside its transaction: pages are read on blocking threads, and
//! their texts are on the disk before any row speaks of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use model::{
    BlobRef, Claim, CleanEvent, Digest, Document, Entity, Event, Look, LookOutcome, Note, Page,
    PageLook, RawEvent, RawKind, Topic, decode,
};
use store::blob::{BlobRecord, Entry, RecordType, SegmentKind, record_id};
use store::db::{PageRow, PlacedClaim};
use store::log::Record;
use store::{Result, StoreError};

use crate::rooms::Rooms;
use crate::stages::{Input, Prepared, Step};

/// A page that was read, waiting for its transaction.
pub(crate) struct ReadPage {
    raw: RawEvent,
    owner: Entity,
    row: PageRow,
    claims: Vec<PlacedClaim>,
    /// The cleaned text; where it is kept is filled in once it is.
    text: Option<String>,
    blob: Option<BlobRef>,
    notes: Vec<Note>,
}

pub(crate) fn prepare<'a>(
    rooms: &'a Arc<Rooms>,
    records: &'a [Record],
) -> BoxFuture<'a, Vec<Prepared>> {
    Box::pin(async move {
        let mut pages = Vec::with_capacity(records.len());
        for record in records {
            pages.push(read_page(rooms, record).await);
        }
        if let Err(error) = keep_texts(rooms, &mut pages).await {
            let message = error.to_string();
            let again = || Err(StoreError::Retryable(message.clone()));
            return pages.iter().map(|_| again()).collect();
        }
        pages.into_iter().map(|page| page.map(|page| Some(Box::new(page)))).collect()
    })
}

async fn read_page(rooms: &Arc<Rooms>, record: &Record) -> Result<ReadPage> {
    let raw: RawEvent = decode(&record.record.payload)?;
    let stored = rooms.blobs.read(&raw.blob).await?;
    let (inside, bytes) = (Arc::clone(rooms), stored.block.len());
    let read = rooms.readers.read(bytes, move || read_stored(&inside, raw, &stored)).await;
    read.map_err(|error| StoreError::Work(format!("the page was not read: {error}")))?
}

/// Pure: what the stored bytes say.
fn read_stored(rooms: &Rooms, raw: RawEvent, stored: &BlobRecord) -> Result<ReadPage> {
    let poison = |error: String| StoreError::Poison(error);
    let url = stored.target.as_str();
    let (document, outcome, notes) = match raw.kind {
        RawKind::Response => read_response(rooms, &raw, stored).map_err(poison)?,
        RawKind::Event => {
            let event = crate::owner::sent_event(&stored.block).map_err(poison)?;
            let (document, notes) = clean::event(&event, raw.observed);
            (document, LookOutcome::Seen, notes)
        }
    };
    let owner = crate::owner::of(raw.kind, url, &stored.block).map_err(poison)?;
    Ok(page_of(rooms, raw, owner, document, outcome, notes))
}

fn read_response(
    rooms: &Rooms,
    raw: &RawEvent,
    stored: &BlobRecord,
) -> std::result::Result<(Document, LookOutcome, Vec<Note>), String> {
    let response = ingest::http_response(&stored.block).map_err(|error| error.to_string())?;
    let outcome = LookOutcome::of_status(response.status);
    let url = stored.target.as_str();
    if outcome != LookOutcome::Seen {
        let document = Document { url: url.to_owned(), ..Document::default() };
        return Ok((document, outcome, response.notes));
    }
    let (body, mut notes) =
        clean::decode_body(&response.headers, response.body, rooms.limits.body_bytes_max);
    notes.extend(response.notes);
    let page = Page {
        url,
        status: response.status,
        headers: &response.headers,
        body: &body,
        observed: raw.observed,
    };
    let (document, more) = clean::page(&page);
    notes.extend(more);
    Ok((document, outcome, notes))
}

fn page_of(
    rooms: &Rooms,
    raw: RawEvent,
    owner: Entity,
    document: Document,
    outcome: LookOutcome,
    mut notes: Vec<Note>,
) -> ReadPage {
    let owner_id = rooms.id_of(&owner);
    let text_hash = document.text_hash();
    let event = Event::id_of(owner_id, "page", &document.url);
    let look = PageLook {
        id: Look::id_of(event, &document.url, raw.observed, text_hash),
        owner: owner_id,
        url: document.url.clone(),
        observed: raw.observed,
        outcome,
        published: document.published,
        text_hash,
    };
    let (claims, more) = rooms.packs.claims(&document);
    notes.extend(more);
    let placed = place_all(rooms, &document, &owner, &look, claims, &mut notes);
    let row = PageRow {
        look,
        event,
        snapshot_hash: raw.snapshot_hash,
        raw: raw.raw,
        simhash: document.simhash,
        lang: document.lang.clone(),
        title: document.title().map(str::to_owned),
    };
    let text = (outcome == LookOutcome::Seen).then_some(document.text);
    ReadPage { raw, owner, row, claims: placed, text, blob: None, notes }
}

fn place_all(
    rooms: &Rooms,
    document: &Document,
    owner: &Entity,
    page: &PageLook,
    claims: Vec<Claim>,
    notes: &mut Vec<Note>,
) -> Vec<PlacedClaim> {
    // Two claims of one page about one event are one look: the first in the text stands.
    let mut placed: BTreeMap<_, PlacedClaim> = BTreeMap::new();
    for claim in claims {
        let Some(quote) = claim.span.of(&document.text) else { continue };
        let (entity, more) = resolve::place(document, owner, &claim);
        notes.extend(more);
        let entity_id = rooms.id_of(&entity);
        let event = model::ClaimLook::event_of(entity_id, &claim);
        let look = Look::id_of(event, &page.url, page.observed, page.text_hash);
        let quote = quote.to_owned();
        placed.entry(look).or_insert_with(|| PlacedClaim {
            claim,
            entity,
            entity_id,
            event,
            look,
            quote,
        });
    }
    placed.into_values().collect()
}

/// Appends the texts that are not kept yet, with one fsync for all, and notes where they are.
async fn keep_texts(rooms: &Rooms, pages: &mut [Result<ReadPage>]) -> Result<()> {
    let hashes: Vec<Digest> = pages.iter().flatten().map(|page| page.row.look.text_hash).collect();
    let known: BTreeMap<Digest, BlobRef> = rooms
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut known = BTreeMap::new();
                for hash in hashes {
                    if let Some(blob) = tx.text_blob(hash).await? {
                        known.insert(hash, blob);
                    }
                }
                Ok(known)
            })
        })
        .await?;
    let mut fresh: BTreeMap<Digest, Entry> = BTreeMap::new();
    for page in pages.iter_mut().flatten() {
        let hash = page.row.look.text_hash;
        if let Some(text) = page.text.take()
            && !known.contains_key(&hash)
        {
            fresh.entry(hash).or_insert_with(|| conversion(&page.row.look, text).into());
        }
    }
    let (hashes, records): (Vec<Digest>, Vec<Entry>) = fresh.into_iter().unzip();
    let kept = if records.is_empty() {
        Vec::new()
    } else {
        rooms.blobs.append(SegmentKind::Text, records).await?
    };
    let mut places = known;
    places.extend(hashes.into_iter().zip(kept));
    for page in pages.iter_mut().flatten() {
        page.blob = places.get(&page.row.look.text_hash).cloned();
    }
    Ok(())
}

fn conversion(look: &PageLook, text: String) -> BlobRecord {
    BlobRecord {
        record_type: RecordType::Conversion,
        id: record_id(look.id.0),
        target: look.url.clone(),
        date: look.observed,
        content_type: "text/plain; charset=utf-8".to_owned(),
        payload: Some(look.text_hash),
        headers: Vec::new(),
        block: text.into_bytes(),
    }
}

pub(crate) fn apply<'a>(step: &'a mut Step<'_>, inputs: &'a [Input]) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let pages: Vec<&ReadPage> =
            inputs.iter().filter_map(|input| input.page.as_deref()).collect();
        for page in &pages {
            step.tx.add_entity(&page.owner, page.row.look.owner).await?;
            if let Some(blob) = &page.blob {
                step.tx.add_text(page.row.look.text_hash, blob).await?;
            }
            step.tx.add_claim_looks(&page.row, &page.claims).await?;
            for note in &page.notes {
                step.tx.count(&format!("note.clean.{}", note.code), 1);
            }
        }
        let rows: Vec<PageRow> = pages.iter().map(|page| page.row.clone()).collect();
        step.tx.add_page_looks(&rows).await?;
        for page in &pages {
            let look = &page.row.look;
            let record = CleanEvent {
                raw: page.raw.raw,
                look: look.id,
                owner: look.owner,
                text_hash: look.text_hash,
                observed: look.observed,
            };
            step.emit(Topic::CleanEvents, look.owner.to_string(), look.observed, &record)?;
        }
        Ok(())
    })
}
