//! Changes to deliveries, texts and observations.

use std::collections::BTreeSet;

use model::{BlobRef, Digest, RawId};

use super::rows::{DATED, NOT_DATED, PageRow, PlacedClaim, RawRow, UNDATED, outcome_word};
use crate::Result;
use crate::db::value::integer;
use crate::db::{Tx, Value};

impl Tx {
    /// Stores deliveries with distinct ids. Returns the ids of those that are not duplicates.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_raws(&mut self, raws: &[RawRow]) -> Result<BTreeSet<RawId>> {
        let mut values = Vec::with_capacity(raws.len() * 11);
        for raw in raws {
            let blob = &raw.blob;
            values.extend([
                Value::from(raw.id),
                raw.kind.as_str().into(),
                (&raw.url).into(),
                raw.owner.into(),
                (&blob.segment).into(),
                integer(blob.offset)?.into(),
                integer(blob.length)?.into(),
                blob.stored.into(),
                raw.snapshot_hash.into(),
                raw.observed.into(),
                raw.taken.into(),
            ]);
        }
        let added = self
            .insert_returning(
                "INSERT INTO raw (id, kind, url, owner, segment, start, length, stored,
                   snapshot_hash, observed_us, taken_us) VALUES",
                11,
                "ON CONFLICT DO NOTHING RETURNING id",
                &values,
            )
            .await?;
        added.iter().map(|row| row.parse("id")).collect()
    }

    /// Stores the blobs of cleaned texts; a known text keeps its first blob.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_texts(&mut self, texts: &[(Digest, &BlobRef)]) -> Result<()> {
        let mut values = Vec::with_capacity(texts.len() * 5);
        for (hash, blob) in texts {
            values.extend([
                Value::from(*hash),
                (&blob.segment).into(),
                integer(blob.offset)?.into(),
                integer(blob.length)?.into(),
                blob.stored.into(),
            ]);
        }
        self.insert_many(
            "INSERT INTO cleaned_text (text_hash, segment, start, length, stored) VALUES",
            5,
            "ON CONFLICT DO NOTHING",
            &values,
        )
        .await
        .map(drop)
    }

    /// Stores page observations; duplicates are ignored. Returns the number of new ones.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_page_looks(&mut self, pages: &[PageRow]) -> Result<u64> {
        let values: Vec<Value> = pages.iter().flat_map(page_values).collect();
        self.insert_many(
            "INSERT INTO page_look (id, event, owner, url, observed_us, outcome, published_day,
               text_hash, snapshot_hash, raw, simhash, lang, title) VALUES",
            13,
            "ON CONFLICT DO NOTHING",
            &values,
        )
        .await
    }

    /// Stores the claim observations of pages; duplicates are ignored.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_claim_looks(&mut self, pages: &[(&PageRow, &[PlacedClaim])]) -> Result<()> {
        let mut values = Vec::new();
        let placed =
            pages.iter().flat_map(|(page, claims)| claims.iter().map(move |one| (page, one)));
        for (page, placed) in placed {
            values.extend(claim_values(page, placed)?);
        }
        self.insert_many(
            "INSERT INTO claim_look (id, page, event, entity, entity_key, kind, subject, slots,
               occurred_day, dated, stage, confidence, matcher, span_start, span_end, quote) VALUES",
            16,
            "ON CONFLICT DO NOTHING",
            &values,
        )
        .await
        .map(drop)
    }
}

/// Returns the values of a page's row, in the order of its columns.
pub(in crate::db) fn page_values(page: &PageRow) -> [Value; 13] {
    let observation = &page.look;
    [
        Value::from(observation.id),
        page.event.into(),
        observation.owner.into(),
        (&observation.url).into(),
        observation.observed.into(),
        outcome_word(observation.outcome).into(),
        observation.published.into(),
        observation.text_hash.into(),
        page.snapshot_hash.into(),
        page.raw.into(),
        Value::Int(page.simhash.cast_signed()),
        page.lang.as_deref().into(),
        page.title.as_deref().into(),
    ]
}

/// Returns the values of a claim's row, in the order of its columns.
pub(in crate::db) fn claim_values(page: &PageRow, placed: &PlacedClaim) -> Result<[Value; 16]> {
    let claim = &placed.claim;
    let page_day = page.look.published.filter(|_| !claim.kind.is_of_the_look());
    let occurred = claim.occurred.or(page_day);
    let dated = match occurred {
        Some(_) => DATED,
        None if placed.undated => UNDATED,
        None => NOT_DATED,
    };
    Ok([
        Value::from(placed.look),
        page.look.id.into(),
        placed.event.into(),
        placed.entity_id.into(),
        placed.entity.to_string().into(),
        claim.kind.as_str().into(),
        (&claim.subject).into(),
        serde_json::to_string(&claim.slots)?.into(),
        occurred.unwrap_or(page.look.observed.day()).into(),
        dated.into(),
        claim.stage.as_str().into(),
        i64::from(claim.confidence.get()).into(),
        (&claim.matcher).into(),
        integer(claim.span.start as u64)?.into(),
        integer(claim.span.end as u64)?.into(),
        (&placed.quote).into(),
    ])
}
