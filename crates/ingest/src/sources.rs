//! THE list of sources: the formats of files that are read, and the addresses of a site that are
//! polled. A polled source is a file in `sources/` and its lines here.

pub(crate) mod article;
pub(crate) mod board;
pub(crate) mod careers;
pub(crate) mod feed;
pub(crate) mod homepage;
pub(crate) mod newsroom;
pub(crate) mod posting;
pub(crate) mod robots;
pub(crate) mod sitemap;

use store::db::AddressRole;

use crate::crawl::polled_source::PolledSource;
use crate::format::{FileFormat, Format, text_of};

/// Every format of files, in the order in which they are tried.
pub(crate) const FORMATS: [FileFormat; 4] = [
    FileFormat {
        format: Format::Warc,
        name: "WARC",
        extensions: &[".warc", ".warc.gz", ".warc.zst"],
        begins: |start| start.starts_with(b"WARC/"),
    },
    FileFormat {
        format: Format::Wacz,
        name: "WACZ",
        extensions: &[".wacz"],
        begins: |start| start.starts_with(b"PK\x03\x04"),
    },
    FileFormat {
        format: Format::Page,
        name: "saved HTML page",
        extensions: &[".html", ".htm", ".xhtml"],
        begins: |start| text_of(start).first() == Some(&b'<'),
    },
    FileFormat {
        format: Format::Events,
        name: "events as JSON lines",
        extensions: &[".jsonl", ".ndjson"],
        begins: |start| text_of(start).first() == Some(&b'{'),
    },
];

/// Every source that is polled. Where words indicate the role of an address, the first one that
/// fits wins.
pub(crate) static POLLED: [PolledSource; 9] = [
    homepage::SOURCE,
    robots::SOURCE,
    careers::SOURCE,
    newsroom::SOURCE,
    feed::SOURCE,
    sitemap::SOURCE,
    article::SOURCE,
    posting::SOURCE,
    board::SOURCE,
];

/// Returns the source of a role. Addresses whose role is not listed, because another version of this
/// program added it, are polled as articles.
pub(crate) fn of_role(role: AddressRole) -> &'static PolledSource {
    POLLED.iter().find(|source| source.role == role).unwrap_or(&article::SOURCE)
}
