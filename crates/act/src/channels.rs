//! THE list of channels.

use model::CHANNEL_REVIEW;

/// The channel of actions that are sent to an endpoint of the team's own.
pub const CHANNEL_WEBHOOK: &str = "webhook";

/// A place where actions go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// Its name in records, rows and settings.
    pub name: &'static str,
    /// What it does, for a person.
    pub about: &'static str,
}

/// Every channel.
pub const CHANNELS: [Channel; 2] = [
    Channel { name: CHANNEL_REVIEW, about: "held until a person releases it; nothing is sent" },
    Channel {
        name: CHANNEL_WEBHOOK,
        about: "sent, signed, to the endpoints that the settings name; to none unless they do",
    },
];

/// The channel of a name.
pub fn channel(name: &str) -> Option<Channel> {
    CHANNELS.into_iter().find(|channel| channel.name == name)
}
