//! A pack: what leadq knows of one kind of signal.

use std::collections::BTreeMap;

use model::{ClaimKind, Polarity};

use crate::example::Example;

/// One kind of signal: what it is called, how it ages, what it is built from.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The signal's kind, for example `hiring_spike`.
    pub kind: String,
    /// Raised whenever a rule or setting changes what is found.
    pub version: u32,
    /// For people.
    pub title: String,
    /// Days after which the signal counts half.
    pub half_life_days: u32,
    /// Days within which two of the same identity, in one company, read as one.
    pub same_within_days: u32,
    /// How much it counts, 0 to 100, unless a product says otherwise.
    pub weight: u32,
    /// For or against a purchase.
    pub polarity: Polarity,
    /// The slots that tell one signal of this kind from another; a signal leaves out those it
    /// does not have.
    pub identity: Vec<String>,
    /// The kinds of claims it is built from.
    pub from_claims: Vec<ClaimKind>,
    /// Whether one page is proof enough.
    pub provable_by_one_page: bool,
    /// Numbers the detector works with, by name.
    pub settings: BTreeMap<String, f64>,
    /// Texts and histories with the answer they must get.
    pub examples: Vec<Example>,
}

impl Pack {
    /// The kind and version as signals and claims carry it, `hiring_spike/1`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.kind, self.version)
    }

    /// A setting, or `default` where the pack does not give it.
    pub fn setting(&self, name: &str, default: f64) -> f64 {
        self.settings.get(name).copied().unwrap_or(default)
    }
}
