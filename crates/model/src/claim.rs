//! Claims: statements extracted from a page, not yet corroborated.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use crate::document::Span;
use crate::open_name::{NAME_BYTES_MAX, OpenName};
use crate::signal::{Permille, SignalStage, Slots};
use crate::time::Day;

/// The kind of a claim, as a name in lower snake case: `opening`, `funding_round`. The set is open:
/// a kind without a reader in this program is kept, stored and written again unchanged.
///
/// The kinds are listed in `detect`, each with its slots; those that other crates read too are here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimKind(OpenName);

impl ClaimKind {
    /// A company's description of itself: `name, country, city, industry, employees, registry`.
    pub const PROFILE: Self = Self::named("profile");
    /// A technical trace of a tool in use: `tool` (always), `channel` (script, dns, header, generator).
    pub const TECH_TRACE: Self = Self::named("tech_trace");
    /// A public tender or contract: `amount, currency, deadline, role` (buyer, supplier), `notice`
    /// (the number of the notice, or the reference of the file if that is the only one), `file`
    /// (that reference, if both are given).
    pub const TENDER: Self = Self::named("tender");

    /// Creates a kind from a name in the source code; an invalid constant fails the build.
    ///
    /// # Panics
    /// If [`OpenName::parse`] rejects the name.
    pub const fn named(word: &'static str) -> Self {
        Self(OpenName::named(word))
    }

    /// Parses a kind. Returns `None` if the text is no [`OpenName`].
    pub fn parse(word: &str) -> Option<Self> {
        OpenName::parse(word).map(Self)
    }

    /// Returns the name used in the database and in JSON.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns whether the claim describes the state at the time of observation, not something that
    /// happened: an old article carries today's script, so the date of its text does not apply.
    pub fn is_of_the_look(self) -> bool {
        self == Self::TECH_TRACE
    }
}

impl fmt::Debug for ClaimKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ClaimKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ClaimKind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| {
            D::Error::custom(format!(
                "{name:?} is not a kind of claim; write a name in lower snake case, at most {NAME_BYTES_MAX} characters"
            ))
        })
    }
}

/// The subject of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// The page's owner ("we", or data of the page itself).
    Owner,
    /// An actor named in the text.
    Named {
        /// The name as written.
        name: String,
        /// Where it is written.
        span: Span,
        /// The target of the name's link, if it is a link.
        href: Option<String>,
    },
}

/// One statement of a page, with the text that makes it. A pure function of the text and the packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The kind of claim.
    pub kind: ClaimKind,
    /// The actor it is about.
    pub actor: Actor,
    /// Details, as listed with each kind. Country codes are ISO 3166 alpha-2, currencies ISO
    /// 4217, amounts whole units, days `2026-03-31`.
    pub slots: Slots,
    /// The source's own id, or the relevant text in its normal form. Two claims with the same
    /// subject are the same event.
    pub subject: String,
    /// The sentence, or the data line, that makes the claim.
    pub span: Span,
    /// The day it happened, if the claim gives one; otherwise the page's date counts.
    pub occurred: Option<Day>,
    /// Planned, announced or done.
    pub stage: SignalStage,
    /// The matcher's confidence, before corroboration.
    pub confidence: Permille,
    /// The pack (or built-in reader) and version that produced it, for example `budget_event/1`.
    pub matcher: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_nobody_reads_survives_a_read_and_a_write() {
        for name in ["profile", "tech_trace", "tender", "merger", "b2b_deal", "a", &"x".repeat(32)]
        {
            let json = format!("{name:?}");
            let kind: ClaimKind = serde_json::from_str(&json).unwrap();
            assert_eq!((kind.as_str(), serde_json::to_string(&kind).unwrap()), (name, json));
            assert_eq!(ClaimKind::parse(name), Some(kind));
        }
    }

    #[test]
    fn refuses_malformed_kinds() {
        for name in [
            "",
            "Profile",
            "tech trace",
            "tech-trace",
            "_a",
            "a_",
            "a__b",
            "1a",
            "é",
            "a\0",
            &"x".repeat(33),
        ] {
            assert_eq!(ClaimKind::parse(name), None, "{name:?}");
            assert!(serde_json::from_value::<ClaimKind>(serde_json::json!(name)).is_err());
        }
    }

    #[test]
    fn kinds_sort_as_their_words_do() {
        let mut names = ["tender", "a", "tech_trace", "tech", "profile", "tech_statement"];
        let mut kinds: Vec<ClaimKind> = names.iter().filter_map(|w| ClaimKind::parse(w)).collect();
        names.sort_unstable();
        kinds.sort_unstable();
        assert_eq!(kinds.iter().map(ClaimKind::as_str).collect::<Vec<_>>(), names);
    }
}
