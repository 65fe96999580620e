//! Reduces a feed to the parts that lead to pages: links and dates of its first entries. The
//! library that interprets them holds every entry with everything in it, which takes a hundred times
//! the bytes of a malicious feed.

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::encoding::DecodingReader;
use quick_xml::events::{BytesStart, Event};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// The maximum number of entries that are interpreted.
const ENTRIES_MAX: usize = 10_000;
/// The maximum number of bytes of a reduced feed.
const BYTES_MAX: usize = 2 * 1024 * 1024;
/// The maximum number of bytes of an XML declaration.
const DECLARATION_BYTES_MAX: usize = 1024;
/// The maximum number of bytes of a tag, and of the text of a field.
const PART_BYTES_MAX: usize = 8 * 1024;
/// The maximum number of links and dates of one entry.
const FIELDS_MAX: usize = 16;
/// The maximum nesting of elements.
const NESTING_MAX: usize = 1_000;
/// The elements that lead to pages or tell when these changed, in any format.
const FIELDS: [&str; 10] = [
    "link",
    "comments",
    "commentRss",
    "commentRSS",
    "pubDate",
    "date",
    "updated",
    "published",
    "modified",
    "issued",
];

/// A feed with fewer entries and fields.
pub(super) struct Reduced {
    pub(super) bytes: Vec<u8>,
    /// Whether entries were left out.
    pub(super) is_cut: bool,
}

/// Reduces a feed, or returns `None` if it is none. Reading stops at malformed XML and at the
/// limits; the entries before it are kept.
pub(super) fn reduced(bytes: &[u8]) -> Option<Reduced> {
    match bytes.iter().find(|byte| matches!(byte, b'<' | b'{'))? {
        b'<' => Some(reduced_xml(bytes)),
        _ => reduced_json(bytes),
    }
}

/// The output, and the elements that are open in it.
#[derive(Default)]
struct XmlWriter {
    out: String,
    open: Vec<String>,
}

impl XmlWriter {
    fn start(&mut self, tag: &BytesStart<'_>) {
        self.out.push('<');
        self.out.push_str(tag);
        self.out.push('>');
        self.open.push(tag.name().as_ref().to_owned());
    }

    fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(&name);
            self.out.push('>');
        }
    }

    fn into_reduced(mut self, is_cut: bool) -> Reduced {
        while !self.open.is_empty() {
            self.end();
        }
        Reduced { bytes: self.out.into_bytes(), is_cut }
    }
}

/// The place of the reader in a feed.
#[derive(Default)]
struct Place {
    nesting: usize,
    /// The nesting of the entry that is read.
    entry: Option<usize>,
    /// The nesting of the field that is read, and the length of the output before it.
    field: Option<(usize, usize)>,
    /// The number of fields of the entry.
    fields: usize,
    /// The length of the output before the entry.
    before_entry: usize,
}

/// Reads the encoding that a declaration at the beginning names. The reader accepts another encoding
/// only before it has read its first block, so the declaration is read by itself.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..DECLARATION_BYTES_MAX).unwrap_or(bytes);
    let declaration = start.get(..=memchr::memchr(b'>', start)?)?;
    let mut reader = Reader::from_reader(DecodingReader::new(declaration));
    match reader.read_event_into(&mut Vec::new()) {
        Ok(Event::Decl(declaration)) => {
            declaration.encoder().filter(|encoding| encoding.is_ascii_compatible())
        }
        _ => None,
    }
}

fn reduced_xml(bytes: &[u8]) -> Reduced {
    let mut decoding = DecodingReader::new(bytes);
    if let Some(encoding) = declared_encoding(bytes) {
        decoding.set_encoding(encoding);
    }
    let mut reader = Reader::from_reader(decoding);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.trim_markup_names_in_closing_tags = true;
    let (mut writer, mut place) = (XmlWriter::default(), Place::default());
    let (mut buffer, mut entries) = (Vec::new(), 0);
    let mut is_whole = false;
    while !is_whole && entries < ENTRIES_MAX && writer.out.len() <= BYTES_MAX {
        buffer.clear();
        let Ok(event) = reader.read_event_into(&mut buffer) else { break };
        match event {
            Event::Start(tag) => {
                place.nesting += 1;
                let is_too_long = tag.len() > PART_BYTES_MAX && place.entry.is_none();
                if is_too_long || place.nesting > NESTING_MAX {
                    break;
                }
                start(&mut writer, &mut place, &tag);
            }
            Event::End(_) => {
                entries += usize::from(end(&mut writer, &mut place));
                is_whole = place.nesting == 0;
            }
            Event::Text(text) => add_text(&mut writer, &mut place, &text),
            Event::CData(text) => {
                add_text(&mut writer, &mut place, &quick_xml::escape::minimal_escape(&*text));
            }
            Event::GeneralRef(name) => {
                add_text(&mut writer, &mut place, &format!("&{};", &*name));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if let Some(nesting) = place.entry {
        // An entry that was not read to its end is left out.
        writer.out.truncate(place.before_entry);
        writer.open.truncate(nesting - 1);
    }
    writer.into_reduced(!is_whole)
}

/// Writes the start of an element that is kept: one around entries, an entry, or a field of one.
fn start(writer: &mut XmlWriter, place: &mut Place, tag: &BytesStart<'_>) {
    let name = tag.name();
    let name: &str = name.as_ref();
    let local = name.rsplit(':').next().unwrap_or(name);
    // Only the text before the first element inside a field counts.
    if place.field.take().is_some() {
        writer.end();
    }
    match place.entry {
        Some(entry) => {
            let is_field = place.nesting == entry + 1 && FIELDS.contains(&local);
            if is_field && place.fields < FIELDS_MAX && tag.len() <= PART_BYTES_MAX {
                place.fields += 1;
                place.field = Some((place.nesting, writer.out.len()));
                writer.start(tag);
            }
        }
        // Only elements inside elements that are kept.
        None if writer.open.len() + 1 == place.nesting => {
            let is_entry = matches!(local, "item" | "entry") && place.nesting <= 3;
            if is_entry {
                place.entry = Some(place.nesting);
                place.fields = 0;
                place.before_entry = writer.out.len();
                writer.start(tag);
            } else if place.nesting == 1 || (place.nesting == 2 && local == "channel") {
                writer.start(tag);
            }
        }
        None => {}
    }
}

/// Writes the end of an element that is kept. Returns whether it was an entry.
fn end(writer: &mut XmlWriter, place: &mut Place) -> bool {
    let nesting = place.nesting;
    place.nesting = nesting.saturating_sub(1);
    if place.field.take_if(|(field, _)| *field == nesting).is_some() {
        writer.end();
    } else if place.entry.take_if(|entry| *entry == nesting).is_some() {
        writer.end();
        return true;
    } else if place.entry.is_none() && writer.open.len() == nesting {
        writer.end();
    }
    false
}

/// Adds text to the field that is read. A field with too much text is left out.
fn add_text(writer: &mut XmlWriter, place: &mut Place, text: &str) {
    let Some((nesting, before)) = place.field else { return };
    if writer.out.len() - before + text.len() > 2 * PART_BYTES_MAX {
        writer.out.truncate(before);
        writer.open.truncate(nesting - 1);
        place.field = None;
    } else {
        writer.out.push_str(text);
    }
}

/// A JSON Feed, as far as it leads to pages.
#[derive(Deserialize)]
struct JsonFeed<'a> {
    version: String,
    #[serde(rename = "title")]
    _title: IgnoredAny,
    #[serde(borrow)]
    items: FirstItems<'a>,
}

/// An item of a JSON Feed.
#[derive(Deserialize, Serialize)]
struct JsonItem<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    url: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    date_published: Option<&'a RawValue>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    date_modified: Option<&'a RawValue>,
}

/// A reduced JSON Feed.
#[derive(Serialize)]
struct ReducedFeed<'a> {
    version: &'a str,
    title: &'a str,
    items: &'a [JsonItem<'a>],
}

/// The first items of a list; the others are only counted.
struct FirstItems<'a> {
    items: Vec<JsonItem<'a>>,
    is_cut: bool,
}

fn reduced_json(bytes: &[u8]) -> Option<Reduced> {
    let feed: JsonFeed<'_> = serde_json::from_slice(bytes).ok()?;
    let mut items = feed.items.items;
    for item in &mut items {
        let parts = [
            &mut item.url,
            &mut item.external_url,
            &mut item.date_published,
            &mut item.date_modified,
        ];
        for part in parts {
            *part = part.filter(|part| part.get().len() <= PART_BYTES_MAX);
        }
    }
    let mut bytes = 0;
    let all = items.len();
    items.retain(|item| {
        let parts = [item.url, item.external_url, item.date_published, item.date_modified];
        bytes += parts.into_iter().flatten().map(|part| part.get().len()).sum::<usize>();
        bytes <= BYTES_MAX
    });
    let reduced = ReducedFeed { version: &feed.version, title: "", items: &items };
    let is_cut = feed.items.is_cut || items.len() < all;
    Some(Reduced { bytes: serde_json::to_vec(&reduced).ok()?, is_cut })
}

impl<'de: 'a, 'a> Deserialize<'de> for FirstItems<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FirstItemsVisitor)
    }
}

struct FirstItemsVisitor;

impl<'de> Visitor<'de> for FirstItemsVisitor {
    type Value = FirstItems<'de>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items: Vec<JsonItem<'de>> = Vec::new();
        while items.len() < ENTRIES_MAX {
            match seq.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(FirstItems { items, is_cut: false }),
            }
        }
        let mut is_cut = false;
        while seq.next_element::<IgnoredAny>()?.is_some() {
            is_cut = true;
        }
        Ok(FirstItems { items, is_cut })
    }
}
