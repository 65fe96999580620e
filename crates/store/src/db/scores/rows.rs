//! Stored forms of scores and the ledger, and the functions that read their rows.

use model::{EntityId, Points, Timestamp};

use crate::Result;
use crate::db::Row;

/// A current score: the scorecard as JSON, without any date of computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    /// The company.
    pub company: EntityId,
    /// The product.
    pub product: String,
    /// The scorecard as JSON.
    pub card: String,
    /// Points on the day of computation: for sorting, not for display.
    pub points: Points,
    /// Since when it is current.
    pub known_from: Timestamp,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// When the score changed.
    pub at: Timestamp,
    /// The cause of the change.
    pub cause: String,
    /// The change in points.
    pub delta: Points,
}

pub(super) fn to_score(row: &Row) -> Result<ScoreRow> {
    Ok(ScoreRow {
        company: row.parse("company")?,
        product: row.string("product")?,
        card: row.string("card")?,
        points: Points(row.int_as("points")?),
        known_from: row.time("known_from_us")?,
    })
}

pub(super) fn to_line(row: &Row) -> Result<LedgerRow> {
    Ok(LedgerRow {
        at: row.time("at_us")?,
        cause: row.string("cause")?,
        delta: Points(row.int_as("delta")?),
    })
}
