//! Accepts connections until the server stops. Neither too many connections nor an error of one of
//! them ends or delays it.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::connections::{Connections, until_closing};
use crate::problem::Problem;

/// The pause after an error that the next attempt would meet again, such as too many open files.
const ERROR_PAUSE: Duration = Duration::from_millis(50);
/// The minimum time between two warnings about such errors.
const WARNING_PAUSE: Duration = Duration::from_secs(10);
/// The maximum number of connections that are being refused with a response; others are closed
/// without one.
const REFUSALS_MAX: usize = 16;
/// The time for refusing a connection.
const REFUSAL_MAX: Duration = Duration::from_millis(500);

/// Accepts connections and serves them with `router`.
pub(crate) struct Acceptor {
    connections: Arc<Connections>,
    router: Router,
    closing: watch::Receiver<bool>,
    refusals: Arc<Semaphore>,
    warned: Option<Instant>,
}

impl Acceptor {
    /// Builds an acceptor that stops when `closing` becomes true.
    pub(crate) fn new(
        connections: Connections,
        router: Router,
        closing: watch::Receiver<bool>,
    ) -> Self {
        let (connections, refusals) =
            (Arc::new(connections), Arc::new(Semaphore::new(REFUSALS_MAX)));
        Self { connections, router, closing, refusals, warned: None }
    }

    /// Accepts connections until the server stops, then waits until all have ended. If the future
    /// is dropped, all are closed.
    pub(crate) async fn run(mut self, listener: TcpListener) {
        let mut tasks = JoinSet::new();
        let mut closing = self.closing.clone();
        let mut check = interval(self.connections.check_interval());
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = until_closing(&mut closing) => break,
                _ = check.tick() => self.connections.close_overdue(),
                Some(_) = tasks.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((socket, peer)) => self.begin(socket, peer, &mut tasks).await,
                    Err(error) => self.recover(&error).await,
                },
            }
        }
        drop(listener);
        loop {
            tokio::select! {
                ended = tasks.join_next() => match ended {
                    Some(_) => {}
                    None => return,
                },
                _ = check.tick() => self.connections.close_overdue(),
            }
        }
    }

    async fn begin(&self, socket: TcpStream, peer: SocketAddr, tasks: &mut JoinSet<()>) {
        match self.connections.admit(peer.ip()).await {
            Some(connection) => {
                let (router, closing) = (self.router.clone(), self.closing.clone());
                tasks.spawn(connection.serve(socket, peer, router, closing));
            }
            None => {
                if let Ok(permit) = Arc::clone(&self.refusals).try_acquire_owned() {
                    tasks.spawn(async move {
                        // An error or a slow client ends the refusal without a response.
                        let _ = timeout(REFUSAL_MAX, refuse(socket)).await;
                        drop(permit);
                    });
                }
            }
        }
    }

    async fn recover(&mut self, error: &std::io::Error) {
        let is_of_one_connection = matches!(
            error.kind(),
            ErrorKind::ConnectionAborted
                | ErrorKind::ConnectionRefused
                | ErrorKind::ConnectionReset
        );
        if is_of_one_connection {
            return;
        }
        if self.warned.is_none_or(|warned| warned.elapsed() >= WARNING_PAUSE) {
            self.warned = Some(Instant::now());
            tracing::warn!(%error, "cannot accept connections; retrying");
        }
        self.connections.give_way();
        sleep(ERROR_PAUSE).await;
    }
}

/// Responds to whatever the client sends that it should retry.
async fn refuse(mut socket: TcpStream) -> std::io::Result<()> {
    let problem = Problem::busy("too many connections; retry in a moment");
    let body = serde_json::to_string(&problem)?;
    let response = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\n\
         content-length: {}\r\nretry-after: 2\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut input = [0u8; 4 << 10];
    if socket.read(&mut input).await? == 0 {
        return Ok(());
    }
    socket.write_all(response.as_bytes()).await?;
    socket.shutdown().await?;
    // Closing a socket with unread input would reset it, and the client could lose the response.
    while socket.read(&mut input).await? > 0 {}
    Ok(())
}
