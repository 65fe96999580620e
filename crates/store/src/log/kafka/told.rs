//! What the client tells of itself, told on.

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;

/// Its remarks on our choice of settings, which were made on purpose.
const ON_SETTINGS: &str = "CONFWARN";

/// Tells the log of leadq.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told;

impl ClientContext for Told {
    fn log(&self, level: RDKafkaLogLevel, about: &str, message: &str) {
        if about == ON_SETTINGS {
            return;
        }
        if (level as i32) <= RDKafkaLogLevel::Error as i32 {
            tracing::warn!(about, message, "Kafka");
        } else {
            tracing::debug!(about, message, "Kafka");
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::warn!(%error, reason, "Kafka");
    }
}
