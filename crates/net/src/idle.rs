//! A pool of idle connections for the next request to the same host: at most one per host, with a
//! limit on their number and their age.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::address::Endpoint;
use crate::connection::Connection;

const CONNECTIONS_MAX: usize = 256;
const AGE_MAX: Duration = Duration::from_secs(15);

/// The idle connections.
#[derive(Default)]
pub(crate) struct Idle(Mutex<HashMap<Endpoint, (Connection, Instant)>>);

impl Idle {
    /// Takes the connection to this host out, if there is one that may still be open.
    pub(crate) fn take(&self, endpoint: &Endpoint) -> Option<Connection> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (connection, since) = waiting.remove(endpoint)?;
        (since.elapsed() < AGE_MAX && !connection.sender.is_closed()).then_some(connection)
    }

    /// Keeps a connection whose last response was read to its end.
    pub(crate) fn put(&self, endpoint: &Endpoint, connection: Connection) {
        if connection.sender.is_closed() {
            return;
        }
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= CONNECTIONS_MAX {
            waiting
                .retain(|_, (kept, since)| since.elapsed() < AGE_MAX && !kept.sender.is_closed());
        }
        if waiting.len() < CONNECTIONS_MAX {
            waiting.insert(endpoint.clone(), (connection, Instant::now()));
        }
    }
}
