//! Copies the database of one engine into another, table by table, and reads it back to check that
//! both hold the same rows.

use model::{Digest, IdHasher};

use super::canonical::add_values;
use super::schema::COPIED;
use super::tx::built;
use super::{Db, ReadTx, Row, Statement, Tx, Urgency, Value};
use crate::{Result, StoreError};

/// The number of rows in a batch.
const ROWS: i64 = 1_000;

/// The result of copying a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The name of the table.
    pub table: &'static str,
    /// The number of its rows.
    pub rows: u64,
    /// The digest of all rows in the order of the key, the same in both databases.
    pub digest: Digest,
}

/// Copies every table that is not bound to one engine into an empty database, whose producers then
/// begin a new generation, and reads it back. Meanwhile no process may write to `from`, and no
/// record may be in transit, because the outbox and the log are not copied. Calls `report` for each
/// table.
///
/// # Errors
/// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) when `to` is not empty,
/// [`ErrorKind::Fatal`](crate::ErrorKind::Fatal) when it does not hold the same rows afterwards;
/// when either engine fails.
pub async fn copy_all(from: &Db, to: &Db, mut report: impl FnMut(&Copied)) -> Result<Vec<Copied>> {
    if let Some(table) = first_with_rows(to).await? {
        return Err(StoreError::rejected(format!(
            "the new database is not empty: its table {table} has rows"
        )));
    }
    let mut all = Vec::new();
    for (table, key) in &COPIED {
        let written = read_all(from, table, key, Some(to)).await?;
        let copied = read_all(to, table, key, None).await?;
        if written != copied {
            return Err(StoreError::fatal(format!(
                "{table} differs after copying ({} and {} rows): nothing was changed in the old \
                 database; empty the new one and try again",
                written.rows, copied.rows
            )));
        }
        report(&copied);
        all.push(copied);
    }
    to.write(Urgency::Urgent, |tx| Box::pin(tx.raise_generation())).await?;
    Ok(all)
}

async fn first_with_rows(db: &Db) -> Result<Option<&'static str>> {
    // A process that has opened the database may have left its key; settings are overwritten.
    let tables = COPIED.into_iter().map(|(table, _)| table).filter(|table| *table != "setting");
    db.read(move |tx| Box::pin(tx.first_with_rows(tables))).await
}

impl ReadTx {
    /// Returns whether the database holds no data: no installation has begun in it.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn is_blank(&mut self) -> Result<bool> {
        let tables = COPIED.into_iter().map(|(table, _)| table);
        Ok(self.first_with_rows(tables).await?.is_none())
    }

    async fn first_with_rows(
        &mut self,
        tables: impl Iterator<Item = &'static str> + Send,
    ) -> Result<Option<&'static str>> {
        for table in tables {
            let sql = built(format!("SELECT 1 FROM {table} LIMIT 1"));
            if !self.query(sql, &[]).await?.is_empty() {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }
}

/// Reads a table in the order of its key, and writes the rows to `to` if there is one.
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
        let batch =
            from.read(move |tx| Box::pin(async move { tx.query(sql, &last).await })).await?;
        let Some(last) = batch.last() else { break };
        // The key comes first, then the whole row.
        after = last.values().get(..key.len()).map(<[Value]>::to_vec);
        let whole = |row: &Row| row.values().get(key.len()..).unwrap_or_default().to_vec();
        let batch: Vec<Vec<Value>> = batch.iter().map(whole).collect();
        hasher = batch.iter().fold(hasher, |hasher, row| add_values(hasher, row));
        rows += batch.len() as u64;
        if let Some(to) = to {
            to.write(Urgency::Normal, move |tx| {
                Box::pin(async move { insert(tx, table, &batch).await })
            })
            .await?;
        }
    }
    Ok(Copied { table, rows, digest: hasher.digest() })
}

/// Builds a query for the rows after a key. The columns of the key come first, then the whole row.
fn page(table: &str, key: &[&str], after: Option<Vec<Value>>) -> (Statement, Vec<Value>) {
    let columns = key.join(", ");
    let placeholders: Vec<String> = (1..=key.len()).map(|number| format!("${number}")).collect();
    let after_key = match &after {
        Some(_) => format!("WHERE ({columns}) > ({})", placeholders.join(", ")),
        None => String::new(),
    };
    let sql =
        format!("SELECT {columns}, t.* FROM {table} t {after_key} ORDER BY {columns} LIMIT {ROWS}");
    (built(sql), after.unwrap_or_default())
}

/// Inserts rows. Settings exist already if a process has opened the database; they are overwritten.
async fn insert(tx: &mut Tx, table: &str, rows: &[Vec<Value>]) -> Result<()> {
    for row in rows {
        let placeholders: Vec<String> =
            (1..=row.len()).map(|number| format!("${number}")).collect();
        let tail = match table {
            "setting" => "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            _ => "",
        };
        let sql = format!("INSERT INTO {table} VALUES ({}) {tail}", placeholders.join(", "));
        tx.execute(built(sql), row).await?;
    }
    Ok(())
}
