//! How a leadq is doing: the status of a running one, the figures of a data folder, and what it gave up.

use std::collections::BTreeMap;
use std::sync::Arc;

use answer::{AnswerError, Result, signal_ids};
use flow::{Context, EngineStatus, Trouble};
use model::{Day, DeadLetter, Topic};
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

/// What the program was started as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// On the team's own data.
    Up,
    /// On a simulated world.
    Demo,
}

/// How long pages take to become signals.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct LagShown {
    /// The median, in milliseconds.
    pub p50: i64,
    /// The 99th percentile, in milliseconds.
    pub p99: i64,
}

/// One sort of address that is followed: home pages, feeds, and so on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceShown {
    /// What it is called.
    pub name: String,
    /// How many addresses of it are followed.
    pub followed: i64,
    /// Whether the newest look went well at most of them.
    pub healthy: bool,
}

/// Deliveries to the team's own systems.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct WebhooksShown {
    /// Addresses that are delivered to.
    pub endpoints: i64,
    /// Deliveries that wait.
    pub waiting: i64,
    /// Deliveries that were given up.
    pub failed: i64,
}

/// Something that keeps leadq from working.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TroubleShown {
    /// What has it: the database, the log, the pages on the disk, or the stages.
    pub part: &'static str,
    /// What it is, and what to do.
    pub cause: String,
}

impl From<Trouble> for TroubleShown {
    fn from(Trouble { part, cause, .. }: Trouble) -> Self {
        Self { part: part.as_str(), cause }
    }
}

/// How a running leadq is doing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Status {
    /// The program's version.
    pub version: &'static str,
    /// What the program was started as.
    pub mode: Mode,
    /// The clock's day; in the demo the simulated one.
    #[schema(value_type = String, format = Date)]
    pub on: Day,
    /// Deliveries taken in during the last minute.
    pub events_per_minute: usize,
    /// Records on their way, at the outbox and before each stage.
    pub waiting: u64,
    /// From a page to its signals; nothing before the first.
    pub lag_ms: Option<LagShown>,
    /// Companies known.
    pub companies: i64,
    /// Signals as they read.
    pub signals: usize,
    /// Looks at pages.
    pub pages: i64,
    /// The sources that are followed.
    pub sources: Vec<SourceShown>,
    /// Deliveries to the team's own systems.
    pub webhooks: WebhooksShown,
    /// What keeps leadq from working; nothing when all is well.
    pub troubles: Vec<TroubleShown>,
}

/// How much there is, and how far each stage has come, also while nothing runs.
#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    /// The program's version.
    pub version: &'static str,
    /// The clock's day.
    pub on: Day,
    /// Companies known.
    pub companies: i64,
    /// Companies that the team knew before.
    pub accounts: i64,
    /// What the team sells.
    pub products: usize,
    /// Signals as they read.
    pub signals: usize,
    /// Looks at pages.
    pub pages: i64,
    /// Actions held for review.
    pub actions: usize,
    /// Records on their way, at the outbox and before each stage.
    pub waiting: u64,
    /// The same, one by one.
    pub backlog: BTreeMap<&'static str, u64>,
    /// Dead letters by stage.
    pub dead: BTreeMap<&'static str, usize>,
    /// How far each stage has come: its partitions' next positions.
    pub positions: BTreeMap<String, BTreeMap<u32, u64>>,
    /// Jobs by their state.
    pub jobs: BTreeMap<String, i64>,
    /// What was counted.
    pub counters: BTreeMap<String, i64>,
    /// The sources that are followed.
    pub sources: Vec<SourceShown>,
    /// Deliveries to the team's own systems.
    pub webhooks: WebhooksShown,
}

/// What the status and the overview count alike.
struct Figures {
    companies: i64,
    pages: i64,
    sources: Vec<SourceShown>,
    webhooks: WebhooksShown,
}

/// How a running leadq is doing; `signals` are counted by whoever holds the wall.
///
/// # Errors
/// What the engine says.
pub(crate) async fn status(
    context: &Arc<Context>,
    pulse: &EngineStatus,
    mode: Mode,
    signals: usize,
    troubles: Vec<Trouble>,
) -> Result<Status> {
    let waiting = flow::waiting(context).await?;
    let endpoints = endpoints(context);
    let figures = context.answers().read(move |tx| Box::pin(figures(tx, endpoints))).await?;
    Ok(Status {
        version: env!("CARGO_PKG_VERSION"),
        mode,
        on: context.now().day(),
        events_per_minute: pulse.taken_in_last_minute(),
        waiting,
        lag_ms: pulse.latency().map(|lag| LagShown { p50: lag.p50_ms, p99: lag.p99_ms }),
        companies: figures.companies,
        signals,
        pages: figures.pages,
        sources: figures.sources,
        webhooks: figures.webhooks,
        troubles: troubles.into_iter().map(TroubleShown::from).collect(),
    })
}

/// Counts what is in a data folder, and what waits or was given up there.
///
/// # Errors
/// What the engines say.
pub async fn overview(context: &Arc<Context>) -> Result<Overview> {
    let answers = context.answers();
    let backlog: BTreeMap<&'static str, u64> = flow::backlog(context).await?.into_iter().collect();
    let mut dead = BTreeMap::new();
    for stage in flow::dead_stages() {
        dead.insert(stage, dead_letters(context, stage).await?.len());
    }
    let (endpoints, on, waiting) = (endpoints(context), answers.day(None), backlog.values().sum());
    let signals = signal_ids(&answers).await?.len();
    let read = answers.read(move |tx| {
        Box::pin(async move {
            let Figures { companies, pages, sources, webhooks } = figures(tx, endpoints).await?;
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
                actions: tx.actions().await?.len(),
                waiting,
                backlog,
                dead,
                positions,
                jobs: tx.job_counts().await?.into_iter().collect(),
                counters: tx.counters().await?,
                sources,
                webhooks,
            })
        })
    });
    read.await
}

/// The dead letters of a stage, with their positions; none in a folder that nothing ran in yet.
///
/// # Errors
/// [`AnswerError::Unknown`] when there is no such stage; what the engines say.
pub async fn dead_letters(context: &Context, stage: &str) -> Result<Vec<(u64, DeadLetter)>> {
    if !flow::dead_stages().any(|known| known == stage) {
        let known: Vec<&str> = flow::dead_stages().collect();
        let unknown = format!("there is no stage {stage:?}; there are {}", known.join(", "));
        return Err(AnswerError::Unknown(unknown));
    }
    if context.log.bounds(&Topic::dead(stage)).await?.is_empty() {
        return Ok(Vec::new());
    }
    Ok(flow::dead_letters(context, stage).await?)
}

fn endpoints(context: &Context) -> i64 {
    i64::try_from(context.outside.channels.targets().len()).unwrap_or(i64::MAX)
}

async fn figures(tx: &mut ReadTx, endpoints: i64) -> Result<Figures> {
    let sources = tx.frontier_health().await?.into_iter().map(|(name, followed, failing)| {
        SourceShown { name, followed, healthy: failing * 2 <= followed }
    });
    let deliveries = tx.lane_job_counts().await?;
    let in_state = |wanted: &[&str]| {
        deliveries
            .iter()
            .filter(|(state, _)| wanted.contains(&state.as_str()))
            .map(|(_, n)| n)
            .sum()
    };
    Ok(Figures {
        companies: tx.company_count().await?,
        pages: tx.page_count().await?,
        sources: sources.collect(),
        webhooks: WebhooksShown {
            endpoints,
            waiting: in_state(&["ready", "running"]),
            failed: in_state(&["dead"]),
        },
    })
}
