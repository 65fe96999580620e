//! Queries about runs, and comparisons of readings with the stored ones.

use std::collections::BTreeMap;

use model::{EntityId, ObservationId, RawEvent, RawId};

use super::rows::{
    ConcernedEntity, PageReading, RenamedEntity, RereadRun, StoredClaim, StoredReading,
    to_concerned, to_raw_event, to_run, to_stored_claim,
};
use crate::Result;
use crate::db::tx::{each_of, one_of};
use crate::db::{ReadTx, Row, Value, params};

/// The columns of a run.
macro_rules! runs {
    ($condition:literal) => {
        concat!(
            "SELECT id, rules, since_us, owner, state, after, pages, differing, expired, unreadable
             FROM reread_run ",
            $condition
        )
    };
}

/// The number of columns of a page's row, and of a claim's.
const PAGE_COLUMNS: usize = 13;
const CLAIM_COLUMNS: usize = 16;

impl ReadTx {
    /// Finds the run that has not ended, if there is one.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn open_reread(&mut self) -> Result<Option<RereadRun>> {
        let sql = runs!(
            "WHERE state IN ('reading', 'ready', 'joining', 'replacing', 'waking')
             ORDER BY id LIMIT 1"
        );
        self.query_one(sql, &[]).await?.as_ref().map(to_run).transpose()
    }

    /// Finds a run.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn reread(&mut self, id: &str) -> Result<Option<RereadRun>> {
        let row = self.query_one(runs!("WHERE id = $1"), &params![id]).await?;
        row.as_ref().map(to_run).transpose()
    }

    /// Counts all runs.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn reread_count(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM reread_run", &[]).await
    }

    /// Lists the next captures that a run has to read, in the order of ids, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn captures_to_reread(
        &mut self,
        run: &RereadRun,
        limit: i64,
    ) -> Result<Vec<RawEvent>> {
        let rows = self
            .query(
                "SELECT id, kind, owner, segment, start, length, stored, snapshot_hash, observed_us
                 FROM raw WHERE id > $1 AND observed_us >= $2 AND ($3 = '' OR owner = $3)
                 ORDER BY id LIMIT $4",
                &params![&run.after, run.since, owner_text(run), limit],
            )
            .await?;
        rows.iter().map(to_raw_event).collect()
    }

    /// Finds captures by id, in the order of the ids.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn captures(&mut self, ids: &[RawId]) -> Result<Vec<Option<RawEvent>>> {
        let rows = self
            .query_many(
                "SELECT id, kind, owner, segment, start, length, stored, snapshot_hash, observed_us
                 FROM raw WHERE id IN ({keys})",
                &[],
                ids.iter().copied(),
            )
            .await?;
        one_of(ids, rows.iter().map(|row| to_raw_event(row).map(|raw| (raw.raw, raw))))
    }

    /// Finds the stored readings of the captures of these readings, in their order, and compares
    /// them. Each capture occurs once.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn stored_readings(
        &mut self,
        readings: &[PageReading],
    ) -> Result<Vec<StoredReading>> {
        let raws: Vec<RawId> = readings.iter().map(|reading| reading.page.raw).collect();
        let pages = self.pages_of_captures(&raws).await?;
        let ids: Vec<String> =
            pages.iter().flatten().map(|page| page.string("id")).collect::<Result<_>>()?;
        let claims = self.claims_on_pages(&ids).await?;
        // Two captures of one address, time and text are one page, which is stored with the first.
        let unknown = readings.iter().zip(&pages).filter(|(_, page)| page.is_none());
        let unknown: Vec<ObservationId> =
            unknown.map(|(reading, _)| reading.page.look.id).collect();
        let shared = self
            .query_many("SELECT id FROM page_look WHERE id IN ({keys})", &[], unknown)
            .await?
            .iter()
            .map(|row| row.parse::<ObservationId>("id"))
            .collect::<Result<Vec<_>>>()?;
        let mut stored = Vec::with_capacity(readings.len());
        for (reading, page) in readings.iter().zip(&pages) {
            let Some(page) = page else {
                let is_same = shared.contains(&reading.page.look.id);
                stored.push(StoredReading { is_same, owner: None, claims: Vec::new() });
                continue;
            };
            let rows = claims.get(page.text("id")?).map_or(&[][..], Vec::as_slice);
            let mut values = vec![leading(page, PAGE_COLUMNS)];
            values.extend(rows.iter().map(|row| leading(row, CLAIM_COLUMNS)));
            let claims: Vec<StoredClaim> =
                rows.iter().map(to_stored_claim).collect::<Result<_>>()?;
            let is_same = values == reading.values()?;
            stored.push(StoredReading { is_same, owner: Some(page.parse("owner")?), claims });
        }
        Ok(stored)
    }

    /// Finds the page of each of these captures, in their order.
    async fn pages_of_captures(&mut self, raws: &[RawId]) -> Result<Vec<Option<Row>>> {
        let rows = self
            .query_many(
                "SELECT id, event, owner, url, observed_us, outcome, published_day, text_hash,
                   snapshot_hash, raw, simhash, lang, title
                 FROM page_look WHERE raw IN ({keys})",
                &[],
                raws.iter().copied(),
            )
            .await?;
        one_of(raws, rows.into_iter().map(|row| Ok((row.parse("raw")?, row))))
    }

    /// Lists the claims on each of these pages, sorted by id.
    async fn claims_on_pages(&mut self, pages: &[String]) -> Result<BTreeMap<String, Vec<Row>>> {
        let rows = self
            .query_many(
                "SELECT id, page, event, entity, entity_key, kind, subject, slots, occurred_day,
                   dated, stage, confidence, matcher, span_start, span_end, quote
                 FROM claim_look WHERE page IN ({keys}) ORDER BY id",
                &[],
                pages,
            )
            .await?;
        let by_page = each_of(pages, rows.into_iter().map(|row| Ok((row.string("page")?, row))))?;
        Ok(pages.iter().cloned().zip(by_page).collect())
    }

    /// Lists the readings of a run after a capture, in the order of captures, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn differing_readings(
        &mut self,
        run: &RereadRun,
        after: &str,
        limit: i64,
    ) -> Result<Vec<PageReading>> {
        let rows = self
            .query(
                "SELECT reading FROM reread_page WHERE run = $1 AND raw > $2
                 ORDER BY raw LIMIT $3",
                &params![&run.id, after, limit],
            )
            .await?;
        rows.iter().map(|row| row.json("reading")).collect()
    }

    /// Lists the captures of a run that are read differently, in their order, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn differing_captures(&mut self, run: &RereadRun, limit: i64) -> Result<Vec<RawId>> {
        let sql = "SELECT raw FROM reread_page WHERE run = $1 ORDER BY raw LIMIT $2";
        let rows = self.query(sql, &params![&run.id, limit]).await?;
        rows.iter().map(|row| row.parse("raw")).collect()
    }

    /// Finds which of these entities a run concerns, sorted.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn reread_entities_among(
        &mut self,
        run: &RereadRun,
        entities: &[EntityId],
    ) -> Result<Vec<EntityId>> {
        let rows = self
            .query_many(
                "SELECT DISTINCT entity FROM reread_entity WHERE run = $1 AND entity IN ({keys})",
                &params![&run.id],
                entities.iter().copied(),
            )
            .await?;
        let mut found: Vec<EntityId> =
            rows.iter().map(|row| row.parse("entity")).collect::<Result<_>>()?;
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Lists the readings of a run that concern any of these entities, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn differing_readings_about(
        &mut self,
        run: &RereadRun,
        entities: &[EntityId],
        limit: usize,
    ) -> Result<Vec<PageReading>> {
        let rows = self
            .query_many(
                "SELECT DISTINCT raw FROM reread_entity WHERE run = $1 AND entity IN ({keys})",
                &params![&run.id],
                entities.iter().copied(),
            )
            .await?;
        let mut raws: Vec<String> =
            rows.iter().map(|row| row.string("raw")).collect::<Result<_>>()?;
        raws.sort();
        raws.dedup();
        raws.truncate(limit);
        let rows = self
            .query_many(
                "SELECT reading FROM reread_page WHERE run = $1 AND raw IN ({keys})",
                &params![&run.id],
                raws,
            )
            .await?;
        rows.iter().map(|row| row.json("reading")).collect()
    }

    /// Lists the entities that a run's readings of these captures concern, each as often as it does.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn reread_entities_of(
        &mut self,
        run: &RereadRun,
        raws: &[RawId],
    ) -> Result<Vec<ConcernedEntity>> {
        let rows = self
            .query_many(
                "SELECT entity, entity_key, former FROM reread_entity
                 WHERE run = $1 AND raw IN ({keys})",
                &params![&run.id],
                raws.iter().copied(),
            )
            .await?;
        rows.iter().map(to_concerned).collect()
    }

    /// Lists the ids of the entities that a run concerns after `after`, sorted, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn reread_entities_after(
        &mut self,
        run: &RereadRun,
        after: &str,
        limit: i64,
    ) -> Result<Vec<EntityId>> {
        let rows = self
            .query(
                "SELECT DISTINCT entity FROM reread_entity WHERE run = $1 AND entity > $2
                 ORDER BY entity LIMIT $3",
                &params![&run.id, after, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse("entity")).collect()
    }

    /// Lists the entities that a run concerns and whose words named any of these entities before,
    /// sorted.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn reread_heirs_of(
        &mut self,
        run: &RereadRun,
        formers: &[EntityId],
    ) -> Result<Vec<EntityId>> {
        let rows = self
            .query_many(
                "SELECT DISTINCT entity FROM reread_entity WHERE run = $1 AND former IN ({keys})",
                &params![&run.id],
                formers.iter().copied(),
            )
            .await?;
        let mut heirs: Vec<EntityId> =
            rows.iter().map(|row| row.parse("entity")).collect::<Result<_>>()?;
        heirs.sort();
        heirs.dedup();
        Ok(heirs)
    }

    /// Lists the entities that the words of an entity of a run named before.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn reread_formers_of(
        &mut self,
        run: &RereadRun,
        entity: EntityId,
    ) -> Result<Vec<EntityId>> {
        let sql = "SELECT DISTINCT former FROM reread_entity
             WHERE run = $1 AND entity = $2 AND former IS NOT NULL ORDER BY former";
        let rows = self.query(sql, &params![&run.id, entity]).await?;
        rows.iter().map(|row| row.parse("former")).collect()
    }

    /// Finds which of these entities of a run are others under a new name: the words named one
    /// entity before, those of no other entity did, and no page of the run names that one still.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn renamed_entities(
        &mut self,
        run: &RereadRun,
        entities: &[EntityId],
    ) -> Result<Vec<RenamedEntity>> {
        let rows = self
            .query_many(
                "SELECT DISTINCT entity, entity_key, former FROM reread_entity
                 WHERE run = $1 AND former IS NOT NULL AND entity_key IS NOT NULL
                   AND entity IN ({keys})",
                &params![&run.id],
                entities.iter().copied(),
            )
            .await?;
        let mut renamed = Vec::new();
        for row in &rows {
            let one = RenamedEntity {
                entity: row.parse("entity_key")?,
                id: row.parse("entity")?,
                former: row.parse("former")?,
            };
            if self.reread_heirs_of(run, &[one.former]).await? == [one.id]
                && !self.is_still_named(run, one.former).await?
            {
                renamed.push(one);
            }
        }
        renamed.sort_by_key(|one| (one.id, one.former));
        Ok(renamed)
    }

    /// Checks whether a page that a run reads names an entity, by its new reading or by the stored
    /// one, which is the same.
    async fn is_still_named(&mut self, run: &RereadRun, entity: EntityId) -> Result<bool> {
        let newly = "SELECT 1 FROM reread_entity
             WHERE run = $1 AND entity = $2 AND entity_key IS NOT NULL LIMIT 1";
        if self.query_one(newly, &params![&run.id, entity]).await?.is_some() {
            return Ok(true);
        }
        let as_before = "SELECT 1 FROM claim_look c JOIN page_look p ON p.id = c.page
             JOIN raw r ON r.id = p.raw
             WHERE c.entity = $2 AND p.observed_us >= $3 AND ($4 = '' OR r.owner = $4)
               AND NOT EXISTS (SELECT 1 FROM reread_page d WHERE d.run = $1 AND d.raw = p.raw)
             LIMIT 1";
        let params = params![&run.id, entity, run.since, owner_text(run)];
        Ok(self.query_one(as_before, &params).await?.is_some())
    }
}

/// Returns the stored form of a run's owner.
pub(super) fn owner_text(run: &RereadRun) -> String {
    run.owner.map(|owner| owner.to_string()).unwrap_or_default()
}

fn leading(row: &Row, columns: usize) -> Vec<Value> {
    row.values().iter().take(columns).cloned().collect()
}
