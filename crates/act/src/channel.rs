//! What a channel is: where actions go, what is said there, and what comes of saying it.

use std::fmt;

use async_trait::async_trait;
use model::{EntityId, Points, Signal, Timestamp};
use net::Door;
use serde::Serialize;

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

/// What is known of an action's signal at the moment it is offered or sent.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionView {
    /// Whom it is about.
    pub company: CompanyNamed,
    /// For which product.
    pub product: String,
    /// Points of the company for that product.
    pub score: Points,
    /// What happened, with evidence.
    pub signal: Signal,
    /// When the signal was detected.
    pub detected: Timestamp,
}

/// A target of a channel: messages to it are sent one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelTarget {
    /// Its name in rows and keys, and that of its lane: unique among the targets of all channels.
    pub id: String,
    /// What a person may see of its address.
    pub shown: String,
}

/// A message to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same on every attempt, so that the other side can tell a repetition.
    pub id: String,
    /// What is sent.
    pub body: String,
}

/// What came of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was taken.
    Taken,
    /// The target wants nothing more, ever.
    Unwanted {
        /// How it said so, for a person.
        why: String,
    },
    /// It was not taken, or nobody knows: the answer may be what was lost.
    Failed {
        /// Why, for a person.
        why: String,
        /// The pause that the target asks for, in microseconds.
        asked_us: Option<i64>,
        /// Whether it is overloaded or did not answer in time.
        is_overload: bool,
    },
}

/// What becomes of a target after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nothing further.
    Open,
    /// Nothing is sent to it before.
    Held(Timestamp),
    /// Nothing is sent to it any more.
    Disabled,
}

/// A message that was not taken.
#[derive(Debug, Clone, Copy)]
pub struct FailedAttempt<'a> {
    /// The delivery's key: what failed together is not tried together.
    pub key: &'a str,
    /// Attempts so far, this one included.
    pub attempts: i64,
    /// When this one failed.
    pub at: Timestamp,
    /// The pause that the target asks for, in microseconds.
    pub asked_us: Option<i64>,
    /// Whether the target is overloaded or did not answer in time.
    pub is_overload: bool,
}

/// A place where actions go. Its settings are validated where it is made, by the `open` of its row.
/// Everything but sending is a pure function of the settings. A channel that sends nothing has no
/// targets, and none of the functions about them is called.
#[async_trait]
pub trait Channel: fmt::Debug + Send + Sync {
    /// Returns its name in records, rows and settings.
    fn name(&self) -> &'static str;

    /// Returns the targets that the settings name.
    fn targets(&self) -> Vec<ChannelTarget> {
        Vec::new()
    }

    /// Returns the target that a person means: by its id, or its address.
    fn target(&self, meant: &str) -> Option<ChannelTarget> {
        self.targets().into_iter().find(|target| target.id == meant)
    }

    /// Returns whether an action is sent to a target, which is named by its id.
    fn wants(&self, _: &str, _: &ActionView) -> bool {
        false
    }

    /// Makes the message of an action to a target.
    ///
    /// # Errors
    /// When a value cannot be written as JSON.
    fn prepare(&self, target: &str, view: ActionView) -> Result<Message, serde_json::Error>;

    /// Sends a message to a target, once; `now` is this attempt's time.
    async fn send(&self, door: &Door, target: &str, message: Message, now: Timestamp) -> Sent;

    /// Returns how often a message is tried before it is given up.
    fn attempts_max(&self) -> i64 {
        1
    }

    /// Returns when a message that failed is tried again; nothing after the last attempt.
    fn next_attempt(&self, _: FailedAttempt<'_>) -> Option<Timestamp> {
        None
    }

    /// Judges a target: how many messages in a row failed there, when the first of them did, what time it
    /// is now, and whether the target is overloaded.
    fn health(&self, _: i64, _: Timestamp, _: Timestamp, _: bool) -> Health {
        Health::Open
    }
}
