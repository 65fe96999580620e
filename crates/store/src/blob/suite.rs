//! Conformance cases for blob engines: [`conformance`] runs all of them against one.

#![allow(clippy::unwrap_used, reason = "a case reports a failure by panicking")]

use std::sync::Arc;

use futures_util::future::join_all;
use model::{BlobRef, Digest, Timestamp};

use super::{BlobError, BlobRecord, BlobStore, Entry, RecordType, SegmentKind, record_id};

/// A place where a store can be reopened, and damaged without its knowledge.
pub trait Site {
    /// Opens the store anew, as after a restart.
    fn open(&self) -> Arc<dyn BlobStore>;
    /// Flips one bit of the stored bytes, `byte` bytes into the record.
    fn flip(&self, at: &BlobRef, byte: u64);
    /// Removes a segment.
    fn lose(&self, segment: &str);
}

/// Builds a record that differs from that of every other number.
pub fn record(number: u32) -> BlobRecord {
    let block = format!("HTTP/1.1 200 OK\r\n\r\n<p>page {number}</p>").repeat(number as usize % 7);
    BlobRecord {
        record_type: RecordType::Response,
        id: record_id([number as u8; 16]),
        target: format!("https://harbourline.example/{number}?q=ä b"),
        date: Timestamp(1_700_000_000_000_000 + i64::from(number)),
        content_type: "application/http;msgtype=response".to_owned(),
        payload: number.is_multiple_of(2).then(|| Digest::of(block.as_bytes())),
        headers: vec![("WARC-IP-Address".to_owned(), "192.0.2.1".to_owned())],
        block: block.into_bytes(),
    }
}

fn entries(numbers: std::ops::Range<u32>) -> Vec<Entry> {
    numbers.map(|number| record(number).into()).collect()
}

/// Runs the whole suite.
pub async fn conformance(site: &dyn Site) {
    round_trip_and_reopen(site).await;
    concurrent_appends(site).await;
    members_are_kept_byte_for_byte(site).await;
    every_damaged_byte_is_caught(site).await;
    segments_end(site).await;
    strange_references_are_refused(site).await;
}

async fn check(store: &dyn BlobStore, refs: &[BlobRef], first: u32) {
    for (at, number) in refs.iter().zip(first..) {
        assert_eq!(store.read(at).await.unwrap(), record(number), "{at:?}");
    }
}

async fn round_trip_and_reopen(site: &dyn Site) {
    let store = site.open();
    assert_eq!(store.append(SegmentKind::Raw, Vec::new()).await, Ok(Vec::new()));
    let mut refs = Vec::new();
    for kind in SegmentKind::ALL {
        let first = store.append(kind, entries(0..20)).await.unwrap();
        let second = store.append(kind, entries(20..25)).await.unwrap();
        assert!(first.iter().chain(&second).all(|at| at.segment.starts_with(kind.as_str())));
        refs.push([first, second].concat());
    }
    for refs in &refs {
        assert_eq!(refs.len(), 25);
        check(store.as_ref(), refs, 0).await;
    }
    drop(store);
    let reopened = site.open();
    let later = reopened.append(SegmentKind::Text, entries(25..26)).await.unwrap();
    assert!(later[0].segment > refs[1][24].segment, "a new start begins a new segment");
    check(reopened.as_ref(), &later, 25).await;
    for refs in &refs {
        check(reopened.as_ref(), refs, 0).await;
    }
}

async fn concurrent_appends(site: &dyn Site) {
    let store = site.open();
    let answers = join_all((0..40).map(|caller| {
        let store = Arc::clone(&store);
        async move {
            let first = caller * 5;
            (first, store.append(SegmentKind::Raw, entries(first..first + 5)).await.unwrap())
        }
    }))
    .await;
    let mut ranges = Vec::new();
    for (first, refs) in &answers {
        check(store.as_ref(), refs, *first).await;
        ranges.extend(refs.iter().map(|at| (at.segment.clone(), at.offset, at.length)));
    }
    ranges.sort_unstable();
    let apart =
        |pair: &[(String, u64, u64)]| pair[0].0 != pair[1].0 || pair[0].1 + pair[0].2 <= pair[1].1;
    assert!(ranges.windows(2).all(apart), "no two records share a byte");
}

async fn members_are_kept_byte_for_byte(site: &dyn Site) {
    let store = site.open();
    // The output of another compressor: stored, not deflated.
    let mut other =
        flate2::GzBuilder::new().filename("other").write(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut other, &record(3).to_bytes()).unwrap();
    let member = other.finish().unwrap();
    let mixed = vec![record(1).into(), Entry::Member(member.clone()), record(2).into()];
    let refs = store.append(SegmentKind::Raw, mixed).await.unwrap();
    assert_eq!(refs[1].stored, Digest::of(&member));
    assert_eq!(refs[1].length, member.len() as u64);
    for (at, number) in refs.iter().zip([1, 3, 2]) {
        assert_eq!(store.read(at).await.unwrap(), record(number));
    }
    let refused = store.append(SegmentKind::Raw, vec![Entry::Member(b"WARC/1.1".to_vec())]).await;
    assert!(matches!(refused, Err(BlobError::Refused(_))), "{refused:?}");
}

async fn every_damaged_byte_is_caught(site: &dyn Site) {
    let store = site.open();
    let refs = store.append(SegmentKind::Kept, entries(1..4)).await.unwrap();
    for byte in 0..refs[1].length {
        site.flip(&refs[1], byte);
        let read = store.read(&refs[1]).await;
        assert!(matches!(read, Err(BlobError::Corrupt { .. })), "byte {byte}: {read:?}");
        site.flip(&refs[1], byte);
    }
    check(store.as_ref(), &refs, 1).await;
}

async fn segments_end(site: &dyn Site) {
    let store = site.open();
    let refs = store.append(SegmentKind::Text, entries(0..3)).await.unwrap();
    let name = refs[0].segment.clone();
    let listed = store.segments().await.unwrap();
    assert!(listed.iter().any(|segment| segment.name == name && segment.bytes > 0));
    let older = listed.iter().find(|segment| segment.kind == SegmentKind::Text).unwrap();

    // The segment that is being written, twice, and an older one.
    for deleted in [&name, &name, &older.name] {
        store.delete_segment(deleted).await.unwrap();
        assert!(store.segments().await.unwrap().iter().all(|segment| segment.name != *deleted));
    }
    let missing = Err(BlobError::Missing(name.clone()));
    assert_eq!(store.read(&refs[0]).await, missing);
    drop(store);
    let store = site.open();
    let next = store.append(SegmentKind::Text, entries(0..3)).await.unwrap();
    assert!(next[0].segment > name, "a name is never given twice");
    assert_eq!(store.read(&refs[0]).await, missing);

    site.lose(&next[0].segment);
    assert_eq!(store.read(&next[0]).await, Err(BlobError::Missing(next[0].segment.clone())));
}

async fn strange_references_are_refused(site: &dyn Site) {
    let store = site.open();
    let good = store.append(SegmentKind::Raw, entries(1..2)).await.unwrap().remove(0);
    for segment in
        ["raw/../raw/00000001.warc.gz", "../00000001.warc.gz", "raw/1.warc.gz", "raw", ""]
    {
        let read = store.read(&BlobRef { segment: segment.to_owned(), ..good.clone() }).await;
        assert_eq!(read, Err(BlobError::Missing(segment.to_owned())));
        assert!(store.delete_segment(segment).await.is_err());
    }
    for (offset, length) in [(0, u64::MAX), (u64::MAX, 1), (good.offset, good.length + 1), (1, 0)] {
        let read = store.read(&BlobRef { offset, length, ..good.clone() }).await;
        assert!(
            matches!(read, Err(BlobError::Corrupt { .. } | BlobError::Io { .. })),
            "{offset} {length}: {read:?}"
        );
    }
}
