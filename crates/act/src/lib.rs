//! Do: where an action goes once a signal deserves one.
//!
//! Invariant: nothing leaves leadq that nobody released: a person releases an action, or an operator
//! names an endpoint in the settings, and what goes there is signed.
//!
//! Not here: which signals deserve an action (`score`), that something is tried again (`flow`'s jobs;
//! only the rule for it is here).

mod channel;
mod channels;

pub use channel::{
    ActionView, Channel, ChannelTarget, CompanyNamed, FailedAttempt, Health, Message, Sent,
};
pub use channels::webhook::{
    Endpoint, InvalidEndpoint, InvalidSecret, Secret, Webhook, signature_headers,
};
pub use channels::{
    CHANNEL_UNNAMED, CHANNEL_WEBHOOK, CHANNELS, CLAIMED_ON, ChannelRow, Channels, InvalidChannel,
    channel,
};
