//! Simulated companies: the rows of real ones again, with names, domains and ids of their own.

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

/// Companies kept in one transaction.
const BATCH: usize = 200;
/// The digits that all ids of a copy have in common.
const SHARED_DIGITS: usize = 8;
/// The digits of the shortest id.
const ID_DIGITS: usize = 32;

/// One company to copy.
struct Original {
    number: usize,
    id: String,
    rows: Pattern,
}

/// The companies to copy.
pub(super) struct Copies(Arc<Vec<Original>>);

impl Copies {
    /// The first companies of a journey that has come to rest.
    pub(super) async fn read(journey: &Journey, count: usize) -> anyhow::Result<Self> {
        let mut originals = Vec::with_capacity(count);
        for number in 0..count {
            let entity = entity_of(journey, number);
            let rows = Pattern::read(&journey.context().db, entity).await?;
            let rows = rows.with_context(|| format!("{number} is not known"))?;
            originals.push(Original { number, id: entity.to_string(), rows });
        }
        Ok(Self(Arc::new(originals)))
    }

    /// Adds the companies of these numbers, in the order of their ids: most tables are kept in it, and
    /// a file that is written to from one end to the other grows many times faster.
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
        let (made, mut batches) = mpsc::channel(1);
        let making = tokio::task::spawn_blocking(move || {
            let mut batches = copies.chunks(BATCH).map(|batch| inserts(&originals, batch));
            // Nobody takes them any more when one could not be written.
            batches.all(|batch| made.blocking_send(batch).is_ok())
        });
        while let Some(batch) = batches.recv().await {
            TableRows::insert(&journey.context().db, batch).await?;
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

/// What adds these companies.
fn inserts(originals: &[Original], copies: &[Copy]) -> Vec<TableRows> {
    Pattern::inserts(copies, |copy| {
        let original = originals.get(copy.number % originals.len())?;
        Some((&original.rows, Box::new(move |value| original.turned(value, copy))))
    })
}

fn entity_of(journey: &Journey, number: usize) -> EntityId {
    journey.context().id_of(&Entity { kind: EntityKind::Domain, value: host_of(number) })
}

/// What stands in the place of a host where names are compared.
fn core_of(number: usize) -> String {
    host_of(number).replace(['-', '.'], "").replace("example", "")
}

impl Original {
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
