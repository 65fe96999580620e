//! Stored forms of signals and evidence, and how their rows are read.

use model::{Evidence, Signal, Span, Timestamp};

use crate::Result;
use crate::db::Row;

/// A signal with when it became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRow {
    /// The signal.
    pub signal: Signal,
    /// Since when we know this version of it.
    pub known_from: Timestamp,
    /// Since when we know any version of it.
    pub first_known: Timestamp,
    /// The seals kept beside its evidence, in order.
    pub seals: Vec<String>,
}

/// Current signals; columns as [`to_signal`] reads them.
macro_rules! current_signals {
    ($condition:literal) => {
        concat!(
            "SELECT s.id, s.entity, s.body, s.known_from_us,
                    (SELECT MIN(f.known_from_us) FROM signal f WHERE f.id = s.id AND f.run = s.run)
                      AS first_known_us
             FROM signal s WHERE s.run = $1 AND s.known_to_us IS NULL ",
            $condition
        )
    };
}
pub(super) use current_signals;

/// A signal without its evidence.
pub(super) fn to_signal(row: &Row) -> Result<SignalRow> {
    Ok(SignalRow {
        signal: row.json::<Signal>("body")?,
        known_from: row.time("known_from_us")?,
        first_known: row.time("first_known_us")?,
        seals: Vec::new(),
    })
}

pub(super) fn to_evidence(row: &Row) -> Result<Evidence> {
    Ok(Evidence {
        look: row.parse("look")?,
        url: row.string("url")?,
        snapshot_hash: row.parse("snapshot_hash")?,
        text_hash: row.parse("text_hash")?,
        span: Span { start: row.int_as("span_start")?, end: row.int_as("span_end")? },
        quote: row.string("quote")?,
        observed: row.time("observed_us")?,
    })
}
