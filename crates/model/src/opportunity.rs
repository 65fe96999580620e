//! Opportunities: the trace from a closed deal back to the page.

use serde::{Deserialize, Serialize};

use crate::feedback::FeedbackOutcome;
use crate::id::{EntityId, SignalId};

/// A deal in the making, linking company, product, signals, owner and outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opportunity {
    /// Whose.
    pub company_id: EntityId,
    /// For which product.
    pub product_id: String,
    /// The signals it came from.
    pub signals: Vec<SignalId>,
    /// Who in the team owns it.
    pub owner: Option<String>,
    /// Its id in the CRM.
    pub crm_id: Option<String>,
    /// How it ended.
    pub outcome: Option<FeedbackOutcome>,
}
