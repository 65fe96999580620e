//! The engine at work on the journey: its stages, jobs and the search projection.

use std::sync::Arc;

use engine::{Activity, Notifier, Pipeline, Progress, Result, Role, Service};

use crate::context::Context;
use crate::meter::{Latency, Meter};
use crate::{jobs, search, stages};

/// The running journey. Dropping it without [`JourneyEngine::stop`] leaves its tasks running.
pub struct JourneyEngine {
    context: Arc<Context>,
    engine: engine::Engine,
    pulse: Arc<EngineStatus>,
}

/// How a running engine is doing.
#[derive(Default)]
pub struct EngineStatus {
    activity: Arc<Activity>,
    meter: Arc<Meter>,
}

impl EngineStatus {
    /// Returns a receiver that changes with every commit of a stage.
    pub fn beat(&self) -> tokio::sync::watch::Receiver<u64> {
        self.activity.commits()
    }

    /// Returns the latency of the newest pages that led to signals; nothing before the first.
    pub fn latency(&self) -> Option<Latency> {
        self.meter.latency()
    }

    /// Returns how many deliveries were taken in during the last minute.
    pub fn taken_in_last_minute(&self) -> usize {
        self.meter.taken_in_last_minute()
    }

    pub(crate) fn activity(&self) -> &Activity {
        &self.activity
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }
}

impl JourneyEngine {
    /// Makes sure the topics exist and starts every task.
    ///
    /// # Errors
    /// What the stores say.
    pub async fn start(context: Arc<Context>) -> Result<Self> {
        Self::start_as(Role::All, context).await
    }

    /// Makes sure the topics exist and starts the tasks of a role.
    ///
    /// # Errors
    /// What the stores say.
    pub async fn start_as(role: Role, context: Arc<Context>) -> Result<Self> {
        let meter = Arc::new(Meter::default());
        let pipeline = Pipeline {
            stages: stages::rows(&context, &meter),
            jobs: jobs::rows(&context),
            schedules: jobs::SCHEDULES.to_vec(),
            services: projection(&context).into_iter().collect(),
            dead_letters: stages::dead_stages().collect(),
        };
        let engine = engine::Engine::start(role, context.resources(), pipeline).await?;
        let pulse = Arc::new(EngineStatus { activity: Arc::clone(engine.activity()), meter });
        Ok(Self { context, engine, pulse })
    }

    /// Returns the doors this engine runs on.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Returns how the engine is doing.
    pub fn pulse(&self) -> &Arc<EngineStatus> {
        &self.pulse
    }

    pub(crate) fn notifier(&self) -> &Notifier {
        self.engine.notifier()
    }

    /// Tells the engine that something was put into the outbox.
    pub fn nudge(&self) {
        self.engine.notifier().notify();
    }

    /// Waits until a stage has stopped for good, and returns why.
    pub async fn failed(&self) -> engine::Error {
        self.engine.failed().await
    }

    /// Waits until everything taken in has come through, telling how much has not.
    ///
    /// # Errors
    /// When a stage has stopped for good, or the stores cannot be asked.
    pub async fn settle(&self, tell: impl FnMut(Progress)) -> Result<()> {
        self.engine.settle(tell).await
    }

    /// Lets every stage and job finish what it has begun, then ends them.
    pub async fn stop(&self) {
        self.engine.stop().await;
    }
}

/// Returns the task that keeps the search index up to date, where there is one.
fn projection(context: &Arc<Context>) -> Option<Service> {
    let index = context.search.clone()?;
    let context = Arc::clone(context);
    Some(Arc::new(move |stop| {
        Box::pin(search::run(Arc::clone(&context), Arc::clone(&index), stop))
    }))
}
