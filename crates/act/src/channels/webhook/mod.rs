//! The webhook channel: a signal is sent to the configured endpoints, signed by Standard Webhooks
//! 1.0.0.

mod config;
mod message;
mod retry;
mod send;
mod signing;

use std::sync::Arc;

use async_trait::async_trait;
use model::{Timestamp, field_problem};
use net::Door;
use serde_json::Value;

use crate::channel_trait::{
    ActionView, Channel, ChannelTarget, FailedAttempt, Health, Message, Sent,
};
use crate::channels::{ChannelRow, InvalidEntry};

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

    fn open(setting: Option<Value>) -> Result<Self, InvalidEntry> {
        let Some(setting) = setting else { return Ok(Self(Vec::new())) };
        let endpoints: Vec<Endpoint> =
            serde_path_to_error::deserialize(setting).map_err(|error| invalid(&error))?;
        for (entry, endpoint) in endpoints.iter().enumerate() {
            endpoint.check().map_err(|error| InvalidEntry {
                place: Some((entry, error.field().to_owned())),
                why: error.to_string(),
            })?;
        }
        Ok(Self(endpoints))
    }

    fn endpoint(&self, id: &str) -> Option<&Endpoint> {
        self.0.iter().find(|endpoint| endpoint.id() == id)
    }
}

/// Words an error of the setting: the number of the endpoint, its field, and what that must be.
fn invalid(error: &serde_path_to_error::Error<serde_json::Error>) -> InvalidEntry {
    let path = error.path().to_string();
    let message = error.inner().to_string();
    let Some((entry, field)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) else {
        return InvalidEntry { place: None, why: field_problem(&path, &message) };
    };
    let problem = field_problem(field, &message);
    let field = field.trim_start_matches('.');
    let field = problem.strip_suffix(" is missing").unwrap_or(field).to_owned();
    match entry.parse::<usize>() {
        Ok(entry) => {
            let why = format!("number {}: {problem}", entry + 1);
            InvalidEntry { place: Some((entry, field)), why }
        }
        Err(_) => InvalidEntry { place: None, why: problem },
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
