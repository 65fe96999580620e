//! Serves until stopped, and then shuts down gracefully.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flow::{Context, JourneyEngine};
use model::SystemClock;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::accept::Acceptor;
use crate::access::Access;
use crate::app::App;
use crate::connections::{ConnectionLimits, Connections};
use crate::guard::Gate;
use crate::process_metrics::ProcessMetrics;
use crate::prometheus::Measures;
use crate::{api, token};

/// The time that running requests get when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// The reason why the server cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server can be reached from the network and no token is required.
    #[error(
        "{0} can be reached from the network without a token: create one with \
         `leadq token add NAME`, or listen on 127.0.0.1"
    )]
    Unguarded(SocketAddr),
    /// An I/O error of the listener or a connection.
    #[error("cannot serve: {0}")]
    Io(#[from] std::io::Error),
    /// An error of an engine.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

/// Serves until `stop` completes; then accepts no more requests, ends the streams, and waits for
/// running requests.
///
/// # Errors
/// Returns [`ServeError::Unguarded`] if the listener can be reached from the network and no token
/// was ever created, or an error of the connections or the engines.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    check_guarded(&listener, &app.inner.context).await?;
    let router = api::router(app.clone());
    let closing = app.clone();
    let connections = Connections::new(app.inner.gate.limits.clone());
    let acceptor = Acceptor::new(connections, router, app.inner.closing.subscribe());
    let grace_period = async move {
        stop.await;
        closing.close();
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = acceptor.run(listener) => {}
        () = grace_period => {
            tracing::warn!("some clients did not disconnect in time; closing their connections");
        }
        never = app.inner.vitals.keep_checking() => match never {},
    }
    Ok(())
}

/// Serves the vital signs of a process that serves nothing else, until the future is dropped.
///
/// # Errors
/// Returns the same errors as [`serve`].
pub async fn serve_vitals(
    listener: TcpListener,
    engine: &JourneyEngine,
    measures: Measures,
) -> Result<(), ServeError> {
    let is_loopback = check_guarded(&listener, engine.context()).await?;
    // There is no login here; a session that was opened elsewhere authorizes as well.
    let clock = Arc::new(SystemClock);
    let access = Access::new(Arc::clone(engine.context()), clock, is_loopback);
    let limits = ConnectionLimits::of_process();
    let connections = Connections::new(limits.clone());
    let gate = Arc::new(Gate::new(Arc::new(access), is_loopback, limits));
    let vitals = Arc::new(ProcessMetrics::of(engine, measures, is_loopback));
    let router = api::vitals_router(Arc::clone(&vitals), gate);
    // It serves until the future is dropped.
    let closing = watch::Sender::new(false);
    tokio::select! {
        () = Acceptor::new(connections, router, closing.subscribe()).run(listener) => Ok(()),
        never = vitals.keep_checking() => match never {},
    }
}

/// Checks whether only this machine can reach the listener. Fails if the network can reach it and
/// no token is needed.
async fn check_guarded(listener: &TcpListener, context: &Context) -> Result<bool, ServeError> {
    let address = listener.local_addr()?;
    let is_loopback = address.ip().is_loopback();
    if !is_loopback && !token::is_needed(context).await? {
        return Err(ServeError::Unguarded(address));
    }
    Ok(is_loopback)
}
