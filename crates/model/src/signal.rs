//! Signals: something happened that makes a company likelier to buy, with the words that say so.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;
use crate::id::{EntityId, IdHasher, SignalId};
use crate::time::Day;

/// Named details, sorted by name.
pub type Slots = BTreeMap<String, String>;

/// A probability in thousandths: whole numbers, so that sums and hashes are exact everywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permille(u16);

impl Permille {
    /// `thousandths` of one, at most one.
    pub const fn new(thousandths: u16) -> Self {
        Self(if thousandths > 1000 { 1000 } else { thousandths })
    }

    /// Rounds a fraction; what is not a number counts as nothing.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=1000"
    )]
    pub fn from_fraction(fraction: f64) -> Self {
        if fraction.is_nan() {
            Self(0)
        } else {
            Self((fraction.clamp(0.0, 1.0) * 1000.0).round() as u16)
        }
    }

    /// Thousandths.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// As a fraction of one.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl fmt::Display for Permille {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.fraction())
    }
}

impl Serialize for Permille {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.fraction())
    }
}

impl<'de> Deserialize<'de> for Permille {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from_fraction(f64::deserialize(deserializer)?))
    }
}

/// Whether a signal speaks for or against a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// For.
    Positive,
    /// Against.
    Negative,
}

/// How far along the thing is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SignalStage {
    /// Said to be coming.
    Planned,
    /// Said to be so.
    #[default]
    Announced,
    /// Shown to be so.
    Done,
}

impl SignalStage {
    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Announced => "announced",
            Self::Done => "done",
        }
    }

    /// The stage of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Planned, Self::Announced, Self::Done]
            .into_iter()
            .find(|stage| stage.as_str() == word)
    }
}

/// Which run of packs and models made a row; `live` unless it is a replay.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunId(pub String);

impl Default for RunId {
    fn default() -> Self {
        Self("live".to_owned())
    }
}

/// A signal. Never changed in place: it is closed and a new row inserted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// Hash of kind, entity and identity slots.
    pub id: SignalId,
    /// The source entity with the evidence; the company is a view over it.
    pub entity: EntityId,
    /// The pack's kind, for example `hiring_spike`.
    pub kind: String,
    /// What makes it this signal and not another of its kind.
    pub identity: Slots,
    /// Amounts, counts and the figures behind the decision.
    pub slots: Slots,
    /// After corroboration.
    pub confidence: Permille,
    /// First day.
    pub start: Day,
    /// Last day on which it counts, when it has one (a tender's deadline).
    pub end: Option<Day>,
    /// The words, at least one.
    pub evidence: Vec<Evidence>,
    /// One or two sentences for a seller, with the figures.
    pub explanation: String,
    /// After collapsing syndicated copies.
    pub independent_sources: u32,
    /// Days after which it counts half.
    pub half_life_days: u32,
    /// Days within which two of the same identity, in one company, read as one.
    pub same_within_days: u32,
    /// For or against.
    pub polarity: Polarity,
    /// How far along.
    pub stage: SignalStage,
    /// The pack and its version, `hiring_spike/1`.
    pub pack: String,
    /// Which run made it.
    pub run: RunId,
}

impl Signal {
    /// The id of a signal.
    pub fn id_of(kind: &str, entity: EntityId, identity: &Slots) -> SignalId {
        let mut hasher = IdHasher::new("signal").part(kind).part(entity.0);
        for (name, value) in identity {
            hasher = hasher.part(name).part(value);
        }
        SignalId(hasher.finish())
    }
}
