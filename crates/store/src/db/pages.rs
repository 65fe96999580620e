//! Pages as they are shown: what is known of one, and a company's newest.

use model::{Day, EntityId, LookId, LookOutcome, Timestamp};

use super::Tx;
use super::looks::known;
use crate::{Result, params};

/// A page in a company's story: one look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSeen {
    /// The look.
    pub look: LookId,
    /// Address.
    pub url: String,
    /// When.
    pub observed: Timestamp,
    /// What came of it.
    pub outcome: LookOutcome,
    /// Its title.
    pub title: Option<String>,
}

/// What is known of the page a claim stands on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageAbout {
    /// Its title.
    pub title: Option<String>,
    /// ISO 639-1 code.
    pub lang: Option<String>,
    /// Its own date.
    pub published: Option<Day>,
}

impl Tx {
    /// When the delivery that a look at a page was made on was taken in; nothing when nobody noted.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn taken_in(&mut self, page: LookId) -> Result<Option<Timestamp>> {
        let row = self
            .query_one(
                "SELECT r.taken_us FROM page_look p JOIN raw r ON r.id = p.raw WHERE p.id = $1",
                &params![page],
            )
            .await?;
        Ok(row.map_or(Ok(None), |row| row.opt_int(0))?.map(Timestamp))
    }

    /// What is known of the page that a look at a claim stands on.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn page_of_claim(&mut self, look: LookId) -> Result<Option<PageAbout>> {
        let row = self
            .query_one(
                "SELECT p.title, p.lang, p.published_day FROM claim_look c
                 JOIN page_look p ON p.id = c.page WHERE c.id = $1",
                &params![look],
            )
            .await?;
        row.map(|row| {
            Ok(PageAbout {
                title: row.opt_text(0)?.map(str::to_owned),
                lang: row.opt_text(1)?.map(str::to_owned),
                published: row.opt_day(2)?,
            })
        })
        .transpose()
    }

    /// The newest looks at an owner's pages, newest first, at most `limit`.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn pages_seen(&mut self, owner: EntityId, limit: i64) -> Result<Vec<PageSeen>> {
        let rows = self
            .query(
                "SELECT id, url, observed_us, outcome, title FROM page_look
                 WHERE owner = $1 ORDER BY observed_us DESC, id DESC LIMIT $2",
                &params![owner, limit],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(PageSeen {
                    look: row.parse(0)?,
                    url: row.text(1)?.to_owned(),
                    observed: row.time(2)?,
                    outcome: known(LookOutcome::parse(row.text(3)?), "outcome")?,
                    title: row.opt_text(4)?.map(str::to_owned),
                })
            })
            .collect()
    }

    /// How many looks at pages are kept.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn page_count(&mut self) -> Result<i64> {
        let row = self.query_one("SELECT COUNT(*) FROM page_look", &[]).await?;
        row.map_or(Ok(0), |row| row.int(0))
    }
}
