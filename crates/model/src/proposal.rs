//! Proposals: a cited draft for a company and a product.

use serde::{Deserialize, Serialize};

use crate::id::EntityId;

/// The state of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStatus {
    /// Being written.
    Draft,
    /// Ready for review by a person.
    Review,
    /// Sent.
    Sent,
}

/// A proposal as the API returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// The company it is for.
    pub company_id: EntityId,
    /// The product it offers.
    pub product_id: String,
    /// The outline in Markdown, every sentence cited.
    pub outline_md: String,
    /// The address of the PDF.
    pub pdf_uri: Option<String>,
    /// Its state.
    pub status: ProposalStatus,
}
