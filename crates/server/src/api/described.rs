//! Checks of requests by the API document. What a parameter or a field of a body may be is stated
//! once, in the document; a request that differs is refused with the name of the field, what was
//! expected, and the document's example.

use std::fmt;
use std::sync::LazyLock;

use axum::extract::MatchedPath;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use utoipa::OpenApi as _;

use crate::problem::Problem;

/// The maximum number of characters of a value that an error quotes.
const QUOTED_CHARS_MAX: usize = 40;

/// The document, as a value.
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(super::Description::openapi()).unwrap_or_default());

/// A route, as the document describes it.
#[derive(Clone, Copy)]
pub(super) struct DescribedRoute {
    operation: &'static Value,
}

/// A parameter, or a field of a body.
#[derive(Clone, Copy)]
struct DescribedField {
    name: &'static str,
    schema: &'static Value,
    example: &'static Value,
}

/// What is wrong with a value.
enum Fault {
    /// It is of another type.
    Type,
    /// It is of the right type, but not permitted.
    Range,
}

impl DescribedRoute {
    /// Finds the route that a request has reached.
    pub(super) fn of(parts: &Parts) -> Self {
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        // A HEAD request is routed like a GET request.
        let method = if parts.method == Method::HEAD { &Method::GET } else { &parts.method };
        let method = method.as_str().to_ascii_lowercase();
        // A route that is not described has neither parameters nor a body.
        Self { operation: &DOCUMENT["paths"][path][method.as_str()] }
    }

    /// Checks the parameters of a query.
    ///
    /// # Errors
    /// The first parameter that is unknown, given twice, or not as described.
    pub(super) fn check_query(self, texts: &[(String, String)]) -> Result<(), Problem> {
        for (index, (name, text)) in texts.iter().enumerate() {
            let Some(field) = self.parameters("query").find(|field| field.name == name) else {
                let known: Vec<&str> = self.parameters("query").map(|field| field.name).collect();
                let unknown = format!("there is no parameter {}", quoted(name));
                return Err(Problem::bad_request(format!("{unknown}; send {}", listed(&known))));
            };
            if texts.iter().take(index).any(|(other, _)| other == name) {
                return Err(Problem::bad_request(format!("{name} is given twice; send it once")));
            }
            field.check_text(text)?;
        }
        Ok(())
    }

    /// Checks a parameter of the path.
    ///
    /// # Errors
    /// The parameter, if it is not as described.
    pub(super) fn check_path(self, name: &str, text: &str) -> Result<(), Problem> {
        let field = self.parameters("path").find(|field| field.name == name);
        field.map_or(Ok(()), |field| field.check_text(text))
    }

    /// Lists the names of the parameters of the path.
    pub(super) fn path_names(self) -> String {
        let names: Vec<&str> = self.parameters("path").map(|field| field.name).collect();
        listed(&names)
    }

    /// Parses a body and checks its fields.
    ///
    /// # Errors
    /// The syntax error, or the first field that is unknown, given twice, missing, or not as
    /// described.
    pub(super) fn parse_body(self, body: &[u8]) -> Result<Value, Problem> {
        let fields: Vec<DescribedField> = self.body_fields().collect();
        let send = || format!("send {}", example_of(&fields));
        if body.trim_ascii().is_empty() {
            return Err(Problem::bad_request(format!("the body is empty; {}", send())));
        }
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            let place = match error.is_eof() {
                true => "ends before its JSON does".to_owned(),
                false => {
                    let (line, column) = (error.line(), error.column());
                    format!("is no valid JSON at line {line}, column {column}")
                }
            };
            Problem::bad_request(format!("the body {place}; {}", send()))
        })?;
        if !value.is_object() {
            let found = type_name(&value);
            return Err(unprocessable(format!("the body is {found}, not an object; {}", send())));
        }
        let FieldList(sent) = serde_json::from_slice(body).unwrap_or_default();
        for (index, (name, value)) in sent.iter().enumerate() {
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
                let unknown = format!("there is no field {}", quoted(name));
                return Err(unprocessable(format!("{unknown}; send {}", listed(&known))));
            };
            if sent.iter().take(index).any(|(other, _)| other == name) {
                return Err(unprocessable(format!("{name} is given twice; send it once")));
            }
            field.check(value)?;
        }
        let required = self.body_schema()["required"].as_array().into_iter().flatten();
        let is_missing = |field: &&DescribedField| {
            required.clone().any(|name| name == field.name) && value.get(field.name).is_none()
        };
        match fields.iter().find(is_missing) {
            Some(field) => {
                Err(unprocessable(format!("{} is missing: {}", field.name, field.expected())))
            }
            None => Ok(value),
        }
    }

    fn parameters(self, place: &'static str) -> impl Iterator<Item = DescribedField> {
        let all = self.operation["parameters"].as_array().into_iter().flatten();
        all.filter(move |one| one["in"] == place).map(|one| DescribedField {
            name: one["name"].as_str().unwrap_or_default(),
            schema: &one["schema"],
            example: &one["example"],
        })
    }

    /// Returns the schema of the body, if it is one object.
    fn body_schema(self) -> &'static Value {
        let schema = &self.operation["requestBody"]["content"]["application/json"]["schema"];
        let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
        &DOCUMENT["components"]["schemas"][name.unwrap_or_default()]
    }

    fn body_fields(self) -> impl Iterator<Item = DescribedField> {
        let properties = self.body_schema()["properties"].as_object().into_iter().flatten();
        properties.map(|(name, schema)| DescribedField {
            name,
            schema,
            example: &schema["example"],
        })
    }
}

impl DescribedField {
    /// Checks the text of a parameter.
    fn check_text(self, text: &str) -> Result<(), Problem> {
        let value = match self.schema["type"].as_str() {
            Some("integer") => text.parse::<i64>().map(Value::from).ok(),
            Some("number") => text.parse::<f64>().map(Value::from).ok(),
            _ => Some(Value::from(text)),
        };
        let value = value.unwrap_or_else(|| Value::from(text));
        match self.fault(&value) {
            Some(_) => Err(self.refusal(StatusCode::BAD_REQUEST, &quoted(text))),
            None => Ok(()),
        }
    }

    /// Checks a field of a body.
    fn check(self, value: &Value) -> Result<(), Problem> {
        let found = match value {
            Value::String(text) => quoted(text),
            Value::Array(_) | Value::Object(_) => type_name(value).to_owned(),
            value => value.to_string(),
        };
        match self.fault(value) {
            None => Ok(()),
            Some(Fault::Type) => Err(self.refusal(StatusCode::UNPROCESSABLE_ENTITY, &found)),
            Some(Fault::Range) => Err(self.refusal(StatusCode::BAD_REQUEST, &found)),
        }
    }

    fn fault(self, value: &Value) -> Option<Fault> {
        let is_of = |name: &str| match name {
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_i64() || value.is_u64(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            _ => true,
        };
        let mut types = self.type_names().peekable();
        if types.peek().is_some() && !types.any(is_of) {
            return Some(Fault::Type);
        }
        let is_permitted = match value {
            Value::String(text) => {
                let chars_max = self.chars_max().unwrap_or(usize::MAX);
                // PostgreSQL stores no text with a NUL character.
                !text.contains('\0')
                    && text.chars().count() <= chars_max
                    && self.choices().is_none_or(|choices| choices.contains(&text.as_str()))
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                let (min, max) = self.bounds();
                min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
            }
            _ => true,
        };
        (!is_permitted).then_some(Fault::Range)
    }

    fn refusal(self, status: StatusCode, found: &str) -> Problem {
        let nul = if found.contains("\\0") { ", which has a NUL character" } else { "" };
        let detail = format!("{} is {found}{nul}: {}", self.name, self.expected());
        Problem::new(status, detail)
    }

    /// Describes what to send.
    fn expected(self) -> String {
        let is_meant = |name: &&str| *name != "null";
        let of_type = match self.type_names().find(is_meant) {
            Some("integer") => format!("a whole number{}", self.range()),
            Some("number") => format!("a number{}", self.range()),
            Some("boolean") => "true or false".to_owned(),
            _ => match (self.choices(), self.chars_max()) {
                (Some(choices), _) => either(&choices),
                (None, Some(max)) => format!("a text of at most {max} characters without NUL"),
                (None, None) => "a text".to_owned(),
            },
        };
        let or_null = if self.type_names().any(|name| name == "null") { " or null" } else { "" };
        let example = match self.example {
            Value::Null => String::new(),
            example => format!(", for example {example}"),
        };
        format!("send {of_type}{or_null}{example}")
    }

    fn range(self) -> String {
        match self.bounds() {
            (Some(min), Some(max)) => format!(" from {min} to {max}"),
            _ => String::new(),
        }
    }

    fn type_names(self) -> impl Iterator<Item = &'static str> {
        let names = &self.schema["type"];
        names
            .as_str()
            .into_iter()
            .chain(names.as_array().into_iter().flatten().filter_map(Value::as_str))
    }

    fn bounds(self) -> (Option<f64>, Option<f64>) {
        (self.schema["minimum"].as_f64(), self.schema["maximum"].as_f64())
    }

    fn chars_max(self) -> Option<usize> {
        self.schema["maxLength"].as_u64().and_then(|max| usize::try_from(max).ok())
    }

    /// Returns the permitted texts, if its pattern lists them: `^(newest|score)$`.
    fn choices(self) -> Option<Vec<&'static str>> {
        let listed = self.schema["pattern"].as_str()?.strip_prefix("^(")?.strip_suffix(")$")?;
        let choices: Vec<&str> = listed.split('|').collect();
        let is_plain = |choice: &&str| choice.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        choices.iter().all(is_plain).then_some(choices)
    }
}

fn unprocessable(detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
}

/// Builds an object of the examples of all fields.
fn example_of(fields: &[DescribedField]) -> Value {
    let with_example = fields.iter().filter(|field| !field.example.is_null());
    let object = with_example.map(|field| (field.name.to_owned(), field.example.clone()));
    Value::Object(object.collect::<Map<String, Value>>())
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

/// Lists names: `a, b and c`; `none` without any.
fn listed(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Lists choices: `a, b or c`.
fn either(choices: &[&str]) -> String {
    match choices {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        choices => choices.concat(),
    }
}

/// The fields of an object as they were sent, those that are given twice too.
#[derive(Default)]
struct FieldList(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for FieldList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = FieldList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldList, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(FieldList(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
