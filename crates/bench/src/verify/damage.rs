//! A random damage to one piece of evidence, and its repair.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use flow::Context;
use model::BlobRef;
use store::conformance::EvidenceField;
use store::db::{SignalRow, Value};

use crate::random::Random;

/// A damage.
#[derive(Debug)]
pub(super) enum Damage {
    /// A byte of a segment.
    Byte { what: &'static str, path: PathBuf, offset: u64, before: u8, after: u8 },
    /// A field of an evidence row.
    Row { field: EvidenceField, before: Value, after: Value },
}

impl Damage {
    /// Chooses a piece of evidence and the part to damage: its text, its snapshot or its row.
    pub(super) async fn choose(
        context: &Arc<Context>,
        blobs: &Path,
        signals: &[SignalRow],
        random: &mut Random,
    ) -> anyhow::Result<Self> {
        let signal = random.pick(signals).context("no signal to damage")?;
        let number = random.below(signal.signal.evidence.len());
        let evidence = signal.signal.evidence.get(number).context("a signal without evidence")?;
        match random.below(3) {
            0 => {
                let hash = evidence.text_hash;
                let blob = context.db.read(move |tx| Box::pin(tx.text_blob(hash))).await?;
                byte("text", blobs, &blob.context("no stored text")?, random)
            }
            1 => {
                let observation_id = evidence.look;
                let raw =
                    context.db.read(move |tx| Box::pin(tx.raw_of_claim(observation_id))).await?;
                byte("raw", blobs, &raw.context("no stored delivery")?.0, random)
            }
            _ => {
                let field = EvidenceField {
                    name: random.pick(&EvidenceField::NAMES).context("no field to damage")?,
                    signal: signal.signal.id,
                    run: signal.signal.run.0.clone(),
                    known_from: signal.known_from,
                    number: i64::try_from(number)?,
                };
                row(context, field, random).await
            }
        }
    }

    /// Returns the name of the kind of damage.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Byte { what, .. } => what,
            Self::Row { field, .. } => field.name,
        }
    }

    /// Applies the damage.
    pub(super) async fn inflict(&self, context: &Arc<Context>) -> anyhow::Result<()> {
        match self {
            Self::Byte { path, offset, after, .. } => put(path, *offset, *after),
            Self::Row { field, after, .. } => Ok(field.write(&context.db, after.clone()).await?),
        }
    }

    /// Reverts the damage.
    pub(super) async fn repair(&self, context: &Arc<Context>) -> anyhow::Result<()> {
        match self {
            Self::Byte { path, offset, before, .. } => put(path, *offset, *before),
            Self::Row { field, before, .. } => Ok(field.write(&context.db, before.clone()).await?),
        }
    }
}

fn byte(
    what: &'static str,
    blobs: &Path,
    blob: &BlobRef,
    random: &mut Random,
) -> anyhow::Result<Damage> {
    let path = blobs.join(&blob.segment);
    let offset = blob.offset + random.next() % blob.length.max(1);
    let mut file = File::open(&path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut byte = [0u8; 1];
    file.read_exact(&mut byte)?;
    let [before] = byte;
    // Flips at least one bit.
    let flipped = u8::try_from(1 + random.below(255))?;
    Ok(Damage::Byte { what, path, offset, before, after: before ^ flipped })
}

fn put(path: &Path, offset: u64, byte: u8) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(file.write_all(&[byte])?)
}

async fn row(
    context: &Arc<Context>,
    field: EvidenceField,
    random: &mut Random,
) -> anyhow::Result<Damage> {
    let before = field.read(&context.db).await?;
    let after = match &before {
        Value::Int(number) => Value::Int(number ^ (1 << random.below(4))),
        Value::Text(text) => Value::Text(other_letter(text, random)),
        Value::Null | Value::Real(_) => Value::Int(0),
    };
    Ok(Damage::Row { field, before, after })
}

/// Changes one character of a text. Digits stay hexadecimal digits, so that a damaged hash still
/// parses.
fn other_letter(text: &str, random: &mut Random) -> String {
    let at = random.below(text.chars().count());
    let change = |letter: char| match letter {
        '0' => '1',
        'a' => 'b',
        letter if letter.is_ascii_digit() => '0',
        _ => 'a',
    };
    if text.is_empty() {
        return "a".to_owned();
    }
    text.chars()
        .enumerate()
        .map(|(n, letter)| if n == at { change(letter) } else { letter })
        .collect()
}
