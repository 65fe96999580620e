//! Tests of formats, events, saved pages and HTTP heads. The tests of WARC are in its module.

use std::io::{BufReader, Write};

use model::{RawKind, Timestamp};
use proptest::prelude::*;

use super::*;

/// Returns the current time of every test.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn temporary(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn opened(name: &str, bytes: &[u8], options: Options) -> Result<Vec<Taken>, String> {
    let (_folder, path) = temporary(name, bytes);
    let file_name = path.display().to_string();
    let stream =
        open(&path, options).map_err(|error| error.to_string().replace(&file_name, name))?;
    Ok(stream.collect())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn the_format_is_detected_by_the_bytes_before_the_name() {
    let warc = b"WARC/1.1\r\nWARC-Type: warcinfo\r\n";
    let check = |name: &str, bytes: &[u8]| {
        input_files::recognise(name, bytes).map_err(|error| match error {
            IngestError::UnknownFormat { found, .. } => found.split(':').next().unwrap_or_default(),
            _ => "another error",
        })
    };
    for (name, bytes, expect) in [
        ("a.html", warc.to_vec(), Ok(Format::Warc)),
        ("a.bin", gzip(warc), Ok(Format::Warc)),
        ("a.WARC.GZ", b"damaged".to_vec(), Ok(Format::Warc)),
        ("a.bin", zstd(warc), Ok(Format::Warc)),
        ("a.warc.ZST", b"\x5d\x2a\x4d\x18\x00\x00\x00\x00".to_vec(), Ok(Format::Warc)),
        ("a.html.zst", zstd(b"<html>"), Err("zstd of another format than WARC")),
        ("a.wacz", b"PK\x03\x04".to_vec(), Ok(Format::Wacz)),
        ("a.txt", b"\xef\xbb\xbf <!doctype html>".to_vec(), Ok(Format::Page)),
        ("a.htm", b"just words".to_vec(), Ok(Format::Page)),
        ("a.warc", b"{\"schema\": 1}".to_vec(), Ok(Format::Events)),
        ("a.ndjson", Vec::new(), Ok(Format::Events)),
        ("a.html.gz", gzip(b"<html>"), Err("gzip of another format than WARC")),
        ("a.arc", b"filedesc://a.arc".to_vec(), Err("ARC, the predecessor of WARC")),
        ("a.pdf", b"%PDF-1.7".to_vec(), Err("neither its name nor its first bytes match")),
    ] {
        assert_eq!(check(name, &bytes), expect, "{name}");
    }
}

#[test]
fn a_saved_page_needs_an_address_and_a_time() {
    let with_url = |url: &str| Options { url: Some(url.to_owned()), ..Options::at(now()) };
    let canonical =
        r#"<html><head><LINK href='https://tarnfield.example/a?x=1&amp;y=2' rel=Canonical>"#;
    let shared = r#"<meta property="og:url" content="https://tarnfield.example/shared">"#;
    let saved = "<!-- saved from url=(0031)https://tarnfield.example/saved -->";
    let script =
        r#"<script>var a = '<link rel="canonical" href="https://other.example/">';</script>"#;
    let relative = r#"<link rel="canonical" href="/a">"#;
    for (html, options, expect) in [
        (canonical.to_owned(), Options::at(now()), Ok("https://tarnfield.example/a?x=1&y=2")),
        (
            format!("{saved}{shared}{canonical}"),
            Options::at(now()),
            Ok("https://tarnfield.example/a?x=1&y=2"),
        ),
        (format!("{saved}{shared}"), Options::at(now()), Ok("https://tarnfield.example/shared")),
        (format!("{saved}<p>"), Options::at(now()), Ok("https://tarnfield.example/saved")),
        (format!("<p>{script}{saved}"), Options::at(now()), Ok("https://tarnfield.example/saved")),
        (canonical.to_owned(), with_url("https://given.example/"), Ok("https://given.example/")),
        (
            canonical.to_owned(),
            with_url("given.example"),
            Err("not an http or https address: \"given.example\""),
        ),
        (
            format!("<p>{relative}{script}"),
            Options::at(now()),
            Err("a.html does not state the address it was saved from; pass it with --url"),
        ),
    ] {
        let url = opened("a.html", html.as_bytes(), options).map(|taken| match &taken[..] {
            [Taken::Record(capture)] => capture.url.clone(),
            other => panic!("{other:?}"),
        });
        assert_eq!(url.as_deref().map_err(String::as_str), expect, "{html}");
    }

    let observed = Some(Timestamp(5));
    let options = Options { observed, ..with_url("https://given.example/") };
    let taken = opened("a.html", b"<p>caf\xe9", options.clone()).unwrap();
    let [Taken::Record(capture)] = &taken[..] else { panic!("{taken:?}") };
    assert_eq!((capture.kind, capture.status), (RawKind::Response, Some(200)));
    assert_eq!(capture.observed, Timestamp(5));
    assert_eq!(capture.payload(), b"<p>caf\xe9");
    assert_eq!(capture.headers, [("content-type".to_owned(), "text/html".to_owned())]);
    let again = opened("a.html", b"<p>caf\xe9", options).unwrap();
    assert_eq!(taken, again, "the same page twice is the same delivery");

    let small = ReadLimits { record_bytes_max: 10, ..ReadLimits::default() };
    let options = Options { limits: small, ..with_url("https://given.example/") };
    let refused = opened("a.html", b"<p>0123456789", options).unwrap_err();
    assert_eq!(refused, "a.html is larger than 10 bytes, the maximum for a saved page");
}

/// Reads a response as it stands in a file.
fn read_response(head: &str, body: &[u8]) -> ReadResponse {
    let block = [b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n", head.as_bytes(), b"\r\n", body];
    let (url, block) = ("https://tarnfield.example/", block.concat());
    PageCache::default().read(url, now(), &block, 1 << 20).unwrap()
}

#[test]
fn codings_come_off_and_what_keeps_its_coding_is_no_page() {
    let page = b"<h1>Tarnfield opens a plant</h1>";
    let chunks =
        |body: &[u8]| [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat();
    for (head, body) in [
        ("content-encoding: zstd\r\n", zstd(page)),
        ("content-encoding: gzip, zstd\r\n", zstd(&gzip(page))),
        ("transfer-encoding: gzip, chunked\r\n", chunks(&gzip(page))),
        ("Transfer-Encoding: x-gzip\r\nTransfer-Encoding: chunked\r\n", chunks(&gzip(page))),
        ("content-encoding: UTF-8\r\n", page.to_vec()),
    ] {
        let read = read_response(head, &body);
        assert_eq!(read.document.text.trim(), "Tarnfield opens a plant", "{head}");
        assert_eq!(
            (read.outcome, read.notes),
            (model::ObservationOutcome::Changed, vec![]),
            "{head}"
        );
    }
    for (head, body) in [
        ("content-encoding: sdch\r\n", page.to_vec()),
        ("content-encoding: gzip, foo\r\n", gzip(page)),
        ("content-encoding: foo, gzip\r\n", gzip(page)),
        ("transfer-encoding: foo, chunked\r\n", chunks(page)),
        ("content-encoding: br\r\n", zstd(page)),
    ] {
        let read = read_response(head, &body);
        assert_eq!(read.document.text, "", "{head}");
        assert_eq!(read.outcome, model::ObservationOutcome::CouldNotLook, "{head}");
        assert!(codings::is_unreadable(&read.notes), "{head}: {:?}", read.notes);
    }
}

#[test]
fn a_visited_page_is_stored_without_the_values_of_its_cookies() {
    let headers = [("set-cookie", "sid=secret; Path=/"), ("transfer-encoding", "gzip")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let url = "https://tarnfield.example/";
    let capture = Capture::visited(url, now(), 200, &headers, &gzip(b"<p>Tarnfield")).unwrap();
    assert!(!String::from_utf8_lossy(&capture.block).contains("secret"));
    assert_eq!(capture.headers[0], ("set-cookie".to_owned(), "sid=".to_owned()));
    let (body, notes) = codings::decode_body(&capture.headers, capture.payload(), 1_000);
    assert_eq!((&*body, notes), (&b"<p>Tarnfield"[..], vec![]));
}

fn events(text: &[u8], limits: ReadLimits) -> Vec<Taken> {
    let options = Options { limits, ..Options::at(now()) };
    // The buffer is small so that lines cross its end.
    let source = BufReader::with_capacity(7, text);
    events::Events::new("events.jsonl".to_owned(), source, options).collect()
}

#[test]
fn each_line_is_an_event_or_a_rejection() {
    let lines = [
        r#"{"schema": 1, "type": "press", "url": "https://brackwater.example/a", "ts": "2026-05-01T08:00:00Z"}"#,
        r#"  {"schema": 1, "type": "press", "url": "https://brackwater.example/b"}"#,
        "",
        "not json",
        r#"{"schema": 2, "url": "https://brackwater.example/c"}"#,
        r#"{"schema": 1, "url": "brackwater"}"#,
        r#"{"schema": 1, "url": "https://brackwater.example/d", "ts": "2026-06-03T00:00:00Z"}"#,
        r#"{"schema": 1, "url": "https://brackwater.example/e", "ts": "yesterday"}"#,
        r#"{"schema": 1, "type": "press", "url": "https://brackwater.example/f"}"#,
    ];
    let text = format!("\u{feff}{}", lines.join("\r\n"));
    let taken = events(text.as_bytes(), ReadLimits::default());
    let summaries: Vec<String> = taken
        .iter()
        .map(|taken| match taken {
            Taken::Record(event) => format!("{} {}", event.url, event.observed),
            Taken::Rejected(rejected) => rejected.origin.clone(),
            Taken::Noted(note) => note.code.to_string(),
        })
        .collect();
    assert_eq!(
        summaries,
        [
            "https://brackwater.example/a 2026-05-01T08:00:00Z",
            "https://brackwater.example/b 2026-06-01T12:00:00Z",
            "events.jsonl, line 4",
            "events.jsonl, line 5",
            "events.jsonl, line 6",
            "events.jsonl, line 7",
            "events.jsonl, line 8",
            "https://brackwater.example/f 2026-06-01T12:00:00Z",
        ]
    );
    let Taken::Record(first) = &taken[0] else { panic!() };
    assert_eq!(first.block, lines[0].as_bytes(), "the block is the line as it was sent");
    assert_eq!(first.kind, RawKind::Event);
    let Taken::Rejected(future) = &taken[5] else { panic!() };
    assert!(future.cause.contains("is in the future"), "{}", future.cause);
    assert_eq!(future.kept, lines[6].as_bytes());
}

#[test]
fn a_long_line_is_passed_over_without_being_held() {
    let good = r#"{"schema": 1, "type": "press", "url": "https://brackwater.example/a"}"#;
    let text = format!("{}\n{good}\n{}", "x".repeat(500_000), "y".repeat(1_001));
    let limits = ReadLimits { line_bytes_max: 1_000, kept_bytes_max: 100, ..ReadLimits::default() };
    let taken = events(text.as_bytes(), limits);
    assert_eq!(taken.len(), 3);
    for (at, letter) in [(0, b'x'), (2, b'y')] {
        let Taken::Rejected(rejected) = &taken[at] else { panic!("{:?}", taken[at]) };
        assert_eq!(rejected.cause, "the line is longer than 1000 bytes");
        assert_eq!(rejected.kept, vec![letter; 100]);
    }
}

#[test]
fn http_heads_of_many_servers() {
    let check = |block: &[u8]| {
        http_response(block).map(|response| {
            let fields: Vec<String> =
                response.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let notes: Vec<String> = response.notes.iter().map(|n| n.code.to_string()).collect();
            let body = String::from_utf8_lossy(response.body).into_owned();
            format!("{} [{}] {body:?} {}", response.status, fields.join(", "), notes.join(" "))
        })
    };
    for (block, expect) in [
        (
            &b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"[..],
            r#"200 [content-type=text/html] "<p>" "#,
        ),
        (b"HTTP/1.0 404\nA: 1\nB:\n\nbody", r#"404 [a=1, b=] "body" "#),
        (b"HTTP/2 301 \r\nlocation: /x\r\n\r\n", r#"301 [location=/x] "" "#),
        (b"HTTP/1.1 200 D\xe9j\xe0 vu\r\nX: caf\xe9\r\n\r\n", r#"200 [x=café] "" "#),
        (b"HTTP/1.1 200 OK\r\nno colon\r\nA : 1\r\n\r\n-", r#"200 [a=1] "-" "#),
        (b"HTTP/1.1 200 OK\r\n\r\n", r#"200 [] "" "#),
        (b"HTTP/1.1 200 OK\r\nA: 1", r#"200 [a=1] "" http_no_body"#),
        (
            b"HTTP/1.1 twohundred OK\r\n\r\nx",
            r#"200 [] "HTTP/1.1 twohundred OK\r\n\r\nx" http_no_status_line"#,
        ),
        (b"<html>", r#"200 [] "<html>" http_no_status_line"#),
        (b"", r#"200 [] "" http_no_status_line"#),
    ] {
        assert_eq!(check(block).as_deref(), Ok(expect), "{}", String::from_utf8_lossy(block));
    }
    let long = [b"HTTP/1.1 200 OK\r\nA: ".as_slice(), &vec![b'a'; 70_000], b"\r\n\r\n"].concat();
    assert_eq!(check(&long), Err(HttpError::HeadTooLong));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: 1\r\n".repeat(600));
    assert_eq!(check(many.as_bytes()), Err(HttpError::TooManyFields));
}

proptest! {
    #[test]
    fn no_input_makes_reading_panic(
        start in prop::sample::select(vec!["", "HTTP/1.1 200 OK\r\n", "{", "<link rel=", "<!-- saved from url=("]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let bytes = [start.as_bytes(), &rest].concat();
        let _ = http_response(&bytes);
        let _ = input_files::recognise("a", &bytes);
        let options = Options::at(now());
        let _ = page::read("a", bytes.as_slice(), None, &options);
        let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let taken = events(&bytes, ReadLimits { line_bytes_max: 50, ..ReadLimits::default() });
        prop_assert!(taken.len() <= lines);
    }

    #[test]
    fn no_markup_makes_the_address_search_panic(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<link", " rel=canonical", " href=", "\"", "'", "https://a.example/", ">", "<meta ", "é",
            "property=og:url", " content", "=", "<!--", "-->", "<script", "</", "saved from url=(1)", "/", " ",
        ]), 0..40),
    ) {
        let html = parts.concat();
        let _ = page::read("a", html.as_bytes(), None, &Options::at(now()));
    }
}

#[test]
fn a_folder_means_the_files_below_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir(root.join("news")).unwrap();
    let empty = files_of(root).unwrap_err().to_string();
    assert!(empty.contains("has no file in a supported format; leadq reads WARC"), "{empty}");
    for name in ["z.HTML", "news/a.warc.gz", "logo.png", "b.jsonl"] {
        std::fs::write(root.join(name), "").unwrap();
    }
    let expect: Vec<_> = ["b.jsonl", "news/a.warc.gz", "z.HTML"].map(|name| root.join(name)).into();
    assert_eq!(files_of(root).unwrap(), Files { paths: expect, left_out: 1 });
    assert_eq!(files_of(&root.join("logo.png")).unwrap().paths, [root.join("logo.png")]);
}
