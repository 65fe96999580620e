//! The five topics of the journey, and the topics of records that cannot be processed.

use std::fmt;

/// A topic of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// A capture was stored (`raw.events`).
    RawEvents,
    /// A capture was cleaned into text, data and claims (`clean.events`).
    CleanEvents,
    /// There is new information about an entity (`companies.updates`).
    CompaniesUpdates,
    /// A company's signals changed (`signals.detected`).
    SignalsDetected,
    /// A signal triggered an action (`actions.triggered`).
    ActionsTriggered,
}

impl Topic {
    /// Every topic, in the order of the journey.
    pub const ALL: [Self; 5] = [
        Self::RawEvents,
        Self::CleanEvents,
        Self::CompaniesUpdates,
        Self::SignalsDetected,
        Self::ActionsTriggered,
    ];

    /// Returns the name on the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RawEvents => "raw.events",
            Self::CleanEvents => "clean.events",
            Self::CompaniesUpdates => "companies.updates",
            Self::SignalsDetected => "signals.detected",
            Self::ActionsTriggered => "actions.triggered",
        }
    }

    /// Returns the topic of records that `stage` could not process, for example `dead.clean`.
    pub fn dead(stage: &str) -> String {
        format!("dead.{stage}")
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
