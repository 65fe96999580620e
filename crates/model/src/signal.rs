//! Signals: events that make a company likelier to buy, with evidence.

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
    /// Creates a value of `thousandths` of one, capped at one.
    pub const fn new(thousandths: u16) -> Self {
        Self(if thousandths > 1000 { 1000 } else { thousandths })
    }

    /// Rounds a fraction to thousandths; NaN counts as zero.
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

    /// Returns the thousandths.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Converts the value to a fraction of one.
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

/// The progress of the event behind a signal.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SignalStage {
    /// Planned for the future according to the source.
    Planned,
    /// Announced as a fact.
    #[default]
    Announced,
    /// Shown by evidence to be done.
    Done,
}

impl SignalStage {
    /// Returns the name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Announced => "announced",
            Self::Done => "done",
        }
    }

    /// Parses the name of a stage; `None` if it is unknown.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Planned, Self::Announced, Self::Done]
            .into_iter()
            .find(|stage| stage.as_str() == name)
    }
}

/// The run of packs and models that produced a row; `live` unless it is a replay.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunId(pub String);

impl Default for RunId {
    fn default() -> Self {
        Self("live".to_owned())
    }
}

/// A signal. It is never changed in place: it is closed and a new row is inserted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// Hash of kind, entity and identity slots.
    pub id: SignalId,
    /// The source entity that has the evidence; the company is a view over it.
    pub entity: EntityId,
    /// The pack's kind, for example `hiring_spike`.
    pub kind: String,
    /// The details that distinguish it from other signals of its kind.
    pub identity: Slots,
    /// Amounts, counts and the figures behind the decision.
    pub slots: Slots,
    /// Confidence after corroboration.
    pub confidence: Permille,
    /// The first day on which it counts.
    pub start: Day,
    /// Whether the day of the event is unknown, because no source has a date that could be read:
    /// `start` is then the day on which it was first seen, and the signal is not news.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// The last day on which it counts, if it has one (a tender's deadline).
    pub end: Option<Day>,
    /// The evidence, at least one quote.
    pub evidence: Vec<Evidence>,
    /// One or two sentences for a seller, with the figures.
    pub explanation: String,
    /// The number of independent sources, after collapsing syndicated copies.
    pub independent_sources: u32,
    /// Days after which it counts half as much.
    pub half_life_days: u32,
    /// Days within which two signals with the same identity, in one company, count as one.
    pub same_within_days: u32,
    /// Whether it speaks for or against a purchase.
    pub polarity: Polarity,
    /// The progress of the event.
    pub stage: SignalStage,
    /// The pack and its version, for example `hiring_spike/1`.
    pub pack: String,
    /// The run that produced it.
    pub run: RunId,
}

impl Signal {
    /// Computes the id of a signal.
    pub fn id_of(kind: &str, entity: EntityId, identity: &Slots) -> SignalId {
        let mut hasher = IdHasher::new("signal").part(kind).part(entity.0);
        for (name, value) in identity {
            hasher = hasher.part(name).part(value);
        }
        SignalId(hasher.finish())
    }
}
