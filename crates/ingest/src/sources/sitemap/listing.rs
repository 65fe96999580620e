//! The entries of a sitemap, in any format.

use crate::crawl::found::ListedAddress;
use crate::list_text::Repairs;

/// The maximum number of entries of a sitemap.
pub(super) const ENTRIES_MAX: usize = 50_000;
/// The maximum number of bytes of an address or a time.
pub(super) const TEXT_BYTES_MAX: usize = 2_048;
/// The maximum number of bytes of all addresses and times: three times those of a full sitemap.
pub(super) const TEXTS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The entries of a sitemap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages.
    pub pages: Vec<ListedAddress>,
    /// Further sitemaps, if it is an index.
    pub sitemaps: Vec<ListedAddress>,
    /// Whether it has more entries than are read, or is malformed, or breaks off.
    pub is_cut: bool,
    /// The repairs that were necessary to read it.
    pub repairs: Repairs,
    /// Whether it has the root element of a sitemap or a feed, or any entry.
    pub is_recognized: bool,
}

/// Splits a text into the addresses in it, which begin with a scheme after white space. An address
/// may be broken over lines.
pub(super) fn addresses_in(text: &str) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for line in text.lines() {
        for (index, part) in line.split_ascii_whitespace().enumerate() {
            match addresses.last_mut() {
                Some(last) if !is_absolute(part) => {
                    if index > 0 {
                        last.push(' ');
                    }
                    last.push_str(part);
                }
                _ => addresses.push(part.to_owned()),
            }
        }
    }
    addresses
}

pub(super) fn is_absolute(address: &str) -> bool {
    let starts_with = |scheme: &str| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    starts_with("http://") || starts_with("https://")
}
