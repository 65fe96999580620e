//! Stored forms of scores and the ledger, and how their rows are read.

use model::{EntityId, Points, Timestamp};

use crate::Result;
use crate::db::Row;

/// A current score: the scorecard as JSON, without any date of computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    /// Whose.
    pub company: EntityId,
    /// For which product.
    pub product: String,
    /// The scorecard as JSON.
    pub card: String,
    /// Points on the day it was computed: to sort by, not to show.
    pub points: Points,
    /// Since when it stands.
    pub known_from: Timestamp,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// When.
    pub at: Timestamp,
    /// What moved the score.
    pub cause: String,
    /// By how much.
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
