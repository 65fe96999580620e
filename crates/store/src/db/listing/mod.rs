//! The rows that lists are read from (`listing_lead`, `listing_signal`): a projection of signals
//! and scores, outside the canonical hash, which is rebuilt when it is missing.

mod read;
mod rows;
mod write;

pub use rows::{
    COUNTRY_UNKNOWN, CompanyListing, KindInCountry, LeadFilter, LeadRank, ListedLead, ListedSignal,
    SignalFilter, SignalKey, SignalOrder, SignalRank,
};
