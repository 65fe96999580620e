//! Parameters and columns of statements: the few types that both dialects share.
//!
//! Ids are hexadecimal text, times are microseconds or days as integers, structures are JSON text,
//! so that every engine runs the same SQL.

use crate::{Result, StoreError};

/// A parameter or a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL null.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// A double.
    Real(f64),
    /// Text.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! text_value {
    ($($name:ty),+) => { $(impl From<$name> for Value {
        fn from(value: $name) -> Self { Self::Text(value.to_string()) }
    })+ };
}
text_value!(
    model::EntityId,
    model::RawId,
    model::EventId,
    model::ObservationId,
    model::JudgementId,
    model::SignalId,
    model::ActionId,
    model::Digest
);

impl From<model::Timestamp> for Value {
    fn from(value: model::Timestamp) -> Self {
        Self::Int(value.0)
    }
}

impl From<model::Day> for Value {
    fn from(value: model::Day) -> Self {
        Self::Int(value.0.into())
    }
}

/// Builds a list of parameters: `params![id, day, "text"]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::db::Value::from($value)),*] };
}
pub(crate) use params;

/// The names of a result's columns, shared by all of its rows.
pub(crate) type Columns = std::sync::Arc<[Box<str>]>;

/// One row of a result, read by column name.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    columns: Columns,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: &Columns, values: Vec<Value>) -> Self {
        Self { columns: Columns::clone(columns), values }
    }

    /// Returns all values, in the order of the columns.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    fn get(&self, column: &str) -> Option<&Value> {
        let index = self.columns.iter().position(|name| &**name == column)?;
        self.values.get(index)
    }

    fn type_error(&self, column: &str, wanted: &str) -> StoreError {
        StoreError::fatal(format!("column {column} is {:?}, not {wanted}", self.get(column)))
    }

    /// Reads an integer column.
    pub(crate) fn int(&self, column: &str) -> Result<i64> {
        match self.get(column) {
            Some(Value::Int(value)) => Ok(*value),
            _ => Err(self.type_error(column, "an integer")),
        }
    }

    /// Reads an integer column into a smaller type.
    pub(crate) fn int_as<T: TryFrom<i64>>(&self, column: &str) -> Result<T> {
        T::try_from(self.int(column)?).map_err(|_| self.type_error(column, "an integer in range"))
    }

    /// Reads an integer column as a boolean.
    pub(crate) fn flag(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    /// Reads a text column.
    pub(crate) fn text(&self, column: &str) -> Result<&str> {
        match self.get(column) {
            Some(Value::Text(value)) => Ok(value),
            _ => Err(self.type_error(column, "text")),
        }
    }

    /// Reads a text column as an owned string.
    pub(crate) fn string(&self, column: &str) -> Result<String> {
        self.text(column).map(str::to_owned)
    }

    /// Reads a number column that may be null.
    pub(crate) fn opt_real(&self, column: &str) -> Result<Option<f64>> {
        match self.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Real(value)) => Ok(Some(*value)),
            #[expect(clippy::cast_precision_loss, reason = "amounts far below 2^52")]
            Some(Value::Int(value)) => Ok(Some(*value as f64)),
            _ => Err(self.type_error(column, "a number or null")),
        }
    }

    /// Reads a text column that may be null.
    pub(crate) fn opt_text(&self, column: &str) -> Result<Option<&str>> {
        match self.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(value)) => Ok(Some(value)),
            _ => Err(self.type_error(column, "text or null")),
        }
    }

    /// Reads a text column that may be null, as an owned string.
    pub(crate) fn opt_string(&self, column: &str) -> Result<Option<String>> {
        Ok(self.opt_text(column)?.map(str::to_owned))
    }

    /// Reads an integer column that may be null.
    pub(crate) fn opt_int(&self, column: &str) -> Result<Option<i64>> {
        match self.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Int(value)) => Ok(Some(*value)),
            _ => Err(self.type_error(column, "an integer or null")),
        }
    }

    /// Parses a text column into a value such as an id.
    pub(crate) fn parse<T: std::str::FromStr>(&self, column: &str) -> Result<T> {
        self.text(column)?.parse().map_err(|_| self.type_error(column, std::any::type_name::<T>()))
    }

    /// Parses a text column that may be null into a value such as an id.
    pub(crate) fn opt_parse<T: std::str::FromStr>(&self, column: &str) -> Result<Option<T>> {
        self.opt_text(column)?.map(|_| self.parse(column)).transpose()
    }

    /// Parses a text column with the name of a variant, using `parse`.
    pub(crate) fn word<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let text = self.text(column)?;
        let unknown = || StoreError::fatal(format!("unknown {column} in a row: {text}"));
        parse(text).ok_or_else(unknown)
    }

    /// Parses a text column that may be null, using `read`.
    pub(crate) fn opt_word<T>(
        &self,
        column: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        self.opt_text(column)?.map(|_| self.word(column, read)).transpose()
    }

    /// Deserializes a JSON column into a value.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T> {
        Ok(serde_json::from_str(self.text(column)?)?)
    }

    /// Reads a time column.
    pub(crate) fn time(&self, column: &str) -> Result<model::Timestamp> {
        self.int(column).map(model::Timestamp)
    }

    /// Reads a time column that may be null.
    pub(crate) fn opt_time(&self, column: &str) -> Result<Option<model::Timestamp>> {
        Ok(self.opt_int(column)?.map(model::Timestamp))
    }

    /// Reads a day column.
    pub(crate) fn day(&self, column: &str) -> Result<model::Day> {
        self.int_as(column).map(model::Day)
    }

    /// Reads a day column that may be null.
    pub(crate) fn opt_day(&self, column: &str) -> Result<Option<model::Day>> {
        self.opt_int(column)?.map(|_| self.day(column)).transpose()
    }
}

/// Converts an unsigned number to its stored form.
pub(crate) fn integer(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| StoreError::fatal("a number is larger than 2^63 - 1"))
}
