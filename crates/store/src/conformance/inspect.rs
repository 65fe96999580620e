//! What a test asks of the rows after the fact, and what it does to them in between.

use model::{Digest, ObservationId, ObservationOutcome, RawId};

use crate::Result;
use crate::db::{Db, Urgency, params};

/// A look at a page that came through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// The look.
    pub look: ObservationId,
    /// Address.
    pub url: String,
    /// What came of it.
    pub outcome: ObservationOutcome,
    /// The delivery it was made on.
    pub raw: RawId,
}

/// A job that waits for somebody outside, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneJob {
    /// Its key.
    pub unique_key: String,
    /// What led to it.
    pub cause: String,
}

/// Every delivery with its address, by id.
///
/// # Errors
/// What the engine says.
pub async fn raws(db: &Db) -> Result<Vec<(RawId, String)>> {
    let sql = "SELECT id, url FROM raw ORDER BY id";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    rows.iter().map(|row| Ok((row.parse("id")?, row.string("url")?))).collect()
}

/// Every look at a page, in the order of observation and address.
///
/// # Errors
/// What the engine says.
pub async fn kept_pages(db: &Db) -> Result<Vec<KeptPage>> {
    let sql = "SELECT id, url, outcome, raw FROM page_look ORDER BY observed_us, url";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    let page = |row: &crate::db::Row| {
        Ok(KeptPage {
            look: row.parse("id")?,
            url: row.string("url")?,
            outcome: row.word("outcome", ObservationOutcome::parse)?,
            raw: row.parse("raw")?,
        })
    };
    rows.iter().map(page).collect()
}

/// Every job with a lane, by key.
///
/// # Errors
/// What the engine says.
pub async fn lane_jobs(db: &Db) -> Result<Vec<LaneJob>> {
    let sql = "SELECT unique_key, cause FROM job WHERE lane IS NOT NULL ORDER BY unique_key";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    let job = |row: &crate::db::Row| {
        Ok(LaneJob { unique_key: row.string("unique_key")?, cause: row.string("cause")? })
    };
    rows.iter().map(job).collect()
}

/// What is kept of every token.
///
/// # Errors
/// What the engine says.
pub async fn token_hashes(db: &Db) -> Result<Vec<Digest>> {
    let sql = "SELECT hash FROM token ORDER BY hash";
    let rows = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
    rows.iter().map(|row| row.parse("hash")).collect()
}

/// Makes the rows that wait for a time older, as if so many microseconds had passed.
///
/// # Errors
/// What the engine says.
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

/// Has a database that was just filled look at itself, as it does by itself some time later.
///
/// # Errors
/// What the engine says.
pub async fn analyze(db: &Db) -> Result<()> {
    db.write(Urgency::Urgent, |tx| Box::pin(async move { tx.execute("ANALYZE", &[]).await }))
        .await
        .map(drop)
}
