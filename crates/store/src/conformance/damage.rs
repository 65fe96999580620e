//! Changes of rows and tables outside the program, to test that they are detected.

use model::{SignalId, Timestamp};

use crate::db::{Db, Urgency, Value, params};
use crate::{Result, StoreError};

/// Drops a table of the open database, as damage to the schema would: `raw` or `page_look`.
///
/// # Errors
/// Errors of the engine.
pub async fn lose_table(db: &Db, table: &'static str) -> Result<()> {
    let sql = match table {
        "raw" => "DROP TABLE raw",
        "page_look" => "DROP TABLE page_look",
        _ => return Err(StoreError::rejected(format!("{table} is not lost in any test"))),
    };
    let write =
        db.write(Urgency::Urgent, move |tx| Box::pin(async move { tx.execute(sql, &[]).await }));
    write.await.map(drop)
}

/// A field of one row of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceField {
    /// The column: one of [`EvidenceField::NAMES`].
    pub name: &'static str,
    /// The signal.
    pub signal: SignalId,
    /// The signal's run.
    pub run: String,
    /// The time from which this version of the signal is known.
    pub known_from: Timestamp,
    /// The index in the signal's evidence, from 0.
    pub number: i64,
}

macro_rules! fields {
    ($($name:literal),+ $(,)?) => {
        impl EvidenceField {
            /// Every field of an evidence row that is not its key.
            pub const NAMES: [&'static str; 9] = [$($name),+];

            /// Returns the statements that read and write the field.
            fn statements(&self) -> Option<(&'static str, &'static str)> {
                match self.name {
                    $($name => Some((
                        concat!("SELECT ", $name, " FROM evidence WHERE signal = $1 AND run = $2 \
                                 AND known_from_us = $3 AND number = $4"),
                        concat!("UPDATE evidence SET ", $name, " = $5 WHERE signal = $1 AND \
                                 run = $2 AND known_from_us = $3 AND number = $4"),
                    )),)+
                    _ => None,
                }
            }
        }
    };
}
fields!(
    "look",
    "url",
    "snapshot_hash",
    "text_hash",
    "span_start",
    "span_end",
    "quote",
    "observed_us",
    "seal",
);

impl EvidenceField {
    fn unknown(&self) -> StoreError {
        StoreError::rejected(format!("evidence has no field {:?}", self.name))
    }

    /// Reads the field.
    ///
    /// # Errors
    /// If there is no such row or field, and errors of the engine.
    pub async fn read(&self, db: &Db) -> Result<Value> {
        let (select, _) = self.statements().ok_or_else(|| self.unknown())?;
        let key = params![self.signal, &self.run, self.known_from, self.number];
        let row = db.read(move |tx| Box::pin(async move { tx.query_one(select, &key).await }));
        let row = row.await?.ok_or_else(|| StoreError::rejected("no such evidence row"))?;
        row.values().first().cloned().ok_or_else(|| StoreError::fatal("an empty row"))
    }

    /// Writes the field.
    ///
    /// # Errors
    /// If there is no such row or field, and errors of the engine.
    pub async fn write(&self, db: &Db, value: Value) -> Result<()> {
        let (_, update) = self.statements().ok_or_else(|| self.unknown())?;
        let values = params![self.signal, &self.run, self.known_from, self.number, value];
        let write = db.write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.execute(update, &values).await })
        });
        match write.await? {
            1 => Ok(()),
            rows => Err(StoreError::fatal(format!("{rows} evidence rows were updated, not one"))),
        }
    }
}
