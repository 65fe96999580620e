//! Reads JSON within a limit on its memory: a value takes up to a hundred times its bytes. What
//! does not fit is skipped; the values before it are kept.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The memory of a value besides the bytes of a text, in bytes, about.
const VALUE_BYTES: usize = 32;
/// The memory of an object's first field, in bytes, about: space for several fields is reserved.
pub(crate) const OBJECT_BYTES: usize = 700;
/// The memory of each further field, in bytes, about.
pub(crate) const FIELD_BYTES: usize = 128;

/// The memory that is left for values.
#[derive(Debug)]
pub(crate) struct JsonBudget {
    bytes: Cell<usize>,
}

impl JsonBudget {
    /// Creates a budget in bytes.
    pub(crate) const fn new(bytes: usize) -> Self {
        Self { bytes: Cell::new(bytes) }
    }

    /// Reports whether values were skipped.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.bytes.get() == 0
    }

    /// Reads the first value in `json`, or the only one if `is_whole`. The result is `None` if it
    /// is not JSON, which costs nothing.
    pub(crate) fn read(&self, json: &str, is_whole: bool) -> Option<Value> {
        let before = self.bytes.get();
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let value = BudgetedValue(self).deserialize(&mut deserializer).ok();
        let value = value.filter(|_| !is_whole || deserializer.end().is_ok());
        if value.is_none() {
            self.bytes.set(before);
        }
        value
    }

    /// Takes memory for a value of so many bytes.
    pub(crate) fn take(&self, bytes: usize) {
        self.bytes.set(self.bytes.get().saturating_sub(bytes));
    }
}

/// A value that is read within a budget.
struct BudgetedValue<'b>(&'b JsonBudget);

impl<'de> DeserializeSeed<'de> for BudgetedValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.take(VALUE_BYTES);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for BudgetedValue<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.0.take(value.len());
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while !self.0.is_exceeded() {
            match seq.next_element_seed(BudgetedValue(self.0))? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while !self.0.is_exceeded() {
            let Some(name) = map.next_key::<String>()? else { return Ok(Value::Object(fields)) };
            let place = if fields.is_empty() { OBJECT_BYTES } else { FIELD_BYTES };
            self.0.take(place + name.len());
            fields.insert(name, map.next_value_seed(BudgetedValue(self.0))?);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_until_the_budget_is_spent() {
        let json = r#"{"a": [1, -2.5, "x\u00e9", null, true], "a": {}, "b": "y"}"#;
        let budget = JsonBudget::new(10_000);
        assert_eq!(budget.read(json, true), serde_json::from_str(json).ok());
        assert!(!budget.is_exceeded());
        assert_eq!(budget.read("[1] 2", true), None);
        assert_eq!(budget.read("[1] 2", false), serde_json::from_str("[1]").ok());
        let budget = JsonBudget::new(1_000);
        let many = format!("{{\"first\": 1, \"rest\": [{}0]}}", "{},".repeat(1_000));
        let read = budget.read(&many, true).unwrap();
        assert_eq!(read.get("first"), Some(&Value::from(1)));
        assert!(read.get("rest").and_then(Value::as_array).unwrap().len() < 10);
        assert!(budget.is_exceeded());
    }
}
