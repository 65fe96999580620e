//! The search for signals: from the rows of lists and the search index, or, if these cannot answer,
//! from every company.

use std::collections::{BTreeMap, BTreeSet};

use model::{Day, SignalId};
use store::StoreError;
use store::db::{KindInCountry, ReadTx, SignalKey};
use store::search::{DocumentKind, FoundIds, Query};

use crate::counts::SignalCounts;
use crate::dossier::read_all;
use crate::listing::{ListingState, Source, has_few_companies, listed_product, source};
use crate::signal_query::{Matches, cursor, facets, parse_cursor};
use crate::signal_rows::{RowQuery, filter};
use crate::signal_scan::{Scanned, scan};
use crate::{
    Profile, ReadContext, Result, SignalDetail, SignalList, SignalPage, SignalQuery, company,
    search,
};

/// The maximum number of signals per page; more are read with every company.
const PAGE_MAX: usize = 1_000;
/// The maximum number of companies whose name is searched for.
const NAMED_MAX: usize = 50;

/// Reads the page of signals that match a query on a day. If the rows of lists cannot answer, at
/// most `companies_max` companies are read instead. `position` is that of the stream before.
///
/// # Errors
/// [`AnswerError::Unknown`](crate::AnswerError::Unknown) for an unknown product,
/// [`AnswerError::UsageError`](crate::AnswerError::UsageError) for an invalid cursor, a retryable
/// error while the rows or the search index are being built, or when the database fails.
pub async fn search_signals(
    context: &ReadContext,
    counts: &SignalCounts,
    query: &SignalQuery,
    day: Day,
    companies_max: usize,
    position: String,
) -> Result<SignalPage> {
    let found = find(context, counts, query, day, companies_max).await?;
    let SignalList { on, items, total, next, facets, similar } = page(context, found, query, day);
    Ok(SignalPage { on, items, total, next, facets, similar, position })
}

/// Lists the signals that match a query on a day.
///
/// # Errors
/// As [`search_signals`].
pub async fn signals(context: &ReadContext, query: &SignalQuery, day: Day) -> Result<SignalList> {
    let found = find(context, &SignalCounts::default(), query, day, usize::MAX).await?;
    Ok(page(context, found, query, day))
}

fn page(context: &ReadContext, found: Found, query: &SignalQuery, day: Day) -> SignalList {
    let Found { mut first, counts, similar } = found;
    let (total, facets) = facets(context, &counts, query);
    let has_more = first.len() > query.limit;
    while first.len() > query.limit {
        first.pop_last();
    }
    let next = first.keys().next_back().filter(|_| has_more).map(|key| cursor(*key));
    let items = first.into_values().collect();
    SignalList { on: day, items, total, next, facets, similar }
}

/// The signals of a page and the first one after it, by key; and the numbers of all.
struct Found {
    first: BTreeMap<SignalKey, SignalDetail>,
    counts: Vec<KindInCountry>,
    /// The words that were searched instead of misspelt ones.
    similar: Vec<String>,
}

async fn find(
    context: &ReadContext,
    counts: &SignalCounts,
    query: &SignalQuery,
    day: Day,
    companies_max: usize,
) -> Result<Found> {
    query.cursor.as_deref().map(parse_cursor).transpose()?;
    // The signals of one company are read with it; a list of all is not read page by page.
    let is_whole = query.company.is_some() || query.limit > PAGE_MAX;
    let matches = match &query.words {
        Some(words) => index_matches(context, words).await?,
        None => Matches::Unknown,
    };
    let rows = RowSearch {
        context: context.clone(),
        counts: counts.clone(),
        query: query.clone(),
        day,
        companies_max,
    };
    let read = context.read(move |tx| {
        Box::pin(async move {
            let full = Profile::read(tx).await?;
            let profile = full.clone().only(rows.query.product.as_deref())?;
            let found = match is_whole {
                true => None,
                false => rows.find(tx, &full, &profile, &matches).await?,
            };
            Ok((profile, found, matches))
        })
    });
    let (profile, found, matches) = read.await?;
    let (first, counts) = match found {
        Some(found) => found,
        None => {
            let Scanned { first, counts } = scan(context, &profile, query, &matches, day).await?;
            (first, counts)
        }
    };
    let similar = match matches {
        Matches::Only { similar, .. } => similar,
        Matches::Unknown => Vec::new(),
    };
    Ok(Found { first, counts, similar })
}

struct RowSearch {
    context: ReadContext,
    counts: SignalCounts,
    query: SignalQuery,
    day: Day,
    companies_max: usize,
}

impl RowSearch {
    /// Answers from the rows; `None` if every company has to be read.
    async fn find(
        &self,
        tx: &mut ReadTx,
        full: &Profile,
        profile: &Profile,
        matches: &Matches,
    ) -> Result<Option<(BTreeMap<SignalKey, SignalDetail>, Vec<KindInCountry>)>> {
        let wanted = ListingState::wanted(&self.context.packs, full, self.day)?;
        let rows = source(tx, &wanted, self.companies_max).await?;
        if rows == Source::Companies {
            return Ok(None);
        }
        let among = match (&self.query.words, matches) {
            (None, _) => None,
            (_, Matches::Only { ids, .. }) => {
                Some(self.with_named(tx, profile, ids.clone()).await?)
            }
            (_, Matches::Unknown) => {
                if has_few_companies(tx, self.companies_max).await? {
                    return Ok(None);
                }
                let message = "the search index is being built; retry in a moment";
                return Err(StoreError::retryable(message).into());
            }
        };
        let query = &self.query;
        let filter = filter(query, listed_product(full, query.product.as_deref()), self.day, among);
        let key = format!(
            "{wanted:?} {:?}",
            (&filter.product, filter.since, filter.score_min, filter.confidence_min, &query.words)
        );
        let counts = self.counts.of(tx, key, &filter).await?;
        let is_exact = rows == Source::Exact;
        let rows = RowQuery { context: &self.context, profile, query, filter: &filter, is_exact };
        Ok(Some((rows.read(tx).await?, counts.to_vec())))
    }

    /// Adds the signals of the companies that are known under the words. The index knows each
    /// signal by the names of one entity of its company only.
    async fn with_named(
        &self,
        tx: &mut ReadTx,
        profile: &Profile,
        mut ids: BTreeSet<SignalId>,
    ) -> Result<Vec<SignalId>> {
        let words = self.query.words.as_deref().unwrap_or_default();
        let mut named = company::named(tx, &self.context, words).await?;
        named.truncate(NAMED_MAX);
        for company in read_all(tx, &self.context, profile, &named).await? {
            ids.extend(company.signals.iter().map(|signal| signal.id));
        }
        Ok(ids.into_iter().collect())
    }
}

/// Finds the signals with these words, or with words that begin with the last of them.
async fn index_matches(context: &ReadContext, words: &str) -> Result<Matches> {
    let Some(index) = &context.search else { return Ok(Matches::Unknown) };
    let position = index.position().await?;
    if !position.is_some_and(|position| search::is_filled(&position)) {
        return Ok(Matches::Unknown);
    }
    let kinds = vec![DocumentKind::Signal];
    let query = Query { text: words.to_owned(), is_unfinished: true, kinds, ..Query::default() };
    let FoundIds { ids, similar } = index.ids(query).await?;
    let ids = ids.iter().filter_map(|id| id.parse::<SignalId>().ok()).collect();
    Ok(Matches::Only { ids, similar })
}
