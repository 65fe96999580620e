//! The rows of lists, besides those that the score stage writes: of every company when they are
//! missing, of another day or of other products, and of companies whose members have changed.
//!
//! Rows are computed from the stored scores, in chunks with their progress in one transaction; no
//! canonical row is changed. Until all are computed, the lists are read in another way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use answer::{AnswerError, LISTING_SETTING, ListingState, Profile, ReadContext, listing_of};
use model::{Day, EntityId, RunId};
use serde::{Deserialize, Serialize};
use store::db::{CompanyListing, Tx, Urgency};
use store::{Result, StoreError};
use tokio::sync::watch;

use crate::context::Context;

/// The interval at which the day and the products are compared with those of the rows.
const IDLE: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_secs(5);
/// The number of companies whose rows are computed in one transaction.
const CHUNK: usize = 200;
/// The name of the database setting that holds the [`ListingProgress`].
const PROGRESS_SETTING: &str = "listing_progress";
/// A text after every id, because ids are hexadecimal.
const AFTER_ALL: &str = "g";

/// The progress of computing the rows of every company, in the order of ids.
#[derive(Debug, Serialize, Deserialize)]
struct ListingProgress {
    /// The state that the rows will have.
    state: ListingState,
    /// The last company whose rows have it.
    after: String,
}

/// Keeps the rows of every company up to date until stopped.
pub(crate) async fn run(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    let answers = context.answers();
    while !*stop.borrow() {
        let started = Instant::now();
        let pause = match step(&answers).await {
            // Other work gets at least half of the writer's time.
            Ok(true) => started.elapsed(),
            Ok(false) => IDLE,
            Err(error) => {
                tracing::warn!(%error, "cannot compute the rows of lists; retrying");
                RETRY
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Computes the rows of the next companies. Returns false if all are up to date.
async fn step(answers: &ReadContext) -> Result<bool> {
    let (reader, writer, day) = (answers.clone(), answers.clone(), answers.day(None));
    let read = answers.db.read(move |tx| {
        Box::pin(async move {
            let profile = Profile::read(tx).await.map_err(to_store_error)?;
            let wanted = ListingState::wanted(&reader.packs, &profile, day)?;
            Ok(ListingState::read(tx).await? == Some(wanted))
        })
    });
    if read.await? {
        return Ok(false);
    }
    let write = answers.db.write(Urgency::Normal, move |tx| {
        Box::pin(async move { compute_next(tx, &writer, day).await })
    });
    write.await
}

async fn compute_next(tx: &mut Tx, answers: &ReadContext, day: Day) -> Result<bool> {
    // Another process may compute the same rows.
    tx.lock("lists").await?;
    let profile = Profile::read(tx).await.map_err(to_store_error)?;
    let wanted = ListingState::wanted(&answers.packs, &profile, day)?;
    let stored = ListingState::read(tx).await?;
    if stored.as_ref() == Some(&wanted) {
        return Ok(false);
    }
    let progress = tx.setting(PROGRESS_SETTING).await?;
    let progress: Option<ListingProgress> =
        progress.and_then(|text| serde_json::from_str(&text).ok());
    let after = match progress {
        Some(progress) if progress.state == wanted => progress.after,
        _ => {
            if stored.is_some_and(|stored| !stored.has_content_of(&wanted)) {
                // The old products may return before all rows are those of the new ones.
                tx.drop_setting(LISTING_SETTING).await?;
            }
            String::new()
        }
    };
    let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
    let companies = tx.companies_with_signals(&RunId::default(), &after, limit).await?;
    let last = companies.last().filter(|_| companies.len() == CHUNK).map(ToString::to_string);
    let mut companies: BTreeSet<EntityId> = companies.into_iter().collect();
    // Companies without signals lose their rows.
    let listed = tx.listed_companies(&after, last.as_deref().unwrap_or(AFTER_ALL)).await?;
    companies.extend(listed);
    write(tx, answers, &profile, &companies, day).await?;
    match last {
        Some(after) => {
            let progress = serde_json::to_string(&ListingProgress { state: wanted, after })?;
            tx.set_setting(PROGRESS_SETTING, &progress).await?;
            Ok(true)
        }
        None => {
            tx.set_setting(LISTING_SETTING, &serde_json::to_string(&wanted)?).await?;
            tx.drop_setting(PROGRESS_SETTING).await?;
            Ok(false)
        }
    }
}

/// Computes the rows of companies whose members have changed, old and new.
///
/// # Errors
/// When the database fails.
pub(crate) async fn relist(
    tx: &mut Tx,
    answers: &ReadContext,
    companies: &BTreeSet<EntityId>,
    day: Day,
) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let profile = Profile::read(tx).await.map_err(to_store_error)?;
    write(tx, answers, &profile, companies, day).await
}

async fn write(
    tx: &mut Tx,
    answers: &ReadContext,
    profile: &Profile,
    companies: &BTreeSet<EntityId>,
    day: Day,
) -> Result<()> {
    for company in companies {
        tx.lock_company(*company).await?;
    }
    let ids: Vec<EntityId> = companies.iter().copied().collect();
    let read = answer::dossier::read_all(tx, answers, profile, &ids).await;
    let companies = read.map_err(to_store_error)?;
    let listings: Vec<CompanyListing> =
        companies.iter().map(|company| listing_of(company, day)).collect();
    tx.set_listings(&listings).await
}

/// Converts an error of an answer to one of a transaction.
pub(crate) fn to_store_error(error: AnswerError) -> StoreError {
    match error {
        AnswerError::Store(error) => error,
        other => StoreError::work(other.to_string()),
    }
}
