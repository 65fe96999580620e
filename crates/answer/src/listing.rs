//! The rows that lists are read from: what they hold of a company, and whether they can answer.
//!
//! The values of a row are exact on one day. On a later day they are upper bounds, because time
//! takes points away and gives none: so a list can be read downward until no row can come before
//! those found. A service of `flow` computes every row again for each day and each profile.

use std::collections::BTreeMap;

use detect::Packs;
use model::{Day, Digest, FactKey, Points, RunId, SignalId};
use serde::{Deserialize, Serialize};
use store::StoreError;
use store::db::{CompanyListing, ListedLead, ListedSignal, ReadTx};

use crate::dossier::best;
use crate::{Dossier, Lead, Profile, Result};

/// The version of the content of the rows, raised when it is computed differently.
const VERSION: u32 = 2;
/// The name of the database setting that holds the [`ListingState`] of all rows.
pub const LISTING_SETTING: &str = "listing";

/// The first day of a company that is in no list until something changes.
const NEVER: Day = Day(i32::MAX);

/// The conditions under which rows were computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingState {
    /// The day on which the values are exact.
    day: Day,
    /// The version of the content, and a digest of the products and of the packs' weights.
    content: String,
}

impl ListingState {
    /// Returns the state that rows should have on a day.
    ///
    /// # Errors
    /// When the products cannot be serialized.
    pub fn wanted(packs: &Packs, profile: &Profile, day: Day) -> store::Result<Self> {
        let mut parts = serde_json::to_string(&profile.products)?;
        for pack in packs.iter() {
            parts.push_str(&format!("\n{} {}", pack.kind, pack.weight));
        }
        Ok(Self { day, content: format!("{VERSION} {}", Digest::of(parts.as_bytes())) })
    }

    /// Checks that rows of both states have the same content, except for the day.
    pub fn has_content_of(&self, other: &Self) -> bool {
        self.content == other.content
    }

    /// Reads the state that all rows have at least; `None` if some rows are missing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read(tx: &mut ReadTx) -> store::Result<Option<Self>> {
        let stored = tx.setting(LISTING_SETTING).await?;
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

/// The way in which a list is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// From the rows, whose values are exact.
    Exact,
    /// From the rows, whose values are upper bounds.
    Bounds,
    /// From every company, because the rows cannot answer and the companies are few.
    Companies,
}

/// Decides how to answer a list: from the rows, or, if these are of another day or missing, from
/// at most `companies_max` companies.
///
/// # Errors
/// [`ErrorKind::Retryable`](store::ErrorKind::Retryable) while the rows are being computed.
pub(crate) async fn source(
    tx: &mut ReadTx,
    wanted: &ListingState,
    companies_max: usize,
) -> Result<Source> {
    let stored = ListingState::read(tx).await?;
    if stored.as_ref() == Some(wanted) {
        return Ok(Source::Exact);
    }
    if has_few_companies(tx, companies_max).await? {
        return Ok(Source::Companies);
    }
    match stored {
        Some(stored) if stored.has_content_of(wanted) => Ok(Source::Bounds),
        _ => Err(StoreError::retryable("the lists are being built; retry in a moment").into()),
    }
}

/// Checks that there are at most `companies_max` companies with signals.
pub(crate) async fn has_few_companies(tx: &mut ReadTx, companies_max: usize) -> Result<bool> {
    let Some(limit) = companies_max.checked_add(1).and_then(|limit| i64::try_from(limit).ok())
    else {
        return Ok(true);
    };
    let companies = tx.companies_with_signals(&RunId::default(), "", limit).await?;
    Ok(companies.len() <= companies_max)
}

/// Returns the product under which rows are listed: the best one has no id.
pub(crate) fn listed_product(full: &Profile, selected: Option<&str>) -> String {
    // With one product, it is the best one.
    let several = full.products.len() > 1;
    selected.filter(|_| several).unwrap_or_default().to_owned()
}

/// Computes the rows of a company from its dossier, exact on a day. Pure.
///
/// A settled lead keeps its rows: they say from which day on it is listed, so that a snoozed one
/// comes back without being written again.
pub fn listing_of(company: &Dossier, day: Day) -> CompanyListing {
    let Dossier { id, view, signals, leads, .. } = company;
    let hidden = company.detected.keys().filter(|id| company.signal(**id).is_none()).copied();
    let mut rows = CompanyListing {
        company: *id,
        leads: Vec::new(),
        signals: Vec::new(),
        hidden: hidden.collect(),
    };
    if signals.is_empty() {
        return rows;
    }
    let since = company.state(day).listed_from.unwrap_or(NEVER);
    let country = view.fact(FactKey::Country).map(str::to_owned);
    let mut products: Vec<(&str, &Lead)> =
        best(leads, day).map(|lead| ("", lead)).into_iter().collect();
    if leads.len() > 1 {
        let named = leads.iter().map(|lead| (lead.product.id.as_str(), lead));
        products.extend(named.filter(|(id, _)| !id.is_empty()));
    }
    for (product, lead) in products {
        let reading = lead.card.read(day);
        rows.leads.push(ListedLead {
            product: product.to_owned(),
            points: reading.score,
            country: country.clone(),
            since,
            is_actionable: score::actionable(view),
        });
        let mut points: BTreeMap<SignalId, Points> = BTreeMap::new();
        for reason in &reading.contributions {
            if let Some(signal) = reason.signal {
                *points.entry(signal).or_default() += reason.points;
            }
        }
        rows.signals.extend(signals.iter().map(|signal| ListedSignal {
            signal: signal.id,
            product: product.to_owned(),
            kind: signal.kind.clone(),
            country: country.clone(),
            start: signal.start,
            points: points.get(&signal.id).copied().unwrap_or_default(),
            score: reading.score,
            confidence: signal.confidence,
        }));
    }
    rows
}

/// Counts the signals as shown, with those about one matter counted once. If the rows cannot tell
/// and there are more than `companies_max` companies, those about one matter are counted one by
/// one.
///
/// # Errors
/// When the database fails.
pub async fn signal_count(tx: &mut ReadTx, companies_max: usize) -> Result<i64> {
    if ListingState::read(tx).await?.is_some() {
        return Ok(tx.listed_signal_total().await?);
    }
    let run = RunId::default();
    if !has_few_companies(tx, companies_max).await? {
        return Ok(tx.signal_count(&run).await?);
    }
    let rows = tx.signals(&run).await?;
    let shown = crate::dossier::ids_as_read(tx, rows).await?;
    Ok(i64::try_from(shown.len()).unwrap_or(i64::MAX))
}
