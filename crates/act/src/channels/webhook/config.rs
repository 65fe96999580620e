//! The settings of an endpoint.

use std::fmt;

use model::{Digest, Points, Signal};
use serde::Deserialize;
use url::Url;

use super::signing::Secret;
use crate::channel_trait::ChannelTarget;

/// An endpoint, and the signals that it receives.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Its address. It may hold a secret of its own, so only its origin is ever shown.
    pub url: Url,
    /// The secret shared with it.
    pub secret: Secret,
    /// The previous secret, for as long as the consumer may not have the new one.
    #[serde(default)]
    pub secret_before: Option<Secret>,
    /// The kinds of signals that are sent; all if empty.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// The minimum score of a company whose signals are sent, 0 to 100 points.
    #[serde(default)]
    pub score_min: u8,
}

/// An invalid endpoint in the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEndpoint {
    /// The address is not an HTTP URL.
    #[error("{0} is not a webhook address: write https://…")]
    Scheme(String),
    /// The minimum score is above 100 points.
    #[error("score_min = {0} is out of range: write 0 to 100")]
    Score(u8),
}

impl InvalidEndpoint {
    /// Returns the field that is invalid.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Scheme(_) => "url",
            Self::Score(_) => "score_min",
        }
    }
}

impl Endpoint {
    /// Checks the values that its type does not constrain.
    ///
    /// # Errors
    /// [`InvalidEndpoint`].
    pub fn check(&self) -> Result<(), InvalidEndpoint> {
        if !matches!(self.url.scheme(), "http" | "https") || !self.url.has_host() {
            return Err(InvalidEndpoint::Scheme(self.shown()));
        }
        if self.score_min > 100 { Err(InvalidEndpoint::Score(self.score_min)) } else { Ok(()) }
    }

    /// Returns its name in rows and keys: a digest of its address.
    pub fn id(&self) -> String {
        Digest::of(self.url.as_str().as_bytes()).to_string().chars().take(16).collect()
    }

    /// Returns the part of its address that may be shown: scheme and host.
    pub fn shown(&self) -> String {
        format!("{}://{}", self.url.scheme(), self.url.host_str().unwrap_or_default())
    }

    /// Returns it as a target of the channel.
    pub(super) fn target(&self) -> ChannelTarget {
        ChannelTarget { id: self.id(), shown: self.shown() }
    }

    /// Returns the secrets to sign with, the new one first.
    pub fn secrets(&self) -> Vec<&Secret> {
        std::iter::once(&self.secret).chain(&self.secret_before).collect()
    }

    /// Reports whether a signal of a company with this score is sent to it.
    pub fn wants(&self, signal: &Signal, score: Points) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&signal.kind);
        kind && score >= Points(i32::from(self.score_min) * 100)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("url", &self.shown())
            .field("kinds", &self.kinds)
            .field("score_min", &self.score_min)
            .finish_non_exhaustive()
    }
}
