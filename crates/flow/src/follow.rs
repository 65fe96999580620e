//! Following of sites: the crawler of `ingest` with the journey's intake as its sink.

use std::sync::Arc;

use async_trait::async_trait;
use ingest::{Capture, CrawlSettings, Crawler, Pace, Sink, SiteRelation};
use model::{By, Cause, Entity, EntityKind, Timestamp};
use resolve::Account;
use serde::Serialize;
use store::db::{Tx, Urgency};
use store::{Result, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::context::Context;
use crate::intake::Intake;
use crate::journey_engine::JourneyEngine;

/// Follows a company's site, given by one of its addresses or its bare domain, with its cause and
/// the principal who decided so. Returns whether it was not followed before.
///
/// # Errors
/// [`ErrorKind::Rejected`](store::ErrorKind::Rejected) when the address does not belong to a
/// company's own site, or when the database fails.
pub async fn follow(
    context: &Context,
    address: &str,
    cause: &Cause,
    by: &By,
    pace: Pace,
) -> Result<bool> {
    let site = site(address)?;
    let followed_domain = site.domain.clone();
    let (cause, now) = (cause.clone(), context.now());
    let is_new = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move { follow_site(tx, &site, pace, &cause, now).await })
        })
        .await?;
    tracing::info!(%by, domain = followed_domain, is_new, "a site is followed");
    Ok(is_new)
}

async fn follow_site(
    tx: &mut Tx,
    site: &FollowedSite,
    pace: Pace,
    cause: &Cause,
    now: Timestamp,
) -> Result<bool> {
    let FollowedSite { domain, home, is_bare } = site;
    let is_new = tx.follow(domain, cause, now).await?;
    // An address with a scheme has not asked for another one.
    if is_new || *is_bare {
        tx.set_bare(domain, *is_bare).await?;
    }
    tx.add_addresses(domain, &ingest::beginnings(home, pace), i64::MAX, now).await?;
    Ok(is_new)
}

/// The number of accounts that are followed in one transaction.
const ACCOUNTS_AT_ONCE: usize = 200;

/// The result of following the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FollowedAccounts {
    /// The number of accounts, whose sites are all followed now.
    pub accounts: usize,
    /// The number of those that were not followed before.
    pub new: usize,
}

/// Follows the site of every account, as decided by `by`.
///
/// # Errors
/// When the database fails; the sites followed until then stay followed.
pub async fn follow_accounts(context: &Context, by: &By, pace: Pace) -> Result<FollowedAccounts> {
    let bodies = context.db.read(|tx| Box::pin(tx.every_account())).await?;
    let accounts = bodies.iter().map(|body| Ok(serde_json::from_str(body)?));
    let accounts = accounts.collect::<Result<Vec<Account>>>()?;
    let mut followed = FollowedAccounts { accounts: accounts.len(), new: 0 };
    for part in accounts.chunks(ACCOUNTS_AT_ONCE) {
        let sites = part.iter().map(|account| site(&account.domain));
        let sites = sites.collect::<Result<Vec<FollowedSite>>>()?;
        let now = context.now();
        let new = context.db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                let mut new = 0;
                for site in &sites {
                    let is_new = follow_site(tx, site, pace, &Cause::Accounts, now).await?;
                    new += usize::from(is_new);
                }
                Ok(new)
            })
        });
        followed.new += new.await?;
    }
    let FollowedAccounts { accounts, new } = followed;
    tracing::info!(%by, accounts, new, "the accounts' sites are followed");
    Ok(followed)
}

/// Ends following a company's site, as decided by `by`. Returns false if it was not followed.
/// Earlier observations are kept.
///
/// # Errors
/// As [`follow`].
pub async fn unfollow(context: &Context, address: &str, by: &By) -> Result<bool> {
    let FollowedSite { domain, .. } = site(address)?;
    let unfollowed_domain = domain.clone();
    let was_followed = context
        .db
        .write(Urgency::Urgent, move |tx| Box::pin(async move { tx.unfollow(&domain).await }))
        .await?;
    tracing::info!(%by, domain = unfollowed_domain, was_followed, "a site is no longer followed");
    Ok(was_followed)
}

/// A site to be followed.
struct FollowedSite {
    /// The registrable domain.
    domain: String,
    /// The first page to visit.
    home: Url,
    /// Whether the address had no scheme: the page is requested over https, and over http where
    /// https cannot be connected.
    is_bare: bool,
}

/// Parses an address of a site.
fn site(address: &str) -> Result<FollowedSite> {
    let not_a_site = || {
        StoreError::rejected(format!(
            "{address:?} is not a company's own site; give a domain such as acme.example"
        ))
    };
    let owner = resolve::company_at(address).filter(|owner| owner.kind == EntityKind::Domain);
    let Entity { value: domain, .. } = owner.ok_or_else(not_a_site)?;
    let address = address.trim();
    let is_bare = !address.contains("://");
    let full_address = if is_bare { format!("https://{address}/") } else { address.to_owned() };
    let home = Url::parse(&full_address).map_err(|_| not_a_site())?;
    Ok(FollowedSite { domain, home, is_bare })
}

/// Creates a crawler that sends pages to the intake.
///
/// # Errors
/// [`ErrorKind::Unavailable`](store::ErrorKind::Unavailable) when this leadq has no network access.
pub fn crawler(engine: &JourneyEngine, settings: CrawlSettings) -> Result<Arc<Crawler>> {
    let context = engine.context();
    let door = context.outside.door.clone().ok_or_else(|| {
        StoreError::unavailable(
            "this leadq was started without network access and cannot fetch pages".to_owned(),
        )
    })?;
    Ok(Arc::new(Crawler {
        db: context.db.clone(),
        door,
        sink: Arc::new(IntakeSink(Intake::new(engine))),
        clock: Arc::clone(&context.clock),
        relation_of,
        readers: context.readers.clone(),
        pages: context.pages.clone(),
        settings,
    }))
}

/// Starts a crawler, which visits the frontier's addresses until stopped. Stop it before the
/// engine.
///
/// # Errors
/// As [`crawler`].
pub fn start_following(engine: &JourneyEngine, settings: CrawlSettings) -> Result<Following> {
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(crawler(engine, settings)?.run(stopped));
    Ok(Following { stop, task })
}

/// A running crawler. Dropping it without [`Following::stop`] leaves it running.
pub struct Following {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Following {
    /// Stops the crawler after its current visits are finished.
    pub async fn stop(self) {
        // Sending fails only when the crawler has ended already.
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the crawler failed");
        }
    }
}

fn relation_of(domain: &str, url: &str) -> SiteRelation {
    match resolve::company_at(url) {
        Some(owner) if owner.kind == EntityKind::Domain && owner.value == domain => {
            SiteRelation::Own
        }
        Some(owner) if owner.kind == EntityKind::Board && resolve::is_job_board(url) => {
            SiteRelation::Board
        }
        _ => SiteRelation::Elsewhere,
    }
}

struct IntakeSink(Intake);

#[async_trait]
impl Sink for IntakeSink {
    async fn take(&self, capture: Capture) -> Result<()> {
        self.0.accept(vec![capture]).await.map(drop)
    }
}
