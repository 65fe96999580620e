//! THE list of channels.

use model::CHANNEL_REVIEW;

/// A place where actions go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// Its name in records, rows and settings.
    pub name: &'static str,
    /// What it does, for a person.
    pub about: &'static str,
}

/// Every channel.
pub const CHANNELS: [Channel; 1] =
    [Channel { name: CHANNEL_REVIEW, about: "held until a person releases it; nothing is sent" }];

/// The channel of a name.
pub fn channel(name: &str) -> Option<Channel> {
    CHANNELS.into_iter().find(|channel| channel.name == name)
}
