//! Hiring spike: the openings of the last two weeks are far above the company's usual number.

mod addresses;
mod claims;
mod findings;
mod openings;
mod places;
pub(crate) mod spike;

#[cfg(test)]
mod tests;

use model::ClaimKind;

use super::{ClaimReader, EventSort, SignalKind, joined};

/// The row in the list of kinds.
pub(crate) const KIND: SignalKind = SignalKind {
    name: "hiring_spike",
    sorts: &[EventSort { what: None, claim: OPENING.kind, label: "hiring" }],
    pack: include_str!("pack.toml"),
    findings: findings::findings,
    shown_by_counts: Some(|counts, pack, today| {
        spike::spike_of_counts(counts, pack, today).is_some()
    }),
};

/// The reader of open positions, with the slots `title` (always) and `city, country, posted,
/// apply_url, valid_through`; `url` if the posting has another address that names a language, and
/// `translations`, the addresses of the page in other languages, if the page is about it alone.
pub(crate) const OPENING: ClaimReader = ClaimReader {
    of_page: claims::claims,
    is_dated_by_page: false,
    due: openings::posted,
    in_words: |slots| Some(format!("Opened: {}", joined(slots, &["title", "city"])?)),
    ..ClaimReader::new(ClaimKind::named("opening"))
};
