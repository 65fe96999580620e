//! Reads a page that was saved from a browser.

use std::io::Read;

use model::Timestamp;

use crate::capture::web_address;
use crate::format::text_of;
use crate::{Capture, IngestError, Options};

/// The number of bytes of the page that are searched for its address.
const ADDRESS_BYTES: usize = 1024 * 1024;

/// Reads a saved page; `saved` is the modification time of its file.
pub(crate) fn read(
    path: &str,
    source: impl Read,
    saved: Option<Timestamp>,
    options: &Options,
) -> Result<Capture, IngestError> {
    let bytes_max = options.limits.record_bytes_max;
    let mut body = Vec::new();
    source
        .take(bytes_max as u64 + 1)
        .read_to_end(&mut body)
        .map_err(|cause| IngestError::Io { path: path.to_owned(), cause })?;
    if body.len() > bytes_max {
        return Err(IngestError::TooLarge { path: path.to_owned(), bytes_max });
    }
    let url = match &options.url {
        Some(url) => web_address(url).ok_or_else(|| IngestError::BadUrl(url.clone()))?,
        None => address_in(&body).ok_or_else(|| IngestError::NeedsUrl { path: path.to_owned() })?,
    };
    let observed = options.observed.or(saved).unwrap_or(options.now);
    let block = response_of(media_type_of(&body), &body);
    // The head is valid by construction, so this cannot fail.
    Capture::page(url, observed, block).map(|(capture, _)| capture).map_err(|(cause, _)| {
        IngestError::Io { path: path.to_owned(), cause: std::io::Error::other(cause) }
    })
}

/// Returns the media type of a saved page: that of XML if it begins like a feed.
fn media_type_of(body: &[u8]) -> &'static str {
    let start = text_of(body);
    let begins = |tag: &&[u8]| start.starts_with(tag);
    let is_xml = [&b"<?xml"[..], b"<rss", b"<feed", b"<rdf:RDF"].iter().any(begins);
    if is_xml { "application/xml" } else { "text/html" }
}

/// Builds an HTTP response around a body. No charset is added to the media type, because it is
/// detected when the page is read.
pub(crate) fn response_of(media_type: &str, body: &[u8]) -> Vec<u8> {
    let media_type: String = media_type.chars().filter(|c| !c.is_control()).collect();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Finds the address that the page states: the canonical link, `og:url`, or the comment that
/// browsers write into a saved page (`<!-- saved from url=(0028)https://… -->`), in this order.
fn address_in(body: &[u8]) -> Option<String> {
    let prefix = body.get(..ADDRESS_BYTES).unwrap_or(body);
    let text = String::from_utf8_lossy(prefix);
    let (mut shared, mut saved) = (None, None);
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..)?;
        if let Some(comment) = rest.strip_prefix("!--") {
            let end = comment.find("-->").unwrap_or(comment.len());
            saved = saved.or_else(|| saved_from(comment.get(..end)?));
            rest = comment.get(end..)?;
        } else if let Some(tag) = Tag::named("link", rest) {
            let is = tag.get("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
            if let Some(url) = tag.get("href").filter(|_| is).and_then(|url| web_address(&url)) {
                return Some(url);
            }
        } else if let Some(tag) = Tag::named("meta", rest) {
            let is = tag.get("property").or_else(|| tag.get("name"));
            let is = is.is_some_and(|name| name.eq_ignore_ascii_case("og:url"));
            let url = || tag.get("content").and_then(|url| web_address(&url));
            shared = shared.or_else(|| is.then(url).flatten());
        } else if Tag::named("script", rest).is_some() {
            // Scripts may contain markup of other pages.
            rest = rest.find("</").and_then(|end| rest.get(end..)).unwrap_or_default();
        }
    }
    shared.or(saved)
}

fn saved_from(comment: &str) -> Option<String> {
    let after = comment.trim_start().strip_prefix("saved from url=")?;
    let url = after.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(after, |p| p.1);
    web_address(url)
}

/// The number of bytes within which a tag is assumed to end, even inside quotes.
const TAG_BYTES: usize = 2048;

/// The unparsed attributes of one tag.
struct Tag<'a>(&'a str);

impl<'a> Tag<'a> {
    /// Parses the tag at the start of `text`, if it has that name.
    fn named(name: &str, text: &'a str) -> Option<Self> {
        let name_matches = text.get(..name.len())?.eq_ignore_ascii_case(name);
        let rest = text.get(name.len()..)?;
        let name_ends = rest.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/');
        let prefix = rest.get(..rest.floor_char_boundary(TAG_BYTES)).unwrap_or(rest);
        (name_matches && name_ends).then_some(Self(prefix))
    }

    /// Returns the value of the first attribute with that name.
    fn get(&self, wanted: &str) -> Option<String> {
        let mut rest = self.0;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() || rest.starts_with('>') {
                return None;
            }
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'));
            // A leading "=" is skipped like a name.
            let (name, after) = rest.split_at(end.unwrap_or(rest.len()).max(1));
            let after = after.trim_start();
            let value = after.strip_prefix('=').map(|value| take_value(value.trim_start()));
            let (value, after) = value.unwrap_or(("", after));
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value.replace("&amp;", "&"));
            }
            rest = after;
        }
    }
}

/// Splits a text into an attribute's value and the rest.
fn take_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at(end)
}
