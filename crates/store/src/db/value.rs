//! What goes into a statement and what comes out: the few types both dialects share.
//!
//! Ids are hexadecimal text, times are microseconds or days as integers, structures are JSON text:
//! so one SQL text serves every engine.

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
    model::LookId,
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

/// A list of parameters: `params![id, day, "text"]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::db::Value::from($value)),*] };
}

/// One row of an answer, read by column position.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    fn wrong(&self, column: usize, wanted: &str) -> StoreError {
        StoreError::Fatal(format!("column {column} is {:?}, not {wanted}", self.0.get(column)))
    }

    /// An integer column.
    ///
    /// # Errors
    /// When it is not an integer.
    pub fn int(&self, column: usize) -> Result<i64> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(*value),
            _ => Err(self.wrong(column, "an integer")),
        }
    }

    /// An integer column that fits a smaller type.
    ///
    /// # Errors
    /// When it is not such an integer.
    pub fn int_as<T: TryFrom<i64>>(&self, column: usize) -> Result<T> {
        T::try_from(self.int(column)?).map_err(|_| self.wrong(column, "an integer in range"))
    }

    /// A text column.
    ///
    /// # Errors
    /// When it is not text.
    pub fn text(&self, column: usize) -> Result<&str> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Ok(value),
            _ => Err(self.wrong(column, "text")),
        }
    }

    /// A number column.
    ///
    /// # Errors
    /// When it is neither null nor a number.
    pub fn opt_real(&self, column: usize) -> Result<Option<f64>> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Real(value)) => Ok(Some(*value)),
            #[expect(clippy::cast_precision_loss, reason = "amounts far below 2^52")]
            Some(Value::Int(value)) => Ok(Some(*value as f64)),
            _ => Err(self.wrong(column, "a number or null")),
        }
    }

    /// A text column that may be null.
    ///
    /// # Errors
    /// When it is neither.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Text(value)) => Ok(Some(value)),
            _ => Err(self.wrong(column, "text or null")),
        }
    }

    /// An integer column that may be null.
    ///
    /// # Errors
    /// When it is neither.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            Some(Value::Int(value)) => Ok(Some(*value)),
            _ => Err(self.wrong(column, "an integer or null")),
        }
    }

    /// A text column parsed into a value such as an id.
    ///
    /// # Errors
    /// When it does not parse.
    pub fn parse<T: std::str::FromStr>(&self, column: usize) -> Result<T> {
        self.text(column)?.parse().map_err(|_| self.wrong(column, std::any::type_name::<T>()))
    }

    /// A JSON column read into a value.
    ///
    /// # Errors
    /// When it is not such JSON.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T> {
        Ok(serde_json::from_str(self.text(column)?)?)
    }

    /// A time column.
    ///
    /// # Errors
    /// When it is not an integer.
    pub fn time(&self, column: usize) -> Result<model::Timestamp> {
        self.int(column).map(model::Timestamp)
    }

    /// A day column.
    ///
    /// # Errors
    /// When it is not a day.
    pub fn day(&self, column: usize) -> Result<model::Day> {
        self.int_as(column).map(model::Day)
    }

    /// A day column that may be null.
    ///
    /// # Errors
    /// When it is neither.
    pub fn opt_day(&self, column: usize) -> Result<Option<model::Day>> {
        self.opt_int(column)?.map(|_| self.day(column)).transpose()
    }
}
