//! The fields of what other systems send: how each is read, and what an error or a note says about one
//! that cannot be read.

use model::Timestamp;
use serde::de::{Deserialize, Deserializer, Error};

use crate::shallow_json::ShallowValue;

/// The maximum number of characters of a name or value in an error or a note.
const QUOTED_CHARS_MAX: usize = 40;
/// The seconds of the years from 1995 to 2100.
const SECONDS: std::ops::Range<i64> = 788_918_400..4_102_444_800;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// The version of the shape.
    Schema,
    /// An address.
    Address,
    /// A text. A number is read as one.
    Text,
    /// The text of a page.
    Html,
    /// A time.
    Time,
    /// The company.
    Company,
    /// The domain of a company.
    Domain,
    /// The features.
    Features,
}

/// The fields of an event.
pub(crate) const EVENT_FIELDS: [(&str, FieldKind); 10] = [
    ("schema", FieldKind::Schema),
    ("url", FieldKind::Address),
    ("id", FieldKind::Text),
    ("type", FieldKind::Text),
    ("ts", FieldKind::Time),
    ("company", FieldKind::Company),
    ("title", FieldKind::Text),
    ("text", FieldKind::Text),
    ("features", FieldKind::Features),
    ("lang", FieldKind::Text),
];
/// The fields of a page that another system fetched.
pub(crate) const PAGE_FIELDS: [(&str, FieldKind); 3] =
    [("url", FieldKind::Address), ("html", FieldKind::Html), ("ts", FieldKind::Time)];
/// The fields of an event's company.
pub(crate) const COMPANY_FIELDS: [(&str, FieldKind); 3] =
    [("domain", FieldKind::Domain), ("name", FieldKind::Text), ("country", FieldKind::Text)];

impl FieldKind {
    /// Checks whether a value can be read. Null is as good as a missing field, unless that is needed.
    pub(crate) fn is_readable(self, value: &ShallowValue) -> bool {
        match (self, value) {
            (Self::Schema, ShallowValue::Number(number)) => number.is_u64(),
            (Self::Schema, _) => false,
            (Self::Address | Self::Html, value) => matches!(value, ShallowValue::Text(_)),
            (_, ShallowValue::Null) => true,
            (Self::Domain, value) => matches!(value, ShallowValue::Text(_)),
            (Self::Text, value) => {
                matches!(value, ShallowValue::Text(_) | ShallowValue::Number(_))
            }
            (Self::Time, value) => time_of(value).is_some(),
            (Self::Company | Self::Features, value) => matches!(value, ShallowValue::Object(_)),
        }
    }

    /// Checks whether nothing can be used if the field cannot be read: its address, the company,
    /// or a time, without which old news would pass for new.
    pub(crate) fn is_needed(self) -> bool {
        !matches!(self, Self::Text | Self::Features)
    }

    /// Describes what to send, with an example.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Schema => "send 1",
            Self::Address => {
                "send an absolute http or https url, for example \"https://acme.example/news/7\""
            }
            Self::Text => "send a text",
            Self::Html => "send the page as a text",
            Self::Time => "send a time, for example \"2026-11-18T10:00:00Z\" or \"2026-11-18\"",
            Self::Company => "send an object, for example {\"domain\": \"acme.example\"}",
            Self::Domain => "send a domain, for example \"acme.example\"",
            Self::Features => "send an object, for example {\"city\": \"Graz\"}",
        }
    }
}

/// Describes why a text is not an object with these fields: the syntax error, or the first field that
/// is wrong. `None` if nothing is wrong with it.
pub(crate) fn defect(text: &str, fields: &[(&str, FieldKind)]) -> Option<String> {
    let value: ShallowValue = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) if error.is_eof() => return Some("the JSON ends too early".to_owned()),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            return Some(format!("no valid JSON at line {line}, column {column}"));
        }
    };
    if !matches!(value, ShallowValue::Object(_)) {
        return Some(format!("{} is no object", described(&value)));
    }
    let missing = fields.iter().find(|(name, kind)| {
        matches!(kind, FieldKind::Schema | FieldKind::Html) && value.get(name).is_none()
    });
    if let Some((name, kind)) = missing {
        return Some(format!("{name} is missing: {}", kind.expected()));
    }
    let company = value.get("company").map(ShallowValue::fields).unwrap_or_default();
    wrong_field("", value.fields(), fields)
        .or_else(|| wrong_field("company.", company, &COMPANY_FIELDS))
}

/// Describes the first needed field that is given twice or cannot be read.
fn wrong_field(
    prefix: &str,
    sent: &[(String, ShallowValue)],
    fields: &[(&str, FieldKind)],
) -> Option<String> {
    sent.iter().enumerate().find_map(|(index, (name, value))| {
        let (name, kind) = fields.iter().find(|(known, _)| known == name)?;
        if sent.iter().take(index).any(|(other, _)| other == name) {
            return Some(format!("{prefix}{name} is given twice: send it once"));
        }
        let is_wrong = kind.is_needed() && !kind.is_readable(value);
        is_wrong.then(|| format!("{prefix}{name} is {}: {}", described(value), kind.expected()))
    })
}

/// Describes a value in an error or a note.
pub(crate) fn described(value: &ShallowValue) -> String {
    match value {
        ShallowValue::Null => "null".to_owned(),
        ShallowValue::Flag(flag) => flag.to_string(),
        ShallowValue::Number(number) => number.to_string(),
        ShallowValue::Text(text) => quoted(text),
        ShallowValue::List => "a list".to_owned(),
        ShallowValue::Object(_) => "an object".to_owned(),
    }
}

/// Quotes the beginning of a text.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    format!("{short:?}")
}

/// Reads a text, or a number as a text. Anything else is ignored, and noted by `check_event`.
///
/// # Errors
/// Returns an error if the JSON is not valid.
pub(crate) fn text_or_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(ShallowValue::deserialize(deserializer)?.into_text())
}

/// Reads a text like [`text_or_number`]; without one it is empty.
///
/// # Errors
/// Returns an error if the JSON is not valid.
pub(crate) fn text_or_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    Ok(text_or_number(deserializer)?.unwrap_or_default())
}

/// Reads a time: RFC 3339, a day, or seconds or milliseconds since 1970.
///
/// # Errors
/// Returns an error if the value is no time.
pub fn sent_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let value = ShallowValue::deserialize(deserializer)?;
    if value == ShallowValue::Null {
        return Ok(None);
    }
    time_of(&value).map(Some).ok_or_else(|| D::Error::custom("not a time"))
}

fn time_of(value: &ShallowValue) -> Option<Timestamp> {
    let text = value.clone().into_text()?;
    let text = text.trim();
    let unix = || {
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        let number: i64 = whole.parse().ok()?;
        let micros_per_unit = match whole.len() {
            9 | 10 if SECONDS.contains(&number) => 1_000_000,
            12 | 13 if SECONDS.contains(&(number / 1_000)) => 1_000,
            _ => return None,
        };
        number.checked_mul(micros_per_unit).map(Timestamp)
    };
    unix().or_else(|| text.parse().ok())
}
