//! Scores: sums of named contributions that add up exactly.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

use crate::id::{EntityId, SignalId};
use crate::time::{Day, Timestamp};

/// Points in hundredths: whole numbers, so contributions add up to the score exactly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Points(pub i32);

impl Points {
    /// Converts to a number of points.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}", self.value())
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Points {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Points {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self(0), Add::add)
    }
}

impl Serialize for Points {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

impl<'de> Deserialize<'de> for Points {
    #[expect(clippy::cast_possible_truncation, reason = "float to int casts saturate")]
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self((f64::deserialize(deserializer)? * 100.0).round() as i32))
    }
}

/// The three components of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// How well the company matches the ideal customer.
    Fit,
    /// Signals that speak for a purchase.
    Intent,
    /// How recent those signals are.
    Timing,
}

/// The decay of a contribution: half of it remains after `half_life_days`, nothing after `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Decay {
    /// The day on which it counts in full.
    pub from: Day,
    /// Days after which it counts half as much.
    pub half_life_days: u32,
    /// The last day on which it counts.
    pub until: Option<Day>,
}

/// One reason for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// The component it belongs to.
    pub component: Component,
    /// The reason, as text for a person.
    pub reason: String,
    /// The signal behind it, if any.
    pub signal: Option<SignalId>,
    /// Points on the day of reading.
    pub points: Points,
}

/// The three components' points on the day of reading; each is the sum of its contributions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreComponents {
    /// How well the company matches the ideal customer.
    pub fit: Points,
    /// Signals that speak for a purchase.
    pub intent: Points,
    /// How recent those signals are.
    pub timing: Points,
}

/// A score as of a given day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadScore {
    /// The company.
    pub company_id: EntityId,
    /// The product.
    pub product_id: String,
    /// 0 to 100; the sum of `components` and of `contributions`.
    pub score: Points,
    /// FIT, INTENT and TIMING.
    pub components: ScoreComponents,
    /// Every reason for points.
    pub contributions: Vec<Contribution>,
    /// The first day on which the score drops a band by time alone, if any.
    pub drops_on: Option<Day>,
    /// When it was last recomputed.
    pub updated_at: Timestamp,
}
