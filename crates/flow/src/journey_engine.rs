//! The engine that runs the journey: its stages, its jobs, and the projections for search
//! and lists.

use std::sync::Arc;

use engine::{
    Activity, Notifier, Patience, Pipeline, Progress, Result, Role, SentWork, Service, Settled,
};

use crate::backlog_gauge::BacklogGauge;
use crate::context::Context;
use crate::latency::{Latency, LatencyMeter};
use crate::retention::Streamed;
use crate::{jobs, listing, search, stages};

/// The running journey. Dropping it without [`JourneyEngine::stop`] leaves its tasks running.
pub struct JourneyEngine {
    context: Arc<Context>,
    engine: engine::Engine,
    status: Arc<EngineStatus>,
}

/// The activity and measurements of a running engine.
#[derive(Default)]
pub struct EngineStatus {
    activity: Arc<Activity>,
    meter: Arc<LatencyMeter>,
    backlog: BacklogGauge,
    streamed: Streamed,
}

impl EngineStatus {
    /// Returns a receiver that changes with every commit of a stage.
    pub fn beat(&self) -> tokio::sync::watch::Receiver<u64> {
        self.activity.commits()
    }

    /// Computes the latency of the newest pages that led to signals; `None` before the first.
    pub fn latency(&self) -> Option<Latency> {
        self.meter.latency()
    }

    /// Counts the captures taken in during the last minute.
    pub fn taken_in_last_minute(&self) -> usize {
        self.meter.taken_in_last_minute()
    }

    /// Reports the next record of each partition of `signals.detected` that the live stream reads.
    /// From then on, none of them is deleted before the stream has read it.
    pub fn set_streamed(&self, next: Vec<u64>) {
        self.streamed.set(next);
    }

    pub(crate) fn activity(&self) -> &Activity {
        &self.activity
    }

    pub(crate) fn meter(&self) -> &LatencyMeter {
        &self.meter
    }

    pub(crate) fn backlog(&self) -> &BacklogGauge {
        &self.backlog
    }
}

impl JourneyEngine {
    /// Creates missing topics and starts every task.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn start(context: Arc<Context>) -> Result<Self> {
        Self::start_as(Role::All, context).await
    }

    /// Creates missing topics and starts the tasks of a role.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn start_as(role: Role, context: Arc<Context>) -> Result<Self> {
        let (meter, streamed) = (Arc::new(LatencyMeter::default()), Streamed::default());
        let pipeline = Pipeline {
            stages: stages::rows(&context, &meter),
            jobs: jobs::rows(&context, &stages::STAGES, &streamed),
            schedules: jobs::SCHEDULES.to_vec(),
            services: projection(&context).into_iter().chain([lists(&context)]).collect(),
            dead_letters: stages::dead_stages().collect(),
        };
        let engine = engine::Engine::start(role, context.resources(), pipeline).await?;
        let activity = Arc::clone(engine.activity());
        let backlog = BacklogGauge::default();
        let status = Arc::new(EngineStatus { activity, meter, backlog, streamed });
        Ok(Self { context, engine, status })
    }

    /// Returns the context of this engine.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Returns the status of this engine.
    pub fn pulse(&self) -> &Arc<EngineStatus> {
        &self.status
    }

    pub(crate) fn notifier(&self) -> &Notifier {
        self.engine.notifier()
    }

    /// Wakes the relay after a record was put into the outbox.
    pub fn nudge(&self) {
        self.engine.notifier().notify();
    }

    /// Waits until a stage has stopped permanently, and returns the causes.
    pub async fn failed(&self) -> engine::Error {
        self.engine.failed().await
    }

    /// Waits until every record taken in has been processed; calls `on_progress` with the progress.
    ///
    /// # Errors
    /// When a stage has stopped permanently, or when a store fails.
    pub async fn settle(&self, on_progress: impl FnMut(Progress)) -> Result<()> {
        self.engine.settle(on_progress).await
    }

    /// Waits until every record taken in has been processed, or until the patience ends; calls
    /// `on_progress` with the progress. While others keep sending, that may never be.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub async fn settle_within(
        &self,
        patience: Patience,
        on_progress: impl FnMut(Progress),
    ) -> Result<Settled> {
        self.engine.settle_within(patience, on_progress).await
    }

    /// Waits until what has been sent before the call has been processed by every stage, or until
    /// the patience ends; calls `on_progress` with the progress.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub async fn settle_sent(
        &self,
        sent: SentWork,
        patience: Patience,
        on_progress: impl FnMut(Progress),
    ) -> Result<Settled> {
        self.engine.settle_sent(sent, patience, on_progress).await
    }

    /// Stops every task after its current work is finished.
    pub async fn stop(&self) {
        self.engine.stop().await;
    }
}

/// Creates the service that keeps the search index up to date, if there is an index.
fn projection(context: &Arc<Context>) -> Option<Service> {
    let index = context.search.clone()?;
    let context = Arc::clone(context);
    Some(Arc::new(move |stop| {
        Box::pin(search::run(Arc::clone(&context), Arc::clone(&index), stop))
    }))
}

/// Creates the service that keeps the rows of lists up to date.
fn lists(context: &Arc<Context>) -> Service {
    let context = Arc::clone(context);
    Arc::new(move |stop| Box::pin(listing::run(Arc::clone(&context), stop)))
}
