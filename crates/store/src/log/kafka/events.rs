//! What the clients tell of themselves, told on: each kind of trouble once in a while. When a broker is
//! away, every client says so several times a second.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::KafkaError;

/// How long trouble of a kind is not told again.
const PAUSE: Duration = Duration::from_secs(30);
/// Its remarks on our choice of settings, which were made on purpose.
const ON_SETTINGS: &str = "CONFWARN";

/// A consumer that is no member of a group.
pub(super) type Client = BaseConsumer<ClientEvents>;

/// Tells the log of leadq.
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

/// Whether trouble of a kind was not told for a while, by any client of this process.
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
    fn a_kind_of_trouble_is_told_once_in_a_while() {
        let begun = Instant::now();
        assert!(is_due("away", begun) && is_due("slow", begun));
        assert!(!is_due("away", begun + PAUSE / 2));
        assert!(is_due("away", begun + PAUSE));
    }
}
