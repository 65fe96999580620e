//! Every bit of a segment is flipped, whether a row refers to its record or not.

use std::sync::Arc;

use model::{Clock, FixedClock, Timestamp};

use super::*;
use crate::blob::suite::record;
use crate::blob::{BlobError, BlobStore as _, Entry, FsBlobs, Segment, SegmentKind};

struct Stand {
    folder: tempfile::TempDir,
    store: FsBlobs,
}

impl Stand {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(Timestamp(1_700_000_000_000_000)));
        let store = FsBlobs::open(folder.path(), &clock).unwrap();
        Self { folder, store }
    }

    async fn segment(&self) -> Segment {
        self.store.segments().await.unwrap().remove(0)
    }

    async fn scrub(&self, refs: &[BlobRef]) -> SegmentScrub {
        let mut referred = ReferredPart::default();
        refs.iter().for_each(|at| referred.add(at));
        let segment = self.segment().await;
        self.store.scrub(&segment, referred, Arc::new(|_| ())).await.unwrap()
    }

    /// Reads as `verify --all` does: first what rows refer to, then everything. Returns the number
    /// of damages.
    async fn damages(&self, refs: &[BlobRef]) -> u64 {
        let digests = self.store.check_digests(refs.to_vec()).await;
        let broken = digests.iter().filter(|checked| checked.is_err()).count() as u64;
        broken + self.scrub(refs).await.damages
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.folder.path().join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        change(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
    }
}

/// Returns a record, in a member of another program if asked.
fn entry(number: u32, is_foreign: bool) -> Entry {
    let mut record = record(number);
    if !is_foreign {
        return record.into();
    }
    record.id = format!("urn:uuid:00000000-0000-4000-a000-{number:012}");
    let mut other =
        flate2::GzBuilder::new().filename("other").write(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut other, &record.to_bytes()).unwrap();
    Entry::Member(other.finish().unwrap())
}

#[tokio::test]
async fn a_flipped_bit_is_noticed_wherever_it_is() {
    let stand = Stand::new();
    let entries = vec![entry(1, false), entry(2, true), entry(4, false), entry(5, false)];
    let mut refs = stand.store.append(SegmentKind::Raw, entries).await.unwrap();
    assert_eq!(stand.scrub(&refs).await, SegmentScrub { records: 5, ..SegmentScrub::default() });
    let Segment { name, bytes, .. } = stand.segment().await;
    assert_eq!(refs[3].offset + refs[3].length, bytes);
    let all = refs.clone();
    // The first record and the last one have lost their rows; the warcinfo never had one.
    refs.truncate(3);
    refs.remove(0);
    let clean = stand.scrub(&refs).await;
    assert_eq!((clean.records, clean.damages, clean.interrupted), (5, 0, None));
    let mut starts: Vec<u64> = all.iter().map(|at| at.offset).collect();
    starts.extend([0, bytes]);
    let mut read_as_interrupted = 0;
    for position in 0..usize::try_from(bytes).unwrap() {
        // Every bit of heads and trailers, and one bit of each byte between them.
        let is_edge = starts.iter().any(|start| start.abs_diff(position as u64) < 14);
        for bit in (0..8).filter(|bit| is_edge || *bit == position % 8) {
            stand.change(&name, |bytes| bytes[position] ^= 1 << bit);
            if stand.damages(&refs).await == 0 {
                // A flipped bit may hide the end of the last record, which nothing refers to.
                let found = stand.scrub(&refs).await;
                assert!(found.interrupted.is_some(), "byte {position} bit {bit}: {found:?}");
                read_as_interrupted += 1;
            }
            stand.change(&name, |bytes| bytes[position] ^= 1 << bit);
        }
    }
    assert!(read_as_interrupted * 4 < bytes, "{read_as_interrupted} of {bytes} bytes");
}

#[tokio::test]
async fn damage_in_the_middle_does_not_hide_what_follows() {
    let stand = Stand::new();
    let entries = (0..40).map(|number| entry(number, number % 3 == 0)).collect();
    let refs = stand.store.append(SegmentKind::Text, entries).await.unwrap();
    let name = stand.segment().await.name;
    let byte = |index: usize| usize::try_from(refs[index].offset).unwrap();
    stand.change(&name, |bytes| {
        bytes[byte(3) + 30] ^= 4;
        bytes[byte(10)..byte(12)].fill(0);
        // A gap between two records.
        drop(bytes.splice(byte(30)..byte(30), *b"gap"));
    });
    let found = stand.scrub(&refs).await;
    let offsets: Vec<u64> = found.first.iter().map(|place| place.offset).collect();
    assert_eq!(offsets, [refs[3].offset, refs[10].offset, refs[30].offset], "{found:?}");
    assert_eq!((found.damages, found.records), (3, 38), "all others were read");
    stand.change(&name, Vec::clear);
    assert!(stand.store.segments().await.unwrap().is_empty());
    let digests = stand.store.check_digests(refs.clone()).await;
    let missing = Err(BlobError::Missing(name));
    assert!(digests.iter().all(|checked| *checked == missing));
}

/// A write that a crash interrupted was not acknowledged: no row refers to it. The same bytes are
/// damage if a row does.
#[tokio::test]
async fn an_interrupted_write_is_no_damage() {
    let stand = Stand::new();
    let entries = (1..4).map(|number| entry(number, false)).collect();
    let refs = stand.store.append(SegmentKind::Kept, entries).await.unwrap();
    let name = stand.segment().await.name;
    let whole = std::fs::read(stand.folder.path().join(&name)).unwrap();
    let last = usize::try_from(refs[2].offset).unwrap();
    for (length, zeros) in [(last + 1, 0), (last + 40, 0), (whole.len() - 1, 0), (last, 4_096)] {
        stand.change(&name, |bytes| {
            bytes.clone_from(&whole);
            bytes.truncate(length);
            bytes.resize(length + zeros, 0);
        });
        let found = stand.scrub(&refs[..2]).await;
        let rest = (length + zeros - last) as u64;
        assert_eq!((found.damages, found.interrupted), (0, Some((refs[2].offset, rest))));
        assert!(stand.damages(&refs).await > 0, "{length}");
    }
}
