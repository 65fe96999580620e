//! The interface of a channel: its targets, the messages to them, and the results of sending.

use std::fmt;

use async_trait::async_trait;
use model::{EntityId, Points, Signal, Timestamp};
use net::Door;
use serde::Serialize;

/// The part of a company that a message contains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompanyNamed {
    /// Its id.
    pub id: EntityId,
    /// The best known name.
    pub name: Option<String>,
    /// The registrable domain, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The address of its page in the web app, if the address of leadq is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    /// Its source entities, as `kind:value`.
    pub entities: Vec<String>,
}

/// The data of an action's signal at the time of offering or sending the action.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionView {
    /// The company that the signal is about.
    pub company: CompanyNamed,
    /// The product that the action is for.
    pub product: String,
    /// The score of the company for that product.
    pub score: Points,
    /// The title of the signal's kind.
    pub kind_title: String,
    /// The signal, with its evidence.
    pub signal: Signal,
    /// The time at which the signal was detected.
    pub detected: Timestamp,
}

/// A target of a channel: messages to it are sent one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelTarget {
    /// Its name in rows and keys, and that of its lane: unique among the targets of all channels.
    pub id: String,
    /// The part of its address that may be shown.
    pub shown: String,
}

/// A message to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The id, the same on every attempt, so that the receiver can detect a duplicate.
    pub id: String,
    /// The content.
    pub body: String,
}

/// The result of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The target accepted it.
    Taken,
    /// The target permanently refuses further messages.
    Unwanted {
        /// The response that says so, for a person.
        why: String,
    },
    /// The target did not accept it, or the result is unknown: the response may have been lost.
    Failed {
        /// The cause, for a person.
        why: String,
        /// The pause that the target requests, in microseconds.
        asked_us: Option<i64>,
        /// Whether the target is overloaded or timed out.
        is_overload: bool,
    },
}

/// The health of a target after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Messages are sent to it.
    Open,
    /// No message is sent to it before this time.
    Held(Timestamp),
    /// No more messages are sent to it.
    Disabled,
}

/// A failed attempt to send a message.
#[derive(Debug, Clone, Copy)]
pub struct FailedAttempt<'a> {
    /// The delivery's key, which spreads the retries of deliveries that failed together.
    pub key: &'a str,
    /// The number of attempts so far, this one included.
    pub attempts: i64,
    /// The time of this failure.
    pub at: Timestamp,
    /// The pause that the target requests, in microseconds.
    pub asked_us: Option<i64>,
    /// Whether the target is overloaded or timed out.
    pub is_overload: bool,
}

/// A destination of actions. Its settings are validated by the `open` function of its row, which
/// creates it. Everything but sending is a pure function of the settings. A channel that sends
/// nothing has no targets, and none of the functions for targets is called.
#[async_trait]
pub trait Channel: fmt::Debug + Send + Sync {
    /// Returns its name in records, rows and settings.
    fn name(&self) -> &'static str;

    /// Returns the targets that the settings name.
    fn targets(&self) -> Vec<ChannelTarget> {
        Vec::new()
    }

    /// Lists the kinds of signals that the settings name.
    fn kinds(&self) -> Vec<String> {
        Vec::new()
    }

    /// Finds the target that a person names by its id or its address.
    fn target(&self, meant: &str) -> Option<ChannelTarget> {
        self.targets().into_iter().find(|target| target.id == meant)
    }

    /// Reports whether an action is sent to the target with this id.
    fn wants(&self, _: &str, _: &ActionView) -> bool {
        false
    }

    /// Builds the message of an action to a target.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    fn prepare(&self, target: &str, view: ActionView) -> Result<Message, serde_json::Error>;

    /// Makes one attempt to send a message to a target; `now` is the time of this attempt.
    async fn send(&self, door: &Door, target: &str, message: Message, now: Timestamp) -> Sent;

    /// Returns the number of attempts before a message is given up.
    fn attempts_max(&self) -> i64 {
        1
    }

    /// Returns the time of the next attempt at a failed message, or `None` after the last attempt.
    fn next_attempt(&self, _: FailedAttempt<'_>) -> Option<Timestamp> {
        None
    }

    /// Determines the health of a target from the number of consecutive failed messages, the time
    /// of the first of them, the current time, and whether the target is overloaded.
    fn health(&self, _: i64, _: Timestamp, _: Timestamp, _: bool) -> Health {
        Health::Open
    }
}
