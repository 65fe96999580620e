//! Copies of one company's rows for other companies, to build a large database for a test.

use std::collections::BTreeMap;

use model::EntityId;

use crate::Result;
use crate::db::{Db, Urgency, Value, params};

/// The statements for one entity's rows in every table that grows with companies.
const TABLES: [(&str, &str); 15] = [
    ("SELECT * FROM entity WHERE id = $1", "INSERT INTO entity VALUES"),
    ("SELECT * FROM fact WHERE entity = $1", "INSERT INTO fact VALUES"),
    ("SELECT * FROM block_key WHERE entity = $1", "INSERT INTO block_key VALUES"),
    ("SELECT * FROM raw WHERE owner = $1", "INSERT INTO raw VALUES"),
    ("SELECT * FROM page_look WHERE owner = $1", "INSERT INTO page_look VALUES"),
    (
        "SELECT * FROM cleaned_text WHERE text_hash IN
         (SELECT text_hash FROM page_look WHERE owner = $1)",
        "INSERT INTO cleaned_text VALUES",
    ),
    ("SELECT * FROM claim_look WHERE entity = $1", "INSERT INTO claim_look VALUES"),
    ("SELECT * FROM signal WHERE entity = $1", "INSERT INTO signal VALUES"),
    (
        "SELECT * FROM evidence WHERE signal IN (SELECT id FROM signal WHERE entity = $1)",
        "INSERT INTO evidence VALUES",
    ),
    ("SELECT * FROM company_review WHERE company = $1", "INSERT INTO company_review VALUES"),
    ("SELECT * FROM score WHERE company = $1", "INSERT INTO score VALUES"),
    ("SELECT * FROM ledger WHERE company = $1", "INSERT INTO ledger VALUES"),
    ("SELECT * FROM action WHERE company = $1", "INSERT INTO action VALUES"),
    ("SELECT * FROM listing_lead WHERE company = $1", "INSERT INTO listing_lead VALUES"),
    (
        "SELECT * FROM listing_signal WHERE signal IN (SELECT id FROM signal WHERE entity = $1)",
        "INSERT INTO listing_signal VALUES",
    ),
];

/// The rows of one company, by table.
#[derive(Debug, Clone)]
pub struct Pattern(Vec<Vec<Vec<Value>>>);

/// Rows of one table with the same number of columns.
#[derive(Debug)]
pub struct TableRows {
    head: &'static str,
    columns: usize,
    values: Vec<Value>,
}

impl Pattern {
    /// Reads the rows of a company with one entity; `None` if the entity or its facts are unknown.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn read(db: &Db, entity: EntityId) -> Result<Option<Self>> {
        let mut tables = Vec::with_capacity(TABLES.len());
        for (select, _) in TABLES {
            let params = params![entity];
            let rows =
                db.read(move |tx| Box::pin(async move { tx.query(select, &params).await })).await?;
            tables.push(rows.iter().map(|row| row.values().to_vec()).collect());
        }
        let is_known = !tables.iter().take(2).any(Vec::is_empty);
        Ok(is_known.then_some(Self(tables)))
    }

    /// Builds the rows of other companies: for each of `copies`, `turn` returns the rows to start
    /// from and a function that converts one of their values.
    pub fn inserts<'p, C>(
        copies: &'p [C],
        turn: impl Fn(&'p C) -> Option<Turn<'p>>,
    ) -> Vec<TableRows> {
        let turned: Vec<Turn<'p>> = copies.iter().filter_map(turn).collect();
        let mut inserts = Vec::new();
        for (table, (_, head)) in TABLES.into_iter().enumerate() {
            let mut by_columns: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
            for (pattern, turn) in &turned {
                for row in pattern.0.get(table).into_iter().flatten() {
                    by_columns.entry(row.len()).or_default().extend(row.iter().map(turn));
                }
            }
            let all = by_columns.into_iter();
            inserts.extend(all.map(|(columns, values)| TableRows { head, columns, values }));
        }
        inserts
    }
}

/// The rows to start from, and a function that converts one of their values for another company.
pub type Turn<'p> = (&'p Pattern, Box<dyn Fn(&Value) -> Value + 'p>);

impl TableRows {
    /// Inserts rows, all in one transaction.
    ///
    /// # Errors
    /// Errors of the engine.
    pub async fn insert(db: &Db, batch: Vec<Self>) -> Result<()> {
        let write = db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                for Self { head, columns, values } in batch {
                    tx.insert_many(head, columns, "", &values).await?;
                }
                Ok(())
            })
        });
        write.await
    }
}
