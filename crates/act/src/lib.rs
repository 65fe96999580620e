//! The act stage: the channels, and how the action of a signal is prepared and sent on one.
//!
//! Invariant: nothing leaves leadq without a release. A person releases an action, or an operator
//! configures an endpoint in the settings; every message to an endpoint is signed.
//!
//! Not here: which signals deserve an action (`score`), and retrying (`flow`'s jobs; only the retry
//! schedule is here).

mod channel_trait;
mod channels;

pub use channel_trait::{
    ActionView, Channel, ChannelTarget, CompanyNamed, FailedAttempt, Health, Message, Sent,
};
pub use channels::webhook::{
    Endpoint, InvalidEndpoint, InvalidSecret, Secret, Webhook, signature_headers,
};
pub use channels::{
    CHANNEL_UNNAMED, CHANNEL_WEBHOOK, CHANNELS, CLAIMED_ON, ChannelRow, Channels, InvalidChannel,
    channel,
};
