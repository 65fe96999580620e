//! A pack: what leadq knows of one kind of signal.

use std::collections::BTreeMap;

use model::{ClaimKind, Polarity};

use crate::example::Example;

/// One kind of signal: its name, its decay and its parts.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The signal's kind, for example `hiring_spike`.
    pub kind: String,
    /// The version, raised whenever a rule or setting changes the results.
    pub version: u32,
    /// The title, for people.
    pub title: String,
    /// The number of days after which the signal counts half.
    pub half_life_days: u32,
    /// The number of days within which two signals of one identity in one company are merged.
    pub same_within_days: u32,
    /// The weight, 0 to 100, unless a product sets its own.
    pub weight: u32,
    /// Whether it speaks for or against a purchase.
    pub polarity: Polarity,
    /// The slots that distinguish signals of this kind; a signal omits those it does not have.
    pub identity: Vec<String>,
    /// The kinds of claims it is built from.
    pub from_claims: Vec<ClaimKind>,
    /// Whether one page is sufficient proof.
    pub provable_by_one_page: bool,
    /// The numeric settings of the detector, by name.
    pub settings: BTreeMap<String, f64>,
    /// Texts and histories with their expected results.
    pub examples: Vec<Example>,
}

impl Pack {
    /// Formats the kind and version as in signals and claims, `hiring_spike/1`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.kind, self.version)
    }

    /// Returns a setting, or `default` if the pack does not have it.
    pub fn setting(&self, name: &str, default: f64) -> f64 {
        self.settings.get(name).copied().unwrap_or(default)
    }
}
