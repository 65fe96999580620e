//! Tests of the file engine: the conformance suite, and a disk that fails and loses power.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use model::{BlobRef, Clock, FixedClock, Timestamp};
use proptest::prelude::*;

use super::disk::{Disk, SegmentFile};
use super::fs::Owner;
use super::suite::{Site, conformance, record};
use super::*;

fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock::at(Timestamp(1_700_000_000_000_000)))
}

struct Folder(tempfile::TempDir);

impl Site for Folder {
    fn open(&self) -> Arc<dyn BlobStore> {
        Arc::new(FsBlobs::open(self.0.path().join("data/blobs"), &clock()).unwrap())
    }

    fn flip(&self, at: &BlobRef, byte: u64) {
        let path = self.0.path().join("data/blobs").join(&at.segment);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[usize::try_from(at.offset + byte).unwrap()] ^= 0x10;
        std::fs::write(&path, bytes).unwrap();
    }

    fn lose(&self, segment: &str) {
        std::fs::remove_file(self.0.path().join("data/blobs").join(segment)).unwrap();
    }
}

#[tokio::test]
async fn the_file_engine_conforms() {
    conformance(&Folder(tempfile::tempdir().unwrap())).await;
}

/// A segment file is a WARC file that any reader can parse.
#[tokio::test]
async fn a_segment_begins_with_warcinfo_and_rotates() {
    let disk = Arc::new(FaultDisk::default());
    let store =
        FsBlobs::on(disk.clone(), PathBuf::from("b"), &clock(), 2_000, Owner::Alone).unwrap();
    for number in 0..30 {
        store.append(SegmentKind::Raw, vec![record(number).into()]).await.unwrap();
    }
    let files = disk.now(Loss::Nothing);
    assert!(files.len() > 3, "30 records of about 300 bytes need several segments of 2,000");
    for (path, bytes) in &files {
        assert!(bytes.len() <= 2_000, "{path:?}: {}", bytes.len());
        let mut decoder = flate2::bufread::GzDecoder::new(bytes.as_slice());
        let mut first = String::new();
        io::Read::read_to_string(&mut decoder, &mut first).unwrap();
        assert!(first.starts_with("WARC/1.1\r\nWARC-Type: warcinfo\r\n"), "{first}");
    }
}

/// One recorded operation of the disk.
#[derive(Debug, Clone)]
enum Operation {
    Create(PathBuf),
    Append(PathBuf, Vec<u8>),
    Sync(PathBuf),
    SyncFolder,
    Remove(PathBuf),
    Cut(PathBuf, u64),
}

/// The data that a loss of power destroys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    Nothing,
    HalfOfTheUnsynced,
    AllUnsynced,
}

#[derive(Debug, Default, Clone)]
struct FileState {
    bytes: Vec<u8>,
    synced: usize,
    name_synced: bool,
    removed: bool,
}

#[derive(Debug, Default)]
struct State {
    start: BTreeMap<PathBuf, Vec<u8>>,
    log: Vec<Operation>,
    /// The operation that fails, and how.
    fails: Option<(usize, io::ErrorKind)>,
    /// Bytes used by other files; the disk's size is 1 GiB.
    used: u64,
}

/// A disk in memory that records its operations.
#[derive(Debug, Default, Clone)]
struct FaultDisk(Arc<Mutex<State>>);

impl FaultDisk {
    fn holding(start: BTreeMap<PathBuf, Vec<u8>>) -> Self {
        Self(Arc::new(Mutex::new(State { start, ..State::default() })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn operations(&self) -> usize {
        self.state().log.len()
    }

    fn now(&self, loss: Loss) -> BTreeMap<PathBuf, Vec<u8>> {
        let count = self.operations();
        self.after(count, loss)
    }

    /// Computes the files after the first `count` operations and a loss.
    fn after(&self, count: usize, loss: Loss) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        let old = |bytes: &Vec<u8>| FileState {
            bytes: bytes.clone(),
            synced: bytes.len(),
            name_synced: true,
            removed: false,
        };
        let mut files: BTreeMap<PathBuf, FileState> =
            state.start.iter().map(|(path, bytes)| (path.clone(), old(bytes))).collect();
        for operation in &state.log[..count] {
            match operation {
                Operation::Create(path) => {
                    files.insert(path.clone(), FileState::default());
                }
                Operation::Append(path, bytes) => {
                    files.get_mut(path).unwrap().bytes.extend_from_slice(bytes);
                }
                Operation::Sync(path) => {
                    let file = files.get_mut(path).unwrap();
                    file.synced = file.bytes.len();
                }
                Operation::SyncFolder => {
                    files.retain(|_, file| !file.removed);
                    files.values_mut().for_each(|file| file.name_synced = true);
                }
                Operation::Remove(path) => files.get_mut(path).unwrap().removed = true,
                Operation::Cut(path, length) => {
                    let file = files.get_mut(path).unwrap();
                    file.bytes.truncate(usize::try_from(*length).unwrap());
                    file.synced = file.synced.min(file.bytes.len());
                }
            }
        }
        let survivor = |(path, mut file): (PathBuf, FileState)| {
            let length = match loss {
                Loss::Nothing => file.bytes.len(),
                Loss::HalfOfTheUnsynced => (file.synced + file.bytes.len()).div_ceil(2),
                Loss::AllUnsynced => file.synced,
            };
            let is_lost = match loss {
                Loss::AllUnsynced => !file.name_synced,
                _ => file.removed,
            };
            file.bytes.truncate(length);
            (!is_lost).then_some((path, file.bytes))
        };
        files.into_iter().filter_map(survivor).collect()
    }

    /// Records an operation, or fails as configured; a failing append leaves half of its bytes.
    fn act(&self, operation: Operation) -> io::Result<()> {
        let mut state = self.state();
        if let Some((at, kind)) = state.fails
            && at == state.log.len()
        {
            state.fails = None;
            if let Operation::Append(path, bytes) = operation {
                state.log.push(Operation::Append(path, bytes[..bytes.len() / 2].to_vec()));
            }
            return Err(kind.into());
        }
        state.log.push(operation);
        Ok(())
    }
}

impl Disk for FaultDisk {
    fn create_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, u64)>> {
        let files = self.now(Loss::Nothing).into_iter();
        let inside = files.filter(|(path, _)| path.parent() == Some(folder));
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        Ok(inside.map(|(path, bytes)| (name(&path), bytes.len() as u64)).collect())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        if self.now(Loss::Nothing).contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.act(Operation::Create(path.to_owned()))?;
        Ok(Box::new(FaultFile(self.clone(), path.to_owned())))
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.act(Operation::SyncFolder)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.act(Operation::Remove(path.to_owned()))
    }

    fn empty(&self, path: &Path) -> io::Result<()> {
        self.act(Operation::Cut(path.to_owned(), 0))
    }

    fn room(&self, _: &Path) -> io::Result<u64> {
        Ok((1 << 30) - self.state().used)
    }

    fn read(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let files = self.now(Loss::Nothing);
        let Some(bytes) = files.get(path).filter(|bytes| !bytes.is_empty()) else {
            return Ok(None);
        };
        let start = bytes.len().min(usize::try_from(offset).unwrap());
        let end = bytes.len().min(start + usize::try_from(length).unwrap());
        Ok(Some(bytes[start..end].to_vec()))
    }
}

struct FaultFile(FaultDisk, PathBuf);

impl SegmentFile for FaultFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.act(Operation::Append(self.1.clone(), bytes.to_vec()))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.act(Operation::Sync(self.1.clone()))
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.0.act(Operation::Cut(self.1.clone(), length))
    }
}

/// One acknowledged record: the range of operations in which it must exist, and its place.
struct Acknowledged {
    since: usize,
    until: usize,
    at: BlobRef,
    number: u32,
}

fn open_on(disk: &FaultDisk) -> Result<FsBlobs, BlobError> {
    FsBlobs::on(Arc::new(disk.clone()), PathBuf::from("b"), &clock(), 1_200, Owner::Alone)
}

fn store_on(disk: &FaultDisk) -> FsBlobs {
    open_on(disk).unwrap()
}

/// Appends, restarts and deletes; returns the acknowledged records.
async fn live(disk: &FaultDisk) -> Vec<Acknowledged> {
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    let mut number = 0;
    for round in 0..3 {
        // The caller retries a failed start.
        let Ok(store) = open_on(disk) else { continue };
        for _ in 0..5 {
            let numbers = number..number + 1 + number % 3;
            number = numbers.end;
            let entries = numbers.clone().map(|number| record(number).into()).collect();
            let Ok(refs) = store.append(SegmentKind::Raw, entries).await else { continue };
            let since = disk.operations();
            acknowledged.extend(refs.into_iter().zip(numbers).map(|(at, number)| Acknowledged {
                since,
                until: usize::MAX,
                at,
                number,
            }));
        }
        let remaining = acknowledged.iter().filter(|one| one.until == usize::MAX);
        let segments: Vec<String> = remaining.map(|one| one.at.segment.clone()).collect();
        let target = if round % 2 == 0 { segments.last() } else { segments.first() };
        if let Some(target) = target {
            let until = disk.operations();
            if store.delete_segment(target).await.is_ok() {
                let deleted = acknowledged.iter_mut().filter(|one| one.at.segment == *target);
                deleted.for_each(|one| one.until = one.until.min(until));
            } else {
                acknowledged.retain(|one| one.at.segment != *target);
            }
        }
    }
    acknowledged
}

/// Starts on the files that remain after a loss; every acknowledged record must exist, and no name
/// may be used twice.
async fn recovers(files: BTreeMap<PathBuf, Vec<u8>>, when: usize, all: &[Acknowledged]) {
    let disk = FaultDisk::holding(files);
    let store = store_on(&disk);
    let fresh = store.append(SegmentKind::Raw, vec![record(99).into()]).await.unwrap();
    assert_eq!(store.read(&fresh[0]).await, Ok(record(99)));
    for one in all.iter().filter(|one| one.since <= when) {
        assert!(fresh[0].segment > one.at.segment, "{} given twice", one.at.segment);
        let read = store.read(&one.at).await;
        if when <= one.until {
            assert_eq!(read, Ok(record(one.number)), "after {when} operations: {:?}", one.at);
        } else {
            let fine = read.is_err() || read == Ok(record(one.number));
            assert!(fine, "after {when} operations: {:?} became something else", one.at);
        }
    }
}

/// R4: recovery works from every prefix of the storage operations and after every kind of loss.
#[tokio::test]
async fn crash_every_prefix() {
    let disk = FaultDisk::default();
    let acknowledged = live(&disk).await;
    assert!(acknowledged.len() > 15);
    for count in 0..=disk.operations() {
        for loss in [Loss::Nothing, Loss::HalfOfTheUnsynced, Loss::AllUnsynced] {
            recovers(disk.after(count, loss), count, &acknowledged).await;
        }
    }
}

/// R5 and R6: after an error at any write or sync nothing is acknowledged, and no acknowledged
/// record is lost.
#[tokio::test]
async fn an_error_at_every_operation() {
    let clean = FaultDisk::default();
    live(&clean).await;
    for kind in [io::ErrorKind::Other, io::ErrorKind::StorageFull] {
        for at in 0..clean.operations() {
            let disk = FaultDisk::default();
            disk.state().fails = Some((at, kind));
            let acknowledged = live(&disk).await;
            let count = disk.operations();
            for loss in [Loss::Nothing, Loss::HalfOfTheUnsynced, Loss::AllUnsynced] {
                recovers(disk.after(count, loss), count, &acknowledged).await;
            }
        }
    }
}

/// R5: after a failed sync nothing more is written to that segment.
#[tokio::test]
async fn fsync_eio_stops_writer() {
    let disk = FaultDisk::default();
    let store = store_on(&disk);
    let before = store.append(SegmentKind::Raw, vec![record(1).into()]).await.unwrap();
    disk.state().fails = Some((disk.operations() + 1, io::ErrorKind::Other));
    let failed = store.append(SegmentKind::Raw, vec![record(2).into()]).await;
    assert!(matches!(failed, Err(BlobError::Io { .. })), "{failed:?}");
    disk.state().fails = Some((disk.operations() + 1, io::ErrorKind::StorageFull));
    let full = store.append(SegmentKind::Raw, vec![record(2).into()]).await;
    assert_eq!(full, Err(BlobError::Full));
    let after = store.append(SegmentKind::Raw, vec![record(2).into()]).await.unwrap();
    assert!(after[0].segment > before[0].segment);
    assert_eq!(store.read(&before[0]).await, Ok(record(1)));
    assert_eq!(store.read(&after[0]).await, Ok(record(2)));
    let files = disk.now(Loss::Nothing);
    let first = &files[Path::new("b").join(&before[0].segment).as_path()];
    assert_eq!(first.len() as u64, before[0].offset + before[0].length, "no torn tail is left");
}

/// R6: new input is refused while input in progress still has space to be processed.
#[tokio::test]
async fn a_reserve_is_kept_for_what_is_on_its_way() {
    let disk = FaultDisk::default();
    let store = store_on(&disk);
    disk.state().used = (1 << 30) - (63 << 20);
    let (raw, text) = (SegmentKind::Raw, SegmentKind::Text);
    assert_eq!(store.append(raw, vec![record(1).into()]).await, Err(BlobError::Full));
    assert_eq!(store.append(SegmentKind::Kept, vec![record(1).into()]).await, Err(BlobError::Full));
    assert_eq!(store.check().await, Err(BlobError::Full));
    assert!(store.append(text, vec![record(1).into()]).await.is_ok());
    disk.state().used = (1 << 30) - (64 << 20);
    assert!(store.check().await.is_ok());
    assert!(store.append(raw, vec![record(1).into()]).await.is_ok());
}

#[test]
fn dates_of_many_writers() {
    for (text, expect) in [
        ("2026-03-31T12:00:00Z", Some("2026-03-31T12:00:00Z")),
        ("2026-03-31T12:00:00.5+02:00", Some("2026-03-31T10:00:00.5Z")),
        ("2026-03-31T12:00Z", Some("2026-03-31T12:00:00Z")),
        ("2026-03-31", Some("2026-03-31T00:00:00Z")),
        ("2026-03", Some("2026-03-01T00:00:00Z")),
        ("2026", Some("2026-01-01T00:00:00Z")),
        ("20260331120000", Some("2026-03-31T12:00:00Z")),
        ("20261331120000", None),
        ("soon", None),
        ("", None),
    ] {
        assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref(), expect, "{text}");
    }
}

proptest! {
    #[test]
    fn a_record_survives_its_bytes(
        kind in prop::sample::select(vec!["response", "resource", "conversion", "metadata"]),
        target in "[ -~]{0,40}",
        name in "X-[a-z]{1,10}",
        value in ".{0,40}",
        micros in 0i64..4_000_000_000_000_000,
        block in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let record = BlobRecord {
            record_type: RecordType::parse(kind).unwrap(),
            id: record_id([7; 16]),
            target: target.trim_matches([' ', '<', '>']).to_owned(),
            date: Timestamp(micros),
            content_type: "text/plain".to_owned(),
            payload: Some(model::Digest::of(&block)),
            headers: vec![(name, value.clone())],
            block,
        };
        let member = warc::compress(&record.to_bytes()).unwrap();
        let mut read = BlobRecord::from_bytes(&warc::decompress(&member).unwrap()).unwrap();
        let plain = |c: char| if c.is_ascii_control() { ' ' } else { c };
        let expect: String = value.chars().map(plain).collect();
        prop_assert_eq!(&read.headers[0].1, expect.trim());
        read.headers[0].1 = value;
        prop_assert_eq!(read, record);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = BlobRecord::from_bytes(&bytes);
        let _ = warc::decompress(&bytes);
        let headed = [b"WARC/1.0\r\n".as_slice(), &bytes].concat();
        let _ = BlobRecord::from_bytes(&headed);
    }
}
