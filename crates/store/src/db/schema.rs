//! The schema and how it came to be: one text for every engine, numbered, never changed once
//! released, only added to.

use crate::{Result, StoreError};

/// Which migrations a database has seen.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL)";

/// The newest of them.
pub(super) const NEWEST: &str = "SELECT COALESCE(MAX(number), 0) FROM migration";

/// One step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    pub(super) number: i64,
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
}

const ALL: [Migration; 4] = [
    Migration { number: 1, name: "0001_journey", sql: include_str!("migrations/0001_journey.sql") },
    Migration { number: 2, name: "0002_outside", sql: include_str!("migrations/0002_outside.sql") },
    Migration { number: 3, name: "0003_server", sql: include_str!("migrations/0003_server.sql") },
    Migration {
        number: 4,
        name: "0004_many_writers",
        sql: include_str!("migrations/0004_many_writers.sql"),
    },
];

/// The steps that a database still needs, in order.
///
/// # Errors
/// When it has seen more than this program knows.
pub(super) fn missing(newest: i64) -> Result<impl Iterator<Item = &'static Migration>> {
    let known = ALL.last().map_or(0, |migration| migration.number);
    if newest > known {
        return Err(StoreError::Fatal(format!(
            "the data was written by a newer leadq (schema {newest}, this one knows {known}): upgrade leadq"
        )));
    }
    Ok(ALL.iter().filter(move |migration| migration.number > newest))
}
