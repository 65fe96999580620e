//! Queries of signals: filters, order, cursors and facets. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Day, EntityId, FactKey, Permille, Points, Signal, SignalId};
use serde::Serialize;
pub use store::db::SignalOrder;
use store::db::{COUNTRY_UNKNOWN, KindInCountry, SignalKey, SignalRank};
use utoipa::ToSchema;

use crate::{AnswerError, Dossier, ReadContext, Result, SignalDetail, display_name, title_of};

/// A query of signals.
#[derive(Debug, Clone, Default)]
pub struct SignalQuery {
    /// The id of a product that scores are for; `None` means the best product for each company.
    pub product: Option<String>,
    /// Words of the company's names, the kind, the country, the explanation or a quote. The last one
    /// may be a beginning.
    pub words: Option<String>,
    /// The kinds; empty means all.
    pub kinds: Vec<String>,
    /// The countries, ISO 3166 alpha-2, or `unknown`; empty means all.
    pub countries: Vec<String>,
    /// The maximum age, in days before the day of the query.
    pub days: Option<i32>,
    /// The minimum score.
    pub score_min: Option<Points>,
    /// The minimum confidence.
    pub confidence_min: Option<Permille>,
    /// The id of a company; `None` means all.
    pub company: Option<EntityId>,
    /// The order.
    pub order: SignalOrder,
    /// The maximum number of signals.
    pub limit: usize,
    /// The cursor that the previous page returned.
    pub cursor: Option<String>,
}

/// The number of signals of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KindCount {
    /// The kind.
    pub value: String,
    /// The title of the kind.
    pub title: String,
    /// The number of signals without this filter.
    pub count: usize,
}

/// The number of signals in a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GeoCount {
    /// The country, ISO 3166 alpha-2, or `unknown`.
    pub value: String,
    /// The number of signals without this filter.
    pub count: usize,
}

/// The possible values of the filters.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Facets {
    /// Every kind, most frequent first; those without signals too.
    pub kind: Vec<KindCount>,
    /// Every country, most frequent first.
    pub geo: Vec<GeoCount>,
}

/// A page of signals.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SearchPage)]
pub struct SignalPage {
    /// The day that the signals are read for.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// The signals.
    pub items: Vec<SignalDetail>,
    /// The total number of signals on all pages.
    pub total: usize,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
    /// The possible values of the filters.
    pub facets: Facets,
    /// The words that were searched instead of misspelt ones.
    pub similar: Vec<String>,
    /// The position from which to follow the live stream without missing events.
    pub position: String,
}

/// A list of signals: a [`SignalPage`] without a position in the stream, which only a server has.
#[derive(Debug, Clone, Serialize)]
pub struct SignalList {
    /// The day that the signals are read for.
    pub on: Day,
    /// The signals.
    pub items: Vec<SignalDetail>,
    /// The total number of signals.
    pub total: usize,
    /// The cursor of the next page; `None` if these are all.
    pub next: Option<String>,
    /// The possible values of the filters.
    pub facets: Facets,
    /// The words that were searched instead of misspelt ones.
    pub similar: Vec<String>,
}

/// The signals that have the words of a query, according to the search index.
pub(crate) enum Matches {
    /// The index has found these.
    Only {
        /// The signals.
        ids: BTreeSet<SignalId>,
        /// The words that were searched instead of misspelt ones.
        similar: Vec<String>,
    },
    /// There are no words, no index, or it is being built.
    Unknown,
}

/// A signal with the values that filters and order use.
pub(crate) struct Candidate<'d> {
    pub(crate) company: &'d Dossier,
    pub(crate) signal: &'d Signal,
    pub(crate) country: Option<&'d str>,
    score: Points,
    points: Points,
}

impl Candidate<'_> {
    /// Returns the key in an order.
    pub(crate) fn key(&self, order: SignalOrder) -> SignalKey {
        let Self { signal, score, points, .. } = *self;
        SignalRank { signal: signal.id, start: signal.start, points, score }.key(order)
    }

    /// Checks whether a signal matches every filter except kind and country, which the facets
    /// ignore.
    pub(crate) fn is_match(&self, query: &SignalQuery, matches: &Matches, day: Day) -> bool {
        self.has_words(query, matches)
            && query.days.is_none_or(|days| day.since(self.signal.start) <= days)
            && self.has_score(query.score_min)
            && query.confidence_min.is_none_or(|minimum| self.signal.confidence >= minimum)
    }

    /// Checks whether the company's score is at least a minimum.
    pub(crate) fn has_score(&self, minimum: Option<Points>) -> bool {
        minimum.is_none_or(|minimum| self.score >= minimum)
    }

    fn has_words(&self, query: &SignalQuery, matches: &Matches) -> bool {
        let Some(text) = query.words.as_deref() else { return true };
        match matches {
            Matches::Only { ids, .. } => ids.contains(&self.signal.id) || self.is_named(text),
            Matches::Unknown => self.contains(text),
        }
    }

    /// Checks whether a text is in the company's name, in any case.
    fn is_named(&self, text: &str) -> bool {
        display_name(&self.company.view).to_lowercase().contains(&text.to_lowercase())
    }

    /// Checks for a text in the company's name, the explanation or a quote, in any case.
    fn contains(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let name = display_name(&self.company.view);
        let quotes = self.signal.evidence.iter().map(|evidence| evidence.quote.as_str());
        let mut texts = [name.as_str(), &self.signal.explanation].into_iter().chain(quotes);
        texts.any(|one| one.to_lowercase().contains(&text))
    }
}

/// Lists the signals of a company that have started by a day.
pub(crate) fn candidates_of(company: &Dossier, day: Day) -> Vec<Candidate<'_>> {
    let best = company.best(day).map(|lead| lead.card.read(day));
    let points = |signal: &Signal| {
        let reasons = best.iter().flat_map(|reading| &reading.contributions);
        reasons.filter(|reason| reason.signal == Some(signal.id)).map(|reason| reason.points).sum()
    };
    let started = company.signals.iter().filter(|signal| signal.start <= day);
    started
        .map(|signal| Candidate {
            company,
            signal,
            country: company.view.fact(FactKey::Country),
            score: best.as_ref().map(|reading| reading.score).unwrap_or_default(),
            points: points(signal),
        })
        .collect()
}

/// Checks that there is a pack for every kind.
///
/// # Errors
/// [`AnswerError::UsageError`] for an unknown kind.
pub fn known_kinds(context: &ReadContext, kinds: &[String]) -> Result<()> {
    let unknown = kinds.iter().find(|kind| context.packs.get(kind).is_none());
    let Some(kind) = unknown else { return Ok(()) };
    let valid_kinds: Vec<&str> = context.packs.iter().map(|pack| pack.kind.as_str()).collect();
    let valid_kinds = valid_kinds.join(", ");
    Err(AnswerError::UsageError(format!("there is no kind {kind:?}; there are {valid_kinds}")))
}

/// Returns the ISO 3166 alpha-2 code of a country that is given by a code or a name, or `UNKNOWN`
/// for `unknown`.
///
/// # Errors
/// [`AnswerError::UsageError`] for an unknown country.
pub fn known_country(country: &str) -> Result<String> {
    if country.eq_ignore_ascii_case(COUNTRY_UNKNOWN) {
        return Ok(COUNTRY_UNKNOWN.to_owned());
    }
    resolve::country_code(country).ok_or_else(|| {
        let country: String = country.chars().take(80).collect();
        let unknown =
            format!("there is no country {country:?}; use ISO 3166 codes, names or unknown");
        AnswerError::UsageError(unknown)
    })
}

/// Checks whether a kind is one of the query's.
pub(crate) fn is_of_kind(kind: &str, query: &SignalQuery) -> bool {
    query.kinds.is_empty() || query.kinds.iter().any(|one| one == kind)
}

/// Checks whether a country is one of the query's.
pub(crate) fn is_of_country(country: Option<&str>, query: &SignalQuery) -> bool {
    let country = country.unwrap_or(COUNTRY_UNKNOWN);
    let is_own = |one: &String| country.eq_ignore_ascii_case(one);
    query.countries.is_empty() || query.countries.iter().any(is_own)
}

/// Computes the total and the facets of a query from the numbers of signals that match every
/// filter except kind and country.
pub(crate) fn facets(
    context: &ReadContext,
    counts: &[KindInCountry],
    query: &SignalQuery,
) -> (usize, Facets) {
    let mut total = 0;
    let mut kinds: BTreeMap<&str, usize> =
        context.packs.iter().map(|pack| (pack.kind.as_str(), 0)).collect();
    let mut countries: BTreeMap<String, usize> = BTreeMap::new();
    for one in counts {
        let country = one.country.as_deref();
        let (of_kind, of_country) = (is_of_kind(&one.kind, query), is_of_country(country, query));
        if of_country {
            *kinds.entry(&one.kind).or_default() += one.total;
        }
        // A country stays in the list if it has signals of other kinds only.
        let name = country.map_or_else(|| COUNTRY_UNKNOWN.to_lowercase(), str::to_owned);
        *countries.entry(name).or_default() += if of_kind { one.total } else { 0 };
        if of_kind && of_country {
            total += one.total;
        }
    }
    let mut kind: Vec<KindCount> = kinds
        .into_iter()
        .map(|(value, count)| KindCount {
            value: value.to_owned(),
            title: title_of(context, value),
            count,
        })
        .collect();
    let mut geo: Vec<GeoCount> =
        countries.into_iter().map(|(value, count)| GeoCount { value, count }).collect();
    kind.sort_by_key(|one| Reverse(one.count));
    geo.sort_by_key(|one| Reverse(one.count));
    (total, Facets { kind, geo })
}

pub(crate) fn cursor((first, second, third, id): SignalKey) -> String {
    format!("{first}_{second}_{third}_{id}")
}

pub(crate) fn parse_cursor(text: &str) -> Result<SignalKey> {
    let invalid = || {
        AnswerError::UsageError(format!(
            "not a cursor: {text:?}; send the `next` of the previous page with the same filters"
        ))
    };
    let mut parts = text.split('_');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (Some(first), Some(second), Some(third)) = (number(), number(), number()) else {
        return Err(invalid());
    };
    let id = parts.next().and_then(|id| id.parse().ok()).ok_or_else(invalid)?;
    if parts.next().is_some() { Err(invalid()) } else { Ok((first, second, third, id)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_codes_or_names() {
        for (text, expected) in [
            ("DE", "DE"),
            ("fr", "FR"),
            ("Germany", "DE"),
            ("Deutschland", "DE"),
            ("aut", "AT"),
            ("UK", "GB"),
            ("Unknown", COUNTRY_UNKNOWN),
        ] {
            assert_eq!(known_country(text).unwrap(), expected, "{text}");
        }
        for text in ["Germny", "Europe", "X", "1", "DE;FR", ""] {
            assert!(known_country(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_cursor_survives_its_way_through_a_client() {
        let key = (-20_780, 5_210, -1, SignalId([7; 16]));
        assert_eq!(parse_cursor(&cursor(key)).unwrap(), key);
        for invalid in ["", "1_2_3", "1_2_3_x", "1_2_3_07070707070707070707070707070707_4"] {
            assert!(parse_cursor(invalid).is_err(), "{invalid}");
        }
    }
}
