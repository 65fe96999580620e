//! Changes to runs, and the replacement of stored readings.

use model::{RawId, Timestamp};

use super::read::owner_text;
use super::rows::{DifferingPage, PageReading, RereadCounts, RereadRun, RereadState};
use crate::db::value::integer;
use crate::db::{Tx, Value, params};
use crate::{Result, StoreError};

impl Tx {
    /// Stores a new run.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_reread(&mut self, run: &RereadRun, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO reread_run (id, rules, since_us, owner, state, after, pages, differing,
               expired, unreadable, begun_us) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, $7)",
            &params![
                &run.id,
                &run.rules,
                run.since,
                owner_text(run),
                run.state.as_str(),
                &run.after,
                now
            ],
        )
        .await
        .map(drop)
    }

    /// Stores what a run has read up to a capture: the readings that differ, and the new counts.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when another worker has moved the run, or
    /// when the engine fails.
    pub async fn add_differing_pages(
        &mut self,
        run: &RereadRun,
        after: &str,
        counts: RereadCounts,
        pages: &[DifferingPage],
    ) -> Result<()> {
        self.move_reread(run, run.state, after, None).await?;
        self.execute(
            "UPDATE reread_run SET pages = $2, differing = $3, expired = $4, unreadable = $5
             WHERE id = $1",
            &params![
                &run.id,
                integer(counts.pages)?,
                integer(counts.differing)?,
                integer(counts.expired)?,
                integer(counts.unreadable)?
            ],
        )
        .await?;
        let (mut rows, mut entities) = (Vec::new(), Vec::new());
        for page in pages {
            rows.extend(params![&run.id, page.raw, serde_json::to_string(&page.reading)?]);
            for concerned in &page.entities {
                let key = concerned.entity.as_ref().map(|entity| entity.stored().to_string());
                entities.extend(params![&run.id, concerned.id, page.raw, key, concerned.former]);
            }
        }
        self.insert_many("INSERT INTO reread_page (run, raw, reading) VALUES", 3, "", &rows)
            .await?;
        let head = "INSERT INTO reread_entity (run, entity, raw, entity_key, former) VALUES";
        self.insert_many(head, 5, "", &entities).await.map(drop)
    }

    /// Moves a run to a state and to the row that it has passed in it. `ended` is the time if the
    /// state is the last.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when another worker has moved the run, or
    /// when the engine fails.
    pub async fn move_reread(
        &mut self,
        run: &RereadRun,
        state: RereadState,
        after: &str,
        ended: Option<Timestamp>,
    ) -> Result<()> {
        let moved = self
            .execute(
                "UPDATE reread_run SET state = $4, after = $5, ended_us = $6
                 WHERE id = $1 AND state = $2 AND after = $3",
                &params![&run.id, run.state.as_str(), &run.after, state.as_str(), after, ended],
            )
            .await?;
        match moved {
            1 => Ok(()),
            _ => Err(StoreError::fenced(format!("the run {}", run.id))),
        }
    }

    /// Deletes the results of a run for these captures.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn forget_differing_pages(&mut self, run: &RereadRun, raws: &[RawId]) -> Result<()> {
        for sql in [
            "DELETE FROM reread_page WHERE run = $1 AND raw IN ({keys})",
            "DELETE FROM reread_entity WHERE run = $1 AND raw IN ({keys})",
        ] {
            self.query_many(sql, &params![&run.id], raws.iter().copied()).await?;
        }
        Ok(())
    }

    /// Replaces the stored readings of captures, each of which occurs once. The entities that the
    /// new ones name, and their texts, must be stored already.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn replace_readings(&mut self, readings: &[PageReading]) -> Result<()> {
        let raws = || readings.iter().map(|reading| Value::from(reading.page.raw));
        self.query_many(
            "DELETE FROM claim_look
             WHERE page IN (SELECT id FROM page_look WHERE raw IN ({keys}))",
            &[],
            raws(),
        )
        .await?;
        self.query_many("DELETE FROM page_look WHERE raw IN ({keys})", &[], raws()).await?;
        for reading in readings {
            self.add_page_looks(std::slice::from_ref(&reading.page)).await?;
            self.add_claim_looks(&[(&reading.page, reading.claims.as_slice())]).await?;
        }
        Ok(())
    }
}
