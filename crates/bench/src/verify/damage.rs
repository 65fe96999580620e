//! One random damage to one piece of evidence, and its repair.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use flow::Rooms;
use model::BlobRef;
use store::db::{SignalRow, Urgency, Value};
use store::params;

use crate::random::Random;

/// A field of an evidence row: its name, and how it is read and written.
#[derive(Debug)]
pub(super) struct Field {
    name: &'static str,
    select: &'static str,
    update: &'static str,
}

macro_rules! fields {
    ($($name:literal),+) => { [$(Field {
        name: $name,
        select: concat!("SELECT ", $name, " FROM evidence WHERE signal = $1 AND run = $2 \
                         AND known_from_us = $3 AND number = $4"),
        update: concat!("UPDATE evidence SET ", $name, " = $5 WHERE signal = $1 AND run = $2 \
                         AND known_from_us = $3 AND number = $4"),
    }),+] };
}

/// Every field of an evidence row that is not its key.
static FIELDS: [Field; 9] = fields!(
    "look",
    "url",
    "snapshot_hash",
    "text_hash",
    "span_start",
    "span_end",
    "quote",
    "observed_us",
    "seal"
);

/// What is damaged.
#[derive(Debug)]
pub(super) enum Damage {
    /// A byte of a segment.
    Byte { what: &'static str, path: PathBuf, offset: u64, before: u8, after: u8 },
    /// A field of an evidence row.
    Row { field: &'static Field, key: [Value; 4], before: Value, after: Value },
}

impl Damage {
    /// Chooses a piece of evidence, and what of it to damage: its text, its snapshot or its row.
    pub(super) async fn choose(
        rooms: &Arc<Rooms>,
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
                let blob = rooms.db.read(move |tx| Box::pin(tx.text_blob(hash))).await?;
                byte("text", blobs, &blob.context("no stored text")?, random)
            }
            1 => {
                let look = evidence.look;
                let raw = rooms.db.read(move |tx| Box::pin(tx.raw_of_claim(look))).await?;
                byte("raw", blobs, &raw.context("no stored delivery")?.0, random)
            }
            _ => {
                let number = i64::try_from(number)?;
                let run = &signal.signal.run.0;
                let key = params![signal.signal.id, run, signal.known_from, number];
                row(rooms, key, random).await
            }
        }
    }

    /// What kind of damage it is.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Byte { what, .. } => what,
            Self::Row { field, .. } => field.name,
        }
    }

    /// Does the damage.
    pub(super) async fn inflict(&self, rooms: &Arc<Rooms>) -> anyhow::Result<()> {
        match self {
            Self::Byte { path, offset, after, .. } => put(path, *offset, *after),
            Self::Row { field, key, after, .. } => set(rooms, field, key, after).await,
        }
    }

    /// Undoes it.
    pub(super) async fn repair(&self, rooms: &Arc<Rooms>) -> anyhow::Result<()> {
        match self {
            Self::Byte { path, offset, before, .. } => put(path, *offset, *before),
            Self::Row { field, key, before, .. } => set(rooms, field, key, before).await,
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
    // One bit or more, never none.
    let flipped = u8::try_from(1 + random.below(255))?;
    Ok(Damage::Byte { what, path, offset, before, after: before ^ flipped })
}

fn put(path: &Path, offset: u64, byte: u8) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(file.write_all(&[byte])?)
}

async fn row(rooms: &Arc<Rooms>, key: [Value; 4], random: &mut Random) -> anyhow::Result<Damage> {
    let field = random.pick(&FIELDS).context("no field")?;
    let (select, at) = (field.select, key.clone());
    let row = rooms
        .db
        .read(move |tx| Box::pin(async move { tx.query_one(select, &at).await }))
        .await?
        .context("the evidence row is gone")?;
    let before = row.0.into_iter().next().context("an empty row")?;
    let after = match &before {
        Value::Int(number) => Value::Int(number ^ (1 << random.below(4))),
        Value::Text(text) => Value::Text(other_letter(text, random)),
        Value::Null | Value::Real(_) => Value::Int(0),
    };
    Ok(Damage::Row { field, key, before, after })
}

/// The text with one character changed. Digits stay hexadecimal digits, so that a damaged hash
/// still reads as one.
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

async fn set(
    rooms: &Arc<Rooms>,
    field: &'static Field,
    key: &[Value; 4],
    value: &Value,
) -> anyhow::Result<()> {
    let [signal, run, known_from, number] = key.clone();
    let params = [signal, run, known_from, number, value.clone()];
    let changed = rooms
        .db
        .write(Urgency::Normal, move |tx| {
            Box::pin(async move { tx.execute(field.update, &params).await })
        })
        .await?;
    anyhow::ensure!(changed == 1, "{changed} evidence rows were touched instead of one");
    Ok(())
}
