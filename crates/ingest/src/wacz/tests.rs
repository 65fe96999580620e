//! Tests of valid, odd and malicious archives.

use std::io::{Cursor, Write};

use model::Timestamp;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::tests::now;

fn response(number: usize) -> Vec<u8> {
    let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Hall {number}</p>");
    let head = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-03-04T05:06:07Z\r\n\
         WARC-Target-URI: https://quillhaven.example/{number}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    format!("{head}{block}\r\n\r\n").into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(entries: &[(&str, CompressionMethod, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, method, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(*method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read(bytes: &[u8]) -> Result<Vec<Taken>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.wacz");
    std::fs::write(&path, bytes).unwrap();
    let taken = crate::open(&path, Options::at(now())).map(Iterator::collect);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "no entry becomes a file");
    taken.map_err(|error| error.to_string())
}

fn urls(taken: &[Taken]) -> Vec<&str> {
    let records = taken.iter().filter_map(|one| match one {
        Taken::Record(capture) => Some(capture.url.as_str()),
        _ => None,
    });
    records.collect()
}

fn causes(taken: &[Taken]) -> Vec<String> {
    let cause = |one: &Taken| match one {
        Taken::Rejected(rejected) => Some(format!("{}: {}", rejected.origin, rejected.cause)),
        _ => None,
    };
    taken.iter().filter_map(cause).collect()
}

const STORED: CompressionMethod = CompressionMethod::Stored;
const DEFLATED: CompressionMethod = CompressionMethod::Deflated;

#[test]
fn warc_files_in_the_archive_are_read_in_order() {
    let members = [gzip(&response(1)), gzip(&response(2))].concat();
    let plain = [response(3), response(4)].concat();
    let bytes = zip(&[
        ("datapackage.json", DEFLATED, b"{}".to_vec()),
        ("archive/data.warc.gz", STORED, members),
        ("indexes/index.cdx.gz", STORED, gzip(b"index")),
        ("archive/More.WARC", DEFLATED, plain),
        ("archive/last.warc.gz", DEFLATED, gzip(&response(5))),
        ("archive/../../escape.warc", STORED, response(6)),
        ("pages/pages.jsonl", DEFLATED, b"{\"url\": \"https://quillhaven.example/\"}".to_vec()),
        ("/etc/data.warc.gz", STORED, gzip(&response(7))),
    ]);
    let taken = read(&bytes).unwrap();
    let expect: Vec<String> = (1..7).map(|n| format!("https://quillhaven.example/{n}")).collect();
    assert_eq!(urls(&taken), expect);
    assert_eq!(causes(&taken), [""; 0]);
    let Taken::Noted(note) = &taken[0] else { panic!("{taken:?}") };
    assert_eq!((&*note.code, note.detail.ends_with(", 4 entries")), ("wacz_other_skipped", true));
    let Taken::Record(capture) = &taken[1] else { panic!("{taken:?}") };
    assert_eq!(capture.observed, "2026-03-04T05:06:07Z".parse::<Timestamp>().unwrap());
}

#[test]
fn damage_is_told_and_costs_only_what_it_hits() {
    let mut damaged = [gzip(&response(1)), gzip(&response(2)), gzip(&response(3))].concat();
    damaged[gzip(&response(1)).len() + 12] ^= 0xff;
    let bytes = zip(&[
        ("archive/a.warc.gz", STORED, damaged),
        ("archive/b.warc.gz", STORED, gzip(&response(4))),
    ]);
    let taken = read(&bytes).unwrap();
    let expect = [1, 3, 4].map(|n| format!("https://quillhaven.example/{n}"));
    assert_eq!(urls(&taken), expect);
    assert_eq!(causes(&taken).len(), 1, "{:?}", causes(&taken));
    assert!(causes(&taken)[0].contains("archive/a.warc.gz, byte "), "{:?}", causes(&taken));

    // An encrypted entry, by its flag in both headers.
    let mut locked = zip(&[("archive/a.warc", STORED, response(1))]);
    let central = locked.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    locked[6] |= 1;
    locked[central + 8] |= 1;
    assert!(causes(&read(&locked).unwrap())[0].ends_with("it is encrypted"));
    // A method that is not read.
    let mut packed = zip(&[("archive/a.warc", STORED, response(1))]);
    packed[8] = 12;
    packed[central + 10] = 12;
    assert!(causes(&read(&packed).unwrap())[0].contains("compression"));
}

#[test]
fn other_archives_and_cut_ones_are_refused() {
    let whole = zip(&[("archive/a.warc", STORED, response(1))]);
    for (bytes, expect) in [
        (zip(&[("word/document.xml", DEFLATED, b"<a/>".to_vec())]), "without archive/*.warc.gz"),
        (whole[..whole.len() - 30].to_vec(), "damaged or too large"),
        (whole[..40].to_vec(), "damaged or too large"),
    ] {
        let error = read(&bytes).unwrap_err();
        assert!(error.contains(expect), "{error}");
    }
}
