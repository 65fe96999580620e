//! Serving until told to stop, and then ending what was begun.

use std::sync::Arc;
use std::time::Duration;

use flow::{Context, JourneyEngine};
use tokio::net::TcpListener;

use crate::app::App;
use crate::guard::Gate;
use crate::measure::Measures;
use crate::vitals::Vitals;
use crate::{api, token};

/// How long answers that were begun may take when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// Why the server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Everybody on the network could ask.
    #[error(
        "{0} can be reached from elsewhere and nobody would need a token: make one with \
         `leadq token add NAME`, or listen on 127.0.0.1"
    )]
    Unguarded(std::net::SocketAddr),
    /// The connection's side.
    #[error("cannot serve: {0}")]
    Io(#[from] std::io::Error),
    /// The engine's side.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

/// Serves until `stop` is done; then takes no more requests, ends the streams, and waits for the
/// answers that were begun.
///
/// # Errors
/// [`ServeError::Unguarded`] when it would listen to everybody and no token was ever made; what the
/// connections and the engines say.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    check_guarded(&listener, &app.inner.context).await?;
    let router = api::router(app.clone());
    let closing = app.clone();
    let mut closed = app.inner.closing.subscribe();
    let told = async move {
        stop.await;
        closing.close();
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(told);
    let too_long = async move {
        // An error means that the app is gone, and with it everything that could be waited for.
        let _ = closed.wait_for(|closed| *closed).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving.into_future() => Ok(served?),
        () = too_long => {
            tracing::warn!("some clients did not let go in time; their connections are cut");
            Ok(())
        }
    }
}

/// Serves the vital signs of a process that answers nothing else, for as long as it is waited for.
///
/// # Errors
/// As [`serve`].
pub async fn serve_vitals(
    listener: TcpListener,
    engine: &JourneyEngine,
    measures: Measures,
) -> Result<(), ServeError> {
    let is_loopback = check_guarded(&listener, engine.context()).await?;
    let gate = Arc::new(Gate::new(Arc::clone(engine.context()), is_loopback));
    let router = api::vitals_router(Arc::new(Vitals::of(engine, measures, is_loopback)), gate);
    Ok(axum::serve(listener, router).await?)
}

/// Tells whether only this machine can ask; nobody else may, as long as nobody needs a token.
async fn check_guarded(listener: &TcpListener, context: &Context) -> Result<bool, ServeError> {
    let address = listener.local_addr()?;
    let is_loopback = address.ip().is_loopback();
    if !is_loopback && !token::is_needed(context).await? {
        return Err(ServeError::Unguarded(address));
    }
    Ok(is_loopback)
}
