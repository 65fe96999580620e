//! Serves until stopped, and then shuts down gracefully.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use flow::{Context, JourneyEngine};
use model::SystemClock;
use tokio::net::TcpListener;

use crate::access::Access;
use crate::app::App;
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
    let mut closed = app.inner.closing.subscribe();
    let shutdown = async move {
        stop.await;
        closing.close();
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(shutdown);
    let grace_period = async move {
        // An error means that the app is dropped, so that no request is left to wait for.
        let _ = closed.wait_for(|closed| *closed).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving.into_future() => Ok(served?),
        () = grace_period => {
            tracing::warn!("some clients did not disconnect in time; closing their connections");
            Ok(())
        }
    }
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
    let gate = Arc::new(Gate::new(Arc::new(access), is_loopback));
    let router =
        api::vitals_router(Arc::new(ProcessMetrics::of(engine, measures, is_loopback)), gate);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
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
