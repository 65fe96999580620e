//! Measures the memory that malicious documents take while they are read. The allocator counts all
//! memory of the process, so the documents are read one after the other, in one test.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

mod budgets {
    pub(crate) mod documents;
}

use std::io::Write;
use std::time::{Duration, Instant};

use budgets::documents::{BYTES, Hostile, Kind, all, filled};
use ingest::PageCache;
use model::{Page, Timestamp};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The maximum memory for one document, with its stored bytes, in bytes.
const MEMORY_BYTES_MAX: usize = 64 << 20;
/// The maximum time for one document in a debug build. Most take a second; one that takes time in
/// proportion to the square of its bytes takes hours.
const TIME_MAX: Duration = Duration::from_secs(60);
const URL: &str = "https://www.acme.example/careers";
const OBSERVED: Timestamp = Timestamp(1_772_323_200_000_000);

/// Does the work and returns the memory that it takes at its peak, in bytes.
fn peak_of(work: impl FnOnce()) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    work();
    MEMORY.peak_usage().saturating_sub(before)
}

/// Builds a stored HTTP response.
fn response(headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut block = b"HTTP/1.1 200 OK\r\n".to_vec();
    for (name, value) in headers {
        write!(block, "{name}: {value}\r\n").unwrap();
    }
    block.extend_from_slice(b"\r\n");
    block.reserve_exact(body.len());
    block.extend_from_slice(body);
    block
}

/// Reads a document like the crawler and the clean stage. Returns the codes of the notes.
fn read(packs: &detect::Packs, document: &Hostile) -> Vec<String> {
    let url = url::Url::parse(URL).unwrap();
    let cut = |is_cut: bool| if is_cut { vec!["list_cut".to_owned()] } else { Vec::new() };
    match document.kind {
        Kind::Page(content_type) => {
            let block = &document.body;
            let read = PageCache::default().read(URL, OBSERVED, block, BYTES).unwrap();
            let (_, more) = packs.claims(&read.document);
            clean::markdown(&read.document);
            drop(read.document);
            let headers = [("content-type".to_owned(), content_type.to_owned())];
            let body = block.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
            let page = Page {
                url: URL,
                status: 200,
                headers: &headers,
                body: &block[body..],
                observed: OBSERVED,
            };
            clean::links(&page);
            read.notes.iter().chain(&more).map(|note| note.code.to_string()).collect()
        }
        Kind::Feed => cut(ingest::feed(&document.body, &url).is_cut),
        Kind::Sitemap => cut(ingest::sitemap(&document.body).is_cut),
        Kind::Robots => {
            ingest::sitemaps_in_robots(&document.body);
            net::Robots::read(&document.body, "leadqbot").verdict(&url);
            Vec::new()
        }
        Kind::Event => {
            let line = std::str::from_utf8(&document.body).unwrap();
            let event = clean::SentEvent::parse(line).unwrap();
            let (read, notes) = clean::event(&event, OBSERVED);
            packs.claims(&read);
            notes.iter().map(|note| note.code.to_string()).collect()
        }
    }
}

/// Reads a document within the limits, or describes how it exceeded them.
fn check(packs: &detect::Packs, mut document: Hostile) -> Result<(), String> {
    if let Kind::Page(content_type) = document.kind {
        document.body = response(&[("content-type", content_type)], &document.body);
    }
    let name: String = document.name.chars().take(60).collect();
    let (started, mut notes) = (Instant::now(), Vec::new());
    let peak = peak_of(|| notes = read(packs, &document)) + document.body.len();
    let took = started.elapsed();
    println!("{:6.1} MiB {:6} ms  {name} {notes:?}", peak as f64 / 1_048_576.0, took.as_millis());
    if peak > MEMORY_BYTES_MAX || took > TIME_MAX {
        return Err(format!("{} MiB, {} ms: {name}", peak >> 20, took.as_millis()));
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Measures how a file with one record of this body is read, with and without compression.
fn peak_of_record(body: &[u8]) -> usize {
    let block = response(&[("content-type", "text/html")], body);
    let mut record = b"WARC/1.1\r\nWARC-Type: response\r\n".to_vec();
    write!(record, "WARC-Target-URI: {URL}\r\nWARC-Date: 2026-03-01T00:00:00Z\r\n").unwrap();
    write!(record, "Content-Length: {}\r\n\r\n", block.len()).unwrap();
    record.extend_from_slice(&block);
    record.extend_from_slice(b"\r\n\r\n");
    drop(block);
    let folder = tempfile::tempdir().unwrap();
    let files = [("plain.warc", record.clone()), ("packed.warc.gz", gzip(&record))];
    drop(record);
    let peaks = files.into_iter().map(|(name, bytes)| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        peak_of(|| {
            let read = ingest::open(&path, ingest::Options::at(OBSERVED)).unwrap();
            let is_record = |taken| matches!(taken, ingest::Taken::Record(_));
            assert_eq!(read.map(is_record).filter(|is| *is).count(), 1);
        })
    });
    peaks.max().unwrap_or_default()
}

#[test]
fn no_document_takes_more_memory_than_its_budget() {
    let packs = detect::Packs::builtin();
    packs.compile();
    let only = std::env::var("LEADQ_DOCUMENT").unwrap_or_default();
    let mut failures: Vec<String> = all()
        .filter(|document| document.name.contains(&only))
        .filter_map(|document| check(&packs, document).err())
        .collect();
    // A few kilobytes that are decoded into a document.
    let items = gzip(&filled("<ul>", "<li>a", "", BYTES));
    let block = response(&[("content-type", "text/html"), ("content-encoding", "gzip")], &items);
    assert!(block.len() < BYTES / 20);
    let peak = peak_of(|| {
        let read = PageCache::default().read(URL, OBSERVED, &block, BYTES).unwrap();
        assert!(read.notes.iter().any(|note| note.code == "page_cut"));
        assert!(read.document.blocks.len() > 20_000, "what stands before the cut is kept");
    });
    let entries = filled("<urlset>", "<url><loc>http://a.example/</loc></url>", "", 5 * BYTES);
    let sitemap = gzip(&entries);
    drop(entries);
    let peak = peak.max(peak_of(|| {
        let read = ingest::sitemap(&sitemap);
        assert_eq!((read.pages.len(), read.is_cut), (50_000, true));
    }));
    let peak = peak.max(peak_of_record(&items)).max(peak_of_record(&filled("", "a", "", BYTES)));
    println!("{:6.1} MiB at most for compressed documents and records", peak as f64 / 1_048_576.0);
    if peak > MEMORY_BYTES_MAX {
        failures.push(format!("{} MiB: a compressed document or a record", peak >> 20));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
