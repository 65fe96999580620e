//! Reads sitemaps in XML as a stream.
//!
//! Names count without regard to declarations of namespaces: an address is one whose prefix is that
//! of its entry, because the extensions for images, videos and news have elements of the same names.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::feed::{tags::name_parts, xml::is_root};
use super::listing::{ENTRIES_MAX, Sitemap, TEXT_BYTES_MAX, TEXTS_BYTES_MAX, addresses_in};
use crate::crawl::found::ListedAddress;
use crate::list_text::ListReader;
use crate::piecewise::Piecewise;

/// The maximum nesting of elements.
const NESTING_MAX: usize = 1_000;

/// A reader of a sitemap.
pub(super) struct SitemapReader<'b> {
    reader: Reader<Piecewise<ListReader<'b>>>,
    found: Sitemap,
    /// The name of the root element.
    root: Option<String>,
    /// Whether the end of the root was read.
    is_whole: bool,
    entry: Option<Entry>,
    field: Field,
    nesting: usize,
    /// The nesting of the element of an extension that is read.
    extension: Option<usize>,
    /// The number of bytes of all addresses and times.
    texts_bytes: usize,
}

/// An entry that is read.
#[derive(Default)]
struct Entry {
    /// The prefix of its name.
    prefix: String,
    is_sitemap: bool,
    nesting: usize,
    /// Whether it has an element of its own, not only an address.
    has_element: bool,
    addresses: Vec<String>,
    /// The text of the address that is read.
    address: String,
    /// Whether that text exceeds the limit.
    is_too_long: bool,
    changed: String,
}

/// The element to which a text belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Address,
    Changed,
    Other,
}

impl<'b> SitemapReader<'b> {
    /// Creates a reader.
    pub(super) fn new(source: ListReader<'b>) -> Self {
        let mut reader = Reader::from_reader(Piecewise::new(source));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            found: Sitemap::default(),
            root: None,
            is_whole: false,
            entry: None,
            field: Field::Other,
            nesting: 0,
            extension: None,
            texts_bytes: 0,
        }
    }

    /// Reads everything. The second result tells whether it is a feed, which is not read.
    pub(super) fn read(mut self) -> (Sitemap, bool) {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            self.reader.get_mut().begin_piece();
            let Ok(event) = self.reader.read_event_into(&mut buffer) else {
                self.found.is_cut = true;
                break;
            };
            match event {
                Event::Start(tag) => {
                    let name = tag.name();
                    if self.root.is_none() && is_root(name.as_ref()) {
                        return (self.found, true);
                    }
                    self.nesting += 1;
                    self.start(name.as_ref());
                }
                Event::Empty(tag) if self.root.is_none() => {
                    self.start(tag.name().as_ref());
                    self.is_whole = true;
                }
                Event::End(tag) => self.end(tag.name().as_ref()),
                Event::Text(text) => {
                    if text.starts_with('&') {
                        self.found.repairs.add("read a stray \"&\" as text");
                    }
                    self.add(&text);
                }
                Event::CData(text) if self.field != Field::Other => {
                    self.add(&text.replace('&', "&amp;"));
                }
                Event::GeneralRef(name) if self.field != Field::Other => {
                    self.add(&format!("&{};", &*name))
                }
                Event::Eof => break,
                _ => {}
            }
            if self.found.is_cut || self.nesting > NESTING_MAX {
                self.found.is_cut = true;
                break;
            }
        }
        // An address that was read to its end counts, though its entry breaks off.
        self.close_entry();
        self.found.is_cut |= self.found.is_recognized && !self.is_whole;
        self.found.repairs.extend(self.reader.get_ref().source().repairs().clone());
        (self.found, false)
    }

    fn start(&mut self, name: &str) {
        self.close_field();
        let (prefix, local) = name_parts(name);
        let is = |wanted: &str| local.eq_ignore_ascii_case(wanted);
        if self.root.is_none() {
            self.root = Some(name.to_owned());
            self.found.is_recognized = is("urlset") || is("sitemapindex");
        }
        let root = self.root.as_deref().unwrap_or_default();
        let is_own = prefix == name_parts(root).0
            || match &self.entry {
                Some(entry) => entry.prefix == prefix,
                None => is("url") || is("sitemap"),
            };
        if is_own && (is("url") || is("sitemap")) {
            if let Some(entry) = self.entry.as_ref().filter(|entry| entry.has_element) {
                self.nesting = entry.nesting;
                self.found.repairs.add("closed an entry without an end");
            }
            self.close_entry();
            self.entry = Some(Entry {
                prefix: prefix.to_owned(),
                is_sitemap: is("sitemap"),
                nesting: self.nesting,
                has_element: true,
                ..Entry::default()
            });
        } else if self.extension.is_some() {
            // Only an entry ends an extension whose end is missing.
        } else if !is_own {
            self.extension = Some(self.nesting);
        } else if is("loc") {
            self.start_address(prefix);
        } else if is("lastmod")
            && let Some(entry) = &mut self.entry
        {
            self.field = Field::Changed;
            entry.changed.clear();
        }
    }

    /// Begins an address: of the entry that is read, or of an entry without an element.
    fn start_address(&mut self, prefix: &str) {
        if self.entry.as_ref().is_some_and(|entry| !entry.has_element) {
            self.close_entry();
        }
        if self.entry.is_none() && self.found.is_recognized {
            let root = self.root.as_deref().unwrap_or_default();
            self.found.repairs.add("read addresses outside of entries");
            self.entry = Some(Entry {
                prefix: prefix.to_owned(),
                is_sitemap: name_parts(root).1.eq_ignore_ascii_case("sitemapindex"),
                ..Entry::default()
            });
        }
        self.field = Field::Address;
    }

    fn end(&mut self, name: &str) {
        self.close_field();
        let nesting = self.nesting;
        self.nesting = nesting.saturating_sub(1);
        let (prefix, local) = name_parts(name);
        let ended = self.entry.as_ref().filter(|entry| {
            let wanted = if entry.is_sitemap { "sitemap" } else { "url" };
            entry.has_element && entry.prefix == prefix && local.eq_ignore_ascii_case(wanted)
        });
        if let Some(entry) = ended {
            // Elements in it whose end is missing do not count.
            self.nesting = entry.nesting.saturating_sub(1);
            self.close_entry();
        } else if self.root.as_deref() == Some(name) {
            self.close_entry();
            self.is_whole = true;
        } else if self.extension.is_some_and(|extension| nesting <= extension) {
            self.extension = None;
        }
    }

    /// Ends the text of a field, at any markup.
    fn close_field(&mut self) {
        let field = std::mem::replace(&mut self.field, Field::Other);
        let Some(entry) = self.entry.as_mut().filter(|_| field == Field::Address) else { return };
        let text = std::mem::take(&mut entry.address);
        if std::mem::take(&mut entry.is_too_long) {
            self.found.repairs.add("left out an address that is too long");
            return;
        }
        for address in addresses_in(&clean::decoded_references(&text)) {
            self.texts_bytes += address.len();
            entry.addresses.push(address);
        }
        let listed = self.found.pages.len() + self.found.sitemaps.len();
        self.found.is_cut |=
            listed + entry.addresses.len() > ENTRIES_MAX || self.texts_bytes > TEXTS_BYTES_MAX;
    }

    /// Lists the addresses of the entry that was read. A field without an end is left out, because
    /// it may be cut.
    fn close_entry(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        self.extension = None;
        let changed = entry.changed.trim();
        let changed = (!changed.is_empty() && self.field != Field::Changed).then_some(changed);
        if entry.addresses.len() > 1 {
            self.found.repairs.add("split an entry with several addresses");
        }
        for address in entry.addresses {
            let listed = self.found.pages.len() + self.found.sitemaps.len();
            if listed >= ENTRIES_MAX || self.texts_bytes > TEXTS_BYTES_MAX {
                self.found.is_cut = true;
                return;
            }
            self.texts_bytes += changed.map_or(0, str::len);
            let list =
                if entry.is_sitemap { &mut self.found.sitemaps } else { &mut self.found.pages };
            list.push(ListedAddress { address, changed: changed.map(str::to_owned) });
        }
    }

    fn add(&mut self, text: &str) {
        let Some(entry) = &mut self.entry else { return };
        let into = match self.field {
            Field::Address => &mut entry.address,
            Field::Changed => &mut entry.changed,
            Field::Other => return,
        };
        if into.len() + text.len() <= TEXT_BYTES_MAX {
            into.push_str(text);
        } else {
            entry.is_too_long |= self.field == Field::Address;
        }
    }
}
