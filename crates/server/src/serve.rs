//! Serving until told to stop, and then ending what was begun.

use std::time::Duration;

use tokio::net::TcpListener;

use crate::app::App;
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
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() && !token::is_needed(&app.inner.rooms).await? {
        return Err(ServeError::Unguarded(address));
    }
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
