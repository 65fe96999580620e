//! Causes: why something is computed, ordered or followed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{ActionId, CauseId, JudgementId, ObservationId};

/// The cause of a record, a job or a followed site. It is stored and sent as a text, and every text
/// survives a round trip: one of another release is read as [`Cause::Other`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// An observation of a page, a judgement or an action, by its id. Their ids have the same form,
    /// so only a lookup shows which of them it is.
    Id(CauseId),
    /// The team's list of accounts.
    Accounts,
    /// The demonstration.
    Demo,
    /// Feedback about the outcome of a lead.
    Feedback,
    /// A person's request.
    Person,
    /// The team's profile: the products it sells.
    Profile,
    /// A schedule.
    Schedule,
    /// The start of a day on which the result changes by time alone.
    Tick,
    /// A text that this release does not know.
    Other(String),
}

impl Cause {
    /// The causes with a fixed text.
    const WORDS: [(&'static str, Self); 7] = [
        ("accounts", Self::Accounts),
        ("demo", Self::Demo),
        ("feedback", Self::Feedback),
        ("person", Self::Person),
        ("profile", Self::Profile),
        ("schedule", Self::Schedule),
        ("tick", Self::Tick),
    ];

    /// Returns the cause's id as an observation's. An id of a judgement or an action is returned
    /// too, which is harmless because no observation has the same id.
    pub const fn look(&self) -> Option<ObservationId> {
        match self {
            Self::Id(id) => Some(ObservationId(id.0)),
            _ => None,
        }
    }
}

impl From<ObservationId> for Cause {
    fn from(observation: ObservationId) -> Self {
        Self::Id(CauseId(observation.0))
    }
}

impl From<JudgementId> for Cause {
    fn from(judgement: JudgementId) -> Self {
        Self::Id(CauseId(judgement.0))
    }
}

impl From<ActionId> for Cause {
    fn from(action: ActionId) -> Self {
        Self::Id(CauseId(action.0))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Other(text) => f.write_str(text),
            fixed => {
                let mut names = Self::WORDS.iter();
                let name = names.find(|(_, cause)| cause == fixed).map_or("", |(name, _)| *name);
                f.write_str(name)
            }
        }
    }
}

impl From<&str> for Cause {
    fn from(text: &str) -> Self {
        if let Some((_, cause)) = Self::WORDS.into_iter().find(|(name, _)| *name == text) {
            return cause;
        }
        match text.parse::<CauseId>() {
            // The id must be written as the same text again.
            Ok(id) if id.to_string() == text => Self::Id(id),
            _ => Self::Other(text.to_owned()),
        }
    }
}

impl Serialize for Cause {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cause {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CompanyUpdate, EntityId, Timestamp, decode, encode};

    #[test]
    fn every_word_survives() {
        let observation = ObservationId([0xab; 16]);
        let text = observation.to_string();
        for (cause, text) in [
            (Cause::from(observation), text.as_str()),
            (Cause::Accounts, "accounts"),
            (Cause::Demo, "demo"),
            (Cause::Feedback, "feedback"),
            (Cause::Person, "person"),
            (Cause::Profile, "profile"),
            (Cause::Schedule, "schedule"),
            (Cause::Tick, "tick"),
            (Cause::Other("a word of tomorrow".to_owned()), "a word of tomorrow"),
            (Cause::Other(String::new()), ""),
            (Cause::Other(text.to_uppercase()), &text.to_uppercase()),
        ] {
            assert_eq!((cause.to_string().as_str(), Cause::from(text)), (text, cause));
        }
        assert_eq!(Cause::from(JudgementId([1; 16])).look(), Some(ObservationId([1; 16])));
        assert_eq!(Cause::Tick.look(), None);
    }

    #[test]
    fn a_record_carries_it_as_the_plain_word() {
        for word in ["tick", "new", "abababababababababababababababab"] {
            let cause = Cause::from(word);
            let record = CompanyUpdate { entity: EntityId([1; 16]), cause, observed: Timestamp(5) };
            let json = encode(&record).unwrap();
            assert!(json.contains(&format!("\"cause\":\"{word}\"")), "{json}");
            assert_eq!(decode::<CompanyUpdate>(&json).unwrap(), record);
        }
    }
}
