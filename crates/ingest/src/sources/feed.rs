//! Reads the addresses in feeds: RSS, Atom and JSON Feed.

mod entries;
mod entry;
mod json;
pub(super) mod tags;
#[cfg(test)]
mod tests;
mod times;
pub(super) mod xml;

use store::db::AddressRole;
use url::Url;

use super::article;
use crate::crawl::address_role::{names_no_page, role_of};
use crate::crawl::found::FoundAddresses;
use crate::crawl::polled_source::{DAY, HOUR, Intervals, PolledSource, ReadList, SourceReader};
use crate::crawl::target::{Served, VisitTarget};
use crate::list_text::{GZIP, ListText, list_text};

/// The maximum number of bytes of a feed, decoded.
const BYTES_MAX: usize = 16 * 1024 * 1024;

pub use entries::Feed;

/// The role of a feed.
pub(crate) const ROLE: AddressRole = AddressRole::named("feed");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource {
    media_types: &["application/rss+xml", "application/atom+xml", "application/feed+json"],
    ..PolledSource::new(
        ROLE,
        Intervals::minutes(HOUR / 2, 2 * HOUR, 2 * DAY),
        SourceReader::List(read),
    )
};

/// Lists the pages that a feed announces.
fn read(target: &VisitTarget, served: &Served, body: &[u8]) -> ReadList {
    let mut found = FoundAddresses::new(target);
    let feed = read_feed(body, Some(&served.url));
    let is_unknown = feed.is_none();
    let feed = feed.unwrap_or_default();
    for listed in feed.entries {
        let url = served.url.join(&listed.address).ok();
        if let Some(url) = url.filter(|url| !names_no_page(url)) {
            found.add(&url, role_of(&url, "").unwrap_or(article::ROLE), listed.changed);
        }
    }
    ReadList { found: found.into_vec(), is_cut: feed.is_cut, repairs: feed.repairs, is_unknown }
}

/// Reads the first entries of a feed from an address. The result is empty if the bytes are not a
/// feed.
pub fn feed(bytes: &[u8], url: &Url) -> Feed {
    read_feed(bytes, Some(url)).unwrap_or_default()
}

/// Reads the first entries of a feed; `None` if the bytes are not a feed. Without an address,
/// relative addresses stay as written.
pub(super) fn read_feed(bytes: &[u8], url: Option<&Url>) -> Option<Feed> {
    let ListText { text, is_cut, mut repairs } = list_text(bytes, BYTES_MAX);
    if bytes.starts_with(GZIP) {
        repairs.add("unpacked a gzip file");
    }
    let mut feed = match text.bytes().find(|byte| matches!(byte, b'<' | b'{'))? {
        b'<' => xml::entries(&text, url)?,
        _ => json::entries(&text)?,
    };
    feed.is_cut |= is_cut;
    let more = std::mem::replace(&mut feed.repairs, repairs);
    feed.repairs.extend(more);
    Some(feed)
}
