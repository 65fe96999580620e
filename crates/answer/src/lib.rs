//! The read side of leadq: companies, leads, signals, their evidence, the timeline, the calls of a
//! day, and search. The command line, the HTTP interface and other readers print the types of this
//! crate: one JSON shape per noun.
//!
//! Answers are functions of a reading transaction (`read` and similar functions in each file),
//! which a stage may borrow from its writing transaction. For each there is a function that opens
//! the transaction itself.
//!
//! Not here: writing, sending, intake, and any decision (the pure crates make those).

mod call;
pub mod calls;
pub mod company;
mod context;
mod counts;
pub mod dossier;
pub mod endpoints;
pub mod evidence;
pub mod evidence_check;
pub mod explain;
pub mod feedback;
pub mod followed;
pub mod history;
mod item_list;
pub mod joins;
pub mod lead;
pub mod listing;
pub mod past;
mod profile;
mod scorecard;
pub mod scores;
pub mod search;
mod settled;
pub mod signal;
mod signal_count;
pub mod signal_query;
mod signal_rows;
mod signal_scan;
mod signal_search;
pub mod timeline;
pub mod verify;
mod words;

use store::StoreError;

pub use call::Call;
pub use calls::{CallList, CallQuery, calls};
pub use company::{
    CompanyBrief, CompanyFacts, CompanyShown, company_shown, display_name, domain_of, find,
};
pub use context::ReadContext;
pub use counts::SignalCounts;
pub use dossier::{Dossier, Lead, dossier, dossier_of, dossiers_after, standing};
pub use endpoints::{EndpointEnabled, EndpointNamed, EndpointShown, endpoint, endpoints};
pub use evidence::{EvidenceShown, SignalEvidence, SpanShown, VerifiedEvidence, evidence};
pub use explain::{Explanation, LedgerLine, Reason, explanation};
pub use feedback::{
    DEAL_VALUE_MAX, FeedbackGiven, FeedbackReceipt, FeedbackShown, FeedbackTarget, ScoreChange,
    check_value, target,
};
pub use followed::{FollowedCompany, VisitOutcome, failing_sites, followed, hosts_due, notes};
pub use history::{each_history, view};
pub use item_list::ItemList;
pub use joins::{JoinShown, joins};
pub use lead::{LeadDetail, NextAction, lead};
pub use listing::{LISTING_SETTING, ListingState, listing_of, signal_count};
pub use past::dossier_on;
pub use profile::{ProductShown, Profile, products};
pub use scorecard::card;
pub use scores::{ComponentsShown, ContributionShown, ScoreShown};
pub use search::{HitShown, SearchHits, hits, search};
pub use settled::SettlementShown;
pub use signal::{SignalDetail, kind_title, most_telling, quoted, title_of};
pub use signal_count::new_signals;
pub use signal_query::{
    Facets, GeoCount, KindCount, SignalList, SignalOrder, SignalPage, SignalQuery,
};
pub use signal_search::{search_signals, signals};
pub use timeline::TimelineEntry;
pub use verify::{BrokenEvidence, VerificationReport, verify};
pub use words::{clipped, number};

/// An error of the read side.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The requested object does not exist.
    #[error("{0}")]
    Unknown(String),
    /// The arguments match several objects.
    #[error("{0}")]
    Ambiguous(String),
    /// The arguments are not valid.
    #[error("{0}")]
    UsageError(String),
    /// A store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The result type of the read side.
pub type Result<T> = std::result::Result<T, AnswerError>;
