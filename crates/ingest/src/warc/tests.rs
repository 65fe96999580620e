//! Tests of valid, damaged and malicious files.

mod zstd;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use store::blob::{BlobRecord, RecordType};

use super::*;
use crate::tests::now;
use crate::{ReadLimits, Stream};

/// Builds a record with any header lines; `length` is the declared length.
fn raw(kind: &str, more: &str, length: usize, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2026-03-04T05:06:07Z\r\n{more}\
         Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn url_of(number: usize) -> String {
    format!("https://quillhaven.example/page/{number}")
}

/// Builds a response that is unique for its number.
fn response(number: usize) -> Vec<u8> {
    let more = format!(
        "WARC-Target-URI: {}\r\nContent-Type: application/http; msgtype=response\r\n",
        url_of(number)
    );
    let text = format!("<p>Quillhaven opens hall {number}.</p>\n").repeat(1 + number % 5);
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{text}");
    raw("response", &more, block.len(), block.as_bytes())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn members(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| gzip(&response(number))).collect()
}

fn stream(name: &str, bytes: Vec<u8>, limits: ReadLimits) -> Stream {
    let options = Options { limits, ..Options::at(now()) };
    Box::new(Warc::new(name.to_owned(), Cursor::new(bytes), options).unwrap())
}

fn read(bytes: &[u8]) -> Vec<Taken> {
    stream("a.warc", bytes.to_vec(), ReadLimits::default()).collect()
}

fn read_gzip(bytes: &[u8]) -> Vec<Taken> {
    stream("a.warc.gz", bytes.to_vec(), ReadLimits::default()).collect()
}

fn captures(taken: &[Taken]) -> Vec<&Capture> {
    taken
        .iter()
        .filter_map(|one| if let Taken::Record(c) = one { Some(&**c) } else { None })
        .collect()
}

fn urls(taken: &[Taken]) -> Vec<&str> {
    captures(taken).into_iter().map(|capture| capture.url.as_str()).collect()
}

fn rejections(taken: &[Taken]) -> Vec<&Rejected> {
    taken
        .iter()
        .filter_map(|one| if let Taken::Rejected(r) = one { Some(r) } else { None })
        .collect()
}

fn notes(taken: &[Taken]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for one in taken {
        if let Taken::Noted(note) = one {
            *counts.entry(note.code.as_ref()).or_insert(0) += 1;
        }
    }
    counts
}

/// Checks whether `taken` holds all records except those in `missing`.
fn is_all_but(taken: &[Taken], count: usize, missing: &[usize]) -> bool {
    let expect: Vec<String> = (0..count).filter(|n| !missing.contains(n)).map(url_of).collect();
    urls(taken) == expect
}

#[test]
fn the_same_records_plain_in_members_and_in_one_member() {
    let plain: Vec<u8> = (0..6).flat_map(response).collect();
    let of_plain = read(&plain);
    assert!(is_all_but(&of_plain, 6, &[]));
    let first = captures(&of_plain)[0];
    assert_eq!(first.status, Some(200));
    assert_eq!(first.observed.to_string(), "2026-03-04T05:06:07Z");
    assert_eq!(first.payload(), b"<p>Quillhaven opens hall 0.</p>\n");
    assert_eq!(first.snapshot_hash, model::Digest::of(first.payload()));

    let members = members(6);
    let of_members = read_gzip(&members.concat());
    for (capture, member) in captures(&of_members).into_iter().zip(&members) {
        assert_eq!(capture.member.as_ref(), Some(member), "kept byte for byte");
        // The blob store must read this record from the member.
        let mut text = Vec::new();
        flate2::bufread::GzDecoder::new(member.as_slice()).read_to_end(&mut text).unwrap();
        let record = BlobRecord::from_bytes(&text).unwrap();
        assert_eq!(
            (record.record_type, record.target),
            (RecordType::Response, capture.url.clone())
        );
        assert_eq!((record.date, record.block), (capture.observed, capture.block.clone()));
    }
    let of_one = read_gzip(&gzip(&plain));
    assert!(captures(&of_one).iter().all(|capture| capture.member.is_none()));
    let ids = |taken: &[Taken]| captures(taken).iter().map(|c| c.raw).collect::<Vec<_>>();
    assert_eq!(ids(&of_plain), ids(&of_members));
    assert_eq!(ids(&of_plain), ids(&of_one));
    assert!([of_plain, of_members, of_one].iter().all(|taken| rejections(taken).is_empty()));
}

/// Tests members that end inside a record, because some compressors cut the stream when their
/// buffer is full.
#[test]
fn members_that_are_cut_inside_records() {
    let plain: Vec<u8> = (0..5).flat_map(response).collect();
    for size in [30, 100, 250, 999] {
        let bytes: Vec<u8> = plain.chunks(size).flat_map(gzip).chain(gzip(b"")).collect();
        let taken = read_gzip(&bytes);
        assert!(is_all_but(&taken, 5, &[]), "{size}: {:?}", urls(&taken));
        assert!(rejections(&taken).is_empty(), "{size}: {:?}", rejections(&taken));
        assert!(captures(&taken).iter().all(|capture| capture.member.is_none()));
    }
}

#[test]
fn every_type_is_taken_or_noted() {
    let target = |uri: &str| format!("WARC-Target-URI: {uri}\r\n");
    let page = target("https://quillhaven.example/");
    let html = format!("{}Content-Type: text/html\r\n", target("<https://quillhaven.example/r>"));
    let spaces = target("https://quillhaven.example/a b");
    let dated = format!("{page}WARC-Date: 2026-03-04T05:06:07Z\r\n").replace("03-04", "03-05");
    let taken = read(
        &[
            raw("warcinfo", "", 4, b"a: b"),
            raw("request", &page, 0, b""),
            raw("metadata", &page, 0, b""),
            raw("revisit", &page, 0, b""),
            raw("response", &target("dns:quillhaven.example"), 0, b""),
            raw("resource", &target("metadata://quillhaven.example/log"), 0, b""),
            raw("invention", &page, 0, b""),
            raw("resource", &html, 3, b"<p>"),
            raw("Response", &spaces, 23, b"HTTP/1.1 404 No\r\n\r\ngone"),
            raw("response", &dated, 3, b"odd"),
            raw("response", "", 3, b"odd"),
            raw("response", &target("https://"), 3, b"odd"),
        ]
        .concat(),
    );
    assert_eq!(
        urls(&taken),
        [
            "https://quillhaven.example/r",
            "https://quillhaven.example/a%20b",
            "https://quillhaven.example/"
        ]
    );
    assert_eq!(captures(&taken)[0].headers[0].1, "text/html");
    assert_eq!(captures(&taken)[1].status, Some(404));
    let expect = [
        "warc_dns_skipped",
        "warc_metadata_skipped",
        "warc_not_web_skipped",
        "warc_other_skipped",
        "warc_request_skipped",
        "warc_revisit_skipped",
        "warc_warcinfo_skipped",
    ];
    assert_eq!(notes(&taken).into_keys().collect::<Vec<_>>(), expect);
    let causes: Vec<&str> = rejections(&taken).iter().map(|r| r.cause.as_str()).collect();
    assert_eq!(causes, ["no WARC-Target-URI", "not a web address: \"https://\""]);
}

#[test]
fn a_record_from_the_future_is_rejected() {
    let late = String::from_utf8(response(1)).unwrap().replace("2026-03-04", "2026-06-03");
    let taken = read(&[response(0), late.into_bytes(), response(2)].concat());
    assert!(is_all_but(&taken, 3, &[1]));
    assert!(rejections(&taken)[0].cause.contains("is in the future"));
    assert_eq!(rejections(&taken)[0].origin, format!("a.warc, byte {}", response(0).len()));
}

#[test]
fn a_wrong_length_is_mended_where_the_next_record_shows_it() {
    for claimed in [0, 5, 200, 500] {
        let text = String::from_utf8(response(1)).unwrap();
        let true_length =
            text.split("Content-Length: ").nth(1).unwrap().split('\r').next().unwrap();
        let wrong = text.replace(
            &format!("Content-Length: {true_length}"),
            &format!("Content-Length: {claimed}"),
        );
        let taken = read(&[response(0), wrong.clone().into_bytes(), response(2)].concat());
        assert!(is_all_but(&taken, 3, &[]), "{claimed}: {taken:?}");
        assert_eq!(notes(&taken).get("warc_length_mended"), Some(&1), "{claimed}");
        let intact = read(&response(1));
        assert_eq!(captures(&taken)[1].block, captures(&intact)[0].block, "{claimed}");

        let in_members = [gzip(&response(0)), gzip(wrong.as_bytes()), gzip(&response(2))].concat();
        let taken = read_gzip(&in_members);
        assert!(is_all_but(&taken, 3, &[]), "{claimed}: {taken:?}");
        assert_eq!(captures(&taken)[1].block, captures(&intact)[0].block, "{claimed}");
        assert_eq!(captures(&taken)[1].member, None, "a mended record is written anew");
    }
}

#[test]
fn large_records_are_passed_over() {
    let limits =
        ReadLimits { record_bytes_max: 1_000, kept_bytes_max: 300, ..ReadLimits::default() };
    let large = |claim: usize| {
        let more = "WARC-Target-URI: https://quillhaven.example/large\r\n";
        raw("response", more, claim, &vec![b'x'; 300_000])
    };
    for claim in [300_000, 999_999_999_999] {
        let files = [
            ("a.warc", [response(0), large(claim), response(2)].concat()),
            ("a.warc.gz", [gzip(&response(0)), gzip(&large(claim)), gzip(&response(2))].concat()),
        ];
        for (name, bytes) in files {
            let taken: Vec<Taken> = stream(name, bytes, limits).collect();
            assert!(is_all_but(&taken, 3, &[1]), "{name} {claim}: {taken:?}");
            let rejected = rejections(&taken);
            assert_eq!(rejected.len(), 1);
            assert_eq!(rejected[0].cause, format!("a record of {claim} bytes; the limit is 1000"));
            assert_eq!(rejected[0].kept.len(), 300);
        }
    }
}

/// A source of a record and an endless block, which the reader must not try to hold in memory.
struct Endless {
    start: Cursor<Vec<u8>>,
    left: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.start.read(buffer)?;
        if read > 0 {
            return Ok(read);
        }
        let bytes = self.left.min(buffer.len() as u64);
        buffer.iter_mut().take(bytes as usize).for_each(|byte| *byte = b'\n');
        self.left -= bytes;
        Ok(bytes as usize)
    }
}

impl Seek for Endless {
    fn seek(&mut self, _: io::SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[test]
fn memory_is_bounded_by_one_record() {
    let more = "WARC-Target-URI: https://quillhaven.example/large\r\n";
    for claim in [1_000_000_000_000usize, 2_000] {
        let start = [response(0), raw("response", more, claim, b"x")].concat();
        let source = Endless { start: Cursor::new(start), left: 40_000_000 };
        let limits = ReadLimits { record_bytes_max: 10_000, ..ReadLimits::default() };
        let options = Options { limits, ..Options::at(now()) };
        let mut warc = Warc::new("a.warc".to_owned(), source, options).unwrap();
        let mut most = 0;
        while let Some(_taken) = warc.next() {
            if let FilePosition::Plain(feed) = &warc.place {
                most = most.max(feed.held_bytes());
            }
        }
        assert!(most < 500_000, "{most} bytes were held");
    }
}

#[test]
fn any_cut_leaves_a_prefix_and_at_most_one_rejection() {
    let plain: Vec<u8> = (0..5).flat_map(response).collect();
    for bytes in [members(5).concat(), gzip(&plain)] {
        for cut in 0..bytes.len() {
            let taken = read_gzip(&bytes[..cut]);
            let whole = captures(&taken).len();
            assert!(is_all_but(&taken, whole, &[]), "cut at {cut}: {taken:?}");
            assert!(rejections(&taken).len() <= 1, "cut at {cut}: {taken:?}");
        }
    }
    for cut in 0..plain.len() {
        let taken = read(&plain[..cut]);
        assert!(is_all_but(&taken, captures(&taken).len(), &[]), "cut at {cut}: {taken:?}");
        assert!(rejections(&taken).len() <= 1, "cut at {cut}: {taken:?}");
    }
}

#[test]
fn any_wrong_byte_costs_only_the_record_it_is_in() {
    let members = members(5);
    let bytes = members.concat();
    let mut start = 0;
    for (number, member) in members.iter().enumerate() {
        for at in start..start + member.len() {
            for mask in [0x01, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= mask;
                let taken = read_gzip(&damaged);
                let fine = is_all_but(&taken, 5, &[]) || is_all_but(&taken, 5, &[number]);
                assert!(fine, "byte {at} in record {number}: {taken:?}");
                assert!(rejections(&taken).len() <= 1, "byte {at}: {taken:?}");
            }
        }
        start += member.len();
    }
}

#[test]
fn any_wrong_byte_in_a_plain_file_costs_only_the_record_it_is_in() {
    let records: Vec<Vec<u8>> = (0..4).map(response).collect();
    let bytes = records.concat();
    let mut start = 0;
    for (number, record) in records.iter().enumerate() {
        for at in start..start + record.len() {
            for mask in [0x01, 0x04, 0x80, 0xff] {
                let mut damaged = bytes.clone();
                damaged[at] ^= mask;
                let taken = read(&damaged);
                // Without a checksum the damage may be in the address itself.
                let others: Vec<String> = (0..4).filter(|n| *n != number).map(url_of).collect();
                let seen = urls(&taken);
                let all_read = others.iter().all(|url| seen.contains(&url.as_str()));
                assert!(all_read && seen.len() <= 4, "byte {at} in record {number}: {seen:?}");
            }
        }
        start += record.len();
    }
}

#[test]
fn garbage_between_and_behind_records() {
    let junk = vec![b'#'; 100_000];
    let taken =
        read(&[response(0), junk.clone(), b"\n".to_vec(), response(1), junk.clone()].concat());
    assert!(is_all_but(&taken, 2, &[]), "{taken:?}");
    assert_eq!(rejections(&taken).last().unwrap().kept.len(), 64 * 1024);

    let two = members(2);
    let taken = read_gzip(&[&junk, two[0].as_slice(), &junk, &two[1], &junk].concat());
    assert!(is_all_but(&taken, 2, &[]), "{taken:?}");
    assert_eq!(rejections(&taken).len(), 3);
    let taken = read_gzip(&[two[0].as_slice(), &[0; 5_000]].concat());
    assert_eq!(notes(&taken).get("warc_padding"), Some(&1));
    assert!(rejections(&taken).is_empty());
}

/// Tests files that are built to be read repeatedly; the cost per kilobyte must be bounded.
#[test]
fn hostile_files_end_soon() {
    let claim = raw("response", "", 60_000_000, b"");
    let files = [
        ("claims", claim.repeat(2_000)),
        ("version lines", b"WARC/1.0\n".repeat(20_000)),
        ("lines", b"WARC/1.0\r\nA: 1\r\n".repeat(20_000)),
        ("magic", [0x1f, 0x8b, 0x08].repeat(30_000)),
        ("members cut short", gzip(&response(1))[..60].repeat(3_000)),
        ("empty members", gzip(b"").repeat(5_000)),
    ];
    for (name, bytes) in files {
        let file_name = if bytes.starts_with(&[0x1f]) { "a.warc.gz" } else { "a.warc" };
        let started = std::time::Instant::now();
        let length = bytes.len();
        let taken = stream(file_name, bytes, ReadLimits::default()).count();
        // The limit allows for debug builds on a busy machine; without the guard this takes hours.
        assert!(started.elapsed().as_secs() < 20, "{name}: {:?}", started.elapsed());
        assert!(taken <= length, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_reading_panic_or_run_on(
        parts in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            (0usize..9).prop_map(response),
            (0usize..9).prop_map(|number| gzip(&response(number))),
            (0usize..9, 0usize..200).prop_map(|(n, cut)| response(n).into_iter().take(cut).collect()),
            (0usize..9, 0usize..99).prop_map(|(n, cut)| gzip(&response(n)).into_iter().take(cut).collect()),
            (0usize..900).prop_map(|claim| raw("response", "", claim, b"x")),
        ], 0..12),
        small in any::<bool>(),
    ) {
        let bytes = parts.concat();
        let record_bytes_max = if small { 90 } else { 1 << 20 };
        let limits = ReadLimits { record_bytes_max, kept_bytes_max: 40, ..ReadLimits::default() };
        for name in ["a.warc", "a.warc.gz"] {
            let taken: Vec<Taken> = stream(name, bytes.clone(), limits).collect();
            prop_assert!(taken.len() <= bytes.len() + 1);
            for one in &taken {
                match one {
                    Taken::Record(capture) => prop_assert!(capture.block.len() <= record_bytes_max + 100),
                    Taken::Rejected(rejected) => prop_assert!(rejected.kept.len() <= 40),
                    Taken::Noted(_) => {}
                }
            }
        }
    }
}
