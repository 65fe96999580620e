//! robots.txt, read for the sitemaps that it names.

use store::db::{AddressRole, NewAddress};
use url::Url;

use super::sitemap;
use crate::crawl::found::FoundAddresses;
use crate::crawl::polled_source::{DAY, Intervals, PolledSource, ReadList, SourceReader};
use crate::crawl::target::{Served, VisitTarget};
use crate::list_text::Repairs;

/// The maximum number of bytes that are read.
const BYTES_MAX: usize = 500 * 1024;
/// The maximum number of sitemaps that are read.
const NAMED_MAX: usize = 50;

/// The role of a site's robots.txt.
pub(crate) const ROLE: AddressRole = AddressRole::named("robots");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource {
    of_site: |home| home.join("/robots.txt").ok(),
    if_gone: usual_sitemap,
    ..PolledSource::new(ROLE, Intervals::minutes(DAY, 7 * DAY, 30 * DAY), SourceReader::List(read))
};

/// Lists the sitemaps that robots.txt names, otherwise the usual address of one.
fn read(target: &VisitTarget, served: &Served, body: &[u8]) -> ReadList {
    let named = sitemaps_in_robots(body);
    let is_cut = body.len() > BYTES_MAX || named.len() >= NAMED_MAX;
    let list = |found| ReadList { found, is_cut, repairs: Repairs::default(), is_unknown: false };
    if named.is_empty() {
        return list(usual_sitemap(target, &served.url));
    }
    let mut found = FoundAddresses::new(target);
    for url in named.iter().filter_map(|named| served.url.join(named).ok()) {
        found.add(&url, sitemap::ROLE, None);
    }
    list(found.into_vec())
}

/// Proposes the usual address of a sitemap for a site that has no robots.txt or names no sitemap
/// in it.
fn usual_sitemap(target: &VisitTarget, url: &Url) -> Vec<NewAddress> {
    let mut found = FoundAddresses::new(target);
    if let Ok(usual) = url.join("/sitemap.xml") {
        found.add(&usual, sitemap::ROLE, None);
    }
    found.into_vec()
}

/// Lists the sitemaps named in a robots.txt, independent of its user-agent groups.
pub fn sitemaps_in_robots(bytes: &[u8]) -> Vec<String> {
    let reach = bytes.get(..BYTES_MAX).unwrap_or(bytes);
    let text = String::from_utf8_lossy(reach);
    let named = text.split(['\n', '\r']).filter_map(|line| {
        let (key, value) = line.trim_start_matches('\u{feff}').split_once(':')?;
        let is = key.trim().eq_ignore_ascii_case("sitemap");
        is.then(|| value.split('#').next().unwrap_or_default().trim().to_owned())
    });
    named.filter(|address| !address.is_empty()).take(NAMED_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn robots_name_sitemaps() {
        let robots = "User-agent: *\nDisallow: /x\nSITEMAP : https://acme.example/a.xml # news\n\
                      sitemap:\r\nSitemap: /b.xml";
        assert_eq!(sitemaps_in_robots(robots.as_bytes()), ["https://acme.example/a.xml", "/b.xml"]);
    }
}
