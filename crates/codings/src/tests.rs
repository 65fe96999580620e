//! Tests of codings alone and stacked, of their limits, and of what is no coding.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use model::Note;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::{ZstdDecoder, decode_body, is_unreadable, unpack_dictionary};

const PAGE: &[u8] = b"<p>Pumps and valves, valves and pumps, pumps and valves</p>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// Packs bytes into brotli, as an uncompressed meta-block.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    // The window, "not last", four nibbles of length and "uncompressed"; then an empty last block.
    let length = u32::try_from(bytes.len() - 1).unwrap();
    let head = (0x0b | (length << 7) | (1 << 23)).to_le_bytes();
    [&head[..3], bytes, b"\x03"].concat()
}

fn skippable(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [b"\x50\x2a\x4d\x18", &length[..], content].concat()
}

fn chunked(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n0\r\n\r\n"].concat()
}

fn decoded(headers: &[(&str, &str)], stored: &[u8], max: usize) -> (Vec<u8>, Vec<Note>) {
    let headers: Vec<(String, String)> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (body, notes) = decode_body(&headers, stored, max);
    assert!(body.len() <= max);
    (body.into_owned(), notes)
}

#[track_caller]
fn check(headers: &[(&str, &str)], stored: &[u8], expect: &[u8], codes: &[&str]) {
    let (body, notes) = decoded(headers, stored, 1_000);
    let found: Vec<&str> = notes.iter().map(|note| note.code.as_ref()).collect();
    assert_eq!((&*body, found), (expect, codes.to_vec()), "{headers:?}");
}

#[test]
fn every_accepted_coding_comes_off_alone_and_stacked() {
    const CONTENT: &str = "content-encoding";
    const TRANSFER: &str = "transfer-encoding";
    check(&[(CONTENT, "zstd")], &zstd(PAGE), PAGE, &[]);
    check(&[(CONTENT, "ZSTD")], &[skippable(b"note"), zstd(PAGE)].concat(), PAGE, &[]);
    let frames = [zstd(&PAGE[..20]), skippable(b""), zstd(b""), zstd(&PAGE[20..])].concat();
    check(&[(CONTENT, "zstd")], &frames, PAGE, &[]);
    check(&[(CONTENT, "br")], &brotli(PAGE), PAGE, &[]);
    check(&[(CONTENT, "x-gzip")], &gzip(PAGE), PAGE, &[]);
    check(&[(CONTENT, "deflate")], &zlib(PAGE), PAGE, &[]);
    check(&[(CONTENT, "deflate")], &deflate(PAGE), PAGE, &[]);
    check(&[(CONTENT, "identity")], PAGE, PAGE, &[]);
    check(&[(CONTENT, "gzip, zstd")], &zstd(&gzip(PAGE)), PAGE, &[]);
    check(&[(CONTENT, "zstd,identity,gzip")], &gzip(&zstd(PAGE)), PAGE, &[]);
    check(&[(CONTENT, "br"), (CONTENT, "deflate")], &zlib(&brotli(PAGE)), PAGE, &[]);
    check(&[(TRANSFER, "gzip, chunked")], &chunked(&gzip(PAGE)), PAGE, &[]);
    check(&[(TRANSFER, "deflate"), (TRANSFER, "Chunked")], &chunked(&zlib(PAGE)), PAGE, &[]);
    // A fetcher may have removed the chunks.
    check(&[(TRANSFER, "gzip, chunked")], &gzip(PAGE), PAGE, &[]);
    check(&[(TRANSFER, "gzip, chunked")], PAGE, PAGE, &[]);
    let both = [(TRANSFER, "gzip, chunked"), (CONTENT, "zstd")];
    check(&both, &chunked(&gzip(&zstd(PAGE))), PAGE, &[]);
}

#[test]
fn what_is_no_coding_leaves_the_body_as_it_is() {
    for name in ["utf-8", "UTF8", "iso-8859-1", "windows-1252", "8bit", "binary", "none", ""] {
        check(&[("content-encoding", name)], PAGE, PAGE, &[]);
    }
    // Some fetchers store the decoded body but keep the header.
    for name in ["gzip", "br", "zstd", "deflate", "zstd, gzip"] {
        check(&[("content-encoding", name)], PAGE, PAGE, &[]);
        check(
            &[("content-encoding", name)],
            "Größe\tund Maß\n".as_bytes(),
            "Größe\tund Maß\n".as_bytes(),
            &[],
        );
    }
}

#[test]
fn what_cannot_be_decoded_is_unreadable_and_never_text() {
    for (name, stored) in [
        ("compress", b"\x1f\x9d\x90\x3c".to_vec()),
        ("sdch", PAGE.to_vec()),
        ("dcb", PAGE.to_vec()),
        ("zst", zstd(PAGE)),
        ("gzip, exi", PAGE.to_vec()),
        ("aes128gcm, gzip", gzip(PAGE)),
        ("gzip,gzip,gzip,gzip,gzip", gzip(PAGE)),
        ("gzip", zstd(PAGE)),
        ("zstd", gzip(PAGE)),
        ("br", b"\x91\x13\xff\x02\x00\x07\xee garbage".to_vec()),
        ("gzip", b"\x00\x01\x02 binary".to_vec()),
    ] {
        let (body, notes) = decoded(&[("content-encoding", name)], &stored, 1_000);
        assert_eq!((&*body, is_unreadable(&notes)), (&b""[..], true), "{name}: {notes:?}");
    }
    let (body, notes) = decoded(&[("transfer-encoding", "lzma, chunked")], &chunked(PAGE), 1_000);
    assert_eq!((&*body, is_unreadable(&notes)), (&b""[..], true));
}

/// Builds a frame of one block, uncompressed, with this window descriptor.
fn frame_with_window(descriptor: u8) -> Vec<u8> {
    [b"\x28\xb5\x2f\xfd\x00", &[descriptor][..], b"\x29\x00\x00Pumps"].concat()
}

#[test]
fn zstd_stays_within_its_window() {
    let zstd_coded = [("content-encoding", "zstd")];
    check(&zstd_coded, &frame_with_window(13 << 3), b"Pumps", &[]);
    check(&zstd_coded, &frame_with_window(13 << 3 | 1), b"", &["body_unreadable"]);
    check(&zstd_coded, &frame_with_window(20 << 3), b"", &["body_unreadable"]);
    check(&zstd_coded, &frame_with_window(31 << 3), b"", &["body_unreadable"]);
    let bomb = zstd(&vec![b'a'; 5_000_000]);
    check(&zstd_coded, &bomb, &[b'a'; 1_000], &["body_cut"]);
}

#[test]
fn damaged_zstd_gives_what_could_be_read() {
    let text: Vec<u8> = (0..200_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
    let packed = zstd(&text);
    let zstd_coded = [("content-encoding", "zstd")];
    let (body, notes) = decoded(&zstd_coded, &packed[..packed.len() - 9], 10 << 20);
    assert!(body.len() > 100_000 && text.starts_with(&body), "{}", body.len());
    assert_eq!(notes[0].code, "body_truncated");
    let mut wrong = packed.clone();
    *wrong.last_mut().unwrap() ^= 1;
    let (body, notes) = decoded(&zstd_coded, &wrong, 10 << 20);
    assert_eq!((body.len(), &*notes[0].code), (text.len(), "body_truncated"), "the checksum");
    let (body, _) = decoded(&zstd_coded, &[packed, b"trailing".to_vec()].concat(), 10 << 20);
    assert_eq!(body.len(), text.len());
}

#[test]
fn dictionaries_are_checked() {
    for stored in [&b""[..], b"\x37\xa4\x30\xec", b"text", &zstd(b"text"), &[0x37; 100]] {
        assert!(unpack_dictionary(stored.to_vec()).is_err(), "{stored:?}");
    }
}

#[test]
fn the_first_block_of_a_frame_is_decoded_alone() {
    let text: Vec<u8> = (0..200_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
    let packed = zstd(&text);
    let mut decoder = ZstdDecoder::new(None);
    let block = decoder.first_block(&packed[..140_000.min(packed.len())]).unwrap();
    assert!(block.len() > 10_000 && text.starts_with(&block), "{}", block.len());
    assert_eq!(decoder.first_block(&zstd(PAGE)).as_deref(), Some(PAGE));
    assert_eq!(decoder.first_block(&frame_with_window(13 << 3)).as_deref(), Some(&b"Pumps"[..]));
    for start in [&b""[..], &packed[..9], &packed[..2_000], &gzip(PAGE), PAGE] {
        assert_eq!(decoder.first_block(start), None);
    }
    // What failed leaves nothing behind.
    assert_eq!(decoder.first_block(&zstd(PAGE)).as_deref(), Some(PAGE));
}
