//! The webhook channel: a signal is sent to the configured endpoints, signed by Standard Webhooks
//! 1.0.0.

mod config;
mod message;
mod retry;
mod send;
mod signing;

use std::sync::Arc;

use async_trait::async_trait;
use model::Timestamp;
use net::Door;
use serde_json::Value;

use crate::channel_trait::{
    ActionView, Channel, ChannelTarget, FailedAttempt, Health, Message, Sent,
};
use crate::channels::ChannelRow;

pub use config::{Endpoint, InvalidEndpoint};
pub use signing::{InvalidSecret, Secret, signature_headers};

/// The row in the list of channels.
pub(super) const CHANNEL: ChannelRow = ChannelRow {
    name: "webhook",
    about: "sent, signed, to the configured endpoints; to none by default",
    setting: Some("webhooks"),
    open: |setting| Webhook::open(setting).map(|channel| Arc::new(channel) as Arc<dyn Channel>),
};

/// The channel: each endpoint is a target.
#[derive(Debug)]
pub struct Webhook(Vec<Endpoint>);

impl Webhook {
    /// Creates the channel with these endpoints.
    pub fn new(endpoints: Vec<Endpoint>) -> Self {
        Self(endpoints)
    }

    fn open(setting: Option<Value>) -> Result<Self, String> {
        let Some(setting) = setting else { return Ok(Self(Vec::new())) };
        let endpoints: Vec<Endpoint> =
            serde_json::from_value(setting).map_err(|error| error.to_string())?;
        match endpoints.iter().find_map(|endpoint| endpoint.check().err()) {
            Some(error) => Err(error.to_string()),
            None => Ok(Self(endpoints)),
        }
    }

    fn endpoint(&self, id: &str) -> Option<&Endpoint> {
        self.0.iter().find(|endpoint| endpoint.id() == id)
    }
}

#[async_trait]
impl Channel for Webhook {
    fn name(&self) -> &'static str {
        CHANNEL.name
    }

    fn targets(&self) -> Vec<ChannelTarget> {
        self.0.iter().map(Endpoint::target).collect()
    }

    fn kinds(&self) -> Vec<String> {
        self.0.iter().flat_map(|endpoint| endpoint.kinds.iter().cloned()).collect()
    }

    fn target(&self, meant: &str) -> Option<ChannelTarget> {
        let is_meant = |one: &&Endpoint| one.id() == meant || one.url.as_str() == meant;
        self.0.iter().find(is_meant).map(Endpoint::target)
    }

    fn wants(&self, target: &str, view: &ActionView) -> bool {
        let endpoint = self.endpoint(target);
        endpoint.is_some_and(|endpoint| endpoint.wants(&view.signal, view.score))
    }

    fn prepare(&self, target: &str, view: ActionView) -> Result<Message, serde_json::Error> {
        message::prepare(target, view)
    }

    async fn send(&self, door: &Door, target: &str, message: Message, now: Timestamp) -> Sent {
        match self.endpoint(target) {
            Some(endpoint) => send::send(door, endpoint, message, now).await,
            None => Sent::Unwanted { why: "the settings name no such endpoint".to_owned() },
        }
    }

    fn attempts_max(&self) -> i64 {
        retry::ATTEMPTS_MAX
    }

    fn next_attempt(&self, failed: FailedAttempt<'_>) -> Option<Timestamp> {
        retry::next_attempt(failed)
    }

    fn health(&self, failures: i64, since: Timestamp, now: Timestamp, is_overload: bool) -> Health {
        retry::after_failure(failures, since, now, is_overload)
    }
}
