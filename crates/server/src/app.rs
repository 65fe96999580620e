//! The state that every handler receives: the context, the read context of answers, the intake, the
//! feed, the limits, and values that are reused.

use std::sync::Arc;
use std::time::Duration;

use answer::{ReadContext, SignalCounts};
use axum::extract::FromRef;
use flow::{Context, Intake, JourneyEngine, Part, Trouble};
use model::Clock;
use store::{Result, StoreError};
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use crate::access::Access;
use crate::connections::ConnectionLimits;
use crate::guard::Gate;
use crate::live_feed::LiveFeed;
use crate::process_metrics::ProcessMetrics;
use crate::prometheus::Measures;
use crate::reused::Reused;
use crate::status::{self, Figures, Mode, Status};
use crate::stream_places::StreamPlaces;

/// The maximum number of concurrent clients of the live stream.
const STREAMS_MAX: usize = 64;
/// The time for which a status is reused, and the minimum time for its counts.
const STATUS_AGE: Duration = Duration::from_secs(1);
/// The maximum number of companies that a request reads if the rows of lists cannot answer it.
pub(crate) const COMPANIES_READ_MAX: usize = 1_000;

/// The settings of the server.
#[derive(Clone)]
pub struct ServerSettings {
    /// The mode in which the program was started.
    pub mode: Mode,
    /// Whether it listens on the loopback address only. If so, it accepts no other host name.
    pub is_loopback: bool,
    /// Whether browsers may log in over plain HTTP from other machines.
    pub plain_http: bool,
    /// The clock by which the sessions of browsers expire: the machine's, because a simulated clock
    /// may stop or jump.
    pub session_clock: Arc<dyn Clock>,
    /// The limits of its connections.
    pub limits: ConnectionLimits,
}

/// The server's own state; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<AppInner>,
}

pub(crate) struct AppInner {
    pub(crate) context: Arc<Context>,
    /// The read context from which answers are computed.
    pub(crate) answers: ReadContext,
    pub(crate) intake: Intake,
    pub(crate) access: Arc<Access>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) vitals: Arc<ProcessMetrics>,
    /// The numbers of signals by filter.
    pub(crate) counts: SignalCounts,
    pub(crate) feed: Arc<LiveFeed>,
    pub(crate) streams: Arc<StreamPlaces>,
    /// Becomes true when the server stops. Streams end then.
    pub(crate) closing: watch::Sender<bool>,
    mode: Mode,
    newest_status: Mutex<Option<(Instant, Status)>>,
    figures: Reused<Figures>,
}

impl App {
    /// Builds the server's state over a running engine and starts to follow the engine's commits.
    ///
    /// # Errors
    /// Returns an error if an engine of the context fails.
    pub async fn start(
        engine: &JourneyEngine,
        settings: ServerSettings,
        measures: Measures,
    ) -> Result<Self> {
        let context = Arc::clone(engine.context());
        let answers = context.answers();
        let feed = LiveFeed::open(Arc::clone(&context), answers.clone()).await?;
        let feed = Arc::new(feed);
        let closing = watch::Sender::new(false);
        let (pulse, stop) = (Arc::clone(engine.pulse()), closing.subscribe());
        tokio::spawn(Arc::clone(&feed).follow(pulse, stop));
        let allows_plain_login = settings.is_loopback || settings.plain_http;
        let clock = settings.session_clock;
        let access = Arc::new(Access::new(Arc::clone(&context), clock, allows_plain_login));
        let inner = AppInner {
            intake: Intake::new(engine),
            gate: Arc::new(Gate::new(Arc::clone(&access), settings.is_loopback, settings.limits)),
            access,
            vitals: Arc::new(ProcessMetrics::of(engine, measures, settings.is_loopback)),
            context,
            answers,
            counts: SignalCounts::default(),
            feed,
            streams: StreamPlaces::new(STREAMS_MAX),
            closing,
            mode: settings.mode,
            newest_status: Mutex::new(None),
            figures: Reused::new(STATUS_AGE),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Ends the streams and stops following the engine's commits.
    pub(crate) fn close(&self) {
        // Sending fails only if every receiver has ended already.
        let _ = self.inner.closing.send(true);
    }

    /// Computes the status of leadq, or reuses one that is at most a second old. Counts that take
    /// long are reused for longer.
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
            // Querying them again would block until the same timeout.
            return Err(StoreError::retryable(trouble.cause.clone()).into());
        }
        let waiting = flow::waiting(&inner.context).await?;
        let figures =
            inner.figures.get(status::figures(&inner.context, COMPANIES_READ_MAX)).await?;
        let engine_status = &inner.vitals.pulse;
        let context = &inner.context;
        let status = status::status(context, engine_status, inner.mode, waiting, figures, troubles);
        *newest = Some((Instant::now(), status.clone()));
        Ok(status)
    }
}

impl FromRef<App> for Arc<ProcessMetrics> {
    fn from_ref(app: &App) -> Self {
        Arc::clone(&app.inner.vitals)
    }
}
