//! The attributes of microdata and RDFa Lite: what an element says about an item.

use dom_query::Element;
use serde_json::{Map, Value};
use url::Url;

use crate::tool_traces::absolute;

/// The maximum number of names in one attribute.
const NAMES_MAX: usize = 8;
/// The maximum number of bytes of a name, and of a value in an attribute.
const NAME_BYTES_MAX: usize = 200;
const VALUE_BYTES_MAX: usize = 2_000;
/// The maximum number of prefixes for the vocabulary.
const PREFIXES_MAX: usize = 8;
/// Properties of schema.org whose value is an address. Other properties of a link have its text.
const ADDRESS_PROPERTIES: &[&str] = &[
    "url",
    "sameAs",
    "image",
    "logo",
    "item",
    "mainEntityOfPage",
    "additionalType",
    "target",
    "urlTemplate",
    "contentUrl",
    "thumbnailUrl",
];

/// A syntax for items in the markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// `itemscope`, `itemtype`, `itemprop`.
    Microdata,
    /// `vocab`, `typeof`, `property`.
    Rdfa,
}

/// The meaning of names in RDFa at a place of the page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// Whether names without a prefix belong to another vocabulary than that of schema.org.
    is_foreign: bool,
    /// The prefixes of names of schema.org besides `schema`.
    prefixes: Vec<String>,
}

/// The beginning of an item.
#[derive(Debug, Default)]
pub(crate) struct ItemStart {
    /// `@type`, if it is of schema.org, and `@id`.
    pub(crate) fields: Map<String, Value>,
    /// The ids of elements elsewhere with more of its properties.
    pub(crate) references: Vec<String>,
}

/// What an element says.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    /// The meaning of names in it, if it differs from that around it.
    pub(crate) names: Option<Names>,
    /// The properties whose value it is.
    pub(crate) properties: Vec<String>,
    /// The value in its attributes. Without one the value is its item or its text.
    pub(crate) value: Option<Value>,
    /// The item that it begins.
    pub(crate) item: Option<ItemStart>,
}

/// Returns the value of an attribute.
pub(crate) fn text_attribute<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element
        .attrs
        .iter()
        .find(|attribute| &*attribute.name.local == name)
        .map(|attribute| attribute.value.as_ref())
}

/// Reads the attributes of an element; `None` if it says nothing.
pub(crate) fn opening(
    element: &Element,
    syntax: Syntax,
    names: &Names,
    base: Option<&Url>,
) -> Option<Opening> {
    match syntax {
        Syntax::Microdata => microdata(element, base),
        Syntax::Rdfa => rdfa(element, names, base),
    }
}

fn microdata(element: &Element, base: Option<&Url>) -> Option<Opening> {
    let property = text_attribute(element, "itemprop");
    let scope = text_attribute(element, "itemscope");
    if property.is_none() && scope.is_none() {
        return None;
    }
    let properties = names_in(property, |name| {
        local_name(name).or_else(|| (!name.contains(':')).then_some(name))
    });
    let item = scope.map(|_| {
        let types = names_in(text_attribute(element, "itemtype"), local_name);
        let references = text_attribute(element, "itemref").unwrap_or_default();
        ItemStart {
            fields: fields(types, text_attribute(element, "itemid")),
            references: references.split_ascii_whitespace().take(20).map(str::to_owned).collect(),
        }
    });
    let value = item.is_none().then(|| attribute_value(element, &properties, base)).flatten();
    Some(Opening { names: None, properties, value: value.map(Value::String), item })
}

fn rdfa(element: &Element, around: &Names, base: Option<&Url>) -> Option<Opening> {
    const ATTRIBUTES: [&str; 6] = ["vocab", "prefix", "typeof", "property", "resource", "about"];
    let is_marked = element.attrs.iter().any(|attribute| {
        let name = &*attribute.name.local;
        ATTRIBUTES.contains(&name) || name.starts_with("xmlns:")
    });
    if !is_marked {
        return None;
    }
    let changed = names_at(element, around);
    let names = changed.as_ref().unwrap_or(around);
    let properties = names_in(text_attribute(element, "property"), |name| names.own(name));
    let types = text_attribute(element, "typeof");
    let subject = ["resource", "about"].iter().find_map(|name| text_attribute(element, name));
    let is_item = types.is_some() || (subject.is_some() && properties.is_empty());
    let item = is_item.then(|| {
        let address = ["href", "src"].iter().find_map(|name| text_attribute(element, name));
        let types = names_in(types, |name| names.own(name));
        ItemStart { fields: fields(types, subject.or(address)), references: Vec::new() }
    });
    let value = match (&item, subject) {
        (Some(_), _) => None,
        (None, _) if text_attribute(element, "content").is_some() => {
            attribute_value(element, &properties, base).map(Value::String)
        }
        (None, Some(subject)) => Some(Value::Object(fields(Vec::new(), Some(subject)))),
        (None, None) => attribute_value(element, &properties, base).map(Value::String),
    };
    Some(Opening { names: changed, properties, value, item })
}

/// Returns the meaning of names in an element that declares a vocabulary or prefixes.
fn names_at(element: &Element, around: &Names) -> Option<Names> {
    let vocabulary = text_attribute(element, "vocab");
    let prefix = text_attribute(element, "prefix").unwrap_or_default();
    let words: Vec<&str> = prefix.split_ascii_whitespace().take(100).collect();
    let pairs = words.chunks(2).filter_map(|pair| match pair {
        [name, address] if is_schema(address) => Some(name.trim_end_matches(':').to_owned()),
        _ => None,
    });
    let declared = element.attrs.iter().filter_map(|attribute| {
        let name = attribute.name.local.strip_prefix("xmlns:")?;
        is_schema(attribute.value.as_ref()).then(|| name.to_owned())
    });
    let prefixes: Vec<String> = pairs.chain(declared).take(PREFIXES_MAX).collect();
    if vocabulary.is_none() && prefixes.is_empty() {
        return None;
    }
    let mut names = around.clone();
    if let Some(vocabulary) = vocabulary.map(str::trim) {
        names.is_foreign = !vocabulary.is_empty() && !is_schema(vocabulary);
    }
    names.prefixes.extend(prefixes);
    names.prefixes.truncate(PREFIXES_MAX);
    Some(names)
}

impl Names {
    /// Returns a name without its prefix, if it belongs to schema.org. Without a vocabulary it
    /// does, because authors leave it out.
    fn own<'n>(&self, name: &'n str) -> Option<&'n str> {
        if let Some(local) = local_name(name) {
            return Some(local);
        }
        match name.split_once(':') {
            Some((prefix, local)) => {
                let is_own = prefix.eq_ignore_ascii_case("schema")
                    || self.prefixes.iter().any(|own| own.eq_ignore_ascii_case(prefix));
                (is_own && !local.is_empty()).then_some(local)
            }
            None => (!self.is_foreign).then_some(name),
        }
    }
}

fn is_schema(address: &str) -> bool {
    let host = without_scheme(address).unwrap_or_default();
    host.trim_end_matches(['/', '#']).eq_ignore_ascii_case("schema.org")
}

fn without_scheme(address: &str) -> Option<&str> {
    let rest = address.split_once("//").filter(|(scheme, _)| {
        ["http:", "https:", ""].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    });
    rest.map(|(_, rest)| rest.strip_prefix("www.").unwrap_or(rest))
}

/// Returns the name in an address of schema.org, such as `https://schema.org/JobPosting`.
fn local_name(address: &str) -> Option<&str> {
    let rest = without_scheme(address)?;
    let (host, name) = rest.split_once('/')?;
    let name = name.trim_matches(['/', '#']);
    (host.eq_ignore_ascii_case("schema.org") && !name.is_empty() && !name.contains('/'))
        .then_some(name)
}

/// Returns the names in an attribute that `own` accepts.
fn names_in<'e>(
    attribute: Option<&'e str>,
    own: impl Fn(&'e str) -> Option<&'e str>,
) -> Vec<String> {
    let names = attribute.unwrap_or_default().split_ascii_whitespace().take(NAMES_MAX);
    names.filter(|name| name.len() <= NAME_BYTES_MAX).filter_map(own).map(str::to_owned).collect()
}

fn fields(types: Vec<String>, id: Option<&str>) -> Map<String, Value> {
    let mut fields = Map::new();
    if !types.is_empty() {
        fields.insert("@type".to_owned(), types.into());
    }
    if let Some(id) = id.map(str::trim).filter(|id| !id.is_empty() && id.len() <= VALUE_BYTES_MAX) {
        fields.insert("@id".to_owned(), id.into());
    }
    fields
}

/// Returns the value that an element has in its attributes, as HTML defines it for microdata. As
/// search engines do, `content` counts on every element.
fn attribute_value(element: &Element, properties: &[String], base: Option<&Url>) -> Option<String> {
    let name = &*element.name.local;
    let is_address =
        || properties.iter().any(|property| ADDRESS_PROPERTIES.contains(&property.as_str()));
    let attribute = match name {
        "a" | "area" if is_address() => "href",
        "link" => "href",
        "img" | "audio" | "video" | "embed" | "iframe" | "source" | "track" => "src",
        "object" => "data",
        "data" | "meter" => "value",
        _ => "datetime",
    };
    let content = text_attribute(element, "content");
    if name == "meta" {
        return cut(content.unwrap_or_default());
    }
    if let Some(content) = content.filter(|content| !content.trim().is_empty()) {
        return cut(content);
    }
    let value = text_attribute(element, attribute).filter(|value| !value.trim().is_empty())?;
    let is_link = matches!(attribute, "href" | "src" | "data");
    let address = if is_link { absolute(value, base) } else { None };
    cut(address.as_ref().map_or(value, Url::as_str))
}

fn cut(value: &str) -> Option<String> {
    value.get(..value.floor_char_boundary(VALUE_BYTES_MAX)).map(str::to_owned)
}
