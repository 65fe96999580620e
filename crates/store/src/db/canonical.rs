//! The canonical hash: one digest over all canonical rows, each table in a fixed order.
//!
//! Two installations with the same key and the same input have the same hash, regardless of the
//! order of the input, of duplicates and of crashes. The times at which rows became known, the
//! ledger, jobs, actions, feedback and offsets are not part of it.

use model::{Digest, IdHasher};

use super::{Db, Value};
use crate::Result;

/// The name of each table and the query for its current, canonical rows, sorted.
const TABLES: &[(&str, &str)] = &[
    (
        "page_look",
        "SELECT id, event, owner, url, observed_us, outcome, published_day, text_hash, snapshot_hash, simhash, lang, title FROM page_look ORDER BY id",
    ),
    (
        "claim_look",
        "SELECT id, page, event, entity_key, kind, subject, slots, occurred_day, dated, stage, confidence, matcher, span_start, span_end, quote FROM claim_look ORDER BY id",
    ),
    ("entity", "SELECT id, kind, value, company FROM entity ORDER BY id"),
    (
        "judgement",
        "SELECT id, left_entity, right_entity, verdict, confidence, reasons, judged_by FROM judgement WHERE known_to_us IS NULL ORDER BY id",
    ),
    (
        "fact",
        "SELECT entity, key, value, look, observed_us FROM fact WHERE known_to_us IS NULL ORDER BY entity, key, value",
    ),
    (
        "signal",
        "SELECT id, run, entity, body FROM signal WHERE known_to_us IS NULL ORDER BY id, run",
    ),
    (
        "evidence",
        "SELECT e.signal, e.run, e.number, e.seal FROM evidence e JOIN signal s ON s.id = e.signal AND s.run = e.run AND s.known_from_us = e.known_from_us WHERE s.known_to_us IS NULL ORDER BY e.signal, e.run, e.number",
    ),
    (
        "score",
        "SELECT company, product, card FROM score WHERE known_to_us IS NULL ORDER BY company, product",
    ),
];

/// Computes the canonical hash, and for each table its name, number of rows and digest, to show
/// where two installations differ.
///
/// # Errors
/// When the engine fails.
pub async fn canonical_hash(db: &Db) -> Result<(Digest, Vec<(&'static str, usize, Digest)>)> {
    let mut whole = IdHasher::new("canonical");
    let mut tables = Vec::with_capacity(TABLES.len());
    for (name, sql) in TABLES {
        let rows = db.read(move |tx| Box::pin(async move { tx.query(*sql, &[]).await })).await?;
        let hasher = IdHasher::new(name);
        let digest =
            rows.iter().fold(hasher, |hasher, row| add_values(hasher, row.values())).digest();
        whole = whole.part(digest.0);
        tables.push((*name, rows.len(), digest));
    }
    Ok((whole.digest(), tables))
}

pub(super) fn add_values(hasher: IdHasher, values: &[Value]) -> IdHasher {
    values.iter().fold(hasher, |hasher, value| match value {
        Value::Null => hasher.part("0"),
        Value::Int(value) => hasher.part("i").part(value.to_le_bytes()),
        Value::Real(value) => hasher.part("r").part(value.to_le_bytes()),
        Value::Text(value) => hasher.part("t").part(value),
    })
}
