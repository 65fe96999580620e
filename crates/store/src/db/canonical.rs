//! The canonical hash: one digest over all canonical rows, each table in the order of its key. The
//! rows are read in pages, so the memory does not grow with them.
//!
//! Two installations with the same key and the same input have the same hash, regardless of the
//! order of the input, of duplicates and of crashes. The times at which rows became known, the
//! ledger, jobs, actions, feedback and offsets are not part of it.

use model::{Digest, IdHasher};

use super::tx::built;
use super::{Db, ReadTx, Statement, Value};
use crate::Result;

/// The number of rows read at once.
const PAGE: i64 = 500;

/// The current, canonical rows of a table.
struct CanonicalTable {
    name: &'static str,
    /// The columns of the key, in whose order the rows are hashed: the first of each row.
    key: &'static [&'static str],
    /// The other columns.
    columns: &'static str,
    from: &'static str,
    /// The condition for current rows; `None` if all are.
    current: Option<&'static str>,
}

/// The condition for entities that an observation or the team's list of accounts names.
macro_rules! observed {
    () => {
        "(EXISTS (SELECT 1 FROM claim_look c WHERE c.entity = entity.id)
          OR EXISTS (SELECT 1 FROM page_look p WHERE p.owner = entity.id)
          OR EXISTS (SELECT 1 FROM account a WHERE a.entity = entity.id))"
    };
}
pub(super) use observed;

static TABLES: [CanonicalTable; 8] = [
    CanonicalTable {
        name: "page_look",
        key: &["id"],
        columns: "event, owner, url, observed_us, outcome, published_day, text_hash, snapshot_hash, simhash, lang, title",
        from: "page_look",
        current: None,
    },
    CanonicalTable {
        name: "claim_look",
        key: &["id"],
        columns: "page, event, entity_key, kind, subject, slots, occurred_day, dated, stage, confidence, matcher, span_start, span_end, quote",
        from: "claim_look",
        current: None,
    },
    CanonicalTable {
        name: "entity",
        key: &["id"],
        columns: "kind, value, company",
        from: "entity",
        // One that nothing names any more, since pages were read again, affects no result.
        current: Some(observed!()),
    },
    CanonicalTable {
        name: "judgement",
        key: &["id"],
        columns: "left_entity, right_entity, verdict, confidence, reasons, judged_by",
        from: "judgement",
        current: Some("known_to_us IS NULL"),
    },
    CanonicalTable {
        name: "fact",
        key: &["entity", "key", "value"],
        columns: "look, observed_us",
        from: "fact",
        current: Some("known_to_us IS NULL"),
    },
    CanonicalTable {
        name: "signal",
        key: &["id", "run"],
        columns: "entity, body",
        from: "signal",
        current: Some("known_to_us IS NULL"),
    },
    CanonicalTable {
        name: "evidence",
        key: &["e.signal", "e.run", "e.number"],
        columns: "e.seal",
        from: "evidence e JOIN signal s ON s.id = e.signal AND s.run = e.run AND s.known_from_us = e.known_from_us",
        current: Some("s.known_to_us IS NULL"),
    },
    CanonicalTable {
        name: "score",
        key: &["company", "product"],
        columns: "card",
        from: "score",
        current: Some("known_to_us IS NULL"),
    },
];

impl CanonicalTable {
    /// Builds the query for the first rows, or for those after a key.
    fn page(&self, is_first: bool) -> Statement {
        let Self { key, columns, from, current, .. } = self;
        let placeholders: Vec<String> =
            (1..=key.len()).map(|number| format!("${number}")).collect();
        let key = key.join(", ");
        let after = (!is_first).then(|| format!("({key}) > ({})", placeholders.join(", ")));
        let conditions: Vec<String> = current.map(str::to_owned).into_iter().chain(after).collect();
        let conditions = match conditions.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", conditions.join(" AND ")),
        };
        built(format!(
            "SELECT {key}, {columns} FROM {from} {conditions} ORDER BY {key} LIMIT {PAGE}"
        ))
    }

    /// Counts and hashes the rows in the order of the key, within one snapshot.
    async fn hash(&self, tx: &mut ReadTx) -> Result<(usize, Digest)> {
        let mut hasher = IdHasher::new(self.name);
        let (mut count, mut after) = (0, Vec::new());
        loop {
            let rows = tx.query(self.page(after.is_empty()), &after).await?;
            let Some(last) = rows.last() else { return Ok((count, hasher.digest())) };
            after = last.values().iter().take(self.key.len()).cloned().collect();
            count += rows.len();
            hasher = rows.iter().fold(hasher, |hasher, row| add_values(hasher, row.values()));
        }
    }
}

/// Computes the canonical hash, and for each table its name, number of rows and digest, to show
/// where two installations differ.
///
/// # Errors
/// When the engine fails.
pub async fn canonical_hash(db: &Db) -> Result<(Digest, Vec<(&'static str, usize, Digest)>)> {
    let mut whole = IdHasher::new("canonical");
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        let hash = db.read(move |tx| Box::pin(async move { table.hash(tx).await }));
        let (rows, digest) = hash.await?;
        whole = whole.part(digest.0);
        tables.push((table.name, rows, digest));
    }
    Ok((whole.digest(), tables))
}

pub(super) fn add_values(hasher: IdHasher, values: &[Value]) -> IdHasher {
    values.iter().fold(hasher, |hasher, value| match value {
        Value::Null => hasher.part("0"),
        Value::Int(value) => hasher.part("i").part(value.to_le_bytes()),
        Value::Real(value) => hasher.part("r").part(value.to_le_bytes()),
        Value::Text(value) => hasher.part("t").part(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{InMemory, Tx, Urgency};

    /// The rows of tables whose keys have more than one column, several pages of each; equal parts
    /// of keys go beyond the ends of pages. A third of the rows is not current.
    async fn fill(tx: &mut Tx) -> Result<()> {
        let (mut facts, mut signals, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..1_700i64 {
            let ended = if number % 3 == 0 { Value::Int(9) } else { Value::Null };
            let key = Value::from(format!("key {}", number % 5));
            let (entity, value) = (Value::from(format!("{}", number % 2)), Value::from(number));
            let look = if number % 7 == 0 { Value::Null } else { Value::from("look") };
            facts.extend([entity, key, Value::from(format!("{number}")), look]);
            facts.extend([value, Value::Int(1), ended.clone()]);
            let (id, run) = (format!("signal {}", number % 3), format!("run {number}"));
            let text = || Value::from("x");
            signals.extend([id.clone().into(), run.clone().into(), text(), text(), Value::Int(1)]);
            signals.extend([Value::Int(1), text(), Value::Int(number), ended]);
            for piece in 0..2i64 {
                evidence.extend([id.clone().into(), run.clone().into(), Value::Int(number)]);
                evidence.extend([piece.into(), text(), text(), text(), text(), Value::Int(0)]);
                evidence.extend([Value::Int(1), text(), Value::Int(0), Value::Int(piece)]);
            }
        }
        tx.insert_many("INSERT INTO fact VALUES", 7, "", &facts).await?;
        tx.insert_many("INSERT INTO signal VALUES", 9, "", &signals).await?;
        tx.insert_many("INSERT INTO evidence VALUES", 13, "", &evidence).await.map(drop)
    }

    /// The queries by which the hash was first defined.
    const WHOLE: [(&str, &str); 3] = [
        (
            "fact",
            "SELECT entity, key, value, look, observed_us FROM fact WHERE known_to_us IS NULL ORDER BY entity, key, value",
        ),
        (
            "signal",
            "SELECT id, run, entity, body FROM signal WHERE known_to_us IS NULL ORDER BY id, run",
        ),
        (
            "evidence",
            "SELECT e.signal, e.run, e.number, e.seal FROM evidence e JOIN signal s ON s.id = e.signal AND s.run = e.run AND s.known_from_us = e.known_from_us WHERE s.known_to_us IS NULL ORDER BY e.signal, e.run, e.number",
        ),
    ];

    #[tokio::test]
    async fn rows_read_in_pages_have_the_hash_of_the_whole() {
        let db = InMemory::open().await.unwrap();
        db.write(Urgency::Normal, |tx| Box::pin(fill(tx))).await.unwrap();
        let (_, tables) = canonical_hash(&db).await.unwrap();
        for (name, sql) in WHOLE {
            let read = db.read(move |tx| Box::pin(async move { tx.query(sql, &[]).await }));
            let rows = read.await.unwrap();
            assert!(rows.len() > 1_000);
            let hasher = IdHasher::new(name);
            let hashed = rows.iter().fold(hasher, |hasher, row| add_values(hasher, row.values()));
            assert!(tables.contains(&(name, rows.len(), hashed.digest())), "{name}");
        }
    }
}
