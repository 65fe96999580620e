//! The types of events that other systems send: what is read of each, as `docs/events.md` describes.

use model::DatumKind;

/// A type of event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventType {
    /// The value of `type`.
    pub(crate) name: &'static str,
    /// The kind of datum that its features become, and their names as listed at [`DatumKind`].
    /// Without one, features are read as text.
    pub(crate) datum: Option<(DatumKind, &'static [&'static str])>,
}

/// The types that have a meaning. Events of others are read as text.
const TYPES: [EventType; 8] = [
    EventType { name: "page", datum: None },
    EventType { name: "press", datum: None },
    EventType { name: "blog_post", datum: None },
    EventType { name: "technology", datum: None },
    EventType {
        name: "job_posting",
        datum: Some((
            DatumKind::JobPosting,
            &[
                "id",
                "title",
                "url",
                "apply_url",
                "city",
                "country",
                "posted",
                "valid_through",
                "employment_type",
                "organization",
                "organization_url",
            ],
        )),
    },
    EventType {
        name: "tender",
        datum: Some((
            DatumKind::Tender,
            &[
                "id",
                "title",
                "buyer",
                "buyer_country",
                "supplier",
                "amount",
                "currency",
                "deadline",
                "published",
                "stage",
            ],
        )),
    },
    EventType {
        name: "funding_round",
        datum: Some((
            DatumKind::FundingRound,
            &["round", "amount", "currency", "investors", "announced"],
        )),
    },
    EventType { name: "dns", datum: Some((DatumKind::Dns, &["record", "value"])) },
];

/// The types of DNS records that are read.
pub(crate) const DNS_RECORDS: [&str; 4] = ["TXT", "MX", "CNAME", "NS"];

impl EventType {
    /// Finds a type by its name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        TYPES.into_iter().find(|one| one.name == name)
    }

    /// Finds the type whose name has the same letters and digits: `JobPosting` is like
    /// `job_posting`.
    pub(crate) fn like(name: &str) -> Option<Self> {
        fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
            let plain = name.chars().filter(char::is_ascii_alphanumeric);
            plain.map(|letter| letter.to_ascii_lowercase())
        }
        TYPES.into_iter().find(|one| letters(one.name).eq(letters(name)))
    }

    /// Lists the names of all types.
    pub(crate) fn names() -> [&'static str; TYPES.len()] {
        TYPES.map(|one| one.name)
    }
}
