//! Do: where an action goes once a signal deserves one.
//!
//! Invariant: nothing leaves leadq that nobody released: a person releases an action, or an operator
//! names an endpoint in the settings, and what goes there is signed.
//!
//! Not here: which signals deserve an action (`score`), when a delivery is tried again (`flow`'s jobs;
//! only the rule for it is here).

mod channels;
mod endpoint;
mod message;
mod retry;
mod send;
mod signing;

pub use channels::{CHANNEL_WEBHOOK, CHANNELS, Channel, channel};
pub use endpoint::{Endpoint, InvalidEndpoint};
pub use message::{CompanyNamed, SignalMessage, message_id};
pub use retry::{ATTEMPTS_MAX, Health, after_failure, next_attempt};
pub use send::{Sent, send};
pub use signing::{InvalidSecret, Secret, signature_headers};
