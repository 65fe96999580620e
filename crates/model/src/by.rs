//! Principals: who made a judgement, gave feedback or changed settings.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{Digest, PersonId};

/// The principal that decided something, by an opaque id: it contains no name and no address. It is
/// kept in rows and in the program's own log, never in the records of the topics.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum By {
    /// A person; without an id, the operator of this machine, where there is no login.
    Person(Option<PersonId>),
    /// A program, or a browser, that presented a token: the token's keyed hash.
    Token(Digest),
    /// An agent, as `<name>/<version>`.
    Agent(String),
    /// leadq itself by one of its rules, as `<rule>/<version>`.
    System(String),
}

const PERSON: &str = "person";
const TOKEN: &str = "token";
const AGENT: &str = "agent";
const SYSTEM: &str = "auto";

impl By {
    /// The operator of this machine.
    pub const OPERATOR: Self = Self::Person(None);

    /// Returns whether leadq itself decided; it may revise its own decisions.
    pub const fn is_system(&self) -> bool {
        matches!(self, Self::System(_))
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(None) => f.write_str(PERSON),
            Self::Person(Some(id)) => write!(f, "{PERSON}:{id}"),
            Self::Token(hash) => write!(f, "{TOKEN}:{hash}"),
            Self::Agent(agent) => write!(f, "{AGENT}:{agent}"),
            Self::System(rule) => write!(f, "{SYSTEM}:{rule}"),
        }
    }
}

/// The error for a text that is not a principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a principal: {0:?}; write person, person:<id>, token:<hash>, agent:<name> or auto:<rule>"
)]
pub struct InvalidBy(String);

impl FromStr for By {
    type Err = InvalidBy;

    fn from_str(text: &str) -> Result<Self, InvalidBy> {
        let invalid = || InvalidBy(text.chars().take(80).collect());
        if text == PERSON {
            return Ok(Self::OPERATOR);
        }
        let (kind, value) = text.split_once(':').ok_or_else(invalid)?;
        match kind {
            PERSON => value.parse().map(|id| Self::Person(Some(id))).map_err(|_| invalid()),
            TOKEN => value.parse().map(Self::Token).map_err(|_| invalid()),
            AGENT => Ok(Self::Agent(value.to_owned())),
            SYSTEM => Ok(Self::System(value.to_owned())),
            _ => Err(invalid()),
        }
    }
}

impl Serialize for By {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_reads_and_writes_the_words_that_are_stored() {
        let hash = Digest::of(b"token");
        for (by, text) in [
            (By::OPERATOR, "person".to_owned()),
            (By::Person(Some(PersonId([7; 16]))), format!("person:{}", PersonId([7; 16]))),
            (By::Token(hash), format!("token:{hash}")),
            (By::Agent("caller/2".to_owned()), "agent:caller/2".to_owned()),
            (By::System("own_domain/1".to_owned()), "auto:own_domain/1".to_owned()),
        ] {
            assert_eq!(by.to_string(), text);
            assert_eq!(text.parse(), Ok(by.clone()));
            let json = serde_json::to_string(&by).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<By>(&json).unwrap(), by);
        }
        for wrong in ["", "somebody", "person:Anna", "token:lq_1", "robot:x"] {
            assert!(wrong.parse::<By>().is_err(), "{wrong}");
        }
    }
}
