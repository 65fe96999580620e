//! A pool of idle connections for the next request to the same host: at most one per host, with a
//! limit on their number and their age.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::connection::HttpConnection;
use crate::origin::Origin;

const CONNECTIONS_MAX: usize = 256;
const AGE_MAX: Duration = Duration::from_secs(15);

/// The idle connections.
#[derive(Default)]
pub(crate) struct Idle(Mutex<HashMap<Origin, (HttpConnection, Instant)>>);

impl Idle {
    /// Takes the connection to this host out, if there is one that may still be open.
    pub(crate) fn take(&self, origin: &Origin) -> Option<HttpConnection> {
        let mut connections = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (connection, since) = connections.remove(origin)?;
        (since.elapsed() < AGE_MAX && !connection.sender.is_closed()).then_some(connection)
    }

    /// Keeps a connection whose last response was read to its end.
    pub(crate) fn put(&self, origin: &Origin, connection: HttpConnection) {
        if connection.sender.is_closed() {
            return;
        }
        let mut connections = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.len() >= CONNECTIONS_MAX {
            connections
                .retain(|_, (idle, since)| since.elapsed() < AGE_MAX && !idle.sender.is_closed());
        }
        if connections.len() < CONNECTIONS_MAX {
            connections.insert(origin.clone(), (connection, Instant::now()));
        }
    }
}
