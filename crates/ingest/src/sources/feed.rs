//! Reads the addresses in feeds: RSS, Atom and JSON Feed.

use store::db::{AddressRole, NewAddress};
use url::Url;

use super::article;
use crate::crawl::address_role::{names_no_page, role_of};
use crate::crawl::found::{FoundAddresses, ListedAddress};
use crate::crawl::polled_source::{DAY, HOUR, Intervals, PolledSource, SourceReader};
use crate::crawl::target::{Served, VisitTarget};

const ENTRIES_MAX: usize = 500;

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
fn read(target: &VisitTarget, served: &Served, body: &[u8]) -> Vec<NewAddress> {
    let mut found = FoundAddresses::new(target);
    for listed in entries(body, &served.url) {
        let url = served.url.join(&listed.address).ok();
        if let Some(url) = url.filter(|url| !names_no_page(url)) {
            found.add(&url, role_of(&url, "").unwrap_or(article::ROLE), listed.changed);
        }
    }
    found.into_vec()
}

/// Lists the addresses of a feed's entries with the times of their last change. The result is
/// empty if the bytes are not a feed.
fn entries(bytes: &[u8], url: &Url) -> Vec<ListedAddress> {
    let parser = feed_rs::parser::Builder::new().base_uri(Some(url.as_str())).build();
    let Ok(feed) = parser.parse(bytes) else { return Vec::new() };
    let entries = feed.entries.into_iter().take(ENTRIES_MAX);
    let told = entries.filter_map(|entry| {
        let page = |rel: &Option<String>| rel.as_deref().is_none_or(|rel| rel == "alternate");
        let link = entry.links.iter().find(|link| page(&link.rel))?;
        let changed = entry.updated.or(entry.published).map(|time| time.to_rfc3339());
        Some(ListedAddress { address: link.href.clone(), changed })
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_tell_addresses_and_times() {
        let url = Url::parse("https://acme.example/feed").unwrap();
        let check = |feed: &str, expect: &[(&str, Option<&str>)]| {
            let found = entries(feed.as_bytes(), &url);
            let found: Vec<_> =
                found.iter().map(|told| (told.address.as_str(), told.changed.as_deref())).collect();
            assert_eq!(found, expect, "{feed}");
        };
        check(
            r#"<rss version="2.0"><channel><title>T</title><link>https://acme.example/</link>
               <item><title>A</title><link>https://acme.example/news/a</link>
               <pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>"#,
            &[("https://acme.example/news/a", Some("2026-03-03T10:00:00+00:00"))],
        );
        check(
            r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>t</id>
               <updated>2026-03-03T10:00:00Z</updated><entry><id>a</id><title>A</title>
               <link rel="self" href="/api/a"/><link href="/news/a"/>
               <updated>2026-03-04T10:00:00Z</updated></entry></feed>"#,
            &[("https://acme.example/news/a", Some("2026-03-04T10:00:00+00:00"))],
        );
        check("<html>no feed</html>", &[]);
        check("", &[]);
    }
}
