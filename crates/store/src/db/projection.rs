//! Queries for projections: canonical rows in batches, in the order of their ids, and the current
//! content of one of them.

use model::{Day, Digest, EntityId, EventId, ObservationId, RunId, SignalId, Timestamp};

use super::tx::one_of;
use super::{ReadTx, Row, params};
use crate::Result;

/// The content of a page when it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenPage {
    /// Its event, the same for all observations of the page.
    pub event: EventId,
    /// The page's owner.
    pub owner: EntityId,
    /// Address.
    pub url: String,
    /// When it was seen.
    pub observed: Timestamp,
    /// The page's own date.
    pub published: Option<Day>,
    /// Digest of its text.
    pub text_hash: Digest,
    /// ISO 639-1 code.
    pub lang: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

fn to_seen(row: &Row) -> Result<SeenPage> {
    Ok(SeenPage {
        event: row.parse("event")?,
        owner: row.parse("owner")?,
        url: row.string("url")?,
        observed: row.time("observed_us")?,
        published: row.opt_day("published_day")?,
        text_hash: row.parse("text_hash")?,
        lang: row.opt_string("lang")?,
        title: row.opt_string("title")?,
    })
}

impl ReadTx {
    /// Lists the ids of page observations after `after`, sorted, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_look_ids(&mut self, after: &str, limit: i64) -> Result<Vec<ObservationId>> {
        let rows = self
            .query(
                "SELECT id FROM page_look WHERE id > $1 ORDER BY id LIMIT $2",
                &params![after, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse("id")).collect()
    }

    /// Lists the ids of a run's current signals after `after`, sorted, at most `limit`.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn signal_ids(
        &mut self,
        run: &RunId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<SignalId>> {
        let rows = self
            .query(
                "SELECT id FROM signal WHERE id > $1 AND run = $2 AND known_to_us IS NULL
                 ORDER BY id LIMIT $3",
                &params![after, &run.0, limit],
            )
            .await?;
        rows.iter().map(|row| row.parse("id")).collect()
    }

    /// Finds the page of an observation, unless a newer observation has the same page. Of all
    /// observations of a page, only the newest yields it.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn page_last_seen_by(
        &mut self,
        observation: ObservationId,
    ) -> Result<Option<SeenPage>> {
        Ok(self.pages_last_seen_by(&[observation]).await?.pop().flatten())
    }

    /// Finds the pages of these observations, in their order, each as
    /// [`page_last_seen_by`](Self::page_last_seen_by) does.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn pages_last_seen_by(
        &mut self,
        observations: &[ObservationId],
    ) -> Result<Vec<Option<SeenPage>>> {
        let rows = self
            .query_many(
                "SELECT id, event, owner, url, observed_us, published_day, text_hash, lang, title
                 FROM page_look me
                 WHERE id IN ({keys}) AND outcome = 'seen' AND NOT EXISTS (
                   SELECT 1 FROM page_look newer
                   WHERE newer.url = me.url AND newer.event = me.event AND newer.outcome = 'seen'
                     AND newer.observed_us >= me.observed_us
                     AND (newer.observed_us > me.observed_us OR newer.id > me.id))",
                &[],
                observations.iter().copied(),
            )
            .await?;
        one_of(observations, rows.iter().map(|row| Ok((row.parse("id")?, to_seen(row)?))))
    }
}
