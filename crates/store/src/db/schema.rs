//! The schema as a list of numbered migrations, which never change once released; and the tables
//! that are copied when the engine changes.
//!
//! A migration has one text for every engine, or one for each engine where they must differ.

use super::Dialect;
use crate::{Result, StoreError};

/// The statement that creates the table of applied migrations.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL)";

/// The query for the newest applied migration.
pub(super) const NEWEST: &str = "SELECT COALESCE(MAX(number), 0) AS newest FROM migration";

/// A migration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    pub(super) number: i64,
    pub(super) name: &'static str,
    text: Text,
}

#[derive(Debug, Clone, Copy)]
enum Text {
    /// One text in the SQL that all engines share.
    One(&'static str),
    PerEngine {
        sqlite: &'static str,
        postgres: &'static str,
    },
}

impl Migration {
    /// Returns its SQL for an engine.
    pub(super) const fn sql(&self, dialect: Dialect) -> &'static str {
        match (self.text, dialect) {
            (Text::One(sql), _) => sql,
            (Text::PerEngine { sqlite, .. }, Dialect::Sqlite) => sqlite,
            (Text::PerEngine { postgres, .. }, Dialect::Postgres) => postgres,
        }
    }
}

/// Includes a migration from its file, or from a file for each engine.
macro_rules! migration {
    ($number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            text: Text::One(include_str!(concat!("migrations/", $name, ".sql"))),
        }
    };
    ($number:literal, $name:literal, per engine) => {
        Migration {
            number: $number,
            name: $name,
            text: Text::PerEngine {
                sqlite: include_str!(concat!("migrations/", $name, ".sqlite.sql")),
                postgres: include_str!(concat!("migrations/", $name, ".postgres.sql")),
            },
        }
    };
}

const ALL: [Migration; 10] = [
    migration!(1, "0001_journey"),
    migration!(2, "0002_outside"),
    migration!(3, "0003_server"),
    migration!(4, "0004_many_writers"),
    migration!(5, "0005_log", per engine),
    migration!(6, "0006_session"),
    migration!(7, "0007_listing", per engine),
    migration!(8, "0008_retention"),
    migration!(9, "0009_reread"),
    migration!(10, "0010_bare_domain"),
];

/// Every table that is copied when the engine changes, with its primary key.
pub(super) const COPIED: [(&str, &[&str]); 31] = [
    ("setting", &["name"]),
    ("producer", &["name"]),
    ("job", &["unique_key"]),
    ("counter", &["name"]),
    ("raw", &["id"]),
    ("cleaned_text", &["text_hash"]),
    ("page_look", &["id"]),
    ("claim_look", &["id"]),
    ("entity", &["id"]),
    ("block_key", &["key", "entity"]),
    ("judgement", &["id", "known_from_us"]),
    ("fact", &["entity", "key", "value", "known_from_us"]),
    ("signal", &["id", "run", "known_from_us"]),
    ("evidence", &["signal", "run", "known_from_us", "number"]),
    ("company_review", &["company"]),
    ("score", &["company", "product", "known_from_us"]),
    ("ledger", &["company", "product", "at_us", "number"]),
    ("action", &["id"]),
    ("feedback", &["signal", "ts_us"]),
    ("product", &["id"]),
    ("account", &["entity"]),
    ("token", &["hash"]),
    ("follow", &["domain"]),
    ("frontier", &["url"]),
    ("frontier_host", &["host"]),
    ("endpoint", &["id"]),
    ("listing_lead", &["company", "product"]),
    ("listing_signal", &["signal", "product"]),
    ("reread_run", &["id"]),
    ("reread_page", &["run", "raw"]),
    ("reread_entity", &["run", "entity", "raw"]),
];

/// Every table that is not copied: it belongs to one database, or to one log and its consumers, or
/// is quickly made again: after a move people log in again.
pub(super) const LEFT: [&str; 9] = [
    "attempt",
    "consumer",
    "lease",
    "log_partition",
    "log_record",
    "migration",
    "outbox",
    "producer_seen",
    "session",
];

/// The tables of the embedded log, which a cluster has elsewhere.
const EMBEDDED_LOG: [&str; 2] = ["log_partition", "log_record"];

/// Returns every table of the current schema.
pub(super) fn tables(dialect: Dialect) -> impl Iterator<Item = &'static str> {
    let all = COPIED.into_iter().map(|(table, _)| table).chain(LEFT);
    all.filter(move |table| dialect == Dialect::Sqlite || !EMBEDDED_LOG.contains(table))
}

/// Returns the migrations that a database still needs, in order.
///
/// # Errors
/// When the database has a newer migration than this program knows.
pub(super) fn missing(newest: i64) -> Result<impl Iterator<Item = &'static Migration>> {
    let supported = ALL.last().map_or(0, |migration| migration.number);
    if newest > supported {
        return Err(StoreError::fatal(format!(
            "the data was written by a newer leadq (schema {newest}, this one knows {supported}): upgrade leadq"
        )));
    }
    Ok(ALL.iter().filter(move |migration| migration.number > newest))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::db::InMemory;

    /// Every new table must be listed as copied or not copied.
    #[tokio::test]
    async fn every_table_is_copied_or_named_as_one_that_is_not() {
        let db = InMemory::open().await.unwrap();
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let rows =
            db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await.unwrap();
        let tables: BTreeSet<&str> = rows.iter().map(|row| row.text("name").unwrap()).collect();
        assert_eq!(tables, super::tables(Dialect::Sqlite).collect());
    }

    /// A number names the same schema in every engine.
    #[test]
    fn the_steps_of_all_engines_are_numbered_alike() {
        for (number, step) in (1..).zip(&ALL) {
            assert_eq!(step.number, number, "{}", step.name);
            assert!(step.name.starts_with(&format!("{number:04}_")), "{}", step.name);
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/migrations");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let expected = ALL.iter().flat_map(|step| match step.text {
            Text::One(_) => vec![format!("{}.sql", step.name)],
            Text::PerEngine { .. } => {
                vec![format!("{}.sqlite.sql", step.name), format!("{}.postgres.sql", step.name)]
            }
        });
        assert_eq!(files, expected.collect());
    }
}
