//! The places of the live stream. When all are taken, a newcomer takes the place of another stream,
//! because a client that no longer reads its stream cannot be distinguished from one that does: the
//! system acknowledges what the client has not read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::admission::Caller;
use crate::connections::ConnectionState;

/// The places.
pub(crate) struct StreamPlaces {
    places_max: usize,
    streams: Mutex<Streams>,
}

#[derive(Default)]
struct Streams {
    next_id: u64,
    /// The streams that have a place, oldest first.
    open: Vec<OpenStream>,
}

struct OpenStream {
    id: u64,
    caller: Caller,
    connection: Option<Arc<ConnectionState>>,
    lost: Arc<Notify>,
}

impl OpenStream {
    fn is_blocked(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.is_blocked())
    }
}

impl StreamPlaces {
    pub(crate) fn new(places_max: usize) -> Arc<Self> {
        Arc::new(Self { places_max, streams: Mutex::default() })
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place for a stream to a caller. If none is free, the caller with most streams loses
    /// one. Returns nothing if no other caller has more than the new one would have.
    pub(crate) fn take(
        self: &Arc<Self>,
        caller: Caller,
        connection: Option<Arc<ConnectionState>>,
    ) -> Option<StreamPlace> {
        let mut streams = self.streams();
        if streams.open.len() >= self.places_max {
            let index = streams.replaceable(caller)?;
            let OpenStream { connection, lost, .. } = streams.open.remove(index);
            lost.notify_one();
            // A stream whose client takes nothing would not notice.
            if let Some(connection) = connection.filter(|connection| connection.is_blocked()) {
                connection.cut();
            }
        }
        let (id, lost) = (streams.next_id, Arc::new(Notify::new()));
        streams.next_id += 1;
        streams.open.push(OpenStream { id, caller, connection, lost: Arc::clone(&lost) });
        Some(StreamPlace { id, lost, places: Arc::clone(self) })
    }
}

impl Streams {
    /// Finds the stream that a new one of `caller` replaces: of the caller with most streams, one
    /// whose client takes nothing, or else the oldest.
    fn replaceable(&self, caller: Caller) -> Option<usize> {
        let mut counts: HashMap<Caller, usize> = HashMap::new();
        for stream in &self.open {
            *counts.entry(stream.caller).or_default() += 1;
        }
        let own = counts.get(&caller).copied().unwrap_or(0);
        let (largest, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        // Taking from a caller with as many would only be answered in kind.
        let loser = if count >= own + 2 { largest } else { caller };
        let of_loser = || self.open.iter().enumerate().filter(|(_, one)| one.caller == loser);
        let blocked = of_loser().find(|(_, stream)| stream.is_blocked());
        blocked.or_else(|| of_loser().next()).map(|(index, _)| index)
    }
}

/// A place, which is free again when it is dropped.
pub(crate) struct StreamPlace {
    id: u64,
    lost: Arc<Notify>,
    places: Arc<StreamPlaces>,
}

impl StreamPlace {
    /// Waits until the place is lost to another stream.
    pub(crate) async fn lost(&self) {
        self.lost.notified().await;
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.places.streams().open.retain(|stream| stream.id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use futures_util::FutureExt as _;

    use super::*;

    fn client(last: u8) -> Caller {
        Caller::Client(IpAddr::from([127, 0, 0, last]))
    }

    #[test]
    fn the_caller_with_most_streams_loses_its_oldest() {
        let places = StreamPlaces::new(4);
        let person = places.take(client(1), None).unwrap();
        let crowd: Vec<_> = (0..50).map(|_| places.take(client(2), None).unwrap()).collect();
        let is_lost = |place: &StreamPlace| place.lost().now_or_never().is_some();
        assert!(!is_lost(&person));
        let lost = crowd.iter().filter(|place| is_lost(place)).count();
        assert_eq!(lost, 47);
        let other = places.take(client(3), None).unwrap();
        assert!(is_lost(&crowd[47]) && !is_lost(&crowd[48]) && !is_lost(&person));
        drop(crowd);
        assert_eq!(places.streams().open.len(), 2);
        drop((person, other));
        assert_eq!(places.streams().open.len(), 0);
    }

    #[test]
    fn equals_do_not_take_from_each_other() {
        let places = StreamPlaces::new(2);
        let _all: Vec<_> = [1, 2].map(|n| places.take(client(n), None).unwrap()).into();
        assert!(places.take(client(3), None).is_none());
        assert!(places.take(client(2), None).is_some(), "but one may replace one's own");
    }
}
