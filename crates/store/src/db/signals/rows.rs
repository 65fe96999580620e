//! Stored forms of signals and evidence, and the functions that read their rows.

use model::{Evidence, Signal, Span, Timestamp};

use crate::Result;
use crate::db::Row;

/// A signal with the time at which it became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRow {
    /// The signal.
    pub signal: Signal,
    /// Since when this version is known.
    pub known_from: Timestamp,
    /// Since when any version is known.
    pub first_known: Timestamp,
    /// The stored seals of its evidence, in order.
    pub seals: Vec<String>,
}

/// A query for current signals, with the columns that [`to_signal`] reads.
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

/// Reads a signal without its evidence.
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
