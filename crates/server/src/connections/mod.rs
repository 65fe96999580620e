//! Connections: how many there are, which of them are closed to make room for newcomers, and which
//! are closed because they have exceeded their time.
//!
//! A client that holds connections and sends nothing must not keep others away, so a newcomer
//! always gets in while there are connections that process no request: the most dispensable ones are
//! closed, those of the address with most connections first, of these the longest idle.

mod io;
mod limits;
mod state;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use tower::ServiceExt as _;

pub use limits::ConnectionLimits;
pub(crate) use state::ConnectionState;

use io::{TrackedBody, TrackedSocket};

use crate::prometheus;

/// The maximum time that a newcomer waits until a connection has made room.
const ROOM_WAIT: Duration = Duration::from_millis(250);
/// The share of the connections that is closed at once to make room, because finding them takes a
/// pass over all.
const ROOM_SHARE: usize = 64;
/// The maximum size of all responses that are not sent completely, in bytes. Above it the clients
/// that take nothing for the longest time lose their connections.
const UNSENT_BYTES_MAX: usize = 64 << 20;
/// The maximum size of a request's head, in bytes.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// The maximum size of the buffers of a connection, in bytes.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// The size of the system's buffer for the output of a connection, in bytes. It would grow to
/// several megabytes for a client that takes nothing.
const SEND_BUFFER_BYTES: usize = 256 << 10;

/// All connections of a server.
pub(crate) struct Connections {
    limits: ConnectionLimits,
    places: Arc<Semaphore>,
    open: Mutex<OpenConnections>,
    unsent_bytes_total: Arc<AtomicUsize>,
}

#[derive(Default)]
struct OpenConnections {
    next_id: u64,
    states: HashMap<u64, Arc<ConnectionState>>,
    /// The number of connections of each client address.
    counts: HashMap<IpAddr, usize>,
}

impl Connections {
    pub(crate) fn new(limits: ConnectionLimits) -> Self {
        let places = Arc::new(Semaphore::new(limits.connections_max));
        Self { limits, places, open: Mutex::default(), unsent_bytes_total: Arc::default() }
    }

    fn open(&self) -> MutexGuard<'_, OpenConnections> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the interval at which overdue connections must be searched for.
    pub(crate) fn check_interval(&self) -> Duration {
        let limits = &self.limits;
        let shortest = limits.head_time_max.min(limits.idle_time_max).min(limits.write_time_max);
        (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }

    /// Registers a connection from an address, and makes room for it if there are too many. Returns
    /// nothing if every connection processes a request.
    pub(crate) async fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<OpenConnection> {
        let (peer, client) = (peer.to_canonical(), client_of(peer));
        let is_exempt = peer.is_loopback() || self.limits.trusted_proxies.contains(&peer);
        if !is_exempt && self.open().count(client) >= self.limits.per_address_max {
            // The new connection may begin before the closed one has ended.
            self.make_room(Some(client), 1)?;
        }
        let place = match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                self.make_room(None, self.limits.connections_max / ROOM_SHARE + 1)?;
                let place = Arc::clone(&self.places).acquire_owned();
                tokio::time::timeout(ROOM_WAIT, place).await.ok()?.ok()?
            }
        };
        let state = ConnectionState::new(peer, Arc::clone(&self.unsent_bytes_total));
        let state = Arc::new(state);
        let mut open = self.open();
        let id = open.next_id;
        open.next_id += 1;
        open.states.insert(id, Arc::clone(&state));
        *open.counts.entry(client).or_default() += 1;
        drop(open);
        prometheus::connection_opened();
        Some(OpenConnection { id, client, state, all: Arc::clone(self), _place: place })
    }

    /// Closes the most dispensable connections, at most `count` and only those of `client` if it is
    /// given. Returns nothing if none is dispensable.
    fn make_room(&self, client: Option<IpAddr>, count: usize) -> Option<()> {
        let (now, open) = (Instant::now(), self.open());
        let candidates = open.states.values().filter_map(|state| {
            let address = client_of(state.peer());
            let (dispensability, since) = state.dispensability(now)?;
            let is_asked = client.is_none_or(|client| client == address);
            is_asked.then(|| (dispensability, Reverse(open.count(address)), since, state))
        });
        let mut candidates: Vec<_> = candidates.collect();
        let count = count.min(candidates.len());
        let last = count.checked_sub(1)?;
        candidates.select_nth_unstable_by_key(last, |(dispensability, connections, since, _)| {
            (*dispensability, *connections, *since)
        });
        for (_, _, _, state) in candidates.iter().take(count) {
            state.cut();
            prometheus::connection_cut("room for others");
        }
        Some(())
    }

    /// Closes some connections because the process cannot open more files.
    pub(crate) fn give_way(&self) {
        // Without a dispensable connection there is nothing to do but wait.
        let _ = self.make_room(None, self.limits.connections_max / ROOM_SHARE + 1);
    }

    /// Closes every connection that has exceeded its time, and the longest untaken responses while
    /// too many bytes of responses are unsent.
    pub(crate) fn close_overdue(&self) {
        let (now, open) = (Instant::now(), self.open());
        let mut untaken = Vec::new();
        for state in open.states.values() {
            if let Some(cause) = state.overdue(now, &self.limits) {
                state.cut();
                prometheus::connection_cut(cause);
            } else if let Some((state::Dispensability::Untaken, since)) = state.dispensability(now)
            {
                untaken.push((since, state));
            }
        }
        let unsent = self.unsent_bytes_total.load(Ordering::Relaxed);
        let mut excess = unsent.saturating_sub(UNSENT_BYTES_MAX);
        untaken.sort_unstable_by_key(|(since, _)| *since);
        for (_, state) in untaken {
            if excess == 0 {
                return;
            }
            excess = excess.saturating_sub(state.unsent_bytes());
            state.cut();
            prometheus::connection_cut("responses not taken");
        }
    }
}

impl OpenConnections {
    fn count(&self, client: IpAddr) -> usize {
        self.counts.get(&client).copied().unwrap_or(0)
    }
}

/// Returns the address by which clients are counted: of an IPv6 address the first 64 bits, because
/// one client has all addresses that begin with them.
pub(crate) fn client_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// A registered connection.
pub(crate) struct OpenConnection {
    id: u64,
    client: IpAddr,
    state: Arc<ConnectionState>,
    all: Arc<Connections>,
    _place: OwnedSemaphorePermit,
}

impl OpenConnection {
    /// Serves the connection until it ends, is closed, or is idle while the server stops.
    pub(crate) async fn serve(
        self,
        socket: TcpStream,
        peer: SocketAddr,
        router: Router,
        closing: watch::Receiver<bool>,
    ) {
        // The socket is closed before the place is free again.
        drive(socket, peer, &self.state, router, closing).await;
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut open = self.all.open();
        open.states.remove(&self.id);
        if let Some(count) = open.counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.counts.remove(&self.client);
            }
        }
        drop(open);
        prometheus::connection_closed();
    }
}

/// Waits until the server stops, or is gone.
pub(crate) async fn until_closing(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await;
}

async fn drive(
    socket: TcpStream,
    peer: SocketAddr,
    state: &Arc<ConnectionState>,
    router: Router,
    mut closing: watch::Receiver<bool>,
) {
    let set_buffer = set_socket_send_buffer_size(&socket, SEND_BUFFER_BYTES);
    if let Err(error) = socket.set_nodelay(true).and(set_buffer.map_err(Into::into)) {
        tracing::debug!(%error, "cannot set the options of a socket");
    }
    let mut builder = http1::Builder::new();
    // The list of connections keeps the time, because this limit does not tell an idle connection
    // from an incomplete head.
    builder.timer(TokioTimer::new()).header_read_timeout(None);
    builder.max_header_size(HEAD_BYTES_MAX).max_buf_size(BUFFER_BYTES_MAX);
    let shared = Arc::clone(state);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (router, state) = (router.clone(), Arc::clone(&shared));
        let span = state.begin_request(!request.body().is_end_stream());
        async move {
            let mut request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(Arc::clone(&state));
            let response = router.oneshot(request).await?;
            Ok::<_, Infallible>(response.map(|body| TrackedBody::new(body, &state, span)))
        }
    });
    let socket = TokioIo::new(TrackedSocket::new(socket, Arc::clone(state)));
    let mut connection = pin!(builder.serve_connection(socket, service));
    let mut is_closing = false;
    loop {
        tokio::select! {
            served = connection.as_mut() => {
                if let Err(error) = served {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = state.cut_now() => return,
            () = until_closing(&mut closing), if !is_closing => {
                is_closing = true;
                connection.as_mut().graceful_shutdown();
                if state.is_at_rest() {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(connections_max: usize) -> Arc<Connections> {
        let limits = ConnectionLimits {
            connections_max,
            per_address_max: 2,
            trusted_proxies: vec![address("10.0.0.9")],
            ..ConnectionLimits::default()
        };
        Arc::new(Connections::new(limits))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Admits a connection that ends when it is asked to, as soon as it serves no request.
    async fn open(all: &Arc<Connections>, peer: &str) -> Option<Arc<ConnectionState>> {
        let open = all.admit(address(peer)).await?;
        let state = Arc::clone(&open.state);
        tokio::spawn(async move { open.state.cut_now().await });
        Some(state)
    }

    /// Returns how many of the connections are still open.
    fn count_open(all: &Connections, states: &[Arc<ConnectionState>]) -> usize {
        let open = all.open();
        let is_open =
            |state: &&Arc<ConnectionState>| open.states.values().any(|one| Arc::ptr_eq(one, state));
        states.iter().filter(is_open).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_newcomer_replaces_the_longest_idle_of_the_largest_client() {
        let all = connections(8);
        let person = open(&all, "127.0.0.1").await.unwrap();
        let mut crowd = Vec::new();
        for _ in 0..100 {
            tokio::time::advance(Duration::from_millis(1)).await;
            crowd.push(open(&all, "127.0.0.2").await.unwrap());
        }
        assert_eq!(count_open(&all, &[person]), 1, "although it was idle for the longest time");
        assert_eq!(count_open(&all, &crowd), 7);
        assert_eq!(count_open(&all, &crowd[93..]), 7, "the newest ones");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_is_never_interrupted() {
        let all = connections(2);
        let busy = [open(&all, "127.0.0.1").await.unwrap(), open(&all, "::1").await.unwrap()];
        let requests: Vec<_> = busy.iter().map(|state| state.begin_request(false)).collect();
        assert!(open(&all, "127.0.0.2").await.is_none());
        // It was idle when it was chosen, but has a request by now.
        busy[0].cut();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(count_open(&all, &busy), 2);
        drop(requests);
        assert!(open(&all, "127.0.0.2").await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_has_a_limit_of_its_own() {
        let all = connections(64);
        let count = async |peers: &[&str]| {
            let mut states = Vec::new();
            for peer in peers {
                states.extend(open(&all, peer).await);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
            count_open(&all, &states)
        };
        assert_eq!(count(&["192.0.2.1"; 5]).await, 2);
        assert_eq!(count(&["::ffff:192.0.2.2", "192.0.2.2", "192.0.2.2"]).await, 2);
        assert_eq!(count(&["2001:db8::1", "2001:db8::2", "2001:db8::1:3"]).await, 2);
        assert_eq!(count(&["127.0.0.1"; 5]).await, 5, "it may be a proxy");
        assert_eq!(count(&["10.0.0.9"; 5]).await, 5, "it is a proxy");
        let busy = [open(&all, "192.0.2.4").await.unwrap(), open(&all, "192.0.2.4").await.unwrap()];
        let _requests: Vec<_> = busy.iter().map(|state| state.begin_request(false)).collect();
        assert!(open(&all, "192.0.2.4").await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn untaken_responses_are_bounded() {
        let all = connections(8);
        let mut states = Vec::new();
        for _ in 0..4 {
            let state = open(&all, "127.0.0.1").await.unwrap();
            drop(state.begin_request(false));
            state.begin_response(UNSENT_BYTES_MAX / 2);
            state.blocked();
            states.push(state);
            tokio::time::advance(Duration::from_secs(2)).await;
        }
        all.close_overdue();
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(count_open(&all, &states), 2);
        assert_eq!(count_open(&all, &states[2..]), 2, "the longest untaken ones are dropped");
    }
}
