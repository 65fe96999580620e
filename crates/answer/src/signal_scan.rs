//! Queries of signals over every company, in batches: for the days and the folders for which the
//! rows of lists cannot answer.

use std::collections::BTreeMap;

use model::Day;
use store::db::{KindInCountry, SignalKey};

use crate::signal_query::{
    Candidate, Matches, candidates_of, is_of_country, is_of_kind, parse_cursor,
};
use crate::{
    Dossier, Profile, ReadContext, Result, SignalDetail, SignalQuery, dossier, dossiers_after,
};

/// The first signals of a query after its cursor, and the numbers of all.
pub(crate) struct Scanned {
    /// The signals of the page, and the first one after it, by key.
    pub(crate) first: BTreeMap<SignalKey, SignalDetail>,
    /// The numbers of signals that match every filter except kind and country.
    pub(crate) counts: Vec<KindInCountry>,
}

/// A scan in progress. It holds no more than a batch of companies and a page of signals.
struct Scan<'q> {
    context: &'q ReadContext,
    query: &'q SignalQuery,
    matches: &'q Matches,
    day: Day,
    after: Option<SignalKey>,
    first: BTreeMap<SignalKey, SignalDetail>,
    counts: BTreeMap<(String, Option<String>), usize>,
}

/// Finds the signals that match a query on a day, among those of its company or of every company.
///
/// # Errors
/// [`AnswerError::UsageError`](crate::AnswerError::UsageError) for an invalid cursor, or when the
/// database fails.
pub(crate) async fn scan(
    context: &ReadContext,
    profile: &Profile,
    query: &SignalQuery,
    matches: &Matches,
    day: Day,
) -> Result<Scanned> {
    let after = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let (first, counts) = (BTreeMap::new(), BTreeMap::new());
    let mut scan = Scan { context, query, matches, day, after, first, counts };
    if let Some(company) = query.company {
        scan.add(&dossier(context, profile, company).await?);
        return Ok(scan.end());
    }
    let mut after = String::new();
    loop {
        let batch = dossiers_after(context, profile, after).await?;
        let Some(last) = batch.last() else { return Ok(scan.end()) };
        after = last.id.to_string();
        for company in &batch {
            scan.add(company);
        }
    }
}

impl Scan<'_> {
    fn add(&mut self, company: &Dossier) {
        let (query, day) = (self.query, self.day);
        let candidates = candidates_of(company, day).into_iter();
        for one in candidates.filter(|one| one.is_match(query, self.matches, day)) {
            let (kind, country) = (one.signal.kind.clone(), one.country.map(str::to_owned));
            *self.counts.entry((kind, country)).or_default() += 1;
            if is_of_kind(&one.signal.kind, query) && is_of_country(one.country, query) {
                self.add_to_page(&one);
            }
        }
    }

    /// Adds a signal if it is one of the first after the cursor.
    fn add_to_page(&mut self, one: &Candidate<'_>) {
        let key = one.key(self.query.order);
        let is_full = self.first.len() > self.query.limit;
        let is_below = is_full && self.first.keys().next_back().is_some_and(|last| key > *last);
        if is_below || self.after.is_some_and(|after| key <= after) {
            return;
        }
        let detail = SignalDetail::of(self.context, one.company, one.signal, self.day);
        self.first.insert(key, detail);
        if is_full {
            self.first.pop_last();
        }
    }

    fn end(self) -> Scanned {
        let counts = self.counts.into_iter();
        let counts = counts.map(|((kind, country), total)| KindInCountry { kind, country, total });
        Scanned { first: self.first, counts: counts.collect() }
    }
}
