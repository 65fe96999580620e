//! What the team sells, and to whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A product and its ideal customer, as `leadq init` records it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Short id: letters, digits and dashes.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The role to ask for at a customer, for example `Head of Data`.
    #[serde(default)]
    pub buyer_role: String,
    /// Who buys it.
    #[serde(default)]
    pub ideal_customer: IdealCustomer,
    /// Job titles (or parts of them) whose hiring speaks for a purchase; empty = any.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Countries it is sold in, ISO 3166 alpha-2; empty = anywhere.
    #[serde(default)]
    pub region: Vec<String>,
    /// Tools whose adoption speaks for a purchase; empty = any the packs know.
    #[serde(default)]
    pub tools: Vec<String>,
    /// Smallest public tender worth a call, in euro.
    #[serde(default = "default_tender_min_eur")]
    pub tender_min_eur: i64,
    /// How much FIT, INTENT and TIMING count.
    #[serde(default)]
    pub weights: ScoreWeights,
    /// Weight per signal kind, 0 to 100; kinds not named have the pack's own.
    #[serde(default)]
    pub signal_weights: BTreeMap<String, u32>,
}

impl Product {
    /// A product that any company may buy: nothing is filtered by whom it is sold to.
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

/// Who buys. An empty list means it does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdealCustomer {
    /// ISO 3166 alpha-2.
    pub countries: Vec<String>,
    /// Words to find in the industry.
    pub industries: Vec<String>,
    /// Fewest employees.
    pub employees_min: Option<i64>,
    /// Most employees.
    pub employees_max: Option<i64>,
    /// Tools they use.
    pub technologies: Vec<String>,
}

/// Share of each component in the score, in hundredths; together 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreWeights {
    /// How well it is the kind of company that buys.
    pub fit: u32,
    /// What it did that speaks for buying.
    pub intent: u32,
    /// How fresh that is.
    pub timing: u32,
}

impl Default for ScoreWeights {
    fn default() -> Self {
        Self { fit: 40, intent: 40, timing: 20 }
    }
}
