//! Errors of deserialization, in words for the author of a file or an event: which field, what it is,
//! and what it must be.

/// The groups of fields of JSON and TOML.
const GROUP: &str = "a group of named fields";

/// Words an error of serde. `path` is where it occurred, such as `product[0].roles`; empty or `.` for
/// the whole. Values of secrets are not repeated.
pub fn field_problem(path: &str, message: &str) -> String {
    let path = path.trim_matches('.');
    let it = if path.is_empty() { "it" } else { path };
    let rest = |start: &str| message.strip_prefix(start);
    if let Some((field, _)) = rest("missing field `").and_then(|text| text.split_once('`')) {
        return format!("{} is missing", joined(path, field));
    }
    if let Some((field, known)) = rest("unknown field `").and_then(|text| text.split_once('`')) {
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let known = match known.as_slice() {
            [] => String::new(),
            known => format!("; the fields are {}", known.join(", ")),
        };
        return format!("there is no field {}{known}", joined(path, field));
    }
    if let Some((field, _)) = rest("duplicate field `").and_then(|text| text.split_once('`')) {
        return format!("{} is given twice", joined(path, field));
    }
    if let Some((value, known)) = rest("unknown variant `").and_then(|text| text.split_once('`')) {
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        return format!("{it} is {value:?}, but must be one of {}", known.join(", "));
    }
    if message.starts_with("invalid length ") {
        return format!("{it} is a list, but must be {GROUP}");
    }
    if message.starts_with("data did not match any variant") {
        return format!("{it} is of a kind that it cannot be");
    }
    let wrong = rest("invalid type: ").or_else(|| rest("invalid value: "));
    match wrong.and_then(|text| text.rsplit_once(", expected ")) {
        Some((_, expected)) if path.contains("secret") => {
            format!("{it} must be {}", expectation(expected))
        }
        Some((found, expected)) => {
            format!("{it} is {}, but must be {}", finding(found), expectation(expected))
        }
        None if path.is_empty() => message.to_owned(),
        None => format!("{path}: {message}"),
    }
}

/// Joins a path and a field; some errors have the field in their path already.
fn joined(path: &str, field: &str) -> String {
    match path {
        "" => field.to_owned(),
        path if path == field || path.ends_with(&format!(".{field}")) => path.to_owned(),
        path => format!("{path}.{field}"),
    }
}

/// Words a value that was found.
fn finding(found: &str) -> String {
    let value = |kind: &str| found.strip_prefix(kind).map(|text| text.trim_matches('`').to_owned());
    if let Some(text) = found.strip_prefix("string ") {
        return format!("the text {text}");
    }
    if let Some(number) = value("integer ").or_else(|| value("floating point ")) {
        return format!("the number {number}");
    }
    if let Some(flag) = value("boolean ") {
        return flag;
    }
    match found {
        "sequence" => "a list".to_owned(),
        "map" => GROUP.to_owned(),
        "null" | "unit value" => "null".to_owned(),
        found => found.to_owned(),
    }
}

/// Words what a value must be.
fn expectation(expected: &str) -> String {
    let text = match expected {
        "a string" | "string" | "a borrowed string" | "path string" => "text in quotes",
        "a boolean" => "true or false",
        "f32" | "f64" => "a number",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number, not below 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "a sequence" => "a list",
        "a map" => GROUP,
        "socket address" => "an address with its port, such as \"10.0.0.7:9000\"",
        "IP address" => "an address, such as \"10.0.0.2\"",
        "a string representing an URL" => {
            "an address, such as \"https://hooks.acme.example/leadq\""
        }
        group if group.starts_with("struct ") => GROUP,
        other => other,
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::Timestamp;

    /// Words the error of a text that is no `Sent`.
    fn problem_of(json: &str) -> Option<String> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Sent>(&mut reader).err()?;
        let message = error.inner().to_string();
        let message = message.rsplit_once(" at line ").map_or(&*message, |(text, _)| text);
        Some(field_problem(&error.path().to_string(), message))
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sent {
        #[serde(rename = "schema")]
        _schema: u8,
        #[serde(rename = "ts")]
        _ts: Option<Timestamp>,
        #[serde(default, rename = "items")]
        _items: Vec<Item>,
        #[serde(default, rename = "secret")]
        _secret: String,
    }

    #[derive(Debug, Deserialize)]
    struct Item {
        #[serde(rename = "name")]
        _name: String,
        #[serde(rename = "is_new")]
        _is_new: bool,
    }

    #[test]
    fn an_error_names_the_field_and_what_it_must_be() {
        for (json, expected) in [
            ("7", "it is the number 7, but must be a group of named fields"),
            ("[]", "it is a list, but must be a group of named fields"),
            ("{}", "schema is missing"),
            (
                "{\"schema\": \"1\"}",
                "schema is the text \"1\", but must be a whole number from 0 to 255",
            ),
            (
                "{\"schema\": -1}",
                "schema is the number -1, but must be a whole number from 0 to 255",
            ),
            ("{\"schema\": 1, \"schema\": 1}", "schema is given twice"),
            (
                "{\"schema\": 1, \"tags\": 1}",
                "there is no field tags; the fields are schema, ts, items, secret",
            ),
            (
                "{\"schema\": 1, \"items\": [{\"name\": \"a\", \"is_new\": true}, {\"name\": null}]}",
                "items[1].name is null, but must be text in quotes",
            ),
            ("{\"schema\": 1, \"items\": [{\"name\": \"a\"}]}", "items[0].is_new is missing"),
            (
                "{\"schema\": 1, \"items\": {}}",
                "items is a group of named fields, but must be a list",
            ),
            ("{\"schema\": 1, \"secret\": 12345}", "secret must be text in quotes"),
        ] {
            assert_eq!(problem_of(json).as_deref(), Some(expected), "{json}");
        }
        let time = problem_of("{\"schema\": 1, \"ts\": \"soon\"}").unwrap();
        assert!(time.starts_with("ts: ") && !time.contains("column"), "{time}");
        assert_eq!(problem_of("{\"schema\": 1}"), None);
    }
}
