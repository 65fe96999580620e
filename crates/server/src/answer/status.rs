//! How a running leadq is doing.

use std::sync::Arc;

use flow::{Pulse, Rooms, Trouble};
use model::Day;
use serde::Serialize;
use utoipa::ToSchema;

use super::Result;

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

/// How a running leadq is doing; `signals` are counted by whoever holds the wall.
///
/// # Errors
/// What the engine says.
pub async fn status(
    rooms: &Arc<Rooms>,
    pulse: &Pulse,
    mode: Mode,
    signals: usize,
    troubles: Vec<Trouble>,
) -> Result<Status> {
    let waiting = flow::waiting(rooms).await?;
    let (companies, pages, health, deliveries) = rooms
        .db
        .read(|tx| {
            Box::pin(async {
                let (companies, pages) = (tx.company_count().await?, tx.page_count().await?);
                Ok((companies, pages, tx.frontier_health().await?, tx.lane_job_counts().await?))
            })
        })
        .await?;
    let sources = health.into_iter().map(|(name, followed, failing)| SourceShown {
        name,
        followed,
        healthy: failing * 2 <= followed,
    });
    let in_state = |wanted: &[&str]| {
        deliveries
            .iter()
            .filter(|(state, _)| wanted.contains(&state.as_str()))
            .map(|(_, n)| n)
            .sum()
    };
    let webhooks = WebhooksShown {
        endpoints: i64::try_from(rooms.outside.endpoints.len()).unwrap_or(i64::MAX),
        waiting: in_state(&["ready", "running"]),
        failed: in_state(&["dead"]),
    };
    Ok(Status {
        version: env!("CARGO_PKG_VERSION"),
        mode,
        on: rooms.now().day(),
        events_per_minute: pulse.taken_in_last_minute(),
        waiting,
        lag_ms: pulse.latency().map(|lag| LagShown { p50: lag.p50_ms, p99: lag.p99_ms }),
        companies,
        signals,
        pages,
        sources: sources.collect(),
        webhooks,
        troubles: troubles.into_iter().map(TroubleShown::from).collect(),
    })
}
