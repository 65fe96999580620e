//! Checks an event at its intake: whether anything can be read of it, and what of it is ignored.
//! Events that are stored already are read without this check.

use std::collections::BTreeSet;

use model::Note;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::dates::machine_day;
use crate::event::{SentEvent, is_unread_day, manner_of};
use crate::event_types::{DNS_RECORDS, EventType};

/// The fields of an event.
const FIELDS: [&str; 10] =
    ["schema", "id", "type", "url", "ts", "company", "title", "text", "features", "lang"];
/// The fields of a page that another system fetched.
const PAGE_FIELDS: [&str; 3] = ["url", "html", "ts"];
/// The maximum number of notes on one event.
const NOTES_MAX: usize = 20;
/// The maximum number of characters of a name or value in a note.
const QUOTED_CHARS_MAX: usize = 40;

/// Checks whether an event can be used, and returns a note on each part that is ignored. `line` is
/// the text that the event was parsed from.
///
/// Notes: `unknown_type`, `unknown_field`, `unknown_feature`, `unread_value` and `nothing_to_read`.
///
/// # Errors
/// The reason why nothing of the event can be used, and what to send.
pub fn check_event(line: &str, event: &SentEvent) -> Result<Vec<Note>, String> {
    check_use(event)?;
    let mut notes = ignored_fields(line, &FIELDS);
    let known = EventType::named(&event.kind);
    if known.is_none() && !event.kind.is_empty() {
        notes.push(unknown_type(&event.kind));
    }
    match known.and_then(|one| one.datum) {
        Some((_, names)) => {
            let unknown = event.features.keys().filter(|name| !names.contains(&name.as_str()));
            notes.extend(unknown.map(|name| Note::new("unknown_feature", quoted(name))));
            notes.extend(unread_values(event));
        }
        None if !has_text(event) && event.features.is_empty() => {
            notes.push(Note::new("nothing_to_read", "it has no title, text or features"));
        }
        None => {}
    }
    notes.truncate(NOTES_MAX);
    Ok(notes)
}

/// Returns a note on each field of a page from another system that is ignored.
pub fn ignored_page_fields(line: &str) -> Vec<Note> {
    ignored_fields(line, &PAGE_FIELDS)
}

fn check_use(event: &SentEvent) -> Result<(), String> {
    let feature = |name: &str| {
        let value = event.features.get(name).map(ToString::to_string).unwrap_or_default();
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    match event.kind.as_str() {
        "job_posting" if feature("title").is_none() && is_blank(event.title.as_ref()) => {
            Err("a job_posting cannot be used without a title: send \"title\"".to_owned())
        }
        "tender"
            if feature("buyer").is_none() && feature("supplier").is_none() && !has_text(event) =>
        {
            Err("a tender cannot be used without a buyer: send features.buyer, or a text that \
                 names it"
                .to_owned())
        }
        "funding_round" => {
            check_round(event, feature("round").is_some() || feature("amount").is_some())
        }
        "dns" => {
            let (Some(record), Some(_)) = (feature("record"), feature("value")) else {
                return Err("a dns record cannot be used without its type and value: send \
                            features.record and features.value"
                    .to_owned());
            };
            if DNS_RECORDS.iter().any(|read| record.eq_ignore_ascii_case(read)) {
                return Ok(());
            }
            let read = DNS_RECORDS.join(", ");
            Err(format!("dns records of type {} are not used: send {read}", quoted(&record)))
        }
        kind if EventType::named(kind).is_none()
            && !kind.is_empty()
            && !has_text(event)
            && event.features.is_empty() =>
        {
            Err(format!("{}: send a title, a text or features", described_type(kind)))
        }
        _ => Ok(()),
    }
}

/// Checks a funding round. The company is known by its domain only: the name alone of a company that
/// does not own the address would be taken for a name of the owner.
fn check_round(event: &SentEvent, is_stated: bool) -> Result<(), String> {
    let company = event.company.as_ref();
    let is_named_only = company.is_some_and(|company| {
        is_blank(company.domain.as_ref()) && !is_blank(company.name.as_ref())
    });
    if is_named_only {
        return Err("a funding_round cannot be used with the name of the company alone: send \
                    company.domain"
            .to_owned());
    }
    if !is_stated && !has_text(event) {
        return Err("a funding_round cannot be used without a round or an amount: send \
                    features.round, or features.amount and features.currency"
            .to_owned());
    }
    Ok(())
}

fn is_blank(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn has_text(event: &SentEvent) -> bool {
    !is_blank(event.title.as_ref()) || !is_blank(event.text.as_ref())
}

fn unknown_type(kind: &str) -> Note {
    let detail = format!("{}; its title, text and features are read as text", described_type(kind));
    Note::new("unknown_type", detail)
}

/// Describes a type that is not known, with the type that is meant or all types.
fn described_type(kind: &str) -> String {
    let meant = match EventType::like(kind) {
        Some(like) => format!("did you mean {}?", like.name),
        None => format!("the types are {}", EventType::names().join(", ")),
    };
    format!("there is no type {}: {meant}", quoted(kind))
}

/// Lists the features with a meaning whose values cannot be read.
fn unread_values(event: &SentEvent) -> Vec<Note> {
    let mut notes = Vec::new();
    for (name, value) in &event.features {
        let value = value.to_string();
        if is_unread_day(name, &value) && machine_day(&value, manner_of(event)).is_none() {
            let detail = format!("{name}: {} is no day; send YYYY-MM-DD", quoted(&value));
            notes.push(Note::new("unread_value", detail));
        }
    }
    let is_bare = |amount: &str| amount.chars().all(|c| !c.is_alphabetic() && c.is_ascii());
    let amount = event.features.get("amount").map(ToString::to_string);
    if amount.is_some_and(|amount| is_bare(&amount)) && !event.features.contains_key("currency") {
        let detail = "amount: without a currency it is not compared; send features.currency";
        notes.push(Note::new("unread_value", detail));
    }
    notes
}

fn ignored_fields(line: &str, known: &[&str]) -> Vec<Note> {
    let Ok(FieldNames(names)) = serde_json::from_str::<FieldNames>(line) else { return Vec::new() };
    let ignored = names.iter().filter(|name| !known.contains(&name.as_str()));
    ignored.take(NOTES_MAX).map(|name| Note::new("unknown_field", quoted(name))).collect()
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    format!("{short:?}")
}

/// The names of an object's fields, sorted.
struct FieldNames(BTreeSet<String>);

impl<'de> Deserialize<'de> for FieldNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = FieldNames;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<FieldNames, A::Error> {
                let mut names = BTreeSet::new();
                while let Some((name, IgnoredAny)) = fields.next_entry::<String, IgnoredAny>()? {
                    // The known fields, and as many others as there are notes.
                    if names.len() < FIELDS.len() + NOTES_MAX {
                        names.insert(name);
                    }
                }
                Ok(FieldNames(names))
            }
        }
        deserializer.deserialize_map(Names)
    }
}
