//! Proposals: a cited draft for a company and a product.

use serde::{Deserialize, Serialize};

use crate::id::EntityId;

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStatus {
    /// Being written.
    Draft,
    /// Ready for a person's eyes.
    Review,
    /// Sent.
    Sent,
}

/// A proposal as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// For whom.
    pub company_id: EntityId,
    /// For which product.
    pub product_id: String,
    /// The outline in Markdown, every sentence cited.
    pub outline_md: String,
    /// Where the PDF is.
    pub pdf_uri: Option<String>,
    /// Where it stands.
    pub status: ProposalStatus,
}
