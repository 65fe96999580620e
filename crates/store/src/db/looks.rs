//! What was taken in (raw), how it read (cleaned text, page looks) and what it claims.

use model::{
    BlobRef, Claim, ClaimKind, ClaimLook, Digest, Entity, EntityId, EventId, Evidence, LookId,
    LookOutcome, PageLook, Permille, RawId, RawKind, SignalStage, Span, Timestamp,
};

use super::{Row, Tx, Value};
use crate::{Result, StoreError, params};

/// A delivery.
#[derive(Debug, Clone)]
pub struct RawRow {
    /// Its id.
    pub id: RawId,
    /// What the bytes are.
    pub kind: RawKind,
    /// Address.
    pub url: String,
    /// Who owns the page.
    pub owner: EntityId,
    /// Where the bytes are.
    pub blob: BlobRef,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// When it was fetched or sent.
    pub observed: Timestamp,
    /// When it was taken in by the machine's clock: what latency is measured from.
    pub taken: Timestamp,
}

/// A page as it was read.
#[derive(Debug, Clone)]
pub struct PageRow {
    /// The look.
    pub look: PageLook,
    /// The page's event.
    pub event: EventId,
    /// Digest of the payload as served.
    pub snapshot_hash: Digest,
    /// The delivery.
    pub raw: RawId,
    /// SimHash of its text.
    pub simhash: u64,
    /// ISO 639-1 code.
    pub lang: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

/// Looks at claims with the page they stand on; columns as [`to_claim_look`] reads them.
macro_rules! looks_at_claims {
    ($condition:literal) => {
        concat!(
            "SELECT c.id, c.event, c.kind, c.subject, c.slots, c.occurred_day, c.dated,
                    c.stage, c.confidence, c.matcher, c.span_start, c.span_end, c.quote,
                    p.url, p.observed_us, p.published_day, p.simhash, p.lang, p.text_hash,
                    p.snapshot_hash, o.kind, o.value
             FROM claim_look c JOIN page_look p ON p.id = c.page JOIN entity o ON o.id = p.owner ",
            $condition
        )
    };
}

impl Tx {
    /// Keeps a delivery; false when it was there already.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn add_raw(&mut self, raw: &RawRow) -> Result<bool> {
        let blob = &raw.blob;
        let added = self
            .execute(
                "INSERT INTO raw (id, kind, url, owner, segment, start, length, stored,
                                  snapshot_hash, observed_us, taken_us)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
                &params![
                    raw.id,
                    raw.kind.as_str(),
                    &raw.url,
                    raw.owner,
                    &blob.segment,
                    integer(blob.offset)?,
                    integer(blob.length)?,
                    blob.stored,
                    raw.snapshot_hash,
                    raw.observed,
                    raw.taken
                ],
            )
            .await?;
        Ok(added == 1)
    }

    /// Whether a delivery is kept.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn has_raw(&mut self, id: RawId) -> Result<bool> {
        Ok(self.query_one("SELECT 1 FROM raw WHERE id = $1", &params![id]).await?.is_some())
    }

    /// The delivery that a look at a claim was made on: where its bytes are, and their digest.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn raw_of_claim(&mut self, look: LookId) -> Result<Option<(BlobRef, Digest)>> {
        let row = self
            .query_one(
                "SELECT r.segment, r.start, r.length, r.stored, r.snapshot_hash FROM claim_look c
                 JOIN page_look p ON p.id = c.page JOIN raw r ON r.id = p.raw WHERE c.id = $1",
                &params![look],
            )
            .await?;
        row.map(|row| Ok((to_blob(&row)?, row.parse(4)?))).transpose()
    }

    /// Keeps where a cleaned text is; a text known already keeps its first place.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn add_text(&mut self, hash: Digest, blob: &BlobRef) -> Result<()> {
        self.execute(
            "INSERT INTO cleaned_text (text_hash, segment, start, length, stored)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            &params![
                hash,
                &blob.segment,
                integer(blob.offset)?,
                integer(blob.length)?,
                blob.stored
            ],
        )
        .await
        .map(drop)
    }

    /// Where a cleaned text is.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn text_blob(&mut self, hash: Digest) -> Result<Option<BlobRef>> {
        let row = self
            .query_one(
                "SELECT segment, start, length, stored FROM cleaned_text WHERE text_hash = $1",
                &params![hash],
            )
            .await?;
        row.as_ref().map(to_blob).transpose()
    }

    /// Keeps looks at pages; one seen before changes nothing.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn add_page_looks(&mut self, pages: &[PageRow]) -> Result<u64> {
        let mut values = Vec::with_capacity(pages.len() * 13);
        for page in pages {
            let look = &page.look;
            values.extend([
                Value::from(look.id),
                page.event.into(),
                look.owner.into(),
                (&look.url).into(),
                look.observed.into(),
                look.outcome.as_str().into(),
                look.published.into(),
                look.text_hash.into(),
                page.snapshot_hash.into(),
                page.raw.into(),
                Value::Int(page.simhash.cast_signed()),
                page.lang.as_deref().into(),
                page.title.as_deref().into(),
            ]);
        }
        self.insert_many(
            "INSERT INTO page_look (id, event, owner, url, observed_us, outcome, published_day,
               text_hash, snapshot_hash, raw, simhash, lang, title) VALUES",
            13,
            "ON CONFLICT DO NOTHING",
            &values,
        )
        .await
    }

    /// Keeps the looks at a page's claims; one seen before changes nothing.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn add_claim_looks(&mut self, page: &PageRow, claims: &[PlacedClaim]) -> Result<()> {
        let mut values = Vec::with_capacity(claims.len() * 16);
        for placed in claims {
            let claim = &placed.claim;
            let page_day = page.look.published.filter(|_| !claim.kind.is_of_the_look());
            let occurred = claim.occurred.or(page_day);
            values.extend([
                Value::from(placed.look),
                page.look.id.into(),
                placed.event.into(),
                placed.entity_id.into(),
                placed.entity.to_string().into(),
                claim.kind.as_str().into(),
                (&claim.subject).into(),
                serde_json::to_string(&claim.slots)?.into(),
                occurred.unwrap_or(page.look.observed.day()).into(),
                occurred.is_some().into(),
                claim.stage.as_str().into(),
                i64::from(claim.confidence.get()).into(),
                (&claim.matcher).into(),
                integer(claim.span.start as u64)?.into(),
                integer(claim.span.end as u64)?.into(),
                (&placed.quote).into(),
            ]);
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

    /// Looks at claims about an entity, oldest first; of more than `limit` the newest.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn claim_looks(&mut self, entity: EntityId, limit: i64) -> Result<Vec<ClaimLook>> {
        let rows = self
            .query(
                looks_at_claims!(
                    "WHERE c.entity = $1 ORDER BY p.observed_us DESC, c.id DESC LIMIT $2"
                ),
                &params![entity, limit],
            )
            .await?;
        rows.iter().rev().map(|row| to_claim_look(entity, row)).collect()
    }

    /// What facts are made of: every look at an entity's profile and at traces of its tools.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn profile_looks(&mut self, entity: EntityId) -> Result<Vec<ClaimLook>> {
        let rows = self
            .query(
                looks_at_claims!(
                    "WHERE c.entity = $1 AND c.kind IN ('profile', 'tech_trace')
                 ORDER BY p.observed_us, c.id"
                ),
                &params![entity],
            )
            .await?;
        rows.iter().map(|row| to_claim_look(entity, row)).collect()
    }

    /// Looks at an owner's pages, oldest first. Of more than `limit` the newest are
    /// given, for they close openings and correct claims, and as many of the oldest, for they tell
    /// what is new.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn page_looks_of(&mut self, owner: EntityId, limit: i64) -> Result<Vec<PageLook>> {
        let newest = self
            .query(
                "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                 FROM page_look WHERE owner = $1
                 ORDER BY observed_us DESC, id DESC LIMIT $2",
                &params![owner, limit],
            )
            .await?;
        let mut looks: Vec<PageLook> = newest.iter().map(to_page_look).collect::<Result<_>>()?;
        if i64::try_from(looks.len()).unwrap_or(i64::MAX) >= limit {
            let oldest = self
                .query(
                    "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                     FROM page_look WHERE owner = $1
                     ORDER BY observed_us, id LIMIT $2",
                    &params![owner, limit],
                )
                .await?;
            looks.extend(oldest.iter().map(to_page_look).collect::<Result<Vec<_>>>()?);
        }
        looks.sort_by_key(|look| (look.observed, look.id));
        looks.dedup_by_key(|look| look.id);
        Ok(looks)
    }

    /// Looks at one address, oldest first.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn page_looks_at(&mut self, url: &str) -> Result<Vec<PageLook>> {
        let rows = self
            .query(
                "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                 FROM page_look WHERE url = $1 ORDER BY observed_us, id",
                &params![url],
            )
            .await?;
        rows.iter().map(to_page_look).collect()
    }

    /// The entities that have claims on any look at the address of a given look.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn entities_at_address_of(
        &mut self,
        look: LookId,
    ) -> Result<Vec<(EntityId, Entity)>> {
        let rows = self
            .query(
                "SELECT DISTINCT c.entity, c.entity_key FROM page_look me
                 JOIN page_look p ON p.url = me.url JOIN claim_look c ON c.page = p.id
                 WHERE me.id = $1 ORDER BY c.entity_key",
                &params![look],
            )
            .await?;
        rows.iter().map(|row| Ok((row.parse(0)?, row.parse(1)?))).collect()
    }
}

/// A claim with the entity it is about.
#[derive(Debug, Clone)]
pub struct PlacedClaim {
    /// The claim.
    pub claim: Claim,
    /// Who it is about.
    pub entity: Entity,
    /// Its keyed hash.
    pub entity_id: EntityId,
    /// The event.
    pub event: EventId,
    /// The look.
    pub look: LookId,
    /// The words at the claim's span.
    pub quote: String,
}

pub(super) fn integer(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| StoreError::Fatal("a number beyond 2^63".to_owned()))
}

fn to_blob(row: &Row) -> Result<BlobRef> {
    Ok(BlobRef {
        segment: row.text(0)?.to_owned(),
        offset: row.int_as(1)?,
        length: row.int_as(2)?,
        stored: row.parse(3)?,
    })
}

pub(super) fn known<T>(value: Option<T>, what: &str) -> Result<T> {
    value.ok_or_else(|| StoreError::Fatal(format!("an unknown {what} in a row")))
}

fn to_page_look(row: &Row) -> Result<PageLook> {
    Ok(PageLook {
        id: row.parse(0)?,
        owner: row.parse(1)?,
        url: row.text(2)?.to_owned(),
        observed: row.time(3)?,
        outcome: known(LookOutcome::parse(row.text(4)?), "outcome")?,
        published: row.opt_day(5)?,
        text_hash: row.parse(6)?,
    })
}

fn to_claim_look(entity: EntityId, row: &Row) -> Result<ClaimLook> {
    Ok(ClaimLook {
        event: row.parse(1)?,
        entity,
        kind: known(ClaimKind::parse(row.text(2)?), "claim kind")?,
        subject: row.text(3)?.to_owned(),
        slots: row.json(4)?,
        occurred: row.day(5)?,
        dated: row.int(6)? != 0,
        stage: known(SignalStage::parse(row.text(7)?), "stage")?,
        confidence: Permille::new(row.int_as(8)?),
        matcher: row.text(9)?.to_owned(),
        source: format!("{}:{}", row.text(20)?, row.text(21)?)
            .parse()
            .map_err(|error| StoreError::Fatal(format!("{error}")))?,
        page_published: row.opt_day(15)?,
        simhash: row.int(16)?.cast_unsigned(),
        lang: row.opt_text(17)?.map(str::to_owned),
        evidence: Evidence {
            look: row.parse(0)?,
            url: row.text(13)?.to_owned(),
            snapshot_hash: row.parse(19)?,
            text_hash: row.parse(18)?,
            span: Span { start: row.int_as(10)?, end: row.int_as(11)? },
            quote: row.text(12)?.to_owned(),
            observed: row.time(14)?,
        },
    })
}
