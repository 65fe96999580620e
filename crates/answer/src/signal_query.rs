//! Queries of signals: filters, facets, order and pages. Pure, except for reading the signals of a
//! page and the quotes.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Day, EntityId, FactKey, Permille, Points, RunId, Signal, SignalId};
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::{
    AnswerError, Dossier, Lead, Profile, ReadContext, Result, SignalDetail, display_name, dossier,
    dossiers, title_of,
};

/// The maximum number of signals matched by their quotes.
const QUOTING_MAX: i64 = 10_000;

/// The order of signals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignalOrder {
    /// Newest first, then by points.
    #[default]
    Newest,
    /// Highest score first, then by points.
    Score,
}

/// A query of signals.
#[derive(Debug, Clone, Default)]
pub struct SignalQuery {
    /// Text in the company's name, the explanation or a quote.
    pub words: Option<String>,
    /// The kinds; empty means all.
    pub kinds: Vec<String>,
    /// The countries, ISO 3166 alpha-2; empty means all.
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
    /// The country, ISO 3166 alpha-2.
    pub value: String,
    /// The number of signals without this filter.
    pub count: usize,
}

/// The possible values of the filters.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Facets {
    /// Every kind, most frequent first.
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
    /// The position from which to follow the live stream without missing events.
    pub position: String,
}

/// A list of signals without facets and cursors.
#[derive(Debug, Clone, Serialize)]
pub struct SignalList {
    /// The signals.
    pub items: Vec<SignalDetail>,
    /// The total number of signals.
    pub total: usize,
}

/// A signal with the values that filters and order use.
struct Candidate<'d> {
    company: &'d Dossier,
    signal: &'d Signal,
    country: Option<&'d str>,
    score: Points,
    points: Points,
}

/// The key that signals are sorted by, in ascending order.
type SortKey = (i64, i64, i64, SignalId);

impl Candidate<'_> {
    fn sort_key(&self, order: SignalOrder) -> SortKey {
        let start = -i64::from(self.signal.start.0);
        let (score, points) = (-i64::from(self.score.0), -i64::from(self.points.0));
        match order {
            SignalOrder::Newest => (start, points, score, self.signal.id),
            SignalOrder::Score => (score, points, start, self.signal.id),
        }
    }
}

/// Reads the page of signals that match a query on a day. `companies` are cached without quotes,
/// so the companies of the page are read again; `position` is that of the stream before they were
/// read.
///
/// # Errors
/// [`AnswerError::UsageError`] for an invalid cursor, or when the database fails.
pub async fn search_signals(
    context: &ReadContext,
    profile: &Profile,
    companies: Vec<Arc<Dossier>>,
    query: SignalQuery,
    day: Day,
    position: String,
) -> Result<SignalPage> {
    let (read_context, profile) = (context.clone(), profile.clone());
    let read = context.read(move |tx| {
        Box::pin(async move {
            let quoting = quoting(tx, &query).await?;
            let Selected { page, total, next, facets } =
                select(&read_context, &companies, &query, &quoting, day)?;
            let items = details(tx, &read_context, &profile, &page, day).await?;
            Ok(SignalPage { on: day, items, total, next, facets, position })
        })
    });
    read.await
}

/// Finds the signals that match a query on a day, from every company with signals. Text is not
/// searched in quotes here.
///
/// # Errors
/// As [`search_signals`].
pub async fn signals(
    context: &ReadContext,
    profile: &Profile,
    query: &SignalQuery,
    day: Day,
) -> Result<SignalList> {
    let companies = match query.company {
        Some(company) => vec![dossier(context, profile, company).await?],
        None => dossiers(context, profile).await?,
    };
    let Selected { page, total, .. } = select(context, &companies, query, &BTreeSet::new(), day)?;
    let items = page.iter().map(|one| SignalDetail::of(context, one.company, one.signal, day));
    Ok(SignalList { items: items.collect(), total })
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

/// A page of the signals that match a query, with their total and facets.
struct Selected<'d> {
    page: Vec<Candidate<'d>>,
    total: usize,
    next: Option<String>,
    facets: Facets,
}

fn select<'d, D: Borrow<Dossier>>(
    context: &ReadContext,
    companies: &'d [D],
    query: &SignalQuery,
    quoting: &BTreeSet<SignalId>,
    day: Day,
) -> Result<Selected<'d>> {
    let after = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let candidates: Vec<Candidate<'_>> = companies
        .iter()
        .map(Borrow::borrow)
        .filter(|one| query.company.is_none_or(|id| id == one.id))
        .flat_map(|one| candidates_of(one, day))
        .filter(|one| is_match(one, query, quoting, day))
        .collect();
    let facets = facets(context, &candidates, query);
    let mut matching: Vec<Candidate<'_>> = candidates
        .into_iter()
        .filter(|one| of_kind(one, query) && of_country(one, query))
        .collect();
    let total = matching.len();
    matching.sort_by_key(|one| one.sort_key(query.order));
    let mut remaining = matching
        .into_iter()
        .filter(|one| after.is_none_or(|after| one.sort_key(query.order) > after));
    let page: Vec<Candidate<'_>> = remaining.by_ref().take(query.limit).collect();
    let has_more = remaining.next().is_some();
    let next = page.last().filter(|_| has_more).map(|one| cursor(one.sort_key(query.order)));
    Ok(Selected { page, total, next, facets })
}

fn candidates_of(company: &Dossier, day: Day) -> Vec<Candidate<'_>> {
    let best = company.best(day).map(|lead: &Lead| lead.card.read(day));
    let points = |id: SignalId| {
        let reasons = best.iter().flat_map(|reading| &reading.contributions);
        reasons.filter(|reason| reason.signal == Some(id)).map(|reason| reason.points).sum()
    };
    let started = company.signals.iter().filter(|signal| signal.start <= day);
    started
        .map(|signal| Candidate {
            company,
            signal,
            country: company.view.fact(FactKey::Country),
            score: best.as_ref().map(|reading| reading.score).unwrap_or_default(),
            points: points(signal.id),
        })
        .collect()
}

/// Reads the signals with the query's text in a quote. This scans the quotes, without an index.
async fn quoting(tx: &mut ReadTx, query: &SignalQuery) -> Result<BTreeSet<SignalId>> {
    let Some(text) = &query.words else { return Ok(BTreeSet::new()) };
    let ids = tx.signals_quoting(&RunId::default(), text, QUOTING_MAX).await?;
    Ok(ids.into_iter().collect())
}

/// Checks whether a signal matches every filter except kind and country, which the facets ignore.
fn is_match(
    one: &Candidate<'_>,
    query: &SignalQuery,
    quoting: &BTreeSet<SignalId>,
    day: Day,
) -> bool {
    let contains_text = |needle: &str| {
        let needle = needle.to_lowercase();
        let texts = [display_name(&one.company.view), one.signal.explanation.clone()];
        texts.iter().any(|text| text.to_lowercase().contains(&needle))
            || quoting.contains(&one.signal.id)
    };
    query.words.as_deref().is_none_or(contains_text)
        && query.days.is_none_or(|days| day.since(one.signal.start) <= days)
        && query.score_min.is_none_or(|minimum| one.score >= minimum)
        && query.confidence_min.is_none_or(|minimum| one.signal.confidence >= minimum)
}

fn of_kind(one: &Candidate<'_>, query: &SignalQuery) -> bool {
    query.kinds.is_empty() || query.kinds.contains(&one.signal.kind)
}

fn of_country(one: &Candidate<'_>, query: &SignalQuery) -> bool {
    let is_own =
        |country: &String| one.country.is_some_and(|value| value.eq_ignore_ascii_case(country));
    query.countries.is_empty() || query.countries.iter().any(is_own)
}

fn facets(context: &ReadContext, candidates: &[Candidate<'_>], query: &SignalQuery) -> Facets {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut countries: BTreeMap<&str, usize> = BTreeMap::new();
    for one in candidates {
        if of_country(one, query) {
            *kinds.entry(&one.signal.kind).or_default() += 1;
        }
        if let Some(country) = one.country.filter(|_| of_kind(one, query)) {
            *countries.entry(country).or_default() += 1;
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
    let mut geo: Vec<GeoCount> = countries
        .into_iter()
        .map(|(value, count)| GeoCount { value: value.to_owned(), count })
        .collect();
    kind.sort_by_key(|one| Reverse(one.count));
    geo.sort_by_key(|one| Reverse(one.count));
    Facets { kind, geo }
}

/// Reads the page's signals with their quotes, because companies are cached without quotes.
async fn details(
    tx: &mut ReadTx,
    context: &ReadContext,
    profile: &Profile,
    page: &[Candidate<'_>],
    day: Day,
) -> Result<Vec<SignalDetail>> {
    let mut loaded: BTreeMap<EntityId, Dossier> = BTreeMap::new();
    let mut items = Vec::with_capacity(page.len());
    for one in page {
        let id = one.company.id;
        let company = match loaded.entry(id) {
            Entry::Occupied(occupied) => occupied.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(dossier::read(tx, context, profile, id).await?),
        };
        // A signal that was withdrawn meanwhile is not shown.
        if let Some(signal) = company.signal(one.signal.id) {
            items.push(SignalDetail::of(context, company, signal, day));
        }
    }
    Ok(items)
}

fn cursor((first, second, third, id): SortKey) -> String {
    format!("{first}_{second}_{third}_{id}")
}

fn parse_cursor(text: &str) -> Result<SortKey> {
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
    fn a_cursor_survives_its_way_through_a_client() {
        let key = (-20_780, 5_210, -1, SignalId([7; 16]));
        assert_eq!(parse_cursor(&cursor(key)).unwrap(), key);
        for invalid in ["", "1_2_3", "1_2_3_x", "1_2_3_07070707070707070707070707070707_4"] {
            assert!(parse_cursor(invalid).is_err(), "{invalid}");
        }
    }
}
