//! Segments as files: `<folder>/raw/00000001.warc.gz` and its siblings in `text/` and `kept/`.
//!
//! - One thread per kind owns its segment; it takes every waiting append, writes them and syncs once
//!   for all of them (group commit).
//! - A segment begins with a `warcinfo` record and ends at 256 MiB. Each process begins a new one on
//!   its first write, so a tail that is torn by a crash is never appended to; reading does not parse
//!   it either, because only the bytes of a reference are read.
//! - Numbers only increase. The newest segment of a kind is emptied instead of removed when it is
//!   deleted, so that its number stays taken; the empty file is removed once there is a newer one.
//! - New input is refused while fewer than 64 MiB are free: earlier input needs space to be processed,
//!   and so does the clean-up that frees some.
//! - A write or sync that failed ends its segment: after a failed sync the system may have dropped
//!   the pages, and the next sync would wrongly succeed. Nothing of that group is acknowledged; the
//!   next append opens a new file.

mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{io, thread};

use async_trait::async_trait;
use model::{BlobRef, Clock, Digest};
use tokio::sync::{mpsc, oneshot};

use super::disk::{Disk, LocalDisk};
use super::scrub::{ReferredPart, ScrubbedSegment, SegmentScrub};
use super::warc;
use super::{BlobError, BlobRecord, BlobStore, Entry, Segment, SegmentKind};
use crate::backup::{FileDigest, Tell, copy_file};
use writer::{Job, MEMBER_BYTES_MAX, Member, SUFFIX, Writer, segment_file};

const SEGMENT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The maximum number of appends queued for one writer; more of them wait in their callers.
const WAITING_MAX: usize = 64;
/// The disk space that is reserved for input in progress.
pub const RESERVE_BYTES: u64 = 64 * 1024 * 1024;

/// A blob store in a folder of the disk. One process owns the folder at a time, or several share it:
/// each writes its own segments.
pub struct FsBlobs {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    writers: [mpsc::Sender<Job>; 3],
}

/// The processes that write into the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Alone,
    Shared,
}

impl FsBlobs {
    /// Opens the store in `folder` and creates missing folders.
    ///
    /// # Errors
    /// [`BlobError::Io`] or [`BlobError::Full`] if the folder cannot be created or read.
    pub fn open(folder: impl Into<PathBuf>, clock: &Arc<dyn Clock>) -> Result<Self, BlobError> {
        Self::on(Arc::new(LocalDisk), folder.into(), clock, SEGMENT_BYTES_MAX, Owner::Alone)
    }

    /// Opens a store that other processes may have open too. Empty files are not removed, because
    /// one may be a segment that another process has just begun.
    ///
    /// # Errors
    /// As [`FsBlobs::open`].
    pub fn open_shared(
        folder: impl Into<PathBuf>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, BlobError> {
        Self::on(Arc::new(LocalDisk), folder.into(), clock, SEGMENT_BYTES_MAX, Owner::Shared)
    }

    pub(super) fn on(
        disk: Arc<dyn Disk>,
        folder: PathBuf,
        clock: &Arc<dyn Clock>,
        segment_bytes_max: u64,
        owner: Owner,
    ) -> Result<Self, BlobError> {
        let failed = |error: io::Error| BlobError::io("open the blob folder", &error);
        let start = |kind: SegmentKind| -> io::Result<mpsc::Sender<Job>> {
            let (sender, receiver) = mpsc::channel(WAITING_MAX);
            let next = prepare(disk.as_ref(), &folder.join(kind.as_str()), owner)?;
            let writer = Writer {
                disk: Arc::clone(&disk),
                clock: Arc::clone(clock),
                folder: folder.join(kind.as_str()),
                kind,
                segment_bytes_max,
                next,
                segment: None,
            };
            let name = format!("blobs-{kind}");
            thread::Builder::new().name(name).spawn(move || writer.run(receiver))?;
            Ok(sender)
        };
        let [raw, text, kept] = SegmentKind::ALL;
        let writers = [
            start(raw).map_err(failed)?,
            start(text).map_err(failed)?,
            start(kept).map_err(failed)?,
        ];
        Ok(Self { folder, disk, writers })
    }

    async fn ask<T>(
        &self,
        kind: SegmentKind,
        job: impl FnOnce(oneshot::Sender<Result<T, BlobError>>) -> Job,
    ) -> Result<T, BlobError> {
        let stopped =
            || BlobError::Io { action: "reach the segment writer", why: "it stopped".into() };
        let [raw, text, kept] = &self.writers;
        let writer = match kind {
            SegmentKind::Raw => raw,
            SegmentKind::Text => text,
            SegmentKind::Kept => kept,
        };
        let (reply, answer) = oneshot::channel();
        writer.send(job(reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// Runs file or processor work on a thread where it does not block other tasks.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(BlobError::Io { action: "run a blob operation", why: error.to_string() }),
    }
}

#[async_trait]
impl BlobStore for FsBlobs {
    async fn append(
        &self,
        kind: SegmentKind,
        entries: Vec<Entry>,
    ) -> Result<Vec<BlobRef>, BlobError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let (disk, folder) = (Arc::clone(&self.disk), self.folder.clone());
        let members = blocking(move || {
            if kind != SegmentKind::Text {
                check_free_space(disk.as_ref(), &folder)?;
            }
            entries.into_iter().map(Member::of).collect::<Result<Vec<_>, _>>()
        });
        let members = members.await?;
        self.ask(kind, |reply| Job::Append { members, reply }).await
    }

    async fn read(&self, at: &BlobRef) -> Result<BlobRecord, BlobError> {
        let (disk, folder, at) = (Arc::clone(&self.disk), self.folder.clone(), at.clone());
        blocking(move || {
            let bytes = read_stored(disk.as_ref(), &folder, &at)?;
            let record = warc::decompress(&bytes).map_err(|why| BlobError::corrupt(&at, why))?;
            BlobRecord::from_bytes(&record).map_err(|why| BlobError::corrupt(&at, why))
        })
        .await
    }

    async fn check_digests(&self, refs: Vec<BlobRef>) -> Vec<Result<(), BlobError>> {
        let (disk, folder) = (Arc::clone(&self.disk), self.folder.clone());
        let count = refs.len();
        let checked = blocking(move || {
            let check = |at: &BlobRef| read_stored(disk.as_ref(), &folder, at).map(drop);
            Ok(refs.iter().map(check).collect::<Vec<_>>())
        });
        checked.await.unwrap_or_else(|error| vec![Err(error); count])
    }

    async fn scrub(
        &self,
        segment: &Segment,
        referred: ReferredPart,
        report: Arc<dyn Fn(u64) + Send + Sync>,
    ) -> Result<SegmentScrub, BlobError> {
        let (disk, segment) = (Arc::clone(&self.disk), segment.clone());
        let path = self.folder.join(&segment.name);
        blocking(move || {
            let Segment { name, bytes, .. } = segment;
            let segment =
                ScrubbedSegment { disk: disk.as_ref(), path: &path, name: &name, bytes, referred };
            segment.scrub(&*report).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => BlobError::Missing(name.clone()),
                _ => BlobError::io("read a segment", &error),
            })
        })
        .await
    }

    async fn check(&self) -> Result<(), BlobError> {
        let (disk, folder) = (Arc::clone(&self.disk), self.folder.clone());
        blocking(move || check_free_space(disk.as_ref(), &folder)).await
    }

    async fn segments(&self) -> Result<Vec<Segment>, BlobError> {
        let (disk, folder) = (Arc::clone(&self.disk), self.folder.clone());
        blocking(move || {
            let mut segments = Vec::new();
            for kind in SegmentKind::ALL {
                let files = disk
                    .list(&folder.join(kind.as_str()))
                    .map_err(|error| BlobError::io("list segments", &error))?;
                segments.extend(files.into_iter().filter_map(|(file, bytes)| {
                    let name = format!("{kind}/{file}");
                    parse_name(&name)?;
                    (bytes > 0).then_some(Segment { name, kind, bytes })
                }));
            }
            segments.sort_by_key(|segment| parse_name(&segment.name));
            Ok(segments)
        })
        .await
    }

    async fn delete_segment(&self, name: &str) -> Result<(), BlobError> {
        let (kind, number) = parse_name(name).ok_or_else(|| BlobError::Missing(name.to_owned()))?;
        self.ask(kind, |reply| Job::Delete { number, reply }).await
    }

    async fn back_up(
        &self,
        to: &Path,
        report: Tell,
    ) -> Result<BTreeMap<String, FileDigest>, BlobError> {
        let failed = |error: io::Error| BlobError::io("back up a segment", &error);
        let (disk, folder, to) = (Arc::clone(&self.disk), self.folder.clone(), to.to_owned());
        blocking(move || {
            let mut copied = BTreeMap::new();
            for kind in SegmentKind::ALL {
                // Empty files are copied too, because the newest one reserves its number.
                let mut files = disk.list(&folder.join(kind.as_str())).map_err(failed)?;
                files.sort();
                for (file, _) in files {
                    let name = format!("{kind}/{file}");
                    let digest = copy_file(&folder.join(&name), &to.join(&name));
                    copied.insert(name.clone(), digest.map_err(failed)?);
                    report(&name);
                }
            }
            Ok(copied)
        })
        .await
    }
}

fn check_free_space(disk: &dyn Disk, folder: &Path) -> Result<(), BlobError> {
    let free = disk.room(folder);
    let free = free.map_err(|error| BlobError::io("write to the blob folder", &error))?;
    if free < RESERVE_BYTES { Err(BlobError::Full) } else { Ok(()) }
}

fn file_name(segment: &str) -> &str {
    segment.rsplit('/').next().unwrap_or(segment)
}

/// Parses a segment's name into kind and number; `None` for any other text, so that no reference
/// can leave the folder.
fn parse_name(name: &str) -> Option<(SegmentKind, u64)> {
    let (folder, file) = name.split_once('/')?;
    let kind = SegmentKind::ALL.into_iter().find(|kind| kind.as_str() == folder)?;
    let number = file.strip_suffix(SUFFIX)?.parse().ok()?;
    (segment_file(number) == file).then_some((kind, number))
}

/// Creates a kind's folder and returns the first unused number.
fn prepare(disk: &dyn Disk, folder: &Path, owner: Owner) -> io::Result<u64> {
    disk.create_folder(folder)?;
    if owner == Owner::Alone {
        tidy(disk, folder)?;
    }
    Ok(numbers(disk, folder)?.last().map_or(1, |(newest, _)| newest + 1))
}

/// Removes the empty files below the newest, which are left over from deletions and crashes.
fn tidy(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    let mut numbers = numbers(disk, folder)?;
    if numbers.pop().is_none() {
        return Ok(());
    }
    // The newest name must be durable before an older one is removed.
    disk.sync_folder(folder)?;
    for (number, _) in numbers.into_iter().filter(|(_, bytes)| *bytes == 0) {
        disk.remove(&folder.join(segment_file(number)))?;
    }
    Ok(())
}

/// Lists the segments of a folder and their sizes, by number.
fn numbers(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<(u64, u64)>> {
    let number_of = |(file, bytes): (String, u64)| {
        let number = file.strip_suffix(SUFFIX)?.parse().ok()?;
        (segment_file(number) == file).then_some((number, bytes))
    };
    let mut numbers: Vec<(u64, u64)> =
        disk.list(folder)?.into_iter().filter_map(number_of).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Reads the bytes of a reference, which match their digest.
fn read_stored(disk: &dyn Disk, folder: &Path, at: &BlobRef) -> Result<Vec<u8>, BlobError> {
    let missing = || BlobError::Missing(at.segment.clone());
    let (kind, _) = parse_name(&at.segment).ok_or_else(missing)?;
    let path = folder.join(kind.as_str()).join(file_name(&at.segment));
    if at.length > MEMBER_BYTES_MAX {
        return Err(BlobError::corrupt(at, "the reference exceeds the maximum size of a record"));
    }
    let bytes = disk
        .read(&path, at.offset, at.length)
        .map_err(|error| BlobError::io("read a segment", &error))?
        .ok_or_else(missing)?;
    if bytes.len() as u64 != at.length {
        return Err(BlobError::corrupt(at, "the segment ends before the record does"));
    }
    if Digest::of(&bytes) != at.stored {
        return Err(BlobError::corrupt(at, "the bytes do not match their digest"));
    }
    Ok(bytes)
}
