//! Reads one entry of a feed in XML: its address, and the time of its last change.

use quick_xml::events::BytesStart;
use url::Url;

use super::entries::page_address;
use super::tags::{attribute, base_of, name_parts};
use super::times::time;
use crate::crawl::found::ListedAddress;

/// The maximum number of bytes of the text of a field.
const FIELD_BYTES_MAX: usize = 16 * 1024;
/// The maximum nesting of elements.
const NESTING_MAX: usize = 1_000;
/// The number of open elements among which the start of an end tag is searched.
const REACH: usize = 32;
/// The elements that contain text only, so that another of them inside one shows that its end is
/// missing.
const TEXTS: [&str; 12] = [
    "title",
    "link",
    "guid",
    "id",
    "author",
    "category",
    "pubdate",
    "date",
    "updated",
    "published",
    "modified",
    "issued",
];
/// The elements that may contain whole entries.
const CONTENTS: [&str; 5] = ["content", "encoded", "description", "summary", "source"];

/// An entry that is read.
pub(super) struct Entry {
    name: String,
    /// The address to which relative ones refer.
    base: Option<Url>,
    /// The names of the open elements inside it.
    open: Vec<String>,
    field: Option<Field>,
    /// The address of its page.
    link: Option<String>,
    /// Its id, if that is the address of its page.
    guid: Option<String>,
    /// The address in an element of Atom inside an entry of another format.
    other_link: Option<String>,
    updated: Option<String>,
    published: Option<String>,
}

/// A direct child of an entry that is read.
struct Field {
    kind: FieldKind,
    base: Option<Url>,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    Link,
    /// With the value of `isPermaLink`.
    Guid(Option<bool>),
    Updated,
    Published,
}

impl Entry {
    /// Begins an entry.
    pub(super) fn new(name: &str, base: Option<Url>) -> Self {
        Self {
            name: name.to_owned(),
            base,
            open: Vec::new(),
            field: None,
            link: None,
            guid: None,
            other_link: None,
            updated: None,
            published: None,
        }
    }

    /// Returns the name of its element.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Reports whether elements inside it are open.
    pub(super) fn has_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Reports whether another entry of that name can only begin because the end of this one is
    /// missing.
    pub(super) fn is_left_open_before(&self, name: &str) -> bool {
        let is_content = |open: &String| {
            CONTENTS.iter().any(|content| name_parts(open).1.eq_ignore_ascii_case(content))
        };
        name == self.name && !self.open.iter().any(is_content)
    }

    /// Reads the start of an element inside the entry. Returns false if it is nested too deeply.
    pub(super) fn start(
        &mut self,
        prefix: &str,
        local: &str,
        tag: &BytesStart<'_>,
        is_empty: bool,
    ) -> bool {
        let kind = self.field_kind(prefix, local, tag);
        let is_text = |local: &str| TEXTS.iter().any(|text| local.eq_ignore_ascii_case(text));
        let is_text_open = self.open.first().is_some_and(|first| is_text(name_parts(first).1));
        if is_text_open && (kind.is_some() || is_text(local)) {
            self.close_field();
            self.open.clear();
        }
        if self.open.is_empty() {
            if local.eq_ignore_ascii_case("link") {
                self.read_href(prefix, tag);
            }
            let base = || base_of(tag, self.base.as_ref()).or_else(|| self.base.clone());
            self.field = kind.map(|kind| Field { kind, base: base(), text: String::new() });
        }
        if is_empty {
            if self.open.is_empty() {
                self.field = None;
            }
            return true;
        }
        let tag_name = tag.name();
        let tag_name: &str = tag_name.as_ref();
        self.open.push(tag_name.to_owned());
        self.open.len() <= NESTING_MAX
    }

    /// Reads the end of an element inside the entry. Returns false if none of that name is open.
    pub(super) fn end(&mut self, name: &str) -> bool {
        let Some(from_top) = self.open.iter().rev().take(REACH).position(|open| open == name)
        else {
            return false;
        };
        let index = self.open.len() - 1 - from_top;
        self.open.truncate(index);
        if index == 0 {
            self.close_field();
        }
        true
    }

    /// Reports whether a field is read.
    pub(super) fn is_in_field(&self) -> bool {
        self.field.is_some()
    }

    /// Adds text to the field that is read. Returns false if the field has too much of it, which
    /// leaves it out.
    pub(super) fn add_text(&mut self, text: &str) -> bool {
        let Some(field) = &mut self.field else { return true };
        let fits = field.text.len() + text.len() <= FIELD_BYTES_MAX;
        if fits {
            field.text.push_str(text);
        } else {
            self.field = None;
        }
        fits
    }

    /// Returns the address of the entry's page, if it has one, and the time of its last change.
    pub(super) fn into_listed(mut self) -> Option<ListedAddress> {
        self.close_field();
        let address = self.link.or(self.guid).or(self.other_link)?;
        Some(ListedAddress { address, changed: self.updated.or(self.published) })
    }

    fn field_kind(&self, prefix: &str, local: &str, tag: &BytesStart<'_>) -> Option<FieldKind> {
        let own = name_parts(&self.name).0;
        let is_own = prefix == own || prefix.eq_ignore_ascii_case("rss");
        let is_known = is_own
            || is_atom(prefix)
            || ["dc", "dcterms"].iter().any(|known| prefix.eq_ignore_ascii_case(known));
        match local.to_ascii_lowercase().as_str() {
            "link" if is_own => Some(FieldKind::Link),
            "guid" if is_own => {
                let is_permanent = attribute(tag, "isPermaLink");
                Some(FieldKind::Guid(match is_permanent.as_deref().map(str::trim) {
                    Some(value) if value.eq_ignore_ascii_case("true") => Some(true),
                    Some(value) if value.eq_ignore_ascii_case("false") => Some(false),
                    _ => None,
                }))
            }
            "updated" | "modified" if is_known => Some(FieldKind::Updated),
            "pubdate" | "date" | "published" | "issued" if is_known => Some(FieldKind::Published),
            _ => None,
        }
    }

    /// Reads the address in the attribute of a link, unless it leads to something else than the
    /// page of the entry.
    fn read_href(&mut self, prefix: &str, tag: &BytesStart<'_>) {
        let is_own = prefix == name_parts(&self.name).0;
        if !is_own && !is_atom(prefix) {
            return;
        }
        let Some(href) = attribute(tag, "href") else { return };
        let rel = attribute(tag, "rel").unwrap_or_default().trim().to_ascii_lowercase();
        if !(rel.is_empty() || rel == "alternate" || rel.ends_with("/alternate")) {
            return;
        }
        let base = base_of(tag, self.base.as_ref());
        let address = page_address(&href, base.as_ref().or(self.base.as_ref()));
        let link = if is_own { &mut self.link } else { &mut self.other_link };
        if link.is_none() {
            *link = address;
        }
    }

    fn close_field(&mut self) {
        let Some(field) = self.field.take() else { return };
        let text = clean::decoded_references(&field.text);
        let text = text.trim();
        let starts_as_address = || {
            let start = text.get(..8).unwrap_or_default().to_ascii_lowercase();
            start.starts_with("http://") || start.starts_with("https://")
        };
        match field.kind {
            FieldKind::Link if self.link.is_none() => {
                self.link = page_address(text, field.base.as_ref());
            }
            FieldKind::Guid(is_permanent) if self.guid.is_none() => {
                let is_address = match is_permanent {
                    Some(true) => !text.contains(char::is_whitespace),
                    Some(false) => false,
                    None => starts_as_address() && !text.contains(char::is_whitespace),
                };
                if is_address {
                    self.guid = page_address(text, field.base.as_ref());
                }
            }
            FieldKind::Updated => self.updated = time(text).or(self.updated.take()),
            FieldKind::Published => self.published = time(text).or(self.published.take()),
            FieldKind::Link | FieldKind::Guid(_) => {}
        }
    }
}

fn is_atom(prefix: &str) -> bool {
    let prefix = prefix.to_ascii_lowercase();
    prefix.starts_with("atom") || prefix == "a10"
}
