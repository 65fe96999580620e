//! The table of targets: every parser of leadq's own that reads foreign input.

use std::path::Path;
use std::sync::LazyLock;

use detect::Packs;
use model::{Document, Entity, EntityKind, Page, Timestamp};

use crate::words;

/// A parser under test.
pub(crate) struct Target {
    /// Its name, which is also its folder in `fuzz/seeds`.
    pub(crate) name: &'static str,
    /// Parses the input. It may reject it, but must not panic, overflow, hang or use up memory.
    pub(crate) run: fn(&[u8]),
    /// Tokens that are meaningful to this parser.
    pub(crate) words: &'static [&'static [u8]],
}

/// Every target, in the order of the journey.
pub(crate) const TARGETS: &[Target] = &[
    Target { name: "robots", run: robots, words: words::ROBOTS },
    Target { name: "warc_file", run: warc_file, words: words::WARC },
    Target { name: "warc_zstd", run: warc_zstd, words: words::ZSTD },
    Target { name: "wacz", run: wacz, words: words::ZIP },
    Target { name: "event_lines", run: event_lines, words: words::EVENT },
    Target { name: "message", run: message, words: words::EVENT },
    Target { name: "http_response", run: http_response, words: words::HTTP },
    Target { name: "warc_record", run: warc_record, words: words::WARC },
    Target { name: "body", run: body, words: words::BODY },
    Target { name: "refresh", run: refresh, words: words::REFRESH },
    Target { name: "links", run: links, words: words::LINKS },
    Target { name: "sitemap", run: sitemap, words: words::SITEMAP },
    Target { name: "feed", run: feed, words: words::FEED },
    Target { name: "page", run: page, words: words::PAGE },
    Target { name: "json_ld", run: json_ld, words: words::JSON_LD },
    Target { name: "event", run: event, words: words::EVENT },
    Target { name: "address", run: address, words: words::ADDRESS },
    Target { name: "company_name", run: company_name, words: words::NAME },
    Target { name: "accounts", run: accounts, words: words::ACCOUNTS },
    Target { name: "claims", run: claims, words: words::CLAIMS },
    Target { name: "pack", run: pack, words: words::PACK },
    Target { name: "record", run: record, words: words::RECORD },
    Target { name: "noun", run: noun, words: words::NOUN },
];

/// The maximum length of a decoded body or record, in bytes: damaged gzip is often a bomb, and
/// unpacking up to the usual limit would take all the time.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The maximum number of lines read of an input, because many inputs find more than long ones.
const LINES_MAX: usize = 200;
const ADDRESS: &str = "https://www.harbourline.example/news/2026/03/opening?page=2";
const OBSERVED: Timestamp = Timestamp(1_772_323_200_000_000);

static PACKS: LazyLock<Packs> = LazyLock::new(Packs::builtin);

/// Parses a robots.txt and checks the addresses on its lines against it.
fn robots(input: &[u8]) {
    let robots = net::Robots::read(input, "leadqbot");
    assert!(robots.delay().is_none_or(|delay| delay.as_secs_f64() >= 0.0), "a delay in the past");
    let Ok(base) = url::Url::parse(ADDRESS) else { return };
    for line in String::from_utf8_lossy(input).lines().take(LINES_MAX) {
        if let Ok(url) = base.join(line.rsplit(' ').next().unwrap_or_default()) {
            let verdict = robots.verdict(&url);
            assert!(verdict.allowed || verdict.rule.is_some(), "forbidden without a rule: {url}");
        }
    }
}

fn warc_file(input: &[u8]) {
    ingest_file(input, "warc");
}

fn warc_zstd(input: &[u8]) {
    ingest_file(input, "warc.zst");
}

fn wacz(input: &[u8]) {
    ingest_file(input, "wacz");
}

fn event_lines(input: &[u8]) {
    ingest_file(input, "jsonl");
}

/// Reads the input as a message of another system, and checks that counting its objects and reading
/// them agree.
fn message(input: &[u8]) {
    let options = ingest::Options::at(OBSERVED);
    let mut objects = ingest::SentObjects::new("fuzz", input.to_vec(), options);
    let count = objects.count_up_to(usize::MAX);
    let mut read = 0;
    loop {
        let chunk = objects.read(LINES_MAX, BODY_BYTES_MAX);
        if chunk.is_empty() {
            break;
        }
        assert!(chunk.is_sorted_by(|one, next| one.0 < next.0), "an object is read twice");
        read += chunk.len();
    }
    assert_eq!(read, count, "an object is lost");
}

/// Reads the input as a file with this extension, with every page and event in it.
fn ingest_file(input: &[u8], extension: &str) {
    let name = format!("leadq-fuzz-{}.{extension}", std::process::id());
    let path = std::env::temp_dir().join(name);
    if std::fs::write(&path, input).is_ok() {
        read_all(&path);
    }
    let _ = std::fs::remove_file(&path);
}

fn read_all(path: &Path) {
    let mut options = ingest::Options::at(OBSERVED);
    options.limits.record_bytes_max = BODY_BYTES_MAX;
    let Ok(stream) = ingest::open(path, options) else { return };
    for item in stream {
        if let ingest::Taken::Record(capture) = item {
            assert!(capture.payload_start <= capture.block.len(), "no payload in the block");
        }
    }
}

fn http_response(input: &[u8]) {
    if let Ok(response) = ingest::http_response(input) {
        assert!(response.body.len() <= input.len(), "a body longer than the response");
    }
}

/// Parses a record and checks that it survives writing and reading again unchanged.
fn warc_record(input: &[u8]) {
    if let Ok(record) = store::blob::BlobRecord::from_bytes(input) {
        let decoded = store::blob::BlobRecord::from_bytes(&record.to_bytes());
        let decoded = decoded.map(|decoded| (decoded.block, decoded.date));
        assert_eq!(decoded, Ok((record.block, record.date)), "a record changed on its way");
    }
}

/// Decodes a body. The input is header lines, a blank line, and the stored body.
fn body(input: &[u8]) {
    let (headers, stored) = split_head(input);
    let (decoded, notes) = codings::decode_body(&headers, stored, BODY_BYTES_MAX);
    assert!(decoded.len() <= BODY_BYTES_MAX, "longer than allowed");
    assert!(decoded.is_empty() || !codings::is_unreadable(&notes), "unreadable, but read");
}

/// Finds the refresh of a page. The input is header lines, a blank line, and the page; or a page.
fn refresh(input: &[u8]) {
    let Ok(url) = url::Url::parse(ADDRESS) else { return };
    let (headers, stored) = split_head(input);
    let pages = [net::refresh(&url, &headers, stored), net::refresh(&url, &[], input)];
    for target in pages.into_iter().flatten() {
        assert!(matches!(target.scheme(), "http" | "https"), "not of the web: {target}");
    }
}

/// Splits header lines from the bytes after a blank line.
fn split_head(input: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let end = input.windows(2).position(|pair| pair == b"\n\n").unwrap_or(0);
    let (head, stored) = input.split_at(end);
    let head = String::from_utf8_lossy(head);
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let headers =
        fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    (headers, stored.get(2..).unwrap_or_default())
}

/// Extracts the links of a page and checks that each can be requested.
fn links(input: &[u8]) {
    let headers = [("content-type".to_owned(), "text/html".to_owned())];
    let page =
        Page { url: ADDRESS, status: 200, headers: &headers, body: input, observed: OBSERVED };
    let links = clean::links(&page);
    let alternates = links.alternates.iter().map(|(_, url)| url);
    for url in links.anchors.iter().map(|anchor| &anchor.url).chain(alternates) {
        assert!(matches!(url.scheme(), "http" | "https"), "not of the web: {url}");
        assert!(url.fragment().is_none(), "a fragment: {url}");
    }
}

/// Parses a sitemap, and the same bytes as a robots.txt.
fn sitemap(input: &[u8]) {
    let listed = ingest::sitemap(input);
    assert!(listed.pages.len() + listed.sitemaps.len() <= 50_000, "more than a sitemap lists");
    for entry in listed.pages.iter().chain(&listed.sitemaps) {
        assert!(!entry.address.is_empty() && entry.address.len() <= 2_048, "no address: {entry:?}");
    }
    ingest::sitemaps_in_robots(input);
}

/// Reads a feed and checks that reading it again gives the same.
fn feed(input: &[u8]) {
    let Ok(url) = url::Url::parse(ADDRESS) else { return };
    let read = ingest::feed(input, &url);
    assert!(read.entries.len() <= 500, "more than a feed lists");
    assert_eq!(read, ingest::feed(input, &url), "read differently the second time");
}

fn page(input: &[u8]) {
    read(input, "text/html");
}

/// Parses a small page with the input in a JSON-LD script.
fn json_ld(input: &[u8]) {
    let before = b"<!doctype html><title>Jobs</title><script type=\"application/ld+json\">";
    let after = b"</script><body><h1>Jobs</h1><p>We are hiring in Rotterdam.</p></body>";
    read(&[before, input, after].concat(), "text/html; charset=utf-8");
}

fn read(body: &[u8], content_type: &str) {
    let headers = [("content-type".to_owned(), content_type.to_owned())];
    let page = Page { url: ADDRESS, status: 200, headers: &headers, body, observed: OBSERVED };
    let (document, _) = clean::page(&page);
    check_spans(&document);
    clean::markdown(&document);
}

fn event(input: &[u8]) {
    let line = String::from_utf8_lossy(input);
    if let Ok(sent) = clean::SentEvent::parse(&line) {
        let _ = clean::check_event(&line, &sent);
        check_spans(&clean::event(&sent, OBSERVED).0);
    }
}

/// Checks that every span of a document is inside its text.
fn check_spans(document: &Document) {
    assert!(document.text.is_char_boundary(document.prose_end), "prose ends inside a character");
    let blocks = document.blocks.iter().map(|block| block.span);
    let links = document.links.iter().map(|link| link.span);
    let data = document.data.iter().map(|datum| datum.span);
    for span in blocks.chain(links).chain(data) {
        assert!(span.of(&document.text).is_some(), "{span:?} is not in the text");
    }
}

/// Parses one address per line.
fn address(input: &[u8]) {
    for line in String::from_utf8_lossy(input).lines().take(LINES_MAX) {
        if let Some(owner) = resolve::owner(line) {
            assert!(!owner.value.is_empty(), "an owner without a name");
        }
        if let Some(board) = resolve::board(line) {
            assert_eq!(board.entity().kind, EntityKind::Board, "a board that is none");
            board.url();
        }
    }
}

/// Parses one name per line and compares each with the previous one.
fn company_name(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut before = "";
    for name in text.lines().take(LINES_MAX) {
        resolve::name_entity(name, None);
        let same = resolve::same_name(name, before).0;
        assert_eq!(same, resolve::same_name(before, name).0, "sameness depends on the order");
        resolve::country_code(name);
        before = name;
    }
}

fn accounts(input: &[u8]) {
    for account in resolve::accounts(input).0.accounts {
        assert!(!account.domain.is_empty(), "an account without a domain");
    }
}

/// Extracts the claims of a text and resolves their entities.
fn claims(input: &[u8]) {
    let sent = clean::SentEvent {
        schema: 1,
        id: None,
        kind: "page".to_owned(),
        url: ADDRESS.to_owned(),
        ts: None,
        company: None,
        title: None,
        text: Some(String::from_utf8_lossy(input).into_owned()),
        features: std::collections::BTreeMap::new(),
        lang: None,
    };
    let (document, _) = clean::event(&sent, OBSERVED);
    let owner = Entity::new(EntityKind::Domain, "harbourline.example");
    for claim in PACKS.claims(&document).0 {
        assert!(claim.span.of(&document.text).is_some(), "a claim without words: {claim:?}");
        for is_followed in [false, true] {
            resolve::place(&document, &owner, is_followed, &claim);
        }
    }
}

fn pack(input: &[u8]) {
    let _ = Packs::parse(&[("fuzz.toml", &String::from_utf8_lossy(input))]);
}

/// Parses the six records of the log and checks that each survives writing and reading again.
fn record(input: &[u8]) {
    fn check<Record: model::Versioned + PartialEq + std::fmt::Debug>(json: &str) {
        if let Ok(record) = model::decode::<Record>(json) {
            let decoded = model::encode(&record).and_then(|json| model::decode::<Record>(&json));
            assert_eq!(decoded.ok(), Some(record), "a record changed on its way");
        }
    }
    let json = String::from_utf8_lossy(input);
    check::<model::RawEvent>(&json);
    check::<model::CleanEvent>(&json);
    check::<model::CompanyUpdate>(&json);
    check::<model::SignalDetected>(&json);
    check::<model::ActionTriggered>(&json);
    check::<model::DeadLetter>(&json);
}

/// Parses times, ids and entities and checks that each survives writing and reading again.
fn noun(input: &[u8]) {
    fn check<Noun: std::str::FromStr + ToString + PartialEq + std::fmt::Debug>(text: &str) {
        if let Ok(noun) = text.parse::<Noun>() {
            let parsed = noun.to_string().parse::<Noun>().ok();
            assert_eq!(parsed, Some(noun), "a noun changed on its way");
        }
    }
    let text = String::from_utf8_lossy(input);
    for line in text.lines() {
        check::<model::Day>(line);
        check::<Timestamp>(line);
        check::<model::Entity>(line);
        check::<model::EntityId>(line);
        check::<model::Digest>(line);
        store::blob::parse_date(line);
    }
}
