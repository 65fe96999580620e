//! Reads the entries of feeds in XML: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0.
//!
//! Names count without regard to declarations of namespaces, which feeds often omit. Malformed
//! markup costs at most the entry in which it stands.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::entries::Feed;
use super::entry::Entry;
use super::tags::{base_of, name_parts};

/// The maximum number of entries that are interpreted.
const ENTRIES_READ_MAX: usize = 10_000;
/// The maximum number of places where reading begins again after malformed markup.
const RESTARTS_MAX: usize = 16;
/// The maximum number of characters `<` in text that are repaired.
const STRAY_MAX: usize = 10_000;
/// The elements around the entries.
const ROOTS: [&str; 3] = ["rss", "rdf", "feed"];

/// Reports whether an element of this name is the root of a feed.
pub(in crate::sources) fn is_root(name: &str) -> bool {
    let (_, local) = name_parts(name);
    ROOTS.iter().any(|root| local.eq_ignore_ascii_case(root))
}

/// Reads the entries of a feed from an address; `None` if the text is no feed. Without an address,
/// relative addresses stay as written.
pub(in crate::sources) fn entries(text: &str, url: Option<&Url>) -> Option<Feed> {
    let mut feed = FeedReader { base: url.cloned(), ..FeedReader::default() };
    let repaired = without_stray(text);
    if matches!(repaired, Cow::Owned(_)) {
        feed.feed.repairs.add("read a stray \"<\" as text");
    }
    feed.read_all(&repaired);
    feed.root.is_some().then_some(feed.feed)
}

/// The state of reading a feed.
#[derive(Default)]
struct FeedReader {
    feed: Feed,
    /// The name of the root element.
    root: Option<String>,
    /// The address to which relative ones refer.
    base: Option<Url>,
    entry: Option<Entry>,
    entries: usize,
}

/// Whether reading goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Read,
    Stop,
}

impl FeedReader {
    fn read_all(&mut self, text: &str) {
        let mut start = 0;
        for _ in 0..RESTARTS_MAX {
            match self.read_from(text.get(start..).unwrap_or_default()) {
                None => return,
                // What begins here never ends, so it is no markup.
                Some(error) => {
                    self.feed.repairs.add("skipped malformed markup");
                    start += error + 1;
                }
            }
        }
        self.feed.is_cut = true;
    }

    /// Reads to the end. Returns the position of malformed markup, if reading stops there.
    fn read_from(&mut self, text: &str) -> Option<usize> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            let next = match reader.read_event() {
                Ok(Event::Start(tag)) => self.start(&tag, false),
                Ok(Event::Empty(tag)) => self.start(&tag, true),
                Ok(Event::End(tag)) => self.end(tag.name().as_ref()),
                Ok(Event::Text(part)) => {
                    if part.starts_with('&') {
                        self.feed.repairs.add("read a stray \"&\" as text");
                    }
                    self.text(|| Cow::Borrowed(&*part))
                }
                Ok(Event::CData(part)) => self.text(|| part.replace('&', "&amp;").into()),
                Ok(Event::GeneralRef(name)) => self.text(|| format!("&{};", &*name).into()),
                Ok(Event::Eof) => {
                    // An entry that was not read to its end is left out.
                    self.feed.is_cut |= self.root.is_some();
                    Next::Stop
                }
                Ok(_) => Next::Read,
                Err(_) => return Some(usize::try_from(reader.error_position()).unwrap_or(0)),
            };
            if next == Next::Stop {
                return None;
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, is_empty: bool) -> Next {
        let name = tag.name();
        let name: &str = name.as_ref();
        let (prefix, local) = name_parts(name);
        let is_entry = ["item", "entry"].iter().any(|name| local.eq_ignore_ascii_case(name));
        if self.root.is_none() {
            // Atom has documents with one entry.
            if !(is_root(name) || local.eq_ignore_ascii_case("entry")) {
                return Next::Stop;
            }
            self.root = Some(name.to_owned());
        }
        if let Some(entry) = &mut self.entry {
            if !(is_entry && entry.is_left_open_before(name)) {
                let is_readable = entry.start(prefix, local, tag, is_empty);
                self.feed.is_cut |= !is_readable;
                return if is_readable { Next::Read } else { Next::Stop };
            }
            self.feed.repairs.add("closed an entry without an end");
            if self.close_entry() == Next::Stop {
                return Next::Stop;
            }
        }
        if is_entry {
            let base = base_of(tag, self.base.as_ref()).or_else(|| self.base.clone());
            self.entry = (!is_empty).then(|| Entry::new(name, base));
        } else if is_root(name) || local.eq_ignore_ascii_case("channel") {
            self.base = base_of(tag, self.base.as_ref()).or(self.base.take());
        }
        Next::Read
    }

    fn end(&mut self, name: &str) -> Next {
        let is_root = self.root.as_deref() == Some(name);
        let next = if is_root { Next::Stop } else { Next::Read };
        let Some(entry) = &mut self.entry else { return next };
        if entry.end(name) {
            return Next::Read;
        }
        let is_end = entry.name() == name;
        if !(is_end || is_root || name_parts(name).1.eq_ignore_ascii_case("channel")) {
            self.feed.repairs.add("skipped the end of an element without a start");
            return Next::Read;
        }
        if !is_end || entry.has_open() {
            self.feed.repairs.add("closed elements without an end");
        }
        if self.close_entry() == Next::Stop { Next::Stop } else { next }
    }

    /// Adds text, with its references, to the field that is read.
    fn text<'p>(&mut self, text: impl FnOnce() -> Cow<'p, str>) -> Next {
        if let Some(entry) = self.entry.as_mut().filter(|entry| entry.is_in_field()) {
            self.feed.is_cut |= !entry.add_text(&text());
        }
        Next::Read
    }

    /// Lists the entry that was read.
    fn close_entry(&mut self) -> Next {
        self.entries += 1;
        let listed = self.entry.take().and_then(Entry::into_listed);
        let has_space = listed.is_none_or(|listed| self.feed.add(listed));
        if has_space && self.entries < ENTRIES_READ_MAX {
            Next::Read
        } else {
            self.feed.is_cut = true;
            Next::Stop
        }
    }
}

/// Replaces every `<` that begins no tag: one before a character that begins no name, and one that
/// another `<` follows before any `>`.
fn without_stray(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut repaired, mut copied, mut at, mut stray) = (String::new(), 0, 0, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'<', rest)) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        at = start + 1;
        if let Some(end) = end_of_section(rest) {
            let Some(end) = end else { break };
            at = start + end;
            continue;
        }
        let is_name = rest.get(1..).is_some_and(|rest| {
            rest.starts_with(|c: char| {
                c.is_alphabetic() || matches!(c, '_' | ':' | '/' | '!' | '?')
            })
        });
        let closed = || {
            let next = memchr::memchr2(b'<', b'>', bytes.get(at..)?)?;
            bytes.get(at + next).map(|byte| *byte == b'>')
        };
        // At the end of the text, the tag is cut.
        if !is_name || closed() == Some(false) {
            repaired.push_str(text.get(copied..start).unwrap_or_default());
            repaired.push_str("&lt;");
            copied = start + 1;
            stray += 1;
            if stray >= STRAY_MAX {
                break;
            }
        }
    }
    if stray == 0 {
        return Cow::Borrowed(text);
    }
    repaired.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(repaired)
}

/// Finds the length of a comment or a CDATA section at the start of a text. The outer result is
/// `None` if there is none, and the inner one if it has no end.
fn end_of_section(text: &str) -> Option<Option<usize>> {
    let end = match text {
        _ if text.starts_with("<![CDATA[") => "]]>",
        _ if text.starts_with("<!--") => "-->",
        // Its internal part has markup of its own.
        _ if text.starts_with("<!") => ">",
        _ => return None,
    };
    Some(text.find(end).map(|at| at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_characters_become_text() {
        for (text, expect) in [
            ("<a>2 < 3</a>", "<a>2 &lt; 3</a>"),
            ("<a>b <c</a>", "<a>b &lt;c</a>"),
            ("<a><![CDATA[2 < 3 <b]]></a><!-- < -->", "<a><![CDATA[2 < 3 <b]]></a><!-- < -->"),
            ("<a b='2 > 1'>x</a><ä/><cut", "<a b='2 > 1'>x</a><ä/><cut"),
            ("<a><![CDATA[2 < 3</a>", "<a><![CDATA[2 < 3</a>"),
            ("<", "&lt;"),
        ] {
            assert_eq!(without_stray(text), expect);
        }
    }
}
