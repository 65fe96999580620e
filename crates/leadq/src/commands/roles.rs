//! `leadq serve`, `work` and `crawl`: the parts of `leadq up` as separate processes, on the engines
//! of a cluster.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flow::{JourneyEngine, Role};
use server::status::Mode;
use server::{Measures, serve_vitals};
use store::StoreError;

use super::up::{STOPPED, listen, open_to_people, stop_asked, warn_of_plain_http, ways};
use crate::cli::{PartArgs, UpArgs};
use crate::config::{Settings, UsageError};
use crate::output::Output;
use crate::show;
use crate::wiring::{Open, Session};

/// The delay between attempts to reach an engine that is away.
const RETRY: Duration = Duration::from_secs(2);

/// Serves the web app and the HTTP interface, including intake.
pub(super) async fn serve(settings: &Settings, args: &UpArgs) -> anyhow::Result<Output> {
    let mut session = open(settings, "serve").await?;
    let listener = listen(args.listen).await?;
    let engine = start(&mut session, Role::Door).await?;
    let session = Arc::new(session);
    let served =
        open_to_people(settings, &session, &engine, listener, Mode::Up, stop_asked()?).await;
    engine.stop().await;
    session.close().await;
    served?;
    Ok(Output::well(STOPPED))
}

/// Runs the stages and the jobs.
pub(super) async fn work(settings: &Settings, args: PartArgs) -> anyhow::Result<Output> {
    let mut session = open(settings, "work").await?;
    let vitals = vitals(args)?;
    let engine = start(&mut session, Role::Work).await?;
    let stop = stop_asked()?;
    show::print("working (Ctrl-C stops it)\n")?;
    let outcome = tokio::select! {
        () = stop => Ok(()),
        failure = engine.failed() => Err(failure.into()),
        ended = serve_measures(settings, vitals, &engine) => ended,
    };
    engine.stop().await;
    session.close().await;
    outcome.map(|()| Output::well(STOPPED))
}

/// Follows sites.
pub(super) async fn crawl(settings: &Settings, args: PartArgs) -> anyhow::Result<Output> {
    let mut session = open(settings, "crawl").await?;
    let vitals = vitals(args)?;
    let engine = start(&mut session, Role::Door).await?;
    let stop = stop_asked()?;
    let following = flow::start_following(&engine, settings.crawl())?;
    show::print("following (Ctrl-C stops it)\n")?;
    let outcome = tokio::select! {
        () = stop => Ok(()),
        ended = serve_measures(settings, vitals, &engine) => ended,
    };
    following.stop().await;
    engine.stop().await;
    session.close().await;
    outcome.map(|()| Output::well(STOPPED))
}

/// Serves health and metrics, if an address was given for them.
async fn serve_measures(
    settings: &Settings,
    at: Option<(SocketAddr, Measures)>,
    engine: &JourneyEngine,
) -> anyhow::Result<()> {
    let Some((address, measures)) = at else { return std::future::pending().await };
    let listener = listen(address).await?;
    warn_of_plain_http(settings, listener.local_addr()?);
    show::print(&format!("health and metrics at http://{}/metrics\n", listener.local_addr()?))?;
    Ok(serve_vitals(listener, engine, measures).await?)
}

/// Returns the address of health and metrics with their measures, which are installed before the
/// engine starts, so that everything is counted.
fn vitals(args: PartArgs) -> anyhow::Result<Option<(SocketAddr, Measures)>> {
    args.listen.map(|address| Ok((address, Measures::install()?))).transpose()
}

async fn open(settings: &Settings, command: &str) -> anyhow::Result<Session> {
    if !settings.is_cluster() {
        let hint = "the embedded engines belong to one process: use `leadq up`, which runs everything in \
                    it; for separate processes set db and log in leadq.toml to PostgreSQL and Kafka";
        return Err(UsageError(format!("leadq {command}: {hint}")).into());
    }
    retry(async || Session::open_with(settings, command, Open::OrMake, ways(settings)?).await).await
}

/// Starts a part of the journey.
async fn start(session: &mut Session, role: Role) -> anyhow::Result<Arc<JourneyEngine>> {
    retry(async || session.keep_running(role).await).await
}

/// Retries while an engine is away, because processes may be started in any order.
async fn retry<T>(mut attempt: impl AsyncFnMut() -> anyhow::Result<T>) -> anyhow::Result<T> {
    loop {
        match attempt().await {
            Err(error)
                if error.downcast_ref::<StoreError>().is_some_and(StoreError::is_retryable) =>
            {
                tracing::warn!(error = show::causes(&error), "an engine is away; retrying");
                tokio::time::sleep(RETRY).await;
            }
            done => return done,
        }
    }
}
