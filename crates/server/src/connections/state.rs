//! The state of one connection: what it waits for, since when, and whether it may be closed.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::ConnectionLimits;

/// The time for which a request that is not admitted, or a response that is not taken, is safe from
/// newcomers.
const SAFE: Duration = Duration::from_secs(1);

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The first byte of a request.
    Request,
    /// The rest of a request's head.
    Head,
    /// The body of a request, or its permit.
    Admission,
    /// The response, which is being computed or sent.
    Response,
    /// The end of the client's input, before the connection is closed.
    End,
}

/// The order in which connections are closed to make room for newcomers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dispensability {
    /// It has never sent a complete request, or is about to be closed.
    Unproven,
    /// It has sent requests before, and waits for the next.
    Idle,
    /// Its client does not take the response.
    Untaken,
    /// Its request has not arrived completely, or has no permit yet.
    Unadmitted,
}

/// A response that the client does not take at present.
#[derive(Debug, Clone, Copy)]
struct Blocked {
    since: Instant,
    /// The number of bytes that the client has taken since.
    taken_bytes: usize,
}

struct Progress {
    phase: Phase,
    since: Instant,
    /// Whether a complete head has ever arrived.
    is_proven: bool,
    /// Whether a body of the client is not, or not completely, read.
    has_unread: bool,
    blocked: Option<Blocked>,
    /// The size of the response while it is not sent completely, in bytes.
    unsent_bytes: usize,
    /// Whether the connection is to be closed.
    is_cut: bool,
}

/// The state of one connection. Its socket, its requests and the list of connections share it.
pub(crate) struct ConnectionState {
    peer: IpAddr,
    progress: Mutex<Progress>,
    cut: Notify,
    /// The size of all responses that are not sent completely, in bytes, over all connections.
    unsent_bytes_total: Arc<AtomicUsize>,
}

impl ConnectionState {
    pub(super) fn new(peer: IpAddr, unsent_bytes_total: Arc<AtomicUsize>) -> Self {
        let progress = Progress {
            phase: Phase::Request,
            since: Instant::now(),
            is_proven: false,
            has_unread: false,
            blocked: None,
            unsent_bytes: 0,
            is_cut: false,
        };
        Self { peer, progress: Mutex::new(progress), cut: Notify::new(), unsent_bytes_total }
    }

    /// Returns the address of the other side, which may be a proxy.
    pub(super) fn peer(&self) -> IpAddr {
        self.peer
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that bytes arrived.
    pub(super) fn received(&self) {
        let mut progress = self.progress();
        if progress.phase == Phase::Request {
            progress.enter(Phase::Head);
        }
    }

    /// Notes that a head has arrived. The request lasts until the result is dropped.
    pub(super) fn begin_request(self: &Arc<Self>, has_body: bool) -> RequestSpan {
        let mut progress = self.progress();
        progress.enter(Phase::Response);
        progress.is_proven = true;
        progress.has_unread = has_body;
        drop(progress);
        RequestSpan(Arc::clone(self))
    }

    /// Notes that the request is being admitted, until the result is dropped.
    pub(crate) fn begin_admission(self: &Arc<Self>) -> AdmissionSpan {
        self.progress().enter(Phase::Admission);
        AdmissionSpan(Arc::clone(self))
    }

    /// Notes that the whole body of the request has been read.
    pub(crate) fn body_read(&self) {
        self.progress().has_unread = false;
    }

    /// Notes the size of the response, if it is known, until it is sent completely.
    pub(super) fn begin_response(&self, bytes: usize) {
        let mut progress = self.progress();
        let before = std::mem::replace(&mut progress.unsent_bytes, bytes);
        self.unsent_bytes_total.fetch_add(bytes, Ordering::Relaxed);
        self.unsent_bytes_total.fetch_sub(before, Ordering::Relaxed);
    }

    /// Notes that the client takes no more bytes at present.
    pub(super) fn blocked(&self) {
        let begun = Blocked { since: Instant::now(), taken_bytes: 0 };
        self.progress().blocked.get_or_insert(begun);
    }

    /// Notes that the client took bytes.
    pub(super) fn sent(&self, bytes: usize) {
        if let Some(blocked) = &mut self.progress().blocked {
            blocked.taken_bytes = blocked.taken_bytes.saturating_add(bytes);
        }
    }

    /// Notes that nothing is left to send.
    pub(super) fn flushed(&self) {
        let mut progress = self.progress();
        progress.blocked = None;
        let sent = std::mem::take(&mut progress.unsent_bytes);
        self.unsent_bytes_total.fetch_sub(sent, Ordering::Relaxed);
    }

    /// Notes that the server sends no more. Returns whether the client may still be sending.
    pub(super) fn begin_end(&self) -> bool {
        let mut progress = self.progress();
        // A head that is too large or invalid is not read to its end.
        let may_send = progress.has_unread || progress.phase == Phase::Head;
        progress.enter(Phase::End);
        may_send
    }

    /// Asks for the connection to be closed. A request that begins before that is not interrupted.
    pub(crate) fn cut(&self) {
        self.progress().is_cut = true;
        self.cut.notify_one();
    }

    /// Waits until the connection must be closed.
    pub(super) async fn cut_now(&self) {
        loop {
            self.cut.notified().await;
            let mut progress = self.progress();
            if progress.dispensability(Instant::now()).is_some() {
                return;
            }
            progress.is_cut = false;
        }
    }

    /// Returns whether a body of the client is not, or not completely, read.
    pub(crate) fn has_unread(&self) -> bool {
        self.progress().has_unread
    }

    /// Returns whether no request has begun, or all are answered.
    pub(super) fn is_at_rest(&self) -> bool {
        let progress = self.progress();
        progress.blocked.is_none()
            && matches!(progress.phase, Phase::Request | Phase::Head | Phase::End)
    }

    /// Returns the size of the response if it is not sent completely, in bytes.
    pub(super) fn unsent_bytes(&self) -> usize {
        self.progress().unsent_bytes
    }

    /// Returns whether the client does not take the response at present.
    pub(crate) fn is_blocked(&self) -> bool {
        self.progress().blocked.is_some()
    }

    /// Returns how dispensable the connection is, and since when; nothing if it must not be closed,
    /// or is to be closed already.
    pub(super) fn dispensability(&self, now: Instant) -> Option<(Dispensability, Instant)> {
        let progress = self.progress();
        progress.dispensability(now).filter(|_| !progress.is_cut)
    }

    /// Returns why the connection must be closed; nothing if it is within its limits, or is to be
    /// closed already. The time of admission and of responses that are computed is limited elsewhere.
    pub(super) fn overdue(&self, now: Instant, limits: &ConnectionLimits) -> Option<&'static str> {
        let progress = self.progress();
        if progress.is_cut {
            return None;
        }
        if let Some(Blocked { since, taken_bytes }) = progress.blocked {
            let max = limits.extended(limits.write_time_max, taken_bytes);
            return (now.saturating_duration_since(since) >= max).then_some("response not taken");
        }
        let (max, cause) = match progress.phase {
            Phase::Request if progress.is_proven => (limits.idle_time_max, "idle"),
            Phase::Request | Phase::Head => (limits.head_time_max, "head incomplete"),
            Phase::End => (limits.linger_time_max, "input after the response"),
            Phase::Admission | Phase::Response => return None,
        };
        (now.saturating_duration_since(progress.since) >= max).then_some(cause)
    }
}

impl Progress {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }

    fn dispensability(&self, now: Instant) -> Option<(Dispensability, Instant)> {
        let is_old = |since: Instant| now.saturating_duration_since(since) >= SAFE;
        if let Some(Blocked { since, .. }) = self.blocked {
            return is_old(since).then_some((Dispensability::Untaken, since));
        }
        let since = self.since;
        match self.phase {
            Phase::End => Some((Dispensability::Unproven, since)),
            Phase::Request | Phase::Head if !self.is_proven => {
                Some((Dispensability::Unproven, since))
            }
            Phase::Request | Phase::Head => Some((Dispensability::Idle, since)),
            Phase::Admission if is_old(since) => Some((Dispensability::Unadmitted, since)),
            Phase::Admission | Phase::Response => None,
        }
    }
}

impl Drop for ConnectionState {
    fn drop(&mut self) {
        self.flushed();
    }
}

/// A request: from the end of its head until its response is ready to be sent, or given up.
pub(super) struct RequestSpan(Arc<ConnectionState>);

impl Drop for RequestSpan {
    fn drop(&mut self) {
        let mut progress = self.0.progress();
        // A connection that ends meanwhile stays in its last phase.
        if progress.phase != Phase::End {
            progress.enter(Phase::Request);
        }
    }
}

/// The admission of a request.
pub(crate) struct AdmissionSpan(Arc<ConnectionState>);

impl Drop for AdmissionSpan {
    fn drop(&mut self) {
        self.0.progress().enter(Phase::Response);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn state() -> Arc<ConnectionState> {
        Arc::new(ConnectionState::new(Ipv4Addr::LOCALHOST.into(), Arc::default()))
    }

    #[tokio::test(start_paused = true)]
    async fn each_phase_has_its_limit() {
        let (limits, state) = (ConnectionLimits::default(), state());
        let check = async |after_s: u64, expected: Option<&str>| {
            tokio::time::advance(Duration::from_secs(after_s)).await;
            assert_eq!(state.overdue(Instant::now(), &limits), expected);
        };
        check(9, None).await;
        check(1, Some("head incomplete")).await;
        state.received();
        check(9, None).await;
        // A trickle of bytes does not extend the time for the head.
        state.received();
        check(1, Some("head incomplete")).await;
        let request = state.begin_request(false);
        check(1_000, None).await;
        assert!(state.dispensability(Instant::now()).is_none() && !state.is_at_rest());
        drop(request);
        check(59, None).await;
        check(1, Some("idle")).await;
        state.received();
        check(10, Some("head incomplete")).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_is_taken_at_a_minimum_rate() {
        let limits = ConnectionLimits::default();
        let total = Arc::default();
        let state = Arc::new(ConnectionState::new(Ipv4Addr::LOCALHOST.into(), Arc::clone(&total)));
        let request = state.begin_request(false);
        state.begin_response(5_000);
        assert_eq!(total.load(Ordering::Relaxed), 5_000);
        drop(request);
        state.blocked();
        state.sent(64 << 10);
        state.blocked();
        tokio::time::advance(Duration::from_secs(23)).await;
        assert_eq!(state.overdue(Instant::now(), &limits), None);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(state.overdue(Instant::now(), &limits), Some("response not taken"));
        assert!(state.dispensability(Instant::now()).is_some() && !state.is_at_rest());
        state.flushed();
        assert_eq!(state.overdue(Instant::now(), &limits), None);
        assert_eq!(total.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_proved_nothing_go_first() {
        let [unproven, idle, untaken, unadmitted, computing] = [(); 5].map(|()| state());
        unproven.received();
        for proven in [&idle, &untaken] {
            drop(proven.begin_request(false));
        }
        untaken.blocked();
        let _request = unadmitted.begin_request(true);
        let admission = unadmitted.begin_admission();
        let _computed = computing.begin_request(false);
        let order = |state: &ConnectionState| {
            state.dispensability(Instant::now()).map(|(dispensability, _)| dispensability)
        };
        assert_eq!([order(&untaken), order(&unadmitted)], [None; 2], "they are safe for a moment");
        tokio::time::advance(SAFE).await;
        let all = [&unproven, &idle, &untaken, &unadmitted].map(|state| order(state));
        assert!(all.is_sorted() && all.iter().all(Option::is_some), "{all:?}");
        assert_eq!(order(&computing), None);
        drop(admission);
        assert_eq!(order(&unadmitted), None);
        assert!(unadmitted.begin_end(), "input is left");
        assert_eq!(order(&unadmitted), Some(Dispensability::Unproven));
    }
}
