//! `leadq up`: runs everything in one process until it is stopped.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use flow::{JourneyEngine, Role};
use model::{Clock, SystemClock};
use net::{Door, RecentEgress};
use server::status::Mode;
use server::{App, Measures, ServerSettings as Serving, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::UpArgs;
use crate::config::Settings;
use crate::control::Listener;
use crate::output::Output;
use crate::show;
use crate::wiring::{Open, ProcessResources, Session};

/// The output after a clean stop.
pub(super) const STOPPED: &str = "stopped; nothing acknowledged is lost\n";
/// The number of outgoing requests kept in memory; the log has them all.
pub(super) const EGRESS_LINES: usize = 1_000;

pub(super) async fn run(settings: &Settings, args: &UpArgs) -> anyhow::Result<Output> {
    let mut session = Session::open_with(settings, "up", Open::OrMake, ways(settings)?).await?;
    let listener = listen(args.listen).await?;
    session.listens_on(listener.local_addr()?);
    let engine = session.keep_running(Role::All).await?;
    let session = Arc::new(session);
    let following = flow::start_following(&engine, settings.crawl())?;
    let served =
        open_to_people(settings, &session, &engine, listener, Mode::Up, stop_asked()?).await;
    following.stop().await;
    engine.stop().await;
    session.close().await;
    served?;
    Ok(Output::well(STOPPED))
}

/// Builds the clock and the door.
pub(super) fn ways(settings: &Settings) -> anyhow::Result<ProcessResources> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let egress = Arc::new(RecentEgress::new(EGRESS_LINES));
    let door = Door::new(settings.out(), Arc::clone(&clock), egress)?;
    Ok(ProcessResources { clock, door: Some(door) })
}

/// Binds the address.
pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: choose another address with --listen")
    })
}

/// Serves the HTTP interface and the commands of other processes until `stop` completes.
pub(super) async fn open_to_people(
    settings: &Settings,
    session: &Arc<Session>,
    engine: &JourneyEngine,
    listener: TcpListener,
    mode: Mode,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    warn_of_plain_http(settings, address);
    let serving = Serving {
        mode,
        is_loopback: address.ip().is_loopback(),
        plain_http: settings.plain_http,
        session_clock: Arc::new(SystemClock),
        limits: settings.connections(),
    };
    let app = App::start(engine, serving, Measures::install()?).await?;
    // In a cluster a command opens the engines itself.
    let commands = match settings.is_cluster() {
        true => None,
        false => Some(tokio::spawn(
            Listener::open(&settings.data_dir)?
                .run(Arc::clone(session), |session, cli| Box::pin(super::run_in(session, cli))),
        )),
    };
    show::print(&format!("leadq is up: http://{address}/ (Ctrl-C stops it)\n"))?;
    let served = serve(listener, app, stop).await;
    if let Some(commands) = commands {
        commands.abort();
    }
    Ok(served?)
}

/// Warns if other machines can reach an address: leadq itself does not encrypt.
pub(super) fn warn_of_plain_http(settings: &Settings, address: SocketAddr) {
    if address.ip().is_loopback() {
        return;
    }
    let logins = match settings.plain_http {
        true => "plain_http = true allows browsers to log in unencrypted",
        false => {
            "browsers can log in over HTTPS only, through a proxy that sends \
             `X-Forwarded-Proto: https`; plain_http = true in leadq.toml allows it unencrypted"
        }
    };
    tracing::warn!(%address, plain_http = settings.plain_http, "listening over plain HTTP");
    show::warn(&format!(
        "WARNING: {address} can be reached over plain HTTP: unless a proxy terminates TLS before \
         it, tokens, sessions and answers can be read on their way\n         {logins}"
    ));
}

/// Returns a future that completes on SIGINT or SIGTERM.
pub(super) fn stop_asked() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}
