//! Opportunities: they trace a closed deal back to the pages it came from.

use serde::{Deserialize, Serialize};

use crate::feedback::FeedbackOutcome;
use crate::id::{EntityId, SignalId};

/// A potential deal that links company, product, signals, owner and outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opportunity {
    /// The company.
    pub company_id: EntityId,
    /// The product.
    pub product_id: String,
    /// The signals it came from.
    pub signals: Vec<SignalId>,
    /// The owner in the team.
    pub owner: Option<String>,
    /// Its id in the CRM.
    pub crm_id: Option<String>,
    /// The outcome, once it is closed.
    pub outcome: Option<FeedbackOutcome>,
}
