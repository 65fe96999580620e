//! What every handler is handed: the context, the answers' answers, the intake, the wall, the feed, and
//! the limits.

use std::sync::Arc;
use std::time::Duration;

use answer::{Profile, ReadContext};
use axum::extract::FromRef;
use flow::{Context, Intake, JourneyEngine, Part, Trouble};
use store::{Result, StoreError};
use tokio::sync::{Mutex, Semaphore, watch};
use tokio::time::Instant;

use crate::feed::Feed;
use crate::guard::Gate;
use crate::measure::Measures;
use crate::status::{self, Mode, Status};
use crate::vitals::Vitals;
use crate::wall::Wall;

/// Clients that follow the live stream at the same time.
const STREAMS_MAX: usize = 64;
/// How long a status is handed out before it is asked for again.
const STATUS_AGE: Duration = Duration::from_secs(1);

/// How long whoever hands something over waits for a status.
const STATUS_WAIT: Duration = Duration::from_secs(1);

/// How the server was set up.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// What the program was started as.
    pub mode: Mode,
    /// Whether it listens on the loopback address only: then it answers to no other name.
    pub is_loopback: bool,
}

/// The server's own state; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) context: Arc<Context>,
    /// What answers are computed from.
    pub(crate) answers: ReadContext,
    pub(crate) intake: Intake,
    pub(crate) gate: Arc<Gate>,
    pub(crate) vitals: Arc<Vitals>,
    pub(crate) wall: Arc<Wall>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) streams: Arc<Semaphore>,
    /// Becomes true when the server stops: streams end then.
    pub(crate) closing: watch::Sender<bool>,
    mode: Mode,
    newest_status: Mutex<Option<(Instant, Status)>>,
}

impl App {
    /// The server's state over a running engine; starts to follow what the engine commits.
    ///
    /// # Errors
    /// What the engines say.
    pub async fn start(
        engine: &JourneyEngine,
        settings: ServerSettings,
        measures: Measures,
    ) -> Result<Self> {
        let context = Arc::clone(engine.context());
        let wall = Arc::new(Wall::default());
        let answers = context.answers();
        let feed = Feed::open(Arc::clone(&context), answers.clone(), Arc::clone(&wall)).await?;
        let feed = Arc::new(feed);
        let closing = watch::Sender::new(false);
        let (beat, stop) = (engine.pulse().beat(), closing.subscribe());
        tokio::spawn(Arc::clone(&feed).follow(beat, stop));
        let inner = Inner {
            intake: Intake::new(engine),
            gate: Arc::new(Gate::new(Arc::clone(&context), settings.is_loopback)),
            vitals: Arc::new(Vitals::of(engine, measures, settings.is_loopback)),
            context,
            answers,
            wall,
            feed,
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            closing,
            mode: settings.mode,
            newest_status: Mutex::new(None),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Ends the streams and lets go of the engine's beat.
    pub(crate) fn close(&self) {
        // Nobody listens any more when everything has ended already.
        let _ = self.inner.closing.send(true);
    }

    /// How leadq is doing, at most a second ago.
    pub(crate) async fn status(&self) -> answer::Result<Status> {
        let inner = &self.inner;
        let mut newest = inner.newest_status.lock().await;
        if let Some((at, status)) = newest.as_ref()
            && at.elapsed() < STATUS_AGE
        {
            return Ok(status.clone());
        }
        let troubles = inner.vitals.troubles().await;
        let is_away =
            |one: &&Trouble| !one.is_slow && matches!(one.part, Part::Database | Part::Log);
        if inner.context.db.is_shared()
            && let Some(trouble) = troubles.iter().find(is_away)
        {
            // Asking them again would take as long as they were waited for.
            return Err(StoreError::retryable(trouble.cause.clone()).into());
        }
        let profile = Profile::load(&inner.answers).await?;
        let companies = inner.wall.companies(&inner.answers, &profile).await?;
        let signals = companies.iter().map(|company| company.signals.len()).sum();
        let pulse = &inner.vitals.pulse;
        let status = status::status(&inner.context, pulse, inner.mode, signals, troubles).await?;
        *newest = Some((Instant::now(), status.clone()));
        Ok(status)
    }

    /// Records on their way; those at the outbox alone where the log is slow to tell: it must not keep
    /// anybody from handing over what the database can keep.
    pub(crate) async fn waiting(&self) -> answer::Result<u64> {
        if let Ok(Ok(status)) = tokio::time::timeout(STATUS_WAIT, self.status()).await {
            return Ok(status.waiting);
        }
        let waiting = self.inner.context.db.read(|tx| Box::pin(tx.outbox_len())).await?;
        Ok(u64::try_from(waiting).unwrap_or(0))
    }
}

impl FromRef<App> for Arc<Vitals> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.inner.vitals)
    }
}
