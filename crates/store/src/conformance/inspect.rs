//! Queries of rows for tests, and changes that a test makes to them.

use model::{Digest, ObservationId, ObservationOutcome, RawId};

use crate::Result;
use crate::db::observations::parse_outcome;
use crate::db::{Db, Urgency, params};

/// A stored observation of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// The observation.
    pub look: ObservationId,
    /// The address.
    pub url: String,
    /// Its outcome.
    pub outcome: ObservationOutcome,
    /// The delivery it comes from.
    pub raw: RawId,
}

/// A job with a lane, waiting or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneJob {
    /// Its unique key.
    pub unique_key: String,
    /// Its cause.
    pub cause: String,
}

/// Reads every delivery with its address, by id.
///
/// # Errors
/// Errors of the engine.
pub async fn raws(db: &Db) -> Result<Vec<(RawId, String)>> {
    let sql = "SELECT id, url FROM raw ORDER BY id";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.string("url")?))).collect()
}

/// Reads every observation of a page, in order of time and address.
///
/// # Errors
/// Errors of the engine.
pub async fn kept_pages(db: &Db) -> Result<Vec<KeptPage>> {
    let sql = "SELECT id, url, outcome, raw FROM page_look ORDER BY observed_us, url";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    let page = |row: &crate::db::Row| {
        Ok(KeptPage {
            look: row.parse("id")?,
            url: row.string("url")?,
            outcome: row.word("outcome", parse_outcome)?,
            raw: row.parse("raw")?,
        })
    };
    rows.iter().map(page).collect()
}

/// Reads every job with a lane, by key.
///
/// # Errors
/// Errors of the engine.
pub async fn lane_jobs(db: &Db) -> Result<Vec<LaneJob>> {
    let sql = "SELECT unique_key, cause FROM job WHERE lane IS NOT NULL ORDER BY unique_key";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    let job = |row: &crate::db::Row| {
        Ok(LaneJob { unique_key: row.string("unique_key")?, cause: row.string("cause")? })
    };
    rows.iter().map(job).collect()
}

/// Reads the stored hash of every token.
///
/// # Errors
/// Errors of the engine.
pub async fn token_hashes(db: &Db) -> Result<Vec<Digest>> {
    let sql = "SELECT hash FROM token ORDER BY hash";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    rows.iter().map(|row| row.parse("hash")).collect()
}

/// Reads every row of the lists, as text, sorted.
///
/// # Errors
/// Errors of the engine.
pub async fn listed_rows(db: &Db) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for sql in ["SELECT * FROM listing_lead", "SELECT * FROM listing_signal"] {
        let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
        all.extend(rows.iter().map(|row| format!("{:?}", row.values())));
    }
    all.sort();
    Ok(all)
}

/// Deletes every row of the lists and their state, as in a folder of a version without lists.
///
/// # Errors
/// Errors of the engine.
pub async fn forget_lists(db: &Db) -> Result<()> {
    db.write(Urgency::Normal, |tx| {
        Box::pin(async move {
            for sql in [
                "DELETE FROM listing_lead",
                "DELETE FROM listing_signal",
                "DELETE FROM setting WHERE name LIKE 'listing%'",
            ] {
                tx.execute(sql, &[]).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Moves the times of waiting rows into the past, as if `passed_us` microseconds had passed.
///
/// # Errors
/// Errors of the engine.
pub async fn pass_time(db: &Db, passed_us: i64) -> Result<()> {
    db.write(Urgency::Normal, move |tx| {
        Box::pin(async move {
            for sql in [
                "UPDATE frontier SET next_fetch_us = next_fetch_us - $1, looked_us = looked_us - $1",
                "UPDATE frontier_host SET next_us = next_us - $1, ready_us = ready_us - $1",
                "UPDATE job SET run_at_us = run_at_us - $1, lease_until_us = lease_until_us - $1
                 WHERE lane IS NOT NULL",
                "UPDATE endpoint SET failing_since_us = failing_since_us - $1",
            ] {
                tx.execute(sql, &params![passed_us]).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Updates the statistics of a database that was just filled, as it does by itself later.
///
/// # Errors
/// Errors of the engine.
pub async fn analyze(db: &Db) -> Result<()> {
    db.write(Urgency::Urgent, |tx| Box::pin(async move { tx.execute("ANALYZE", &[]).await }))
        .await
        .map(drop)
}
