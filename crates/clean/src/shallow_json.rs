//! Reads what other systems send as JSON only as deep as its fields have a meaning, so that a wrong
//! field can be named whatever it contains, within little memory.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess};
use serde::de::{Error, Visitor};

/// The levels of objects whose fields are kept: those of an event, and of its company and features.
const LEVELS: u8 = 2;
/// The maximum number of fields of an object that are kept.
const FIELDS_MAX: usize = 1_000;

/// A JSON value. Lists, and objects in objects in objects, are skipped.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ShallowValue {
    Null,
    Flag(bool),
    Number(serde_json::Number),
    Text(String),
    List,
    /// The fields as they were sent, those that are given twice too.
    Object(Vec<(String, ShallowValue)>),
}

impl ShallowValue {
    /// Returns the field of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.fields().iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Returns the fields of an object; none of any other value.
    pub(crate) fn fields(&self) -> &[(String, Self)] {
        if let Self::Object(fields) = self { fields } else { &[] }
    }

    /// Returns the text that a value can be read as: a text, or a number.
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
            Self::Null | Self::Flag(_) | Self::List | Self::Object(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for ShallowValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Level(LEVELS).deserialize(deserializer)
    }
}

/// The levels of objects that remain.
struct Level(u8);

impl<'de> DeserializeSeed<'de> for Level {
    type Value = ShallowValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ShallowValue, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = ShallowValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<ShallowValue, E> {
        Ok(ShallowValue::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<ShallowValue, E> {
        Ok(ShallowValue::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<ShallowValue, E> {
        Ok(ShallowValue::Number(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<ShallowValue, E> {
        Ok(ShallowValue::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<ShallowValue, E> {
        // JSON has no other numbers.
        let number = serde_json::Number::from_f64(number);
        Ok(number.map_or(ShallowValue::Null, ShallowValue::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ShallowValue, E> {
        Ok(ShallowValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ShallowValue, A::Error> {
        while let Some(IgnoredAny) = list.next_element()? {}
        Ok(ShallowValue::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ShallowValue, A::Error> {
        let mut fields = Vec::new();
        let Some(below) = self.0.checked_sub(1) else {
            while let Some((IgnoredAny, IgnoredAny)) = map.next_entry()? {}
            return Ok(ShallowValue::Object(fields));
        };
        while let Some(name) = map.next_key::<String>()? {
            if fields.len() < FIELDS_MAX {
                fields.push((name, map.next_value_seed(Level(below))?));
            } else {
                let IgnoredAny = map.next_value()?;
            }
        }
        Ok(ShallowValue::Object(fields))
    }
}
