//! Checks an event at its intake: whether anything can be read of it, and what of it is ignored.
//! Events that are stored already are read without this check.

use lexicon::country_code::country_code;
use lexicon::money::{AmountLocale, currency_of, number_word};
use model::Note;
use url::{Host, Url};

use crate::dates::machine_day;
use crate::event::{SentEvent, is_unread_day, manner_of};
use crate::event_types::{DNS_RECORDS, EventType, FeatureKind};
use crate::language::code_of_tag;
use crate::sent_fields::{
    COMPANY_FIELDS, EVENT_FIELDS, FieldKind, PAGE_FIELDS, defect, described, quoted,
};
use crate::shallow_json::ShallowValue;

/// The maximum number of notes on one event.
const NOTES_MAX: usize = 20;

/// Checks whether an event can be used, and returns a note on each part that is ignored. `line` is
/// the text that the event was parsed from.
///
/// Notes: `unknown_type`, `unknown_field`, `unknown_feature`, `unread_value` and `nothing_to_read`.
///
/// # Errors
/// The reason why nothing of the event can be used, and what to send.
pub fn check_event(line: &str, event: &SentEvent) -> Result<Vec<Note>, String> {
    check_company(event)?;
    check_use(event)?;
    let sent = serde_json::from_str(line).unwrap_or(ShallowValue::Null);
    let mut notes = ignored_fields("", &sent, &EVENT_FIELDS);
    if let Some(company) = sent.get("company") {
        notes.extend(ignored_fields("company.", company, &COMPANY_FIELDS));
    }
    let known = EventType::named(&event.kind);
    if known.is_none() && !event.kind.is_empty() {
        notes.push(unknown_type(&event.kind));
    }
    let features = sent.get("features").map(ShallowValue::fields).unwrap_or_default();
    let nested = features
        .iter()
        .filter(|(_, value)| matches!(value, ShallowValue::List | ShallowValue::Object(_)));
    notes.extend(nested.map(|(name, value)| {
        unread(
            name,
            &format!("{} is no value; send {}", described(value), FeatureKind::Text.expected()),
        )
    }));
    match known.filter(|one| one.datum.is_some()) {
        Some(known) => {
            let unknown = event.features.keys().filter(|name| known.feature(name).is_none());
            notes.extend(unknown.map(|name| Note::new("unknown_feature", quoted(name))));
            notes.extend(unread_values(event, known));
        }
        None if !has_text(event) && event.features.is_empty() => {
            notes.push(Note::new("nothing_to_read", "it has no title, text or features"));
        }
        None => {}
    }
    notes.extend(unread_texts(event));
    notes.truncate(NOTES_MAX);
    Ok(notes)
}

/// Returns a note on each field of a page from another system that is ignored.
pub fn ignored_page_fields(line: &str) -> Vec<Note> {
    let sent = serde_json::from_str(line).unwrap_or(ShallowValue::Null);
    ignored_fields("", &sent, &PAGE_FIELDS)
}

/// Describes what is wrong with an object that has the field of a page; `None` for any other.
pub fn page_defect(line: &str) -> Option<String> {
    let sent: ShallowValue = serde_json::from_str(line).ok()?;
    sent.get("html")?;
    defect(line, &PAGE_FIELDS)
}

/// Checks the domain of the company: without it the owner of the address would be taken for the
/// company.
fn check_company(event: &SentEvent) -> Result<(), String> {
    let domain = event.company.as_ref().and_then(|company| company.domain.as_deref());
    let Some(domain) = domain.map(str::trim).filter(|domain| !domain.is_empty()) else {
        return Ok(());
    };
    let address =
        if domain.contains("://") { domain.to_owned() } else { format!("https://{domain}/") };
    let is_domain = |url: &Url| {
        let is_named = matches!(url.host(), Some(Host::Domain(host)) if host.contains('.'));
        is_named && url.username().is_empty() && matches!(url.scheme(), "http" | "https")
    };
    match Url::parse(&address).is_ok_and(|url| is_domain(&url)) {
        true => Ok(()),
        false => {
            let expected = FieldKind::Domain.expected();
            Err(format!("company.domain is {}: {expected}", quoted(domain)))
        }
    }
}

fn check_use(event: &SentEvent) -> Result<(), String> {
    let feature = |name: &str| feature(event, name);
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
        "funding_round" => check_round(event),
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
fn check_round(event: &SentEvent) -> Result<(), String> {
    let company = event.company.as_ref();
    let is_named_only = company.is_some_and(|company| {
        is_blank(company.domain.as_ref()) && !is_blank(company.name.as_ref())
    });
    if is_named_only {
        return Err("a funding_round cannot be used with the name of the company alone: send \
                    company.domain"
            .to_owned());
    }
    let has_amount = feature(event, "amount").is_some_and(|amount| {
        let currency = feature(event, "currency");
        let is_named = currency.is_some_and(|one| currency_of(&one, locale_of(event)).is_some());
        is_amount(event, &amount) && (is_named || !is_bare(&amount))
    });
    if !has_amount && feature(event, "round").is_none() && !has_text(event) {
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
fn unread_values(event: &SentEvent, known: EventType) -> Vec<Note> {
    let mut notes = Vec::new();
    for feature in known.features {
        let value = event.features.get(feature.name).map(ToString::to_string);
        let Some(value) = value.filter(|value| !value.trim().is_empty()) else { continue };
        if !is_read(event, feature.kind, &value) {
            let what = match feature.kind {
                FeatureKind::Address => "no address",
                FeatureKind::Day => "no day",
                FeatureKind::Country => "no country",
                FeatureKind::Amount => "no amount",
                FeatureKind::Currency => "no currency",
                FeatureKind::Choice(_) | FeatureKind::Text => "not known",
            };
            let detail = format!("{} is {what}; send {}", quoted(&value), feature.kind.expected());
            notes.push(unread(feature.name, &detail));
        }
    }
    if let Some(amount) = feature(event, "amount")
        && is_amount(event, &amount)
        && is_bare(&amount)
        && feature(event, "currency").is_none()
    {
        notes.push(unread(
            "amount",
            "without a currency it is not compared; send features.currency",
        ));
    }
    notes
}

/// Checks whether a value is what a feature holds.
fn is_read(event: &SentEvent, kind: FeatureKind, value: &str) -> bool {
    match kind {
        FeatureKind::Text => true,
        FeatureKind::Address => {
            let url = Url::parse(value.trim());
            url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        }
        FeatureKind::Day => !is_unread_day(value) || machine_day(value, manner_of(event)).is_some(),
        FeatureKind::Country => country_code(value).is_some(),
        FeatureKind::Amount => is_amount(event, value),
        FeatureKind::Currency => currency_of(value, locale_of(event)).is_some(),
        FeatureKind::Choice(choices) => {
            choices.iter().any(|choice| choice.eq_ignore_ascii_case(value.trim()))
        }
    }
}

/// Checks for a number in figures or words.
fn is_amount(event: &SentEvent, amount: &str) -> bool {
    let locale = locale_of(event);
    let amount = amount.trim();
    let has_number = amount.contains(char::is_numeric)
        || amount.split_whitespace().any(|word| number_word(word, locale).is_some());
    has_number && !amount.starts_with('-')
}

/// Checks for an amount without a currency.
fn is_bare(amount: &str) -> bool {
    amount.chars().all(|c| c.is_ascii() && !c.is_alphabetic() && c != '$')
}

fn locale_of(event: &SentEvent) -> AmountLocale<'_> {
    AmountLocale::of(event.lang.as_deref(), &event.url)
}

/// Returns a feature that is not empty.
fn feature(event: &SentEvent, name: &str) -> Option<String> {
    let value = event.features.get(name).map(ToString::to_string).unwrap_or_default();
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Notes the country and the language, if they cannot be read.
fn unread_texts(event: &SentEvent) -> Vec<Note> {
    let mut notes = Vec::new();
    let country = event.company.as_ref().and_then(|company| company.country.as_deref());
    if let Some(country) =
        country.filter(|one| !one.trim().is_empty() && country_code(one).is_none())
    {
        let expected = FeatureKind::Country.expected();
        let detail = format!("{} is no country; send {expected}", quoted(country));
        notes.push(unread("company.country", &detail));
    }
    if let Some(lang) = event.lang.as_deref().filter(|lang| code_of_tag(lang).is_none()) {
        let detail =
            format!("{} is no language; send its ISO 639-1 code, such as en", quoted(lang));
        notes.push(unread("lang", &detail));
    }
    notes
}

fn unread(name: &str, detail: &str) -> Note {
    let name: String = name.chars().take(40).collect();
    Note::new("unread_value", format!("{name}: {detail}"))
}

/// Notes the fields of an object that are not known, and those that cannot be read.
fn ignored_fields(prefix: &str, sent: &ShallowValue, known: &[(&str, FieldKind)]) -> Vec<Note> {
    let notes = sent.fields().iter().filter_map(|(name, value)| {
        match known.iter().find(|(known, _)| known == name) {
            None => Some(Note::new("unknown_field", quoted(&format!("{prefix}{name}")))),
            Some((_, kind)) if !kind.is_readable(value) => {
                let detail = format!("{} is no value; {}", described(value), kind.expected());
                Some(unread(&format!("{prefix}{name}"), &detail))
            }
            Some(_) => None,
        }
    });
    notes.take(NOTES_MAX).collect()
}
