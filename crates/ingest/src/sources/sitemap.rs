//! Sitemaps, read as a stream within limits.

use std::io::{BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use store::db::AddressRole;

use crate::crawl::address_role::role_of;
use crate::crawl::found::{FoundAddresses, ListedAddress};
use crate::crawl::polled_source::{DAY, HOUR, Intervals, PolledSource, ReadList, SourceReader};
use crate::crawl::target::{Served, VisitTarget};
use crate::piecewise::Piecewise;

/// The maximum number of entries of a sitemap.
const ENTRIES_MAX: usize = 50_000;
/// The maximum number of bytes of a decompressed sitemap.
const BYTES_MAX: u64 = 50 * 1024 * 1024;
/// The maximum number of bytes of an address or a time.
const TEXT_BYTES_MAX: usize = 2_048;
/// The maximum number of bytes of all addresses and times: three times those of a full sitemap.
const TEXTS_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The maximum nesting of elements.
const NESTING_MAX: usize = 1_000;

/// The maximum depth of nested sitemap indexes.
const DEPTH_MAX: i64 = 3;

/// The role of a sitemap, or of an index of sitemaps.
pub(crate) const ROLE: AddressRole = AddressRole::named("sitemap");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource::new(
    ROLE,
    Intervals::minutes(2 * HOUR, 12 * HOUR, 7 * DAY),
    SourceReader::List(listed),
);

/// Lists the sitemaps and the pages with a role in a sitemap.
fn listed(target: &VisitTarget, served: &Served, body: &[u8]) -> ReadList {
    let mut found = FoundAddresses::new(target);
    let absolute = |listed: &ListedAddress| served.url.join(&listed.address).ok();
    let all = sitemap(body);
    for listed in all.sitemaps.iter().filter(|_| target.depth < DEPTH_MAX) {
        if let Some(url) = absolute(listed) {
            found.add(&url, ROLE, listed.changed.clone());
        }
    }
    for listed in &all.pages {
        let url = absolute(listed);
        if let Some((url, role)) = url.and_then(|url| role_of(&url, "").map(|role| (url, role))) {
            found.add(&url, role, listed.changed.clone());
        }
    }
    ReadList { found: found.into_vec(), is_cut: all.is_cut }
}

/// The entries of a sitemap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages.
    pub pages: Vec<ListedAddress>,
    /// Further sitemaps, if it is an index.
    pub sitemaps: Vec<ListedAddress>,
    /// Whether it has more entries than are read, or is malformed.
    pub is_cut: bool,
}

impl Sitemap {
    /// Reports whether one more entry can be read.
    fn has_space(&self, texts_bytes: usize) -> bool {
        self.pages.len() + self.sitemaps.len() < ENTRIES_MAX && texts_bytes <= TEXTS_BYTES_MAX
    }
}

/// The element to which a text belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Address,
    Changed,
    Other,
}

/// Reads a sitemap or an index of sitemaps: XML or a plain list, with or without gzip. Reading
/// stops at malformed input and at the limits; the entries before it are kept.
pub fn sitemap(bytes: &[u8]) -> Sitemap {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let unpacked = flate2::bufread::MultiGzDecoder::new(bytes);
        read(BufReader::new(unpacked.take(BYTES_MAX)))
    } else {
        read(bytes.take(BYTES_MAX))
    }
}

fn read(mut source: impl BufRead) -> Sitemap {
    let start = source.fill_buf().unwrap_or_default();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let is_xml = start.first() == Some(&b'<');
    let source = Piecewise::new(source);
    if is_xml { read_xml(source) } else { read_lines(source) }
}

fn read_xml(source: Piecewise<impl BufRead>) -> Sitemap {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut found = Sitemap::default();
    let mut buffer = Vec::new();
    let (mut part, mut address, mut changed) = (Element::Other, String::new(), String::new());
    let (mut texts_bytes, mut nesting) = (0, 0usize);
    loop {
        buffer.clear();
        reader.get_mut().begin_piece();
        let event = reader.read_event_into(&mut buffer);
        let Some(event) = event.ok().filter(|_| nesting <= NESTING_MAX) else {
            found.is_cut = true;
            break;
        };
        match event {
            Event::Start(tag) => {
                nesting += 1;
                // The news and image extensions have elements of the same name, but with a prefix.
                part = match tag.name().as_ref() {
                    "loc" => Element::Address,
                    "lastmod" => Element::Changed,
                    "url" | "sitemap" => {
                        address.clear();
                        changed.clear();
                        Element::Other
                    }
                    _ => Element::Other,
                };
            }
            Event::End(tag) => {
                nesting = nesting.saturating_sub(1);
                part = Element::Other;
                let has_space = found.has_space(texts_bytes);
                let list = match tag.name().as_ref() {
                    "url" => &mut found.pages,
                    "sitemap" => &mut found.sitemaps,
                    _ => continue,
                };
                if !address.trim().is_empty() {
                    if !has_space {
                        found.is_cut = true;
                        break;
                    }
                    let said = changed.trim();
                    let changed = (!said.is_empty()).then(|| said.to_owned());
                    texts_bytes += address.len() + said.len();
                    list.push(ListedAddress { address: address.trim().to_owned(), changed });
                }
                address.clear();
            }
            Event::Text(text) => add(part, &mut address, &mut changed, &text),
            Event::CData(text) => add(part, &mut address, &mut changed, &text),
            Event::GeneralRef(name) => {
                let character = name.resolve_char_ref().ok().flatten().map(String::from);
                let named = || resolve_predefined_entity(&name).map(str::to_owned);
                let text = character.or_else(named).unwrap_or_default();
                add(part, &mut address, &mut changed, &text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

fn add(part: Element, address: &mut String, changed: &mut String, text: &str) {
    let into = match part {
        Element::Address => address,
        Element::Changed => changed,
        Element::Other => return,
    };
    if into.len() + text.len() <= TEXT_BYTES_MAX {
        into.push_str(text);
    }
}

/// Reads a plain list with one address per line.
fn read_lines(mut source: Piecewise<impl BufRead>) -> Sitemap {
    let mut found = Sitemap::default();
    let (mut line, mut texts_bytes) = (Vec::new(), 0);
    for number in 0.. {
        line.clear();
        source.begin_piece();
        match source.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) if number < ENTRIES_MAX && texts_bytes <= TEXTS_BYTES_MAX => {}
            _ => {
                found.is_cut = true;
                break;
            }
        }
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        if line.len() <= TEXT_BYTES_MAX {
            let address = String::from_utf8_lossy(line).trim().to_owned();
            if address.starts_with("http") {
                texts_bytes += address.len();
                found.pages.push(ListedAddress { address, changed: None });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn told(address: &str, changed: Option<&str>) -> ListedAddress {
        ListedAddress { address: address.to_owned(), changed: changed.map(str::to_owned) }
    }

    const PAGES: &str = r#"<?xml version="1.0"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="i" xmlns:n="n">
        <url><loc> https://acme.example/jobs?a=1&amp;b=2 </loc><lastmod>2026-11-20</lastmod>
          <image:image><image:loc>https://acme.example/x.png</image:loc></image:image></url>
        <url><loc><![CDATA[https://acme.example/news/1]]></loc><n:news><n:title>T</n:title></n:news></url>
        <url><lastmod>2026-01-01</lastmod></url>
        <url><loc>https://acme.example/&#100;e</loc></url></urlset>"#;

    #[test]
    fn pages_with_their_times() {
        let expect = [
            told("https://acme.example/jobs?a=1&b=2", Some("2026-11-20")),
            told("https://acme.example/news/1", None),
            told("https://acme.example/de", None),
        ];
        assert_eq!(sitemap(PAGES.as_bytes()).pages, expect);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(PAGES.as_bytes()).unwrap();
        assert_eq!(sitemap(&packed.finish().unwrap()).pages, expect);
        let cut = PAGES.find("<url><lastmod>").unwrap();
        assert_eq!(
            sitemap(&PAGES.as_bytes()[..cut]).pages,
            expect[..2],
            "what stands before counts"
        );
    }

    #[test]
    fn indexes_lists_and_nonsense() {
        let index = "<sitemapindex><sitemap><loc>https://acme.example/a.xml.gz</loc></sitemap>";
        assert_eq!(
            sitemap(index.as_bytes()).sitemaps,
            [told("https://acme.example/a.xml.gz", None)]
        );
        let list = "https://acme.example/a\r\nnonsense\nhttps://acme.example/b";
        assert_eq!(sitemap(list.as_bytes()).pages.len(), 2);
        for nothing in ["", "<html><body>404</body>", "<url>", "{}", "<urlset><url><loc>"] {
            assert_eq!(sitemap(nothing.as_bytes()), Sitemap::default(), "{nothing}");
        }
        let entry = "<url><loc>https://a.example/</loc></url>";
        for (count, pages, is_cut) in [(50_000, 50_000, false), (50_100, 50_000, true)] {
            let many = format!("<urlset>{}</urlset>", entry.repeat(count));
            let many = sitemap(many.as_bytes());
            assert_eq!((many.pages.len(), many.is_cut), (pages, is_cut));
        }
    }
}
