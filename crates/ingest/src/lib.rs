//! 1 find: what a user hands over, read as a stream; and sites that are followed.
//!
//! Invariant: no more than one record is held at a time, and nothing that was handed over vanishes
//! silently: each piece is a record, a rejection with its cause and its bytes, or a note.
//!
//! Not here: what a page says (`clean`), whose it is (`resolve`), keeping it (`flow` calls `store`).

mod capture;
mod crawl;
mod events;
mod feed;
mod http;
mod page;
mod readers;
mod sent;
mod sources;
#[cfg(test)]
mod tests;
mod warc;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use model::Timestamp;

pub use capture::{Capture, Rejected, Taken};
pub use crawl::{
    CrawlSettings, Crawler, ListedAddress, Pace, Sink, SiteRelation, Sitemap, WhoseAddress,
    beginnings, sitemap, sitemaps_in_robots,
};
pub use http::{HttpError, HttpResponse, http_response};
pub use readers::{Panicked, Readers};
pub use sent::sent;
pub use sources::{Files, Format, SOURCES, Source, files_of};

/// How much of one thing is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// Bytes of one record's block, or of one saved page.
    pub record_bytes_max: usize,
    /// Bytes of one line of JSON.
    pub line_bytes_max: usize,
    /// Bytes that are kept of something rejected.
    pub kept_bytes_max: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            record_bytes_max: store::blob::BLOCK_BYTES_MAX,
            line_bytes_max: 1024 * 1024,
            kept_bytes_max: 64 * 1024,
        }
    }
}

/// What the user says about the input, and the present.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address of a saved page; for nothing else.
    pub url: Option<String>,
    /// When a saved page, or an event without a time, was observed.
    pub observed: Option<Timestamp>,
    /// The present: what claims to be from the day after tomorrow is rejected.
    pub now: Timestamp,
    /// How much is read.
    pub limits: ReadLimits,
}

impl Options {
    /// Nothing said, usual limits.
    pub fn at(now: Timestamp) -> Self {
        Self { url: None, observed: None, now, limits: ReadLimits::default() }
    }
}

/// Why nothing at all can be taken from an input.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {cause}")]
    Io {
        /// The file.
        path: String,
        /// The system's words.
        cause: io::Error,
    },
    /// Nothing in a folder is named like a format.
    #[error("{path} has no file that leadq reads; it reads {}", sources::summary())]
    EmptyFolder {
        /// The folder.
        path: String,
    },
    /// Not one of the formats that are taken in.
    #[error("{path} is not a format leadq reads ({found}); it reads {}", sources::summary())]
    UnknownFormat {
        /// The file.
        path: String,
        /// What it looks like.
        found: &'static str,
    },
    /// A saved page whose address nobody knows.
    #[error("{path} does not say which address it was saved from; pass it with --url")]
    NeedsUrl {
        /// The file.
        path: String,
    },
    /// The given address is no address of a page.
    #[error("not an http or https address: {0:?}")]
    BadUrl(String),
    /// An address was given for a file whose records have their own.
    #[error("{path} holds the addresses of its records; --url is for one saved page")]
    UrlNotWanted {
        /// The file.
        path: String,
    },
    /// A saved page is larger than the limit.
    #[error("{path} has more than {bytes_max} bytes, which no page has")]
    TooLarge {
        /// The file.
        path: String,
        /// The limit.
        bytes_max: usize,
    },
}

/// What [`open`] answers: everything in the input, in order.
pub type Stream = Box<dyn Iterator<Item = Taken> + Send>;

/// Opens a file, or the standard input (`-`) as JSON lines. The stream reads as it is asked, so
/// it belongs on a thread that may wait.
///
/// # Errors
/// [`IngestError`] when nothing can be taken from it at all; later trouble is a [`Rejected`].
pub fn open(path: &Path, options: Options) -> Result<Stream, IngestError> {
    let name = path.display().to_string();
    if name == "-" {
        let name = "standard input".to_owned();
        return Ok(Box::new(events::Events::new(name, BufReader::new(io::stdin()), options)));
    }
    let failed = |cause| IngestError::Io { path: path.display().to_string(), cause };
    let mut file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut start = Vec::new();
    file.by_ref().take(sources::START_BYTES).read_to_end(&mut start).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let format = sources::recognise(&name, &start)?;
    if format != Format::Page && options.url.is_some() {
        return Err(IngestError::UrlNotWanted { path: name });
    }
    match format {
        Format::Warc => Ok(Box::new(warc::Warc::new(name, file, options).map_err(failed)?)),
        Format::Events => Ok(Box::new(events::Events::new(name, BufReader::new(file), options))),
        Format::Page => {
            let saved = metadata.modified().ok().and_then(timestamp_of);
            let capture = page::read(&name, file, saved, &options)?;
            Ok(Box::new(std::iter::once(Taken::Record(Box::new(capture)))))
        }
    }
}

fn timestamp_of(time: std::time::SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok().map(Timestamp)
}
