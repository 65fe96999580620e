//! The status of a running leadq, the overview of a data folder, and its dead letters.

use std::collections::BTreeMap;
use std::sync::Arc;

use answer::{AnswerError, EndpointNamed, FollowedCompany, Result, signal_count};
use flow::{Context, EngineStatus, Trouble};
use model::{Day, DeadLetter, Topic};
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

/// The maximum number of failing sites that are named.
const FAILING_SITES_MAX: usize = 20;
/// The part that a trouble with deliveries affects.
const WEBHOOKS: &str = "webhooks";

/// The mode in which the program was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The team's own data.
    Up,
    /// A simulated world.
    Demo,
}

/// The time from a page to its signals.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct LagShown {
    /// The median, in milliseconds.
    pub p50: i64,
    /// The 99th percentile, in milliseconds.
    pub p99: i64,
}

/// A source: one type of followed address, such as home pages or feeds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceShown {
    /// Its name.
    pub name: String,
    /// The number of followed addresses.
    pub followed: i64,
    /// Whether the newest observation succeeded for at least half of them.
    pub healthy: bool,
}

/// Deliveries to the team's own systems.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct WebhooksShown {
    /// The number of endpoints.
    pub endpoints: i64,
    /// The number of waiting deliveries.
    pub waiting: i64,
    /// The number of deliveries whose last attempt failed: they were given up, or wait for the next
    /// attempt.
    pub failed: i64,
    /// The number of those that were given up.
    pub given_up: i64,
}

/// A trouble that keeps leadq from working.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TroubleShown {
    /// The affected part: `database`, `log`, `pages`, `stages`, or `webhooks`.
    pub part: &'static str,
    /// The cause and the remedy.
    pub cause: String,
}

impl From<Trouble> for TroubleShown {
    fn from(Trouble { part, cause, .. }: Trouble) -> Self {
        Self { part: part.as_str(), cause }
    }
}

/// The status of a running leadq.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Status {
    /// The program's version.
    pub version: &'static str,
    /// The mode in which the program was started.
    pub mode: Mode,
    /// The current day; in the demo, the simulated day.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// The number of captures taken in during the last minute.
    pub events_per_minute: usize,
    /// The number of waiting records, at the outbox and before each stage.
    pub waiting: u64,
    /// The time from a page to its signals; missing before the first signal.
    pub lag_ms: Option<LagShown>,
    /// The number of known companies.
    pub companies: i64,
    /// The number of signals, as shown.
    pub signals: usize,
    /// The number of page observations.
    pub pages: i64,
    /// The followed sources.
    pub sources: Vec<SourceShown>,
    /// Deliveries to the team's own systems.
    pub webhooks: WebhooksShown,
    /// The followed sites from which little or nothing is learned, because visits fail; the first
    /// 20 by domain.
    pub failing_sites: Vec<FollowedCompany>,
    /// The number of all such sites.
    pub failing_site_count: usize,
    /// The current troubles; empty if leadq works and its signals are delivered.
    pub troubles: Vec<TroubleShown>,
}

/// The figures of a data folder and the progress of each stage, even while nothing runs.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// The program's version.
    pub version: &'static str,
    /// The clock's day.
    pub on: Day,
    /// The number of known companies.
    pub companies: i64,
    /// The number of accounts.
    pub accounts: i64,
    /// The number of products.
    pub products: usize,
    /// The number of signals, as shown.
    pub signals: usize,
    /// The number of page observations.
    pub pages: i64,
    /// The number of actions held for review.
    pub actions: usize,
    /// The number of waiting records, at the outbox and before each stage.
    pub waiting: u64,
    /// The number of waiting records at the outbox and before each stage, one by one.
    pub backlog: BTreeMap<&'static str, u64>,
    /// The number of dead letters of each stage.
    pub dead: BTreeMap<&'static str, usize>,
    /// The progress of each stage: the next position in each partition.
    pub positions: BTreeMap<String, BTreeMap<u32, u64>>,
    /// The number of jobs in each state.
    pub jobs: BTreeMap<String, i64>,
    /// The values of the counters.
    pub counters: BTreeMap<String, i64>,
    /// The followed sources.
    pub sources: Vec<SourceShown>,
    /// Deliveries to the team's own systems.
    pub webhooks: WebhooksShown,
    /// The followed sites from which little or nothing is learned, because visits fail; the first
    /// 20 by domain.
    pub failing_sites: Vec<FollowedCompany>,
    /// The number of all such sites.
    pub failing_site_count: usize,
    /// The troubles with deliveries; empty if signals are delivered.
    pub troubles: Vec<TroubleShown>,
}

/// The figures that the status and the overview have in common: counts of whole tables.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    companies: i64,
    signals: usize,
    pages: i64,
    sources: Vec<SourceShown>,
    webhooks: WebhooksShown,
    failing_sites: Vec<FollowedCompany>,
    failing_site_count: usize,
    /// The troubles with deliveries.
    troubles: Vec<TroubleShown>,
}

/// Counts the contents of the database. At most `companies_max` companies are read for it.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn figures(context: &Arc<Context>, companies_max: usize) -> Result<Figures> {
    let (answers, endpoints) = (context.answers(), endpoints(context));
    let counted =
        answers.read(move |tx| Box::pin(async move { count(tx, endpoints, companies_max).await }));
    counted.await
}

/// Builds the status of a running leadq.
pub(crate) fn status(
    context: &Arc<Context>,
    engine_status: &EngineStatus,
    mode: Mode,
    waiting: u64,
    figures: Figures,
    troubles: Vec<Trouble>,
) -> Status {
    let troubles = troubles.into_iter().map(TroubleShown::from).chain(figures.troubles);
    Status {
        version: env!("CARGO_PKG_VERSION"),
        mode,
        on: context.now().day(),
        events_per_minute: engine_status.taken_in_last_minute(),
        waiting,
        lag_ms: engine_status.latency().map(|lag| LagShown { p50: lag.p50_ms, p99: lag.p99_ms }),
        companies: figures.companies,
        signals: figures.signals,
        pages: figures.pages,
        sources: figures.sources,
        webhooks: figures.webhooks,
        failing_sites: figures.failing_sites,
        failing_site_count: figures.failing_site_count,
        troubles: troubles.collect(),
    }
}

/// Computes the overview of a data folder: its contents, its backlog and its dead letters.
///
/// # Errors
/// Returns an error if an engine fails.
pub async fn overview(context: &Arc<Context>) -> Result<Overview> {
    let answers = context.answers();
    let backlog: BTreeMap<&'static str, u64> = flow::backlog(context).await?.into_iter().collect();
    let mut dead = BTreeMap::new();
    for stage in flow::dead_stages() {
        let count = flow::dead_letter_count(context, stage).await?;
        dead.insert(stage, usize::try_from(count).unwrap_or(usize::MAX));
    }
    let (endpoints, on, waiting) = (endpoints(context), answers.day(None), backlog.values().sum());
    let read = answers.read(move |tx| {
        Box::pin(async move {
            let figures = count(tx, endpoints, usize::MAX).await?;
            let Figures { companies, signals, pages, sources, webhooks, .. } = figures;
            let mut positions: BTreeMap<String, BTreeMap<u32, u64>> = BTreeMap::new();
            for (stage, partition, position) in tx.positions().await? {
                positions.entry(stage).or_default().insert(partition, position);
            }
            Ok(Overview {
                version: env!("CARGO_PKG_VERSION"),
                on,
                companies,
                accounts: tx.account_count().await?,
                products: tx.products().await?.len(),
                signals,
                pages,
                actions: usize::try_from(tx.action_count().await?).unwrap_or(0),
                waiting,
                backlog,
                dead,
                positions,
                jobs: tx.job_counts().await?.into_iter().collect(),
                counters: tx.counters().await?,
                sources,
                webhooks,
                failing_sites: figures.failing_sites,
                failing_site_count: figures.failing_site_count,
                troubles: figures.troubles,
            })
        })
    });
    read.await
}

/// Reads the dead letters of a stage with their positions; none if nothing ran in the folder yet.
///
/// # Errors
/// Returns [`AnswerError::Unknown`] if there is no such stage, or an error if an engine fails.
pub async fn dead_letters(context: &Context, stage: &str) -> Result<Vec<(u64, DeadLetter)>> {
    if !flow::dead_stages().any(|name| name == stage) {
        let stages: Vec<&str> = flow::dead_stages().collect();
        let unknown = format!("there is no stage {stage:?}; the stages are {}", stages.join(", "));
        return Err(AnswerError::Unknown(unknown));
    }
    if context.log.bounds(&Topic::dead(stage)).await?.is_empty() {
        return Ok(Vec::new());
    }
    Ok(flow::dead_letters(context, stage).await?)
}

/// Lists the endpoints of every channel.
fn endpoints(context: &Context) -> Vec<EndpointNamed> {
    let targets = context.outside.channels.targets().into_iter();
    targets.map(|target| EndpointNamed { id: target.id, url: target.shown }).collect()
}

async fn count(
    tx: &mut ReadTx,
    endpoints: Vec<EndpointNamed>,
    companies_max: usize,
) -> Result<Figures> {
    let sources = tx.frontier_health().await?.into_iter().map(|(name, followed, failing)| {
        SourceShown { name, followed, healthy: failing * 2 <= followed }
    });
    let deliveries = tx.lane_job_counts().await?;
    let in_state = |states: &[&str]| {
        deliveries
            .iter()
            .filter(|(state, _)| states.contains(&state.as_str()))
            .map(|(_, n)| n)
            .sum()
    };
    let given_up: i64 = in_state(&["dead"]);
    let endpoint_count = i64::try_from(endpoints.len()).unwrap_or(i64::MAX);
    let mut troubles = Vec::new();
    for endpoint in endpoints {
        let cause = answer::endpoints::read(tx, endpoint).await?.trouble();
        troubles.extend(cause.map(|cause| TroubleShown { part: WEBHOOKS, cause }));
    }
    let (failing_sites, failing_site_count) = answer::failing_sites(tx, FAILING_SITES_MAX).await?;
    Ok(Figures {
        companies: tx.company_count().await?,
        signals: usize::try_from(signal_count(tx, companies_max).await?).unwrap_or(0),
        pages: tx.page_count().await?,
        sources: sources.collect(),
        webhooks: WebhooksShown {
            endpoints: endpoint_count,
            waiting: in_state(&["ready", "running"]),
            failed: given_up + tx.lane_jobs_failed().await?,
            given_up,
        },
        failing_sites,
        failing_site_count,
        troubles,
    })
}
