//! The team's products and their ideal customers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A product and its ideal customer, as `leadq init` records it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Short id: letters, digits and dashes.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The buyer's role at a customer, for example `Head of Data`.
    #[serde(default)]
    pub buyer_role: String,
    /// The ideal customer.
    #[serde(default)]
    pub ideal_customer: IdealCustomer,
    /// Job titles (or parts of them) whose hiring speaks for a purchase; empty = any.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Countries it is sold in, ISO 3166 alpha-2; empty = anywhere.
    #[serde(default)]
    pub region: Vec<String>,
    /// Tools whose adoption speaks for a purchase; empty = any that the packs know.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Smallest public tender worth a call, in euro.
    #[serde(default = "default_tender_min_eur")]
    pub tender_min_eur: i64,
    /// The weights of FIT, INTENT and TIMING.
    #[serde(default)]
    pub weights: ScoreWeights,
    /// Weight per signal kind, 0 to 100; other kinds have the pack's own weight.
    #[serde(default)]
    pub signal_weights: BTreeMap<String, u32>,
}

impl Product {
    /// Creates a product without any filter on customers.
    pub fn for_anyone(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            buyer_role: String::new(),
            ideal_customer: IdealCustomer::default(),
            roles: Vec::new(),
            region: Vec::new(),
            tools: Vec::new(),
            tender_min_eur: 0,
            weights: ScoreWeights::default(),
            signal_weights: BTreeMap::new(),
        }
    }
}

fn default_tender_min_eur() -> i64 {
    100_000
}

/// The criteria for an ideal customer. An empty list means that the criterion does not apply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdealCustomer {
    /// Countries, ISO 3166 alpha-2.
    pub countries: Vec<String>,
    /// Words to find in the company's industry.
    pub industries: Vec<String>,
    /// The minimum number of employees.
    pub employees_min: Option<i64>,
    /// The maximum number of employees.
    pub employees_max: Option<i64>,
    /// Tools that the customer uses.
    pub technologies: Vec<String>,
}

/// The share of each component in the score, in hundredths; the sum is 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreWeights {
    /// How well the company matches the ideal customer.
    pub fit: u32,
    /// Signals that speak for a purchase.
    pub intent: u32,
    /// How recent those signals are.
    pub timing: u32,
}

impl Default for ScoreWeights {
    fn default() -> Self {
        Self { fit: 40, intent: 40, timing: 20 }
    }
}
