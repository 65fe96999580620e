//! Queries about deliveries, texts and observations.

use model::{
    BlobRef, ClaimObservation, Digest, Entity, EntityId, ObservationId, PageObservation, RawId,
    Timestamp,
};

use super::rows::{
    PageAbout, PageSeen, claim_look_columns, claim_look_tables, to_blob, to_claim_look,
    to_page_about, to_page_look, to_page_seen,
};
use crate::Result;
use crate::db::tx::{each_of, one_of};
use crate::db::{ReadTx, params};

impl ReadTx {
    /// Checks whether a delivery is stored.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn has_raw(&mut self, id: RawId) -> Result<bool> {
        Ok(self.query_one("SELECT 1 FROM raw WHERE id = $1", &params![id]).await?.is_some())
    }

    /// Checks for each of these deliveries, in their order, whether it is stored.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn has_raws(&mut self, ids: &[RawId]) -> Result<Vec<bool>> {
        let rows = self
            .query_many("SELECT id FROM raw WHERE id IN ({keys})", &[], ids.iter().copied())
            .await?;
        let existing = one_of(ids, rows.iter().map(|row| Ok((row.parse("id")?, ()))))?;
        Ok(existing.into_iter().map(|found| found.is_some()).collect())
    }

    /// Finds when the newest capture in a segment was taken in, by the machine's clock; 1970 if that
    /// is not known, and `None` if there is no capture.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn newest_capture_in(&mut self, segment: &str) -> Result<Option<Timestamp>> {
        let sql = "SELECT MAX(COALESCE(taken_us, 0)) AS newest_us FROM raw WHERE segment = $1";
        let row = self.query_one(sql, &params![segment]).await?;
        row.map_or(Ok(None), |row| row.opt_time("newest_us"))
    }

    /// Finds the delivery of a claim observation: where its bytes are, and their digest.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn raw_of_claim(
        &mut self,
        observation: ObservationId,
    ) -> Result<Option<(BlobRef, Digest)>> {
        Ok(self.raws_of_claims(&[observation]).await?.pop().flatten())
    }

    /// Finds the deliveries of these claim observations, in their order: where their bytes are,
    /// and their digests.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn raws_of_claims(
        &mut self,
        observations: &[ObservationId],
    ) -> Result<Vec<Option<(BlobRef, Digest)>>> {
        let rows = self
            .query_many(
                "SELECT c.id, r.segment, r.start, r.length, r.stored, r.snapshot_hash
                 FROM claim_look c JOIN page_look p ON p.id = c.page JOIN raw r ON r.id = p.raw
                 WHERE c.id IN ({keys})",
                &[],
                observations.iter().copied(),
            )
            .await?;
        one_of(
            observations,
            rows.iter()
                .map(|row| Ok((row.parse("id")?, (to_blob(row)?, row.parse("snapshot_hash")?)))),
        )
    }

    /// Finds the delivery of a page by its address, the time of its observation and the digest of
    /// its payload: where its bytes are, and that digest. Unlike the ids of observations, they are
    /// the same however the page is read.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn raw_of_page(
        &mut self,
        url: &str,
        observed: Timestamp,
        snapshot_hash: Digest,
    ) -> Result<Option<(BlobRef, Digest)>> {
        let row = self
            .query_one(
                "SELECT r.segment, r.start, r.length, r.stored, r.snapshot_hash
                 FROM page_look p JOIN raw r ON r.id = p.raw
                 WHERE p.url = $1 AND p.observed_us = $2 AND r.snapshot_hash = $3 LIMIT 1",
                &params![url, observed, snapshot_hash],
            )
            .await?;
        row.map(|row| Ok((to_blob(&row)?, row.parse("snapshot_hash")?))).transpose()
    }

    /// Finds the blob of a cleaned text.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn text_blob(&mut self, hash: Digest) -> Result<Option<BlobRef>> {
        Ok(self.text_blobs(&[hash]).await?.pop().flatten())
    }

    /// Finds the blob of each of these cleaned texts, in their order.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn text_blobs(&mut self, hashes: &[Digest]) -> Result<Vec<Option<BlobRef>>> {
        let rows = self
            .query_many(
                "SELECT text_hash, segment, start, length, stored FROM cleaned_text
                 WHERE text_hash IN ({keys})",
                &[],
                hashes.iter().copied(),
            )
            .await?;
        one_of(hashes, rows.iter().map(|row| Ok((row.parse("text_hash")?, to_blob(row)?))))
    }

    /// Lists the claim observations about an entity, oldest first; only the newest `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn claim_looks(
        &mut self,
        entity: EntityId,
        limit: i64,
    ) -> Result<Vec<ClaimObservation>> {
        let rows = self
            .query(
                concat!(
                    "SELECT ",
                    claim_look_columns!(),
                    " FROM ",
                    claim_look_tables!(),
                    " WHERE c.entity = $1 ORDER BY p.observed_us DESC, c.id DESC LIMIT $2"
                ),
                &params![entity, limit],
            )
            .await?;
        rows.iter().rev().map(to_claim_look).collect()
    }

    /// Lists the claim observations about each of these entities, in their order, as
    /// [`claim_looks`](Self::claim_looks) does. A repeated entity gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn claim_looks_of(
        &mut self,
        entities: &[EntityId],
        limit: i64,
    ) -> Result<Vec<Vec<ClaimObservation>>> {
        if let [entity] = entities {
            return Ok(vec![self.claim_looks(*entity, limit).await?]);
        }
        let rows = self
            .query_many(
                concat!(
                    "SELECT * FROM (SELECT ",
                    claim_look_columns!(),
                    ", ROW_NUMBER() OVER (PARTITION BY c.entity
                         ORDER BY p.observed_us DESC, c.id DESC) AS place FROM ",
                    claim_look_tables!(),
                    " WHERE c.entity IN ({keys})) AS newest WHERE place <= $1 ORDER BY place DESC"
                ),
                &params![limit],
                entities.iter().copied(),
            )
            .await?;
        each_of(
            entities,
            rows.iter()
                .map(|row| to_claim_look(row).map(|observation| (observation.entity, observation))),
        )
    }

    /// Lists the claim observations from which facts are made, of each of these entities, in their
    /// order: all of an entity's profile and of traces of its tools, oldest first. A repeated
    /// entity gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn profile_looks_of(
        &mut self,
        entities: &[EntityId],
    ) -> Result<Vec<Vec<ClaimObservation>>> {
        let rows = self
            .query_many(
                concat!(
                    "SELECT ",
                    claim_look_columns!(),
                    " FROM ",
                    claim_look_tables!(),
                    " WHERE c.entity IN ({keys}) AND c.kind IN ('profile', 'tech_trace')
                      ORDER BY p.observed_us, c.id"
                ),
                &[],
                entities.iter().copied(),
            )
            .await?;
        each_of(
            entities,
            rows.iter()
                .map(|row| to_claim_look(row).map(|observation| (observation.entity, observation))),
        )
    }

    /// Lists the observations of an owner's pages, oldest first. If there are more than `limit`, it
    /// returns the newest, because they close openings and correct claims, and as many of the
    /// oldest, because they show which claims are new.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_looks_of(
        &mut self,
        owner: EntityId,
        limit: i64,
    ) -> Result<Vec<PageObservation>> {
        let newest = self
            .query(
                "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                 FROM page_look WHERE owner = $1
                 ORDER BY observed_us DESC, id DESC LIMIT $2",
                &params![owner, limit],
            )
            .await?;
        let mut observations: Vec<PageObservation> =
            newest.iter().map(to_page_look).collect::<Result<_>>()?;
        if i64::try_from(observations.len()).unwrap_or(i64::MAX) >= limit {
            let oldest = self
                .query(
                    "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                     FROM page_look WHERE owner = $1
                     ORDER BY observed_us, id LIMIT $2",
                    &params![owner, limit],
                )
                .await?;
            observations.extend(oldest.iter().map(to_page_look).collect::<Result<Vec<_>>>()?);
        }
        observations.sort_by_key(|observation| (observation.observed, observation.id));
        observations.dedup_by_key(|observation| observation.id);
        Ok(observations)
    }

    /// Lists the observations of the pages of each of these owners, in their order, as
    /// [`page_looks_of`](Self::page_looks_of) does. A repeated owner gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_looks_of_owners(
        &mut self,
        owners: &[EntityId],
        limit: i64,
    ) -> Result<Vec<Vec<PageObservation>>> {
        if let [owner] = owners {
            return Ok(vec![self.page_looks_of(*owner, limit).await?]);
        }
        let rows = self
            .query_many(
                "SELECT * FROM (
                   SELECT id, owner, url, observed_us, outcome, published_day, text_hash,
                     ROW_NUMBER() OVER (PARTITION BY owner ORDER BY observed_us, id) AS oldest,
                     ROW_NUMBER() OVER (PARTITION BY owner
                       ORDER BY observed_us DESC, id DESC) AS newest
                   FROM page_look WHERE owner IN ({keys})) AS looks
                 WHERE oldest <= $1 OR newest <= $1 ORDER BY observed_us, id",
                &params![limit],
                owners.iter().copied(),
            )
            .await?;
        each_of(
            owners,
            rows.iter()
                .map(|row| to_page_look(row).map(|observation| (observation.owner, observation))),
        )
    }

    /// Lists the page observations of an address, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_looks_at(&mut self, url: &str) -> Result<Vec<PageObservation>> {
        let rows = self
            .query(
                "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                 FROM page_look WHERE url = $1 ORDER BY observed_us, id",
                &params![url],
            )
            .await?;
        rows.iter().map(to_page_look).collect()
    }

    /// Lists the page observations of each of these addresses, in their order, oldest first. A
    /// repeated address gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_looks_at_addresses(
        &mut self,
        urls: &[String],
    ) -> Result<Vec<Vec<PageObservation>>> {
        let rows = self
            .query_many(
                "SELECT id, owner, url, observed_us, outcome, published_day, text_hash
                 FROM page_look WHERE url IN ({keys}) ORDER BY observed_us, id",
                &[],
                urls,
            )
            .await?;
        let observations = rows
            .iter()
            .map(|row| to_page_look(row).map(|observation| (observation.url.clone(), observation)));
        each_of(urls, observations)
    }

    /// Lists for each of these page observations, in their order, the entities that have claims in
    /// any observation of its address. A repeated observation gets an empty list.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn entities_at_addresses_of(
        &mut self,
        observations: &[ObservationId],
    ) -> Result<Vec<Vec<(EntityId, Entity)>>> {
        let rows = self
            .query_many(
                "SELECT DISTINCT me.id, c.entity, c.entity_key FROM page_look me
                 JOIN page_look p ON p.url = me.url JOIN claim_look c ON c.page = p.id
                 WHERE me.id IN ({keys}) ORDER BY c.entity_key",
                &[],
                observations.iter().copied(),
            )
            .await?;
        each_of(
            observations,
            rows.iter().map(|row| {
                Ok((row.parse("id")?, (row.parse("entity")?, row.parse("entity_key")?)))
            }),
        )
    }

    /// Finds when the delivery of a page observation was taken in; `None` if it is unknown.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn taken_in(&mut self, page: ObservationId) -> Result<Option<Timestamp>> {
        Ok(self.pages_taken_in(&[page]).await?.pop().flatten())
    }

    /// Finds when the delivery of each of these page observations was taken in, in their order;
    /// `None` if it is unknown.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn pages_taken_in(
        &mut self,
        pages: &[ObservationId],
    ) -> Result<Vec<Option<Timestamp>>> {
        let rows = self
            .query_many(
                "SELECT p.id, r.taken_us FROM page_look p JOIN raw r ON r.id = p.raw
                 WHERE p.id IN ({keys})",
                &[],
                pages.iter().copied(),
            )
            .await?;
        let times = one_of(
            pages,
            rows.iter().map(|row| Ok((row.parse("id")?, row.opt_time("taken_us")?))),
        )?;
        Ok(times.into_iter().map(Option::flatten).collect())
    }

    /// Finds the title, language and date of the page of a claim observation.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_of_claim(&mut self, observation: ObservationId) -> Result<Option<PageAbout>> {
        Ok(self.pages_of_claims(&[observation]).await?.pop().flatten())
    }

    /// Finds the title, language and date of the page of each of these claim observations, in their
    /// order.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn pages_of_claims(
        &mut self,
        observations: &[ObservationId],
    ) -> Result<Vec<Option<PageAbout>>> {
        let rows = self
            .query_many(
                "SELECT c.id, p.title, p.lang, p.published_day FROM claim_look c
                 JOIN page_look p ON p.id = c.page WHERE c.id IN ({keys})",
                &[],
                observations.iter().copied(),
            )
            .await?;
        one_of(observations, rows.iter().map(|row| Ok((row.parse("id")?, to_page_about(row)?))))
    }

    /// Lists the newest observations of an owner's pages, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn pages_seen(&mut self, owner: EntityId, limit: i64) -> Result<Vec<PageSeen>> {
        let rows = self
            .query(
                "SELECT id, url, observed_us, outcome, title FROM page_look
                 WHERE owner = $1 ORDER BY observed_us DESC, id DESC LIMIT $2",
                &params![owner, limit],
            )
            .await?;
        rows.iter().map(to_page_seen).collect()
    }

    /// Counts the stored page observations.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_count(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM page_look", &[]).await
    }

    /// Counts the stored claim observations.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn claim_count(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM claim_look", &[]).await
    }

    /// Counts the stored deliveries.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn raw_count(&mut self) -> Result<i64> {
        self.total("SELECT COUNT(*) AS total FROM raw", &[]).await
    }

    /// Lists the ids of deliveries after `after`, sorted, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn raw_ids(&mut self, after: &str, limit: i64) -> Result<Vec<RawId>> {
        let rows = self
            .query("SELECT id FROM raw WHERE id > $1 ORDER BY id LIMIT $2", &params![after, limit])
            .await?;
        rows.iter().map(|row| row.parse("id")).collect()
    }
}
