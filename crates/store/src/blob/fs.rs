//! Segments as files: `<folder>/raw/00000001.warc.gz` and its siblings in `text/` and `kept/`.
//!
//! - One thread per kind owns its segment; it takes every waiting append, writes them and syncs once
//!   for all of them (group commit).
//! - A segment begins with a `warcinfo` record and ends at 256 MiB. Each process begins a new one on
//!   its first write, so a tail that is torn by a crash is never appended to; it is never parsed
//!   either, because only the bytes of a reference are read.
//! - Numbers only increase. The newest segment of a kind is emptied instead of removed when it is
//!   deleted, so that its number stays taken; the empty file is removed once there is a newer one.
//! - New input is refused while fewer than 64 MiB are free: earlier input needs space to be processed,
//!   and so does the clean-up that frees some.
//! - A write or sync that failed ends its segment: after a failed sync the system may have dropped
//!   the pages, and the next sync would wrongly succeed. Nothing of that group is acknowledged; the
//!   next append opens a new file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{io, thread};

use async_trait::async_trait;
use model::{BlobRef, Clock, Digest};
use tokio::sync::{mpsc, oneshot};

use super::disk::{Disk, LocalDisk, SegmentFile};
use super::warc::{self, BLOCK_BYTES_MAX, HEAD_BYTES_MAX};
use super::{BlobError, BlobRecord, BlobStore, Entry, Segment, SegmentKind};
use crate::backup::{CopyMode, FileDigest, Tell, copy_file};

const SEGMENT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The size at which a group is committed although more appends wait.
const GROUP_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// The maximum number of appends queued for one writer; more of them wait in their callers.
const WAITING_MAX: usize = 64;
/// The maximum size of a compressed record (deflate adds at most a few bytes per block).
const MEMBER_BYTES_MAX: u64 = (BLOCK_BYTES_MAX + HEAD_BYTES_MAX) as u64 + 1024 * 1024;
/// The disk space that is reserved for input in progress.
pub const RESERVE_BYTES: u64 = 64 * 1024 * 1024;
const SUFFIX: &str = ".warc.gz";

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
        let missing = || BlobError::Missing(at.segment.clone());
        let (kind, _) = parse_name(&at.segment).ok_or_else(missing)?;
        let path = self.folder.join(kind.as_str()).join(file_name(&at.segment));
        let (disk, at) = (Arc::clone(&self.disk), at.clone());
        blocking(move || read_member(disk.as_ref(), &path, &at)).await
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
                    let digest = copy_file(&folder.join(&name), &to.join(&name), CopyMode::Usual);
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

fn segment_file(number: u64) -> String {
    format!("{number:08}{SUFFIX}")
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

fn read_member(disk: &dyn Disk, path: &Path, at: &BlobRef) -> Result<BlobRecord, BlobError> {
    if at.length > MEMBER_BYTES_MAX {
        return Err(BlobError::corrupt(at, "the reference exceeds the maximum size of a record"));
    }
    let bytes = disk
        .read(path, at.offset, at.length)
        .map_err(|error| BlobError::io("read a segment", &error))?
        .ok_or_else(|| BlobError::Missing(at.segment.clone()))?;
    if bytes.len() as u64 != at.length {
        return Err(BlobError::corrupt(at, "the segment ends before the record does"));
    }
    if Digest::of(&bytes) != at.stored {
        return Err(BlobError::corrupt(at, "the bytes do not match their digest"));
    }
    let record = warc::decompress(&bytes).map_err(|why| BlobError::corrupt(at, why))?;
    BlobRecord::from_bytes(&record).map_err(|why| BlobError::corrupt(at, why))
}

/// A gzip member ready to be written.
struct Member {
    bytes: Vec<u8>,
    digest: Digest,
}

impl Member {
    fn of(entry: Entry) -> Result<Self, BlobError> {
        let bytes = match entry {
            Entry::Member(bytes) if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) => {
                return Err(BlobError::Refused("the bytes are not a gzip member".to_owned()));
            }
            Entry::Member(bytes) if bytes.len() as u64 > MEMBER_BYTES_MAX => {
                return Err(BlobError::Refused("the member is too large".to_owned()));
            }
            Entry::Member(bytes) => bytes,
            Entry::Record(record) if record.block.len() > BLOCK_BYTES_MAX => {
                let size = record.block.len();
                return Err(BlobError::Refused(format!(
                    "a record of {size} bytes exceeds the limit of {BLOCK_BYTES_MAX}"
                )));
            }
            Entry::Record(record) => warc::compress(&record.to_bytes())
                .map_err(|error| BlobError::io("compress a record", &error))?,
        };
        Ok(Self { digest: Digest::of(&bytes), bytes })
    }
}

type Reply<T> = oneshot::Sender<Result<T, BlobError>>;

enum Job {
    Append { members: Vec<Member>, reply: Reply<Vec<BlobRef>> },
    Delete { number: u64, reply: Reply<()> },
}

/// The segment being written.
struct Open {
    number: u64,
    file: Box<dyn SegmentFile>,
    /// Bytes written, synced or not.
    length: u64,
    /// Bytes of committed groups; zero until the first one is durable.
    durable: u64,
}

/// The only writer of a kind's folder.
struct Writer {
    disk: Arc<dyn Disk>,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    kind: SegmentKind,
    segment_bytes_max: u64,
    next: u64,
    segment: Option<Open>,
}

/// One caller's share of a group.
type Waiting = (Vec<Member>, Reply<Vec<BlobRef>>);

impl Writer {
    fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.blocking_recv() {
            let mut group: Vec<Waiting> = Vec::new();
            let mut bytes = 0;
            let mut job = Some(first);
            while let Some(next) = job {
                match next {
                    Job::Append { members, reply } => {
                        bytes += size_of_members(&members);
                        group.push((members, reply));
                    }
                    Job::Delete { number, reply } => {
                        self.commit(std::mem::take(&mut group));
                        // A cancelled caller needs no reply.
                        let _ = reply.send(self.delete(number));
                    }
                }
                job = if bytes < GROUP_BYTES_MAX { jobs.try_recv().ok() } else { None };
            }
            self.commit(group);
        }
    }

    /// Writes a group, makes it durable, then sends every caller in it the same result.
    fn commit(&mut self, group: Vec<Waiting>) {
        if group.is_empty() {
            return;
        }
        let (members, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        match self.write(&members) {
            Ok(refs) => {
                for (reply, refs) in replies.into_iter().zip(refs) {
                    let _ = reply.send(Ok(refs));
                }
            }
            Err(error) => {
                tracing::error!(kind = %self.kind, %error, "a segment write failed");
                self.abandon();
                for reply in replies {
                    let _ = reply.send(Err(BlobError::io("write a segment", &error)));
                }
            }
        }
    }

    fn write(&mut self, group: &[Vec<Member>]) -> io::Result<Vec<Vec<BlobRef>>> {
        let bytes = group.iter().map(|members| size_of_members(members)).sum();
        let segment = match self.segment.take() {
            Some(open) if open.length.saturating_add(bytes) <= self.segment_bytes_max => open,
            _ => self.begin()?,
        };
        let segment = self.segment.insert(segment);
        let name = format!("{}/{}", self.kind, segment_file(segment.number));
        if segment.length == 0 {
            let info = warc::compress(&warc::warcinfo(&name, self.clock.now()))?;
            segment.file.append(&info)?;
            segment.length = info.len() as u64;
        }
        let mut refs = Vec::with_capacity(group.len());
        for members in group {
            let mut of_one_caller = Vec::with_capacity(members.len());
            for member in members {
                segment.file.append(&member.bytes)?;
                let length = member.bytes.len() as u64;
                of_one_caller.push(BlobRef {
                    segment: name.clone(),
                    offset: segment.length,
                    length,
                    stored: member.digest,
                });
                segment.length += length;
            }
            refs.push(of_one_caller);
        }
        segment.file.sync()?;
        if segment.durable == 0 {
            self.disk.sync_folder(&self.folder)?;
        }
        segment.durable = segment.length;
        Ok(refs)
    }

    /// Creates the next segment's file. A number that is already taken is skipped.
    fn begin(&mut self) -> io::Result<Open> {
        loop {
            let number = self.next;
            let created = self.disk.create(&self.folder.join(segment_file(number)));
            self.next += 1;
            match created {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => return Ok(Open { number, file: created?, length: 0, durable: 0 }),
            }
        }
    }

    /// Closes the segment permanently. Unacknowledged bytes are removed on a best-effort basis: it
    /// frees space on a full disk, and tools that scan the file find no torn tail, but nothing
    /// depends on it.
    fn abandon(&mut self) {
        let Some(mut open) = self.segment.take() else { return };
        let undone = if open.durable == 0 {
            self.disk.remove(&self.folder.join(segment_file(open.number)))
        } else {
            open.file.cut(open.durable)
        };
        if let Err(error) = undone {
            tracing::warn!(kind = %self.kind, %error, "an incomplete write is left in a segment");
        }
    }

    fn delete(&mut self, number: u64) -> Result<(), BlobError> {
        self.segment.take_if(|open| open.number == number);
        self.delete_file(number).map_err(|error| BlobError::io("delete a segment", &error))
    }

    fn delete_file(&mut self, number: u64) -> io::Result<()> {
        let files = self.disk.list(&self.folder)?;
        let file = segment_file(number);
        if !files.iter().any(|(name, _)| *name == file) {
            return Ok(());
        }
        let newest = files.iter().filter_map(|(name, _)| {
            name.strip_suffix(SUFFIX).and_then(|stem| stem.parse::<u64>().ok())
        });
        if newest.max() == Some(number) {
            return self.disk.empty(&self.folder.join(file));
        }
        self.disk.sync_folder(&self.folder)?;
        self.disk.remove(&self.folder.join(file))?;
        self.disk.sync_folder(&self.folder)
    }
}

fn size_of_members(members: &[Member]) -> u64 {
    members.iter().map(|member| member.bytes.len() as u64).sum()
}
