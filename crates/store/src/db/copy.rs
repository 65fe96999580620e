//! One engine's state into another's, table by table, and read back to see that it holds the same.

use model::{Digest, IdHasher};

use super::canonical::add_values;
use super::schema::COPIED;
use super::tx::built;
use super::{Db, Row, Statement, Tx, Urgency, Value};
use crate::{Result, StoreError};

/// Rows read and written at a time.
const ROWS: i64 = 1_000;

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
/// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) when `to` is not empty,
/// [`ErrorKind::Fatal`](crate::ErrorKind::Fatal) when it does not hold the same afterwards; what the
/// engines say.
pub async fn copy_all(from: &Db, to: &Db, mut tell: impl FnMut(&Copied)) -> Result<Vec<Copied>> {
    if let Some(table) = first_with_rows(to).await? {
        return Err(StoreError::rejected(format!(
            "the new database is not empty: see its {table}"
        )));
    }
    let mut all = Vec::new();
    for (table, key) in &COPIED {
        let written = read_all(from, table, key, Some(to)).await?;
        let found = read_all(to, table, key, None).await?;
        if written != found {
            return Err(StoreError::fatal(format!(
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
    for (table, _) in COPIED.iter().filter(|(table, _)| *table != "setting") {
        let sql = built(format!("SELECT 1 FROM {table} LIMIT 1"));
        let found = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await })).await?;
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
        let read = from.read(move |tx| Box::pin(async move { tx.query(sql, &last).await })).await?;
        let Some(last) = read.last() else { break };
        // The key comes first, then the whole row.
        after = last.values().get(..key.len()).map(<[Value]>::to_vec);
        let whole = |row: &Row| row.values().get(key.len()..).unwrap_or_default().to_vec();
        let read: Vec<Vec<Value>> = read.iter().map(whole).collect();
        hasher = read.iter().fold(hasher, |hasher, row| add_values(hasher, row));
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
    (built(sql), after.unwrap_or_default())
}

/// Settings are there already when a process has looked in; they are made the same.
async fn insert(tx: &mut Tx, table: &str, rows: &[Vec<Value>]) -> Result<()> {
    for row in rows {
        let places: Vec<String> = (1..=row.len()).map(|place| format!("${place}")).collect();
        let tail = match table {
            "setting" => "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            _ => "",
        };
        let sql = format!("INSERT INTO {table} VALUES ({}) {tail}", places.join(", "));
        tx.execute(built(sql), row).await?;
    }
    Ok(())
}
