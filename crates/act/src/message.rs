//! What is sent: a signal with the words that prove it.

use model::{ActionId, EntityId, Points, Signal, Timestamp};
use serde::Serialize;

/// Evidence sent with a signal; the rest is a question away. Keeps a message below 20 kB.
const EVIDENCE_MAX: usize = 10;

/// A company, as much of it as a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompanyNamed {
    /// Its id.
    pub id: EntityId,
    /// Best known name.
    pub name: Option<String>,
    /// Its source entities, as `kind:value`.
    pub entities: Vec<String>,
}

/// The `data` of a `signal.detected` message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalMessage {
    /// The action, the same on every attempt.
    pub action: ActionId,
    /// Whom it is about.
    pub company: CompanyNamed,
    /// For which product.
    pub product: String,
    /// Points of 100, as of this attempt.
    pub score: Points,
    /// What happened, with evidence.
    pub signal: Signal,
}

/// The id under which an action is sent to an endpoint, the same on every attempt.
pub fn message_id(action: ActionId, endpoint: &str) -> String {
    format!("msg_{action}_{endpoint}")
}

impl SignalMessage {
    /// The body of the message; `detected` is when the signal was.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    pub fn body(mut self, detected: Timestamp) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Message {
            r#type: &'static str,
            timestamp: Timestamp,
            data: SignalMessage,
        }
        self.signal.evidence.truncate(EVIDENCE_MAX);
        let message = Message { r#type: "signal.detected", timestamp: detected, data: self };
        serde_json::to_string(&message)
    }
}
