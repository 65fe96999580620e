//! Sitemaps, read as a stream within limits.

mod listing;
mod reader;
#[cfg(test)]
mod tests;

use std::io::BufRead;

use store::db::AddressRole;

use super::feed;
use crate::crawl::address_role::role_of;
use crate::crawl::found::{FoundAddresses, ListedAddress};
use crate::crawl::polled_source::{DAY, HOUR, Intervals, PolledSource, ReadList, SourceReader};
use crate::crawl::target::{Served, VisitTarget};
use crate::list_text::ListReader;
use crate::piecewise::Piecewise;
use listing::{ENTRIES_MAX, TEXT_BYTES_MAX, TEXTS_BYTES_MAX, addresses_in, is_absolute};
use reader::SitemapReader;

pub use listing::Sitemap;

/// The maximum number of bytes of a decompressed sitemap.
const BYTES_MAX: u64 = 50 * 1024 * 1024;
/// The number of bytes at the beginning in which XML is recognized.
const START_BYTES: usize = 1024;

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
    let is_unknown = !all.is_recognized;
    ReadList { found: found.into_vec(), is_cut: all.is_cut, repairs: all.repairs, is_unknown }
}

/// Reads a sitemap or an index of sitemaps: XML, a feed or a plain list, with or without gzip.
/// Reading stops at malformed input and at the limits; the entries before it are kept.
pub fn sitemap(bytes: &[u8]) -> Sitemap {
    let mut source = ListReader::new(bytes, BYTES_MAX);
    let start = source.fill_buf().unwrap_or_default();
    let start = start.get(..START_BYTES).unwrap_or(start);
    let has = |tag: &str| memchr::memmem::find(start, tag.as_bytes()).is_some();
    let is_xml = start.trim_ascii_start().first() == Some(&b'<')
        || ["<?xml", "<urlset", "<sitemapindex"].into_iter().any(has);
    let mut read = if is_xml {
        let (read, is_feed) = SitemapReader::new(source).read();
        if is_feed { of_feed(bytes) } else { read }
    } else {
        read_lines(Piecewise::new(source))
    };
    read.is_recognized |= !(read.pages.is_empty() && read.sitemaps.is_empty());
    read
}

/// Reads a feed that serves as a sitemap.
fn of_feed(bytes: &[u8]) -> Sitemap {
    let mut feed = feed::read_feed(bytes, None).unwrap_or_default();
    feed.entries.retain(|entry| entry.address.len() <= TEXT_BYTES_MAX);
    Sitemap {
        pages: feed.entries,
        is_cut: feed.is_cut,
        repairs: feed.repairs,
        is_recognized: true,
        ..Sitemap::default()
    }
}

/// Reads a plain list with one address per line.
fn read_lines(mut source: Piecewise<ListReader<'_>>) -> Sitemap {
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
        let text = String::from_utf8_lossy(&line);
        for part in text.split(['\n', '\r']).filter(|part| part.len() <= TEXT_BYTES_MAX) {
            for address in addresses_in(part.trim_start_matches('\u{feff}'))
                .into_iter()
                .filter(|part| is_absolute(part))
            {
                if found.pages.len() >= ENTRIES_MAX {
                    found.is_cut = true;
                    break;
                }
                texts_bytes += address.len();
                found.pages.push(ListedAddress { address, changed: None });
            }
        }
    }
    found.repairs = source.source().repairs().clone();
    found
}
