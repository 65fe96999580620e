//! One engine's state into another's, table by table, and read back to see that it holds the same.

use model::{Digest, IdHasher};

use super::canonical::add_row;
use super::{Db, Row, Statement, Tx, Urgency, Value};
use crate::{Result, StoreError};

/// Rows read and written at a time.
const ROWS: i64 = 1_000;

/// Every table that is copied, by its primary key. What is not here belongs to one log and its
/// consumers: `consumer`, `producer_seen`, `attempt`, `outbox`, `lease`.
const TABLES: [(&str, &[&str]); 26] = [
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
];

/// What was copied of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// Over all rows, in the order of the key: the same in both.
    pub digest: Digest,
}

/// Copies everything into an empty database, whose producers then begin a new generation, and reads it
/// back. Nobody may write into `from` meanwhile, and nothing may be on its way in it: its log is not
/// copied. `tell` hears of each table.
///
/// # Errors
/// [`StoreError::Fatal`] when `to` is not empty or does not hold the same afterwards; what the engines
/// say.
pub async fn copy_all(from: &Db, to: &Db, mut tell: impl FnMut(&Copied)) -> Result<Vec<Copied>> {
    if let Some(table) = first_with_rows(to).await? {
        return Err(StoreError::Fatal(format!("the new database is not empty: see its {table}")));
    }
    let mut all = Vec::new();
    for (table, key) in &TABLES {
        let written = read_all(from, table, key, Some(to)).await?;
        let found = read_all(to, table, key, None).await?;
        if written != found {
            return Err(StoreError::Fatal(format!(
                "{table} differs after copying ({} and {} rows): nothing was changed in the old \
                 database; empty the new one and try again",
                written.rows, found.rows
            )));
        }
        tell(&found);
        all.push(found);
    }
    to.write(Urgency::Urgent, |tx| Box::pin(tx.raise_generation())).await?;
    Ok(all)
}

async fn first_with_rows(db: &Db) -> Result<Option<&'static str>> {
    // A process that has looked in may have left its key, and settings are copied over.
    for (table, _) in TABLES.iter().filter(|(table, _)| *table != "setting") {
        let sql = Statement(format!("SELECT 1 FROM {table} LIMIT 1").into());
        let found = db.read(move |tx| Box::pin(async move { tx.fetch(sql, &[]).await })).await?;
        if !found.is_empty() {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// Reads a table in the order of its key, and writes what it reads.
async fn read_all(
    from: &Db,
    table: &'static str,
    key: &'static [&'static str],
    to: Option<&Db>,
) -> Result<Copied> {
    let mut hasher = IdHasher::new(table);
    let mut rows = 0;
    let mut after: Option<Vec<Value>> = None;
    loop {
        let (sql, last) = page(table, key, after.take());
        let read = from.read(move |tx| Box::pin(async move { tx.fetch(sql, &last).await })).await?;
        let Some(last) = read.last() else { break };
        after = Some(last.0[..key.len()].to_vec());
        let read: Vec<Row> = read.into_iter().map(|row| Row(row.0[key.len()..].to_vec())).collect();
        hasher = read.iter().fold(hasher, add_row);
        rows += read.len() as u64;
        if let Some(to) = to {
            to.write(Urgency::Normal, move |tx| {
                Box::pin(async move { insert(tx, table, &read).await })
            })
            .await?;
        }
    }
    Ok(Copied { table, rows, digest: hasher.digest() })
}

/// A query for the rows after a key; their key comes first, then the whole row.
fn page(table: &str, key: &[&str], after: Option<Vec<Value>>) -> (Statement, Vec<Value>) {
    let columns = key.join(", ");
    let places: Vec<String> = (1..=key.len()).map(|place| format!("${place}")).collect();
    let after_key = match &after {
        Some(_) => format!("WHERE ({columns}) > ({})", places.join(", ")),
        None => String::new(),
    };
    let sql =
        format!("SELECT {columns}, t.* FROM {table} t {after_key} ORDER BY {columns} LIMIT {ROWS}");
    (Statement(sql.into()), after.unwrap_or_default())
}

/// Settings are there already when a process has looked in; they are made the same.
async fn insert(tx: &mut Tx, table: &str, rows: &[Row]) -> Result<()> {
    for row in rows {
        let places: Vec<String> = (1..=row.0.len()).map(|place| format!("${place}")).collect();
        let tail = match table {
            "setting" => "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            _ => "",
        };
        let sql = format!("INSERT INTO {table} VALUES ({}) {tail}", places.join(", "));
        tx.put(Statement(sql.into()), &row.0).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::db::InMemory;

    /// Whoever adds a table says here whether it is copied.
    #[tokio::test]
    async fn every_table_is_copied_or_named_as_one_that_is_not() {
        let db = InMemory::open().await.unwrap();
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        let rows =
            db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await.unwrap();
        let found: BTreeSet<String> =
            rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect();
        let left = ["attempt", "consumer", "lease", "migration", "outbox", "producer_seen"];
        let copied = TABLES.iter().map(|(table, _)| *table);
        let known: BTreeSet<String> = copied.chain(left).map(str::to_owned).collect();
        assert_eq!(found, known);
    }
}
