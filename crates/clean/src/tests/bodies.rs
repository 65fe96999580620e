//! Tests of codings, charsets and bodies that are not text.

use std::io::Write;

use super::{codes, read_as};
use crate::decode_body;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[track_caller]
fn check(headers: &[(&str, &str)], stored: &[u8], max: usize, expect: &[u8], notes: &[&str]) {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (body, found) = decode_body(&headers, stored, max);
    assert_eq!((&*body, codes(&found)), (expect, notes.to_vec()));
}

#[test]
fn codings_come_off_within_the_limit() {
    let page = b"<p>Pumps and valves, valves and pumps, pumps and valves</p>";
    let zipped = gzip(page);
    check(&[("content-encoding", "gzip")], &zipped, 1_000, page, &[]);
    check(&[("content-encoding", "gzip, x-gzip")], &gzip(&zipped), 1_000, page, &[]);
    check(&[("content-encoding", "deflate")], &raw_deflate(page), 1_000, page, &[]);
    // "Pumps" in brotli, as an uncompressed meta-block.
    check(&[("content-encoding", "br")], b"\x0b\x02\x80Pumps\x03", 1_000, b"Pumps", &[]);
    check(&[("content-encoding", "gzip")], page, 1_000, page, &[]);
    check(&[("content-encoding", "zst1")], page, 1_000, b"", &["body_unknown_coding"]);
    check(&[("content-encoding", "gzip")], &zipped, 9, &page[..9], &["body_cut"]);
    check(&[], page, 9, &page[..9], &["body_cut"]);
    let bomb = gzip(&vec![b'a'; 5_000_000]);
    check(&[("content-encoding", "gzip")], &bomb, 100, &[b'a'; 100], &["body_cut"]);
}

#[test]
fn a_body_that_ends_early_gives_what_could_be_read() {
    let text: Vec<u8> = (0..20_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
    let zipped = gzip(&text);
    let headers = [("content-encoding".to_owned(), "gzip".to_owned())];
    let (body, notes) = decode_body(&headers, &zipped[..zipped.len() / 2], 1 << 20);
    assert!(body.len() > 1_000 && text.starts_with(&body));
    assert_eq!(codes(&notes), ["body_truncated"]);
}

#[test]
fn chunks_are_joined_only_when_there_are_chunks() {
    let chunked = [("transfer-encoding", "chunked")];
    check(&chunked, b"4\r\n<p>P\r\n4;x=y\r\numps\r\n0\r\n\r\n", 100, b"<p>Pumps", &[]);
    check(&chunked, b"<p>Pumps</p>", 100, b"<p>Pumps</p>", &[]);
    check(&chunked, b"4\r\n<p>P\r\n9\r\num", 100, b"<p>Pum", &["body_truncated"]);
}

#[test]
fn charsets_are_believed_until_the_bytes_refute_them() {
    let latin = b"<p>Gr\xf6\xdfe z\xe4hlt bei Pumpen</p>";
    let utf8 = "<p>Größe zählt bei Pumpen</p>".as_bytes();
    for (content_type, body, notes) in [
        ("text/html; charset=iso-8859-1", latin.as_slice(), vec![]),
        ("text/html; charset=utf-8", utf8, vec![]),
        ("text/html", utf8, vec![]),
        ("text/html; charset=iso-8859-1", utf8, vec!["charset_guessed"]),
        ("text/html; charset=utf-8", latin, vec!["charset_guessed"]),
        ("text/html", latin, vec!["charset_guessed"]),
    ] {
        let (document, found) = read_as(&[("content-type", content_type)], body);
        assert_eq!(document.text.lines().next(), Some("Größe zählt bei Pumpen"), "{content_type}");
        assert_eq!(codes(&found), notes, "{content_type}");
    }
    let meta = b"<meta charset='windows-1252'><p>Gr\xf6\xdfe z\xe4hlt bei Pumpen</p>";
    assert_eq!(codes(&read_as(&[("content-type", "text/html")], meta).1), Vec::<&str>::new());
}

#[test]
fn notes_bodies_that_are_not_text() {
    for (content_type, body) in [
        ("application/pdf", b"%PDF-1.7 \x00\x01".as_slice()),
        ("text/html", b"\x89PNG\r\n"),
        ("image/svg+xml", b"<svg><text>Pump</text></svg>"),
        ("application/json", b"{}"),
        ("", b"\x00\x01\x02"),
    ] {
        let (document, notes) = read_as(&[("content-type", content_type)], body);
        assert_eq!(
            (document.text.as_str(), codes(&notes)),
            ("", vec!["not_text"]),
            "{content_type}"
        );
    }
    let (document, _) = read_as(&[("content-type", "text/plain")], b"Pumps\n\n  and <valves>\n");
    assert_eq!(document.text, "Pumps\nand <valves>\n");
}
