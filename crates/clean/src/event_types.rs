//! The types of events that other systems send: what is read of each, as `docs/events.md` and the API
//! document describe.

use model::DatumKind;

/// A type of event.
#[derive(Debug, Clone, Copy)]
pub struct EventType {
    /// The value of `type`.
    pub name: &'static str,
    /// The kind of datum that its features become. Without one, features are read as text.
    pub datum: Option<DatumKind>,
    /// The features that are read, with the names of the fields of [`DatumKind`].
    pub features: &'static [EventFeature],
    /// The names of the features without which nothing can be used.
    pub required: &'static [&'static str],
    /// An example, as JSON.
    pub example: &'static str,
}

/// A feature of a type of event.
#[derive(Debug, Clone, Copy)]
pub struct EventFeature {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: FeatureKind,
    /// Its meaning, for people.
    pub about: &'static str,
}

/// What a feature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureKind {
    /// A text.
    Text,
    /// An absolute http or https address.
    Address,
    /// A day.
    Day,
    /// A country, by a code or its name.
    Country,
    /// An amount of money.
    Amount,
    /// A currency, by its code, sign or name.
    Currency,
    /// One of these texts.
    Choice(&'static [&'static str]),
}

const fn feature(name: &'static str, kind: FeatureKind, about: &'static str) -> EventFeature {
    EventFeature { name, kind, about }
}

/// The types that have a meaning. Events of others are read as text.
pub const EVENT_TYPES: [EventType; 8] = [
    EventType {
        example: r#"{"schema": 1, "type": "page", "url": "https://acme.example/quality",
            "text": "Acme has achieved ISO 27001 certification."}"#,
        ..text_type("page")
    },
    EventType {
        example: r#"{"schema": 1, "type": "press", "url": "https://acme.example/news/7",
            "ts": "2026-11-18T10:00:00Z", "title": "Acme raises €21 million Series A",
            "text": "Acme has raised €21 million in a Series A round.", "lang": "en"}"#,
        ..text_type("press")
    },
    EventType {
        example: r#"{"schema": 1, "type": "blog_post", "url": "https://acme.example/blog/7",
            "title": "Why we moved to Ledgerly", "text": "We moved our books to Ledgerly."}"#,
        ..text_type("blog_post")
    },
    EventType {
        example: r#"{"schema": 1, "type": "technology", "url": "https://acme.example/",
            "features": {"tool": "Ledgerly"}}"#,
        ..text_type("technology")
    },
    EventType {
        name: "job_posting",
        datum: Some(DatumKind::JobPosting),
        features: &JOB_POSTING,
        required: &[],
        example: r#"{"schema": 1, "type": "job_posting", "url": "https://jobs.acme.example/17",
            "ts": "2026-11-18T10:00:00Z", "company": {"domain": "acme.example"},
            "title": "Data engineer",
            "features": {"city": "Graz", "country": "AT", "posted": "2026-11-17"}}"#,
    },
    EventType {
        name: "tender",
        datum: Some(DatumKind::Tender),
        features: &TENDER,
        required: &[],
        example: r#"{"schema": 1, "type": "tender", "url": "https://tenders.example/2026-40",
            "title": "Pumps for the waterworks",
            "features": {"id": "2026-40", "buyer": "City of Altmoor", "amount": 1200000,
                "currency": "EUR", "deadline": "2026-12-20", "stage": "open"}}"#,
    },
    EventType {
        name: "funding_round",
        datum: Some(DatumKind::FundingRound),
        features: &FUNDING_ROUND,
        required: &[],
        example: r#"{"schema": 1, "type": "funding_round", "url": "https://rounds.example/4711",
            "ts": "2026-11-18T10:00:00Z", "company": {"domain": "acme.example"},
            "features": {"round": "Series A", "amount": 21000000, "currency": "EUR",
                "investors": "Elbe Ventures"}}"#,
    },
    EventType {
        name: "dns",
        datum: Some(DatumKind::Dns),
        features: &DNS,
        required: &["record", "value"],
        example: r#"{"schema": 1, "type": "dns", "url": "https://acme.example/",
            "features": {"record": "MX", "value": "10 mx.mail.example"}}"#,
    },
];

const JOB_POSTING: [EventFeature; 11] = [
    feature("id", FeatureKind::Text, "The id of the posting; by default, that of the event"),
    feature("title", FeatureKind::Text, "The title; by default, that of the event"),
    feature("url", FeatureKind::Address, "The address; by default, that of the event"),
    feature("apply_url", FeatureKind::Address, "The address for applications"),
    feature("city", FeatureKind::Text, "The city of the work"),
    feature("country", FeatureKind::Country, "The country of the work"),
    feature("posted", FeatureKind::Day, "The day on which it was posted"),
    feature("valid_through", FeatureKind::Day, "The last day of applications"),
    feature("employment_type", FeatureKind::Text, "Full time, part time, …"),
    feature("organization", FeatureKind::Text, "The name of the employer"),
    feature("organization_url", FeatureKind::Address, "The address of the employer"),
];

const TENDER: [EventFeature; 10] = [
    feature("id", FeatureKind::Text, "The number of the notice; by default, the id of the event"),
    feature("title", FeatureKind::Text, "The title; by default, that of the event"),
    feature("buyer", FeatureKind::Text, "The name of the buyer"),
    feature("buyer_country", FeatureKind::Country, "The country of the buyer"),
    feature("supplier", FeatureKind::Text, "The name of the supplier of an award"),
    feature("amount", FeatureKind::Amount, "The amount, best in whole units"),
    feature("currency", FeatureKind::Currency, "The currency of the amount"),
    feature("deadline", FeatureKind::Day, "The last day of bids"),
    feature("published", FeatureKind::Day, "The day of the notice"),
    feature("stage", FeatureKind::Choice(&["planned", "open", "awarded"]), "The stage"),
];

const FUNDING_ROUND: [EventFeature; 5] = [
    feature("round", FeatureKind::Text, "The round: Series A, seed, growth, …"),
    feature("amount", FeatureKind::Amount, "The amount, best in whole units"),
    feature("currency", FeatureKind::Currency, "The currency of the amount"),
    feature("investors", FeatureKind::Text, "The names of the investors"),
    feature("announced", FeatureKind::Day, "The day of the announcement"),
];

const DNS: [EventFeature; 2] = [
    feature("record", FeatureKind::Choice(&DNS_RECORDS), "The type of the record"),
    feature("value", FeatureKind::Text, "Its value"),
];

/// The types of DNS records that are read.
pub(crate) const DNS_RECORDS: [&str; 4] = ["TXT", "MX", "CNAME", "NS"];

/// Describes a type whose events are read as text.
const fn text_type(name: &'static str) -> EventType {
    EventType { name, datum: None, features: &[], required: &[], example: "" }
}

impl EventType {
    /// Finds a type by its name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        EVENT_TYPES.into_iter().find(|one| one.name == name)
    }

    /// Finds the type whose name has the same letters and digits: `JobPosting` is like
    /// `job_posting`.
    pub(crate) fn like(name: &str) -> Option<Self> {
        fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
            let plain = name.chars().filter(char::is_ascii_alphanumeric);
            plain.map(|letter| letter.to_ascii_lowercase())
        }
        EVENT_TYPES.into_iter().find(|one| letters(one.name).eq(letters(name)))
    }

    /// Lists the names of all types.
    pub(crate) fn names() -> [&'static str; EVENT_TYPES.len()] {
        EVENT_TYPES.map(|one| one.name)
    }

    /// Finds a feature by its name.
    pub(crate) fn feature(self, name: &str) -> Option<EventFeature> {
        self.features.iter().copied().find(|feature| feature.name == name)
    }
}

impl FeatureKind {
    /// Describes what to send, with an example.
    pub fn expected(self) -> String {
        match self {
            Self::Text => "a text, a number, or true or false".to_owned(),
            Self::Address => "an absolute http or https url".to_owned(),
            Self::Day => "YYYY-MM-DD".to_owned(),
            Self::Country => "its ISO 3166 code, such as DE, or its name".to_owned(),
            Self::Amount => "whole units, such as 1200000, and the currency".to_owned(),
            Self::Currency => "its ISO 4217 code, such as EUR".to_owned(),
            Self::Choice(choices) => choices.join(", "),
        }
    }
}
