//! Reads the addresses in feeds: RSS, Atom and JSON Feed.

mod reduced;

use store::db::AddressRole;
use url::Url;

use super::article;
use crate::crawl::address_role::{names_no_page, role_of};
use crate::crawl::found::{FoundAddresses, ListedAddress};
use crate::crawl::polled_source::{DAY, HOUR, Intervals, PolledSource, ReadList, SourceReader};
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
fn read(target: &VisitTarget, served: &Served, body: &[u8]) -> ReadList {
    let mut found = FoundAddresses::new(target);
    let feed = feed(body, &served.url);
    for listed in feed.entries {
        let url = served.url.join(&listed.address).ok();
        if let Some(url) = url.filter(|url| !names_no_page(url)) {
            found.add(&url, role_of(&url, "").unwrap_or(article::ROLE), listed.changed);
        }
    }
    ReadList { found: found.into_vec(), is_cut: feed.is_cut }
}

/// The entries of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// The addresses of the entries, with the times of their last change.
    pub entries: Vec<ListedAddress>,
    /// Whether it has more entries, or larger ones, than are read.
    pub is_cut: bool,
}

/// Reads the first entries of a feed from an address. The result is empty if the bytes are not a
/// feed.
pub fn feed(bytes: &[u8], url: &Url) -> Feed {
    let Some(reduced) = reduced::reduced(bytes) else { return Feed::default() };
    let parser = feed_rs::parser::Builder::new().base_uri(Some(url.as_str())).build();
    let Ok(feed) = parser.parse(reduced.bytes.as_slice()) else { return Feed::default() };
    let is_cut = reduced.is_cut || feed.entries.len() > ENTRIES_MAX;
    let entries = feed.entries.into_iter().take(ENTRIES_MAX);
    let entries = entries.filter_map(|entry| {
        let page = |rel: &Option<String>| rel.as_deref().is_none_or(|rel| rel == "alternate");
        let link = entry.links.iter().find(|link| page(&link.rel))?;
        let changed = entry.updated.or(entry.published).map(|time| time.to_rfc3339());
        Some(ListedAddress { address: link.href.clone(), changed })
    });
    Feed { entries: entries.collect(), is_cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_tell_addresses_and_times() {
        let url = Url::parse("https://acme.example/feed").unwrap();
        let check = |feed: &str, expect: &[(&str, Option<&str>)]| {
            let found = super::feed(feed.as_bytes(), &url).entries;
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
        check(
            r#"<?xml version="1.0" encoding="ISO-8859-1"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"
               xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
               xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><link>https://acme.example/</link>
               </channel><item rdf:about="x"><title>A<b>B</b></title><link>/news/a?b=1&amp;c=2</link>
               <dc:date>2026-03-03T10:00:00Z</dc:date></item></rdf:RDF>"#,
            &[("https://acme.example/news/a?b=1&c=2", Some("2026-03-03T10:00:00+00:00"))],
        );
        check(
            r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [
               {"id": "a", "url": "/news/\u0061", "tags": ["x"], "date_published": "2026-03-03T10:00:00Z"},
               {"id": "b", "external_url": "https://acme.example/b", "authors": [{"name": "N"}]}]}"#,
            &[("/news/a", Some("2026-03-03T10:00:00+00:00")), ("https://acme.example/b", None)],
        );
        check("<html>no feed</html>", &[]);
        check("{}", &[]);
        check("", &[]);
    }

    #[test]
    fn an_encoding_counts_where_it_is_declared_first() {
        let url = Url::parse("https://acme.example/feed").unwrap();
        let item = "<rss version='2.0'><channel><item><link>https://acme.example/\u{e9}</link>";
        let spaces = " ".repeat(200);
        for (declared, expect) in [
            ("<?xml version='1.0' encoding='windows-1252'?>".to_owned(), true),
            (format!("<?xml version='1.0'{spaces}encoding='windows-1252'?>"), true),
            (format!("<!-- {spaces} --><?xml version='1.0' encoding='windows-1252'?>"), false),
            (format!("<?xml version='1.0' encoding='utf-16'?>{spaces}"), false),
        ] {
            let text = format!("{declared}{item}</item></channel></rss>");
            let (bytes, ..) = encoding_rs::WINDOWS_1252.encode(&text);
            let found = feed(&bytes, &url).entries;
            let is_read = found.iter().any(|one| one.address == "https://acme.example/%C3%A9");
            assert_eq!(is_read, expect, "{declared}");
        }
    }

    #[test]
    fn the_first_entries_of_an_endless_feed_are_read() {
        let url = Url::parse("https://acme.example/feed").unwrap();
        let item = "<item><link>https://acme.example/a</link></item>";
        let json = r#"{"url": "https://acme.example/a"},"#;
        for (start, item) in [
            (r#"<rss version="2.0"><channel>"#, item),
            (r#"{"version": "https://jsonfeed.org/version/1", "title": "T", "items": ["#, json),
        ] {
            let endless = format!("{start}{}", item.repeat(20_000));
            let found = feed(endless.as_bytes(), &url);
            let expect = if start.starts_with('<') { ENTRIES_MAX } else { 0 };
            assert_eq!((found.entries.len(), found.is_cut), (expect, expect > 0), "{start}");
        }
        let items = [json.repeat(20_000).as_str(), "{}]}"].concat();
        let whole = format!(
            r#"{{"version": "https://jsonfeed.org/version/1", "title": "T", "items": [{items}"#
        );
        let found = feed(whole.as_bytes(), &url);
        assert_eq!((found.entries.len(), found.is_cut), (ENTRIES_MAX, true));
    }
}
