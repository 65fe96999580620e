//! Names and attributes of elements in XML.

use quick_xml::events::BytesStart;
use url::Url;

/// The maximum number of bytes of the value of an attribute.
const VALUE_BYTES_MAX: usize = 16 * 1024;

/// Splits the name of an element into its prefix and its local name.
pub(in crate::sources) fn name_parts(name: &str) -> (&str, &str) {
    name.rsplit_once(':').unwrap_or(("", name))
}

/// Reads the address to which the relative ones in an element refer, if it names one.
pub(super) fn base_of(tag: &BytesStart<'_>, outer: Option<&Url>) -> Option<Url> {
    let base = attribute(tag, "xml:base")?;
    match outer {
        Some(outer) => outer.join(base.trim()).ok(),
        None => Url::parse(base.trim()).ok(),
    }
}

/// Reads an attribute of an element, unless it is too long.
pub(super) fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let mut found = attributes.with_checks(false).flatten();
    let attribute = found.find(|found| {
        let name: &str = found.key.as_ref();
        name.eq_ignore_ascii_case(wanted)
    })?;
    let is_short = attribute.value.len() <= VALUE_BYTES_MAX;
    is_short.then(|| clean::decoded_references(&attribute.value))
}
