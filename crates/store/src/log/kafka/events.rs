//! Logging of the clients' own events, rate-limited by kind of error: while a broker is unreachable,
//! every client reports it several times a second.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::KafkaError;

/// The minimum time between two reports of one kind of error.
const PAUSE: Duration = Duration::from_secs(30);
/// The client's warnings about our settings, which are deliberate.
const ON_SETTINGS: &str = "CONFWARN";

/// A consumer that is not a member of a group.
pub(super) type Client = BaseConsumer<ClientEvents>;

/// A client context that writes the client's events to the log of leadq.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientEvents;

impl ConsumerContext for ClientEvents {}

impl ClientContext for ClientEvents {
    fn log(&self, level: RDKafkaLogLevel, about: &str, message: &str) {
        let is_trouble = (level as i32) <= RDKafkaLogLevel::Error as i32;
        if is_trouble && about != ON_SETTINGS && is_due(about, Instant::now()) {
            tracing::warn!(about, message, "Kafka");
        } else {
            tracing::debug!(about, message, "Kafka");
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let kind = error.rdkafka_error_code().map_or_else(String::new, |code| format!("{code:?}"));
        if is_due(&kind, Instant::now()) {
            tracing::warn!(%error, reason, "Kafka");
        } else {
            tracing::debug!(%error, reason, "Kafka");
        }
    }
}

/// Returns whether a kind of error has not been reported for [`PAUSE`] by any client of this
/// process, and counts it as reported now.
fn is_due(kind: &str, now: Instant) -> bool {
    static LAST: Mutex<BTreeMap<String, Instant>> = Mutex::new(BTreeMap::new());
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if last.get(kind).is_some_and(|at| now.duration_since(*at) < PAUSE) {
        return false;
    }
    last.insert(kind.to_owned(), now);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_logged_once_per_pause() {
        let start = Instant::now();
        assert!(is_due("away", start) && is_due("slow", start));
        assert!(!is_due("away", start + PAUSE / 2));
        assert!(is_due("away", start + PAUSE));
    }
}
