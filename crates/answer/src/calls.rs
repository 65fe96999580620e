//! The calls of a day: the companies to call, best first, page by page.
//!
//! They are read from the rows of lists: downward by their scores, until no company that follows
//! can come before those found. If the rows cannot answer, every company is read, in batches.

use std::collections::BTreeMap;

use model::{Day, EntityId, FactKey, Points};
use serde::Serialize;
use store::db::{COUNTRY_UNKNOWN, LeadFilter, LeadRank, ReadTx};
use utoipa::ToSchema;

use crate::dossier::read_all;
use crate::listing::{ListingState, Source, listed_product, source};
use crate::{AnswerError, Call, Dossier, Profile, ReadContext, Result, dossiers_after};

/// The maximum number of companies that are read for a page while the scores in the rows are upper
/// bounds. The best of them are shown.
const READ_MAX: usize = 1_000;
/// The minimum number of rows read at once while their scores are upper bounds.
const CHUNK_MIN: usize = 64;
/// The maximum number of rows read at once.
const CHUNK_MAX: usize = 256;

/// A query of calls.
#[derive(Debug, Clone, Default)]
pub struct CallQuery {
    /// The id of a product; `None` means the best product for each company.
    pub product: Option<String>,
    /// The countries, ISO 3166 alpha-2; empty means all.
    pub countries: Vec<String>,
    /// The maximum number of calls.
    pub limit: usize,
    /// The cursor that the previous page returned.
    pub cursor: Option<String>,
}

/// The calls of a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Calls)]
pub struct CallList {
    /// The day that the calls are computed for.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// The calls, best first.
    pub items: Vec<Call>,
    /// The number of companies left out because only their names are known, besides those that the
    /// team has settled.
    pub left_out: usize,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
}

/// The key that companies are sorted by, in ascending order.
type CallKey = (i64, EntityId);

/// The place of a page: the key of the last company before it, and that company's rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    key: CallKey,
    rank: usize,
}

/// The companies of a page and the first one after it, by key.
type Best = BTreeMap<CallKey, Dossier>;

/// Reads a page of the calls of a day. If the rows of lists cannot answer, at most `companies_max`
/// companies are read instead.
///
/// # Errors
/// [`AnswerError::Unknown`] for an unknown product, [`AnswerError::UsageError`] for an invalid
/// cursor, a retryable error while the rows are being computed, or when the database fails.
pub async fn calls(
    context: &ReadContext,
    query: CallQuery,
    day: Day,
    companies_max: usize,
) -> Result<CallList> {
    let after = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let request = Request { context: context.clone(), query, day, after };
    let by_rows = request.clone();
    let read = context.read(move |tx| {
        Box::pin(async move {
            let full = Profile::read(tx).await?;
            let profile = full.clone().only(by_rows.query.product.as_deref())?;
            let wanted = ListingState::wanted(&by_rows.context.packs, &full, day)?;
            let found = match source(tx, &wanted, companies_max).await? {
                Source::Companies => None,
                rows => {
                    let product = listed_product(&full, by_rows.query.product.as_deref());
                    Some(by_rows.best_of_rows(tx, &profile, product, rows).await?)
                }
            };
            Ok((profile, found))
        })
    });
    let (profile, found) = read.await?;
    let (best, left_out) = match found {
        Some(found) => found,
        None => request.best_of_companies(&profile).await?,
    };
    Ok(request.page(&best, left_out))
}

#[derive(Clone)]
struct Request {
    context: ReadContext,
    query: CallQuery,
    day: Day,
    after: Option<Place>,
}

impl Request {
    /// Returns the number of companies to find: those of the page, and the first after it.
    fn wanted_count(&self) -> usize {
        self.query.limit.saturating_add(1)
    }

    /// Reads the best companies from the rows, and counts those left out.
    async fn best_of_rows(
        &self,
        tx: &mut ReadTx,
        profile: &Profile,
        product: String,
        source: Source,
    ) -> Result<(Best, usize)> {
        let countries = self.query.countries.iter().map(|one| one.to_ascii_uppercase());
        let filter = LeadFilter { product, day: self.day, countries: countries.collect() };
        let left_out = tx.listed_by_name_count(&filter).await?;
        let is_exact = source == Source::Exact;
        // A company whose score has fallen since has its row before the page.
        let mut from = self.after.filter(|_| is_exact).map(|place| to_rank(place.key));
        let chunk = self.wanted_count().max(if is_exact { 1 } else { CHUNK_MIN }).min(CHUNK_MAX);
        let mut best = Best::new();
        let mut count = 0;
        loop {
            let limit = i64::try_from(chunk).unwrap_or(i64::MAX);
            let rows = tx.listed_leads(&filter, from, limit).await?;
            let Some(last) = rows.last().copied() else { break };
            let companies: Vec<EntityId> = rows.iter().map(|row| row.company).collect();
            for company in read_all(tx, &self.context, profile, &companies).await? {
                self.add(&mut best, company);
            }
            count += rows.len();
            from = Some(last);
            let is_found = best.len() >= self.wanted_count()
                && best.keys().next_back().is_some_and(|key| *key <= to_key(last));
            if is_found || rows.len() < chunk || (!is_exact && count >= READ_MAX) {
                break;
            }
        }
        Ok((best, left_out))
    }

    /// Reads the best companies of all, in batches, and counts those left out.
    async fn best_of_companies(&self, profile: &Profile) -> Result<(Best, usize)> {
        let (mut best, mut left_out) = (Best::new(), 0);
        let mut after = String::new();
        loop {
            let batch = dossiers_after(&self.context, profile, after).await?;
            let Some(last) = batch.last() else { return Ok((best, left_out)) };
            after = last.id.to_string();
            for company in batch.into_iter().filter(|company| self.is_listed(company)) {
                if score::actionable(&company.view) {
                    self.add(&mut best, company);
                } else {
                    left_out += 1;
                }
            }
        }
    }

    /// Checks that a company has a reason to call on the day, and is in one of the countries.
    fn is_listed(&self, company: &Dossier) -> bool {
        let country = company.view.fact(FactKey::Country).unwrap_or(COUNTRY_UNKNOWN);
        let countries = &self.query.countries;
        company.state(self.day).listed_from.is_some_and(|from| from <= self.day)
            && (countries.is_empty()
                || countries.iter().any(|one| one.eq_ignore_ascii_case(country)))
    }

    /// Adds a company if it is one of the best after the previous page.
    fn add(&self, best: &mut Best, company: Dossier) {
        if !self.is_listed(&company) {
            return;
        }
        let Some(lead) = company.best(self.day) else { return };
        let key = (-i64::from(lead.points(self.day).0), company.id);
        if self.after.is_some_and(|after| key <= after.key) {
            return;
        }
        best.insert(key, company);
        if best.len() > self.wanted_count() {
            best.pop_last();
        }
    }

    fn page(&self, best: &Best, left_out: usize) -> CallList {
        let has_more = best.len() > self.query.limit;
        let first = self.after.map_or(1, |after| after.rank.saturating_add(1));
        let (mut items, mut last) = (Vec::new(), None);
        for (rank, (key, company)) in (first..).zip(best.iter().take(self.query.limit)) {
            items.extend(Call::of(&self.context, company, rank, self.day));
            last = Some(Place { key: *key, rank });
        }
        let next = last.filter(|_| has_more).map(cursor);
        CallList { on: self.day, items, left_out, next }
    }
}

fn to_rank((points, company): CallKey) -> LeadRank {
    let points = i32::try_from(points.saturating_neg()).unwrap_or(i32::MAX);
    LeadRank { points: Points(points), company }
}

fn to_key(rank: LeadRank) -> CallKey {
    (-i64::from(rank.points.0), rank.company)
}

fn cursor(place: Place) -> String {
    let (points, company) = place.key;
    format!("{points}_{company}_{}", place.rank)
}

fn parse_cursor(text: &str) -> Result<Place> {
    let parse = || {
        let mut parts = text.split('_');
        let points: i32 = parts.next()?.parse().ok()?;
        let company = parts.next()?.parse().ok()?;
        let rank: u32 = parts.next()?.parse().ok()?;
        let place = Place { key: (points.into(), company), rank: usize::try_from(rank).ok()? };
        parts.next().is_none().then_some(place)
    };
    parse().ok_or_else(|| {
        AnswerError::UsageError(format!(
            "not a cursor: {text:?}; send the `next` of the previous page with the same filters"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_way_through_a_client() {
        let place = Place { key: (-5_302, EntityId([7; 16])), rank: 20 };
        assert_eq!(parse_cursor(&cursor(place)).unwrap(), place);
        let id = EntityId([7; 16]);
        for invalid in ["", "1", "1_x_2", &format!("1_{id}"), &format!("9999999999_{id}_1")] {
            assert!(parse_cursor(invalid).is_err(), "{invalid}");
        }
    }
}
