//! Simulated companies: copies of the rows of real ones, with their own names, domains and ids.

use std::ops::Range;
use std::sync::Arc;

use anyhow::Context as _;
use model::{Entity, EntityId, EntityKind, IdHasher};
use store::conformance::{Pattern, TableRows};
use store::db::Value;
use tokio::sync::mpsc;

use crate::journey::Journey;
use crate::random::name_of;
use crate::synthetic::host_of;

/// Companies inserted in one transaction.
const BATCH: usize = 200;
/// The number of leading digits that all ids of a copy share.
const SHARED_DIGITS: usize = 8;
/// The number of digits of the shortest id.
const ID_DIGITS: usize = 32;

/// A company to copy.
struct Original {
    number: usize,
    id: String,
    rows: Pattern,
}

/// The companies to copy.
pub(super) struct Copies(Arc<Vec<Original>>);

impl Copies {
    /// Reads the companies of these numbers from a settled journey.
    pub(super) async fn read(
        journey: &Journey,
        numbers: impl Iterator<Item = usize>,
    ) -> anyhow::Result<Self> {
        let mut originals = Vec::new();
        for number in numbers {
            let entity = entity_of(journey, number);
            let rows = Pattern::read(&journey.context().db, entity).await?;
            let rows = rows.with_context(|| format!("company {number} is not in the database"))?;
            originals.push(Original { number, id: entity.to_string(), rows });
        }
        Ok(Self(Arc::new(originals)))
    }

    /// Adds the companies of these numbers in the order of their ids: most tables are stored in
    /// that order, and a file grows many times faster when it is written sequentially.
    pub(super) async fn fill(
        &self,
        journey: &Journey,
        numbers: Range<usize>,
    ) -> anyhow::Result<()> {
        let mut copies: Vec<Copy> = numbers
            .map(|number| Copy { number, id: entity_of(journey, number).to_string() })
            .collect();
        copies.sort_by(|a, b| a.id.cmp(&b.id));
        let originals = Arc::clone(&self.0);
        let (sender, mut batches) = mpsc::channel(1);
        let producer = tokio::task::spawn_blocking(move || {
            let mut batches = copies.chunks(BATCH).map(|batch| inserts(&originals, batch));
            // The receiver is gone when a batch could not be written.
            batches.all(|batch| sender.blocking_send(batch).is_ok())
        });
        while let Some(batch) = batches.recv().await {
            TableRows::insert(&journey.context().db, batch).await?;
        }
        producer.await?;
        Ok(())
    }
}

/// A company to add.
struct Copy {
    number: usize,
    id: String,
}

/// Builds the inserts of these companies.
fn inserts(originals: &[Original], copies: &[Copy]) -> Vec<TableRows> {
    Pattern::inserts(copies, |copy| {
        let original = originals.get(copy.number % originals.len())?;
        Some((&original.rows, Box::new(move |value| original.rewritten(value, copy))))
    })
}

fn entity_of(journey: &Journey, number: usize) -> EntityId {
    journey.context().id_of(&Entity { kind: EntityKind::Domain, value: host_of(number) })
}

/// Returns the form of a host that is used for comparing names.
fn core_of(number: usize) -> String {
    host_of(number).replace(['-', '.'], "").replace("example", "")
}

impl Original {
    /// Converts a value of the original to the corresponding value of the copy.
    fn rewritten(&self, value: &Value, copy: &Copy) -> Value {
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

    /// Replaces every id in a text with an id of the copy. The new ids share the first digits of
    /// the copy's own id, so that its rows are stored together.
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
