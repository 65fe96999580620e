//! Simulated companies: the rows of real ones again, with names, domains and ids of their own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use model::{Entity, EntityKind, IdHasher};
use store::db::{Row, Urgency, Value};
use tokio::sync::mpsc;

use crate::journey::Journey;
use crate::random::name_of;
use crate::synthetic::host_of;

/// The rows of one entity in every table that grows with companies.
const TABLES: [(&str, &str); 13] = [
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
];
/// Companies kept in one transaction.
const BATCH: usize = 200;
/// The digits that all ids of a copy have in common.
const SHARED_DIGITS: usize = 8;
/// The digits of the shortest id.
const ID_DIGITS: usize = 32;

/// One company to copy.
struct Pattern {
    number: usize,
    id: String,
    /// Rows by table.
    rows: Vec<Vec<Row>>,
}

/// The companies to copy.
pub(super) struct Copies(Arc<Vec<Pattern>>);

impl Copies {
    /// The first companies of a journey that has come to rest.
    pub(super) async fn read(journey: &Journey, count: usize) -> anyhow::Result<Self> {
        let mut patterns = Vec::with_capacity(count);
        for number in 0..count {
            let id = id_of(journey, number);
            let mut rows = Vec::with_capacity(TABLES.len());
            for (select, _) in TABLES {
                let params = [Value::Text(id.clone())];
                let read = journey
                    .rooms()
                    .db
                    .read(move |tx| Box::pin(async move { tx.query(select, &params).await }));
                rows.push(read.await?);
            }
            anyhow::ensure!(!rows.iter().take(2).any(Vec::is_empty), "{number} is not known");
            patterns.push(Pattern { number, id, rows });
        }
        Ok(Self(Arc::new(patterns)))
    }

    /// Adds the companies of these numbers, in the order of their ids: most tables are kept in it, and
    /// a file that is written to from one end to the other grows many times faster.
    pub(super) async fn fill(
        &self,
        journey: &Journey,
        numbers: Range<usize>,
    ) -> anyhow::Result<()> {
        let mut copies: Vec<Copy> =
            numbers.map(|number| Copy { number, id: id_of(journey, number) }).collect();
        copies.sort_by(|a, b| a.id.cmp(&b.id));
        let patterns = Arc::clone(&self.0);
        let (made, mut batches) = mpsc::channel(1);
        let making = tokio::task::spawn_blocking(move || {
            let mut batches = copies.chunks(BATCH).map(|batch| inserts(&patterns, batch));
            // Nobody takes them any more when one could not be written.
            batches.all(|batch| made.blocking_send(batch).is_ok())
        });
        while let Some(batch) = batches.recv().await {
            let write = journey.rooms().db.write(Urgency::Urgent, move |tx| {
                Box::pin(async move {
                    for Insert { head, columns, values } in batch {
                        tx.insert_many(head, columns, "", &values).await?;
                    }
                    Ok(())
                })
            });
            write.await?;
        }
        making.await?;
        Ok(())
    }
}

/// A company to add.
struct Copy {
    number: usize,
    id: String,
}

/// Rows of one table with as many columns each.
struct Insert {
    head: &'static str,
    columns: usize,
    values: Vec<Value>,
}

/// What adds these companies.
fn inserts(patterns: &[Pattern], copies: &[Copy]) -> Vec<Insert> {
    let mut inserts = Vec::new();
    for (table, (_, head)) in TABLES.into_iter().enumerate() {
        let mut by_columns: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
        for copy in copies {
            let Some(pattern) = patterns.get(copy.number % patterns.len()) else { continue };
            for row in pattern.rows.get(table).into_iter().flatten() {
                let values = by_columns.entry(row.0.len()).or_default();
                values.extend(row.0.iter().map(|value| pattern.turned(value, copy)));
            }
        }
        let all = by_columns.into_iter();
        inserts.extend(all.map(|(columns, values)| Insert { head, columns, values }));
    }
    inserts
}

fn id_of(journey: &Journey, number: usize) -> String {
    let entity = Entity { kind: EntityKind::Domain, value: host_of(number) };
    journey.rooms().id_of(&entity).to_string()
}

/// What stands in the place of a host where names are compared.
fn core_of(number: usize) -> String {
    host_of(number).replace(['-', '.'], "").replace("example", "")
}

impl Pattern {
    /// A value as it reads for another company.
    fn turned(&self, value: &Value, copy: &Copy) -> Value {
        let Value::Text(text) = value else { return value.clone() };
        let number = copy.number;
        let (old, new) = (name_of(self.number), name_of(number));
        let text = text
            .replace(&host_of(self.number), &host_of(number))
            .replace(&core_of(self.number), &core_of(number))
            .replace(&old, &new)
            .replace(&old.to_lowercase(), &new.to_lowercase());
        Value::Text(self.with_ids(&text, copy))
    }

    /// Every id in a text replaced by one of the other company's, which begins as the company's own:
    /// so their rows lie together.
    fn with_ids(&self, text: &str, Copy { number, id }: &Copy) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            let digits = rest.bytes().take_while(|byte| is_digit(byte)).count();
            let (run, after) = rest.split_at(digits);
            if run == self.id {
                out.push_str(id);
            } else if digits >= ID_DIGITS {
                let hash = IdHasher::new("bench copy").part(run).part(number.to_string()).digest();
                let first = id.chars().take(SHARED_DIGITS);
                out.extend(first.chain(hash.to_string().chars().cycle()).take(digits));
            } else {
                out.push_str(run);
            }
            let other =
                after.find(|letter: char| letter.is_ascii_digit() || ('a'..='f').contains(&letter));
            let (plain, next) = after.split_at(other.unwrap_or(after.len()));
            out.push_str(plain);
            rest = next;
        }
        out
    }
}
