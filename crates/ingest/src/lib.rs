//! Step 1 of the journey: reads the user's input as a stream and crawls the sites that are
//! followed.
//!
//! Invariant: at most one record is held in memory at a time, and no input is lost silently: each
//! piece becomes a record, a rejection with its cause and its bytes, or a note.
//!
//! Not here: reading a page's content (`clean`), finding its company (`resolve`), storing it
//! (`flow` calls `store`).

mod byte_reader;
mod capture;
mod crawl;
mod events;
mod format;
mod http;
mod input_files;
mod list_text;
mod page;
mod page_cache;
mod piecewise;
mod readers;
mod response;
mod sent;
mod sources;
#[cfg(test)]
mod tests;
mod wacz;
mod warc;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use model::Timestamp;

pub use capture::{Capture, Rejected, Taken};
pub use crawl::{
    CrawlSettings, Crawler, ListedAddress, Pace, Sink, SiteRelation, WhoseAddress, beginnings,
};
pub use format::{FileFormat, Format};
pub use http::{HttpError, HttpResponse, http_response};
pub use input_files::{Files, files_of};
pub use list_text::Repairs;
pub use page_cache::PageCache;
pub use readers::{Panicked, Readers};
pub use response::ReadResponse;
pub use sent::SentObjects;
pub use sources::feed::{Feed, feed};
pub use sources::robots::sitemaps_in_robots;
pub use sources::sitemap::{Sitemap, sitemap};

/// The limits on the size of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// The maximum number of bytes of one record's block, or of one saved page.
    pub record_bytes_max: usize,
    /// The maximum number of bytes of one line of JSON.
    pub line_bytes_max: usize,
    /// The maximum number of bytes that are kept of rejected input.
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

/// The options for reading an input.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address of a saved page; not allowed for other formats.
    pub url: Option<String>,
    /// The observation time of a saved page, or of an event without a time.
    pub observed: Option<Timestamp>,
    /// The current time; input dated more than a day later is rejected.
    pub now: Timestamp,
    /// The limits on the size of the input.
    pub limits: ReadLimits,
}

impl Options {
    /// Creates options with the default limits and without an address or time.
    pub fn at(now: Timestamp) -> Self {
        Self { url: None, observed: None, now, limits: ReadLimits::default() }
    }
}

/// The reason why an input cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {cause}")]
    Io {
        /// The file.
        path: String,
        /// The error of the operating system.
        cause: io::Error,
    },
    /// A folder has no file with the extension of a supported format.
    #[error("{path} has no file in a supported format; leadq reads {}", input_files::summary())]
    EmptyFolder {
        /// The folder.
        path: String,
    },
    /// The format of the file is not supported.
    #[error(
        "{path} is not in a supported format ({found}); leadq reads {}",
        input_files::summary()
    )]
    UnknownFormat {
        /// The file.
        path: String,
        /// The format that was recognized, or the reason why none was.
        found: &'static str,
    },
    /// The address of a saved page is unknown.
    #[error("{path} does not state the address it was saved from; pass it with --url")]
    NeedsUrl {
        /// The file.
        path: String,
    },
    /// The given address is not an http or https URL.
    #[error("not an http or https address: {0:?}")]
    BadUrl(String),
    /// An address was given for a file whose records have their own addresses.
    #[error("{path} contains the addresses of its records; --url is only for a saved page")]
    UrlNotWanted {
        /// The file.
        path: String,
    },
    /// A saved page is larger than the limit.
    #[error("{path} is larger than {bytes_max} bytes, the maximum for a saved page")]
    TooLarge {
        /// The file.
        path: String,
        /// The limit.
        bytes_max: usize,
    },
}

/// The result of [`open`]: everything in the input, in order.
pub type Stream = Box<dyn Iterator<Item = Taken> + Send>;

/// Opens a file, or the standard input (`-`) as JSON lines. The stream blocks while it reads, so
/// it must be used on a thread that may block.
///
/// # Errors
/// [`IngestError`] if the input cannot be read at all; later errors are yielded as [`Rejected`].
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
    file.by_ref().take(input_files::START_BYTES).read_to_end(&mut start).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let format = input_files::recognise(&name, &start)?;
    if format != Format::Page && options.url.is_some() {
        return Err(IngestError::UrlNotWanted { path: name });
    }
    match format {
        Format::Warc => Ok(Box::new(warc::Warc::new(name, file, options).map_err(failed)?)),
        Format::Wacz => Ok(Box::new(wacz::Wacz::new(&name, file, options)?)),
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
