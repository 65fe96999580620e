//! What is sent: a signal with the words that prove it.

use model::{Action, ActionId, Points, Signal, Timestamp};
use serde::Serialize;

use super::CHANNEL;
use crate::channel::{ActionView, CompanyNamed, Message};

/// Evidence sent with a signal; the rest is a question away. Keeps a message below 20 kB.
const EVIDENCE_MAX: usize = 10;

/// A message as it is written.
#[derive(Serialize)]
struct SignalMessage {
    r#type: &'static str,
    /// When the signal was detected.
    timestamp: Timestamp,
    data: SignalData,
}

/// The `data` of a `signal.detected` message.
#[derive(Serialize)]
struct SignalData {
    /// The action, the same on every attempt.
    action: ActionId,
    /// Whom it is about.
    company: CompanyNamed,
    /// For which product.
    product: String,
    /// Points of 100, as of this attempt.
    score: Points,
    /// What happened, with evidence.
    signal: Signal,
}

/// Makes the message of an action to an endpoint. Its id is the same on every attempt.
pub(super) fn prepare(endpoint: &str, view: ActionView) -> Result<Message, serde_json::Error> {
    let ActionView { company, product, score, mut signal, detected } = view;
    let action = Action::id_of(signal.id, CHANNEL.name);
    signal.evidence.truncate(EVIDENCE_MAX);
    let data = SignalData { action, company, product, score, signal };
    let message = SignalMessage { r#type: "signal.detected", timestamp: detected, data };
    Ok(Message { id: format!("msg_{action}_{endpoint}"), body: serde_json::to_string(&message)? })
}
