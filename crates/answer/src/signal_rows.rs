//! Queries of signals from the rows of lists: downward in their order, until no signal that follows
//! can come before those found. Only the companies of a page are read.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use model::{Day, EntityId, RunId, SignalId};
use store::db::{ReadTx, SignalFilter, SignalKey, SignalRank};

use crate::dossier::read_all;
use crate::signal_query::{candidates_of, parse_cursor};
use crate::{Dossier, Profile, ReadContext, Result, SignalDetail, SignalQuery};

/// The maximum number of signals whose companies are read for a page while the values of the rows
/// are upper bounds. The first of them are shown.
const READ_MAX: usize = 1_000;
/// The minimum number of rows read at once while their values are upper bounds.
const CHUNK_MIN: usize = 64;
/// The maximum number of rows read at once.
const CHUNK_MAX: usize = 256;

/// A query of signals that the rows answer.
pub(crate) struct RowQuery<'q> {
    pub(crate) context: &'q ReadContext,
    /// The profile, restricted to the product of the query.
    pub(crate) profile: &'q Profile,
    pub(crate) query: &'q SignalQuery,
    pub(crate) filter: &'q SignalFilter,
    /// Whether the values of the rows are exact; otherwise they are upper bounds.
    pub(crate) is_exact: bool,
}

/// The signals of a page and the first one after it, by key.
type First = BTreeMap<SignalKey, (EntityId, SignalId)>;

/// Builds the filter of a query, for the product under which its rows are listed.
pub(crate) fn filter(
    query: &SignalQuery,
    product: String,
    day: Day,
    among: Option<Vec<SignalId>>,
) -> SignalFilter {
    SignalFilter {
        product,
        day,
        since: query.days.map(|days| day.plus(days.saturating_neg())),
        kinds: query.kinds.clone(),
        countries: query.countries.iter().map(|one| one.to_ascii_uppercase()).collect(),
        score_min: query.score_min,
        confidence_min: query.confidence_min,
        among,
    }
}

impl RowQuery<'_> {
    /// Reads the signals of the page and the first one after it, by key.
    ///
    /// # Errors
    /// [`AnswerError::UsageError`](crate::AnswerError::UsageError) for an invalid cursor, or when
    /// the database fails.
    pub(crate) async fn read(&self, tx: &mut ReadTx) -> Result<BTreeMap<SignalKey, SignalDetail>> {
        let after = self.query.cursor.as_deref().map(parse_cursor).transpose()?;
        let wanted_count = self.query.limit.saturating_add(1);
        // A signal whose points have fallen since has its row before the page.
        let mut from = after.filter(|_| self.is_exact);
        let chunk = wanted_count.max(if self.is_exact { 1 } else { CHUNK_MIN }).min(CHUNK_MAX);
        let limit = i64::try_from(chunk).unwrap_or(i64::MAX);
        let mut companies: BTreeMap<EntityId, Dossier> = BTreeMap::new();
        let mut first = First::new();
        let mut count = 0;
        loop {
            let rows = tx.listed_signals(self.filter, self.query.order, from, limit).await?;
            let Some(last) = rows.last().map(|row| row.key(self.query.order)) else { break };
            for (key, company, signal) in self.exact(tx, &mut companies, &rows).await? {
                if after.is_none_or(|after| key > after) {
                    first.insert(key, (company, signal));
                }
            }
            while first.len() > wanted_count {
                first.pop_last();
            }
            count += rows.len();
            from = Some(last);
            let is_found = first.len() >= wanted_count
                && first.keys().next_back().is_some_and(|key| *key <= last);
            if is_found || rows.len() < chunk || (!self.is_exact && count >= READ_MAX) {
                break;
            }
            // The companies of a long page fill the memory, so only those of shown signals stay.
            let shown: BTreeSet<EntityId> = first.values().map(|(company, _)| *company).collect();
            companies.retain(|id, _| shown.contains(id));
        }
        Ok(self.details(&first, &companies))
    }

    /// Reads the companies of rows, and returns the exact key of each signal that is still shown
    /// and has the score of the filter.
    async fn exact(
        &self,
        tx: &mut ReadTx,
        companies: &mut BTreeMap<EntityId, Dossier>,
        rows: &[SignalRank],
    ) -> Result<Vec<(SignalKey, EntityId, SignalId)>> {
        let ids: Vec<SignalId> = rows.iter().map(|row| row.signal).collect();
        let of_rows = tx.companies_of_signals(&ids, &RunId::default()).await?;
        let mut missing: Vec<EntityId> = of_rows.iter().flatten().copied().collect();
        missing.sort_unstable();
        missing.dedup();
        missing.retain(|company| !companies.contains_key(company));
        for company in read_all(tx, self.context, self.profile, &missing).await? {
            companies.insert(company.id, company);
        }
        let mut keys: BTreeMap<EntityId, BTreeMap<SignalId, SignalKey>> = BTreeMap::new();
        let mut found = Vec::with_capacity(rows.len());
        for (id, company) in ids.iter().zip(of_rows) {
            // A signal that was withdrawn meanwhile is not shown.
            let Some(company) = company.and_then(|company| companies.get(&company)) else {
                continue;
            };
            let keys = match keys.entry(company.id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.keys_of(company)),
            };
            found.extend(keys.get(id).map(|key| (*key, company.id, *id)));
        }
        Ok(found)
    }

    fn keys_of(&self, company: &Dossier) -> BTreeMap<SignalId, SignalKey> {
        let candidates = candidates_of(company, self.filter.day).into_iter();
        let matching = candidates.filter(|one| one.has_score(self.query.score_min));
        matching.map(|one| (one.signal.id, one.key(self.query.order))).collect()
    }

    fn details(
        &self,
        first: &First,
        companies: &BTreeMap<EntityId, Dossier>,
    ) -> BTreeMap<SignalKey, SignalDetail> {
        let detail = |company: &EntityId, signal: &SignalId| {
            let company = companies.get(company)?;
            let signal = company.signal(*signal)?;
            Some(SignalDetail::of(self.context, company, signal, self.filter.day))
        };
        let details = first.iter().filter_map(|(key, (company, signal))| {
            detail(company, signal).map(|detail| (*key, detail))
        });
        details.collect()
    }
}
