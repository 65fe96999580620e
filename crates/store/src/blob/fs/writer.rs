//! The writer of a kind's segments: one thread, which commits the waiting appends together.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use model::{BlobRef, Clock, Digest};
use tokio::sync::{mpsc, oneshot};

use crate::blob::disk::{Disk, SegmentFile};
use crate::blob::warc::{self, BLOCK_BYTES_MAX, HEAD_BYTES_MAX};
use crate::blob::{BlobError, Entry, SegmentKind};

/// The size at which a group is committed although more appends wait.
const GROUP_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// The maximum size of a compressed record (deflate adds at most a few bytes per block).
pub(super) const MEMBER_BYTES_MAX: u64 = (BLOCK_BYTES_MAX + HEAD_BYTES_MAX) as u64 + 1024 * 1024;
pub(super) const SUFFIX: &str = ".warc.gz";

/// Returns the name of a segment's file.
pub(super) fn segment_file(number: u64) -> String {
    format!("{number:08}{SUFFIX}")
}

/// A gzip member ready to be written.
pub(super) struct Member {
    bytes: Vec<u8>,
    digest: Digest,
}

impl Member {
    pub(super) fn of(entry: Entry) -> Result<Self, BlobError> {
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

pub(super) type Reply<T> = oneshot::Sender<Result<T, BlobError>>;

pub(super) enum Job {
    Append { members: Vec<Member>, reply: Reply<Vec<BlobRef>> },
    Delete { number: u64, reply: Reply<()> },
}

/// The segment being written.
pub(super) struct Open {
    number: u64,
    file: Box<dyn SegmentFile>,
    /// Bytes written, synced or not.
    length: u64,
    /// Bytes of committed groups; zero until the first one is durable.
    durable: u64,
}

/// The only writer of a kind's folder.
pub(super) struct Writer {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) folder: PathBuf,
    pub(super) kind: SegmentKind,
    pub(super) segment_bytes_max: u64,
    pub(super) next: u64,
    pub(super) segment: Option<Open>,
}

/// One caller's share of a group.
type Waiting = (Vec<Member>, Reply<Vec<BlobRef>>);

impl Writer {
    pub(super) fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
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
