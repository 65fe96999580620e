//! Reads events from other systems, one JSON object per line, into documents like those of pages.

use std::collections::BTreeMap;

use lexicon::country_code::country_code;
use lexicon::dates::DateOrder;
use model::{BlockKind, DatumKind, Day, Document, Note, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use crate::assemble::{assemble, with_title};
use crate::blocks::{TextLine, plain_lines};
use crate::data::Draft;
use crate::dates::{Manner, machine_day};
use crate::event_types::{EventFeature, EventType, FeatureKind};
use crate::language::language;
use crate::sent_fields::{EVENT_FIELDS, defect, sent_time, text_or_empty, text_or_number};
use crate::shallow_json::ShallowValue;
use crate::whitespace::one_line;

/// The supported schema version.
const SCHEMA: u64 = 1;
/// The maximum number of notes on unknown features of one event.
const NOTES_MAX: usize = 100;

/// The reason why a line is not an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SentEventError {
    /// The line is not a JSON object, or a field that it needs cannot be read.
    #[error("not an event: {0}")]
    Malformed(String),
    /// The schema version is not supported.
    #[error("unknown schema version {0}: send \"schema\": {SCHEMA}")]
    UnknownSchema(u64),
    /// `url` is missing.
    #[error("missing url: send the address at which the event can be viewed")]
    MissingUrl,
    /// `url` is not an absolute http or https address.
    #[error("invalid url: {0:?}; send an absolute http or https url")]
    InvalidUrl(String),
}

/// The value of a feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FeatureValue {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
}

impl std::fmt::Display for FeatureValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The company an event is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCompany {
    /// Its domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its country, ISO 3166 alpha-2 or in words.
    #[serde(default, deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// One event from another system. Unknown fields are ignored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentEvent {
    /// Schema version: 1.
    pub schema: u64,
    /// The id assigned by the source.
    #[serde(default, deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `page`, `press`, `blog_post`, `job_posting`, `tender`, `funding_round`, `dns`, `technology` or
    /// another type.
    #[serde(rename = "type", default, deserialize_with = "text_or_empty")]
    pub kind: String,
    /// The address at which it can be viewed: an absolute http or https URL.
    #[serde(default)]
    pub url: String,
    /// The time when it happened or was seen.
    #[serde(default, deserialize_with = "sent_time", skip_serializing_if = "Option::is_none")]
    pub ts: Option<Timestamp>,
    /// The company it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<SentCompany>,
    /// Its title.
    #[serde(default, deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its text, one paragraph per line.
    #[serde(default, deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Details, with the field names of [`DatumKind`] for the types that have a datum.
    #[serde(
        default,
        deserialize_with = "readable_features",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub features: BTreeMap<String, FeatureValue>,
    /// ISO 639-1 code.
    #[serde(default, deserialize_with = "text_or_number", skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

impl SentEvent {
    /// Reads one line.
    ///
    /// # Errors
    /// Returns [`SentEventError`] if the line is not an event; its message states the correct form.
    pub fn parse(line: &str) -> Result<Self, SentEventError> {
        #[derive(Deserialize)]
        struct Header {
            schema: u64,
        }
        let malformed = || {
            let defect = defect(line, &EVENT_FIELDS);
            SentEventError::Malformed(defect.unwrap_or_else(|| "it cannot be read".to_owned()))
        };
        // A list would be read as the fields in their order.
        if !line.trim_start().starts_with('{') {
            return Err(malformed());
        }
        let header: Header = serde_json::from_str(line).map_err(|_| malformed())?;
        if header.schema != SCHEMA {
            return Err(SentEventError::UnknownSchema(header.schema));
        }
        let event: Self = serde_json::from_str(line).map_err(|_| malformed())?;
        if event.url.trim().is_empty() {
            return Err(SentEventError::MissingUrl);
        }
        let is_address = url::Url::parse(&event.url)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
        if !is_address {
            return Err(SentEventError::InvalidUrl(event.url.chars().take(200).collect()));
        }
        Ok(event)
    }
}

/// Reads an event into a document. `observed` is the time of its arrival.
///
/// Notes: `unknown_feature` for features that are not fields of the type's datum,
/// `date_in_future` if `ts` is more than two days ahead (it is then ignored).
pub fn event(event: &SentEvent, observed: Timestamp) -> (Document, Vec<Note>) {
    let mut notes = Vec::new();
    let mut drafts = Vec::new();
    drafts.extend(datum(event, &mut notes));
    drafts.extend(event.company.as_ref().and_then(organization));
    let lines: Vec<TextLine> = plain_lines(event.text.as_deref().unwrap_or_default());
    let title = event.title.as_deref().map(one_line).filter(|title| !title.is_empty());
    let mut lines = with_title(title.as_deref(), None, lines);
    lines.extend(feature_lines(event));
    let mut document = assemble(&event.url, lines, drafts, |_| None, &mut notes);
    document.lang = language(document.prose(), event.lang.as_deref());
    let latest = observed.day().plus(2);
    document.published = event.ts.map(Timestamp::day).filter(|day| {
        let is_plausible = *day <= latest;
        if !is_plausible {
            notes.push(Note::new("date_in_future", format!("{day} is after {latest}")));
        }
        is_plausible
    });
    (document, notes)
}

/// Reads the features whose values are texts, numbers or yes and no. Others are noted by
/// `check_event`.
fn readable_features<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, FeatureValue>, D::Error> {
    let ShallowValue::Object(fields) = ShallowValue::deserialize(deserializer)? else {
        return Ok(BTreeMap::new());
    };
    let readable = fields.into_iter().filter_map(|(name, value)| match value {
        ShallowValue::Flag(flag) => Some((name, FeatureValue::Flag(flag))),
        ShallowValue::Number(number) => Some((name, FeatureValue::Number(number))),
        ShallowValue::Text(text) => Some((name, FeatureValue::Text(text))),
        ShallowValue::Null | ShallowValue::List | ShallowValue::Object(_) => None,
    });
    Ok(readable.collect())
}

/// Returns the kind of datum that the features become, with its type, if that has one.
fn datum_of(event: &SentEvent) -> Option<(DatumKind, EventType)> {
    let known = EventType::named(&event.kind)?;
    Some((known.datum?, known))
}

fn datum(event: &SentEvent, notes: &mut Vec<Note>) -> Option<Draft> {
    let (kind, known) = datum_of(event)?;
    let mut draft = Draft::new(kind);
    let manner = manner_of(event);
    for (name, value) in &event.features {
        if let Some(feature) = known.feature(name) {
            draft.set(name, &normal_value(feature, value.to_string(), manner));
        } else if notes.len() < NOTES_MAX {
            let name: String = name.chars().take(40).collect();
            notes.push(Note::new("unknown_feature", format!("{}: {name}", kind.as_str())));
        }
    }
    let defaults = [
        ("id", event.id.as_deref()),
        ("title", event.title.as_deref()),
        ("url", Some(event.url.as_str())),
    ];
    for (name, value) in defaults {
        if known.feature(name).is_some() && !draft.fields.contains_key(name) {
            draft.set(name, value.unwrap_or_default());
        }
    }
    Some(draft)
}

/// Returns the manner in which the event writes days.
pub(crate) fn manner_of(event: &SentEvent) -> Manner<'_> {
    let lang = event.lang.as_deref();
    Manner { lang, order: DateOrder::of(lang, None) }
}

/// Returns the value of a feature in the form that readers of data expect; empty if it is of no use.
fn normal_value(feature: EventFeature, value: String, manner: Manner<'_>) -> String {
    match feature.kind {
        FeatureKind::Day if is_unread_day(&value) => {
            machine_day(&value, manner).map_or(value, |day| day.to_string())
        }
        FeatureKind::Country => country_code(&value).unwrap_or_default(),
        FeatureKind::Choice(choices) => {
            let meant = |choice: &&&str| choice.eq_ignore_ascii_case(value.trim());
            choices.iter().find(meant).map_or(value.clone(), |choice| (*choice).to_owned())
        }
        FeatureKind::Text
        | FeatureKind::Address
        | FeatureKind::Day
        | FeatureKind::Amount
        | FeatureKind::Currency => value,
    }
}

/// Checks for a day in another form than the one that readers of data expect.
pub(crate) fn is_unread_day(value: &str) -> bool {
    value.get(..10).is_none_or(|day| day.parse::<Day>().is_err())
}

fn organization(company: &SentCompany) -> Option<Draft> {
    let mut draft = Draft::new(DatumKind::Organization);
    draft.set("name", company.name.as_deref().unwrap_or_default());
    let country = company.country.as_deref().and_then(country_code);
    draft.set("country", country.as_deref().unwrap_or_default());
    if let Some(domain) = company.domain.as_deref().map(str::trim).filter(|d| !d.is_empty()) {
        let is_address = domain.contains("://");
        draft
            .set("url", &if is_address { domain.to_owned() } else { format!("https://{domain}/") });
    }
    (!draft.fields.is_empty()).then_some(draft)
}

/// Writes the features of types without a datum as text, so that matchers see them.
fn feature_lines(event: &SentEvent) -> Vec<TextLine> {
    if datum_of(event).is_some() {
        return Vec::new();
    }
    event
        .features
        .iter()
        .map(|(name, value)| one_line(&format!("{name}: {value}")))
        .map(|line| TextLine::plain(BlockKind::ListItem, line))
        .collect()
}
