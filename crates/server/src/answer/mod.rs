//! THE one place that computes answers, for the command line and for the HTTP interface: the
//! profile, a company's dossier, its leads, what happened, whom to call.

mod calls;
mod company;
mod dossier;
mod evidence;
mod feedback;
mod lead;
mod river;
mod search;
mod signal;
mod status;
mod wall;
mod words;

use model::{Day, Product};
use store::StoreError;
use store::db::Db;

pub use calls::{Call, Calls, call, ranked};
pub use company::{
    CompanyBrief, CompanyFacts, CompanyShown, company_shown, display_name, domain_of, find, summary,
};
pub use dossier::{Dossier, Lead, company_of, dossier, dossiers, signal_ids};
pub use evidence::{EvidenceShown, Proven, ProvenEvidence, SpanShown, proven};
pub use feedback::{Said, read_as, target};
pub use lead::{
    ComponentsShown, ContributionShown, JoinShown, LeadPage, NextAction, ScoreShown, joins,
    lead_page, scores,
};
pub use river::RiverEntry;
pub use search::{Facets, GeoCount, KindCount, Order, Query, SearchPage, search};
pub use signal::{Signal, SignalShown, most_telling, quoted, signal_shown, title_of};
pub use status::{LagShown, Mode, SourceShown, Status, TroubleShown, WebhooksShown, status};
pub use wall::Wall;
pub use words::{clipped, number};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// Nobody knows what is asked about.
    #[error("{0}")]
    Unknown(String),
    /// It could be several.
    #[error("{0}")]
    Ambiguous(String),
    /// The question cannot be understood.
    #[error("{0}")]
    Misunderstood(String),
    /// The engine below.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An answer, or why there is none.
pub type Result<T> = std::result::Result<T, AnswerError>;

/// What the team sells.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its products; one that stands for anything where nobody said.
    pub products: Vec<Product>,
    /// The team said nothing.
    pub is_empty: bool,
}

impl Profile {
    /// Reads the profile.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn load(db: &Db) -> Result<Self> {
        let products = db.read(|tx| Box::pin(tx.products())).await?;
        if products.is_empty() {
            // Scores without a profile are of signals alone.
            let anything = Product::for_anyone("", "anything");
            return Ok(Self { products: vec![anything], is_empty: true });
        }
        Ok(Self { products, is_empty: false })
    }

    /// The products, or the one of an id.
    ///
    /// # Errors
    /// [`AnswerError::Unknown`] when there is no such product.
    pub fn only(mut self, id: Option<&str>) -> Result<Self> {
        if let Some(id) = id {
            let known: Vec<&str> = self.products.iter().map(|p| p.id.as_str()).collect();
            if self.is_empty || !known.contains(&id) {
                let known = if self.is_empty { "none yet".to_owned() } else { known.join(", ") };
                let unknown = format!("there is no product {id:?}; there are: {known}");
                return Err(AnswerError::Unknown(unknown));
            }
            self.products.retain(|product| product.id == id);
        }
        Ok(self)
    }
}

/// The day an answer is read on.
pub fn reading_day(on: Option<Day>, rooms: &flow::Rooms) -> Day {
    on.unwrap_or_else(|| rooms.now().day())
}
