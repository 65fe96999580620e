//! The detect stage: turns pages into claims, and a company's history of claims into signals.
//! `kinds.rs` lists the kinds of signal, each with its pack of rules. Matchers read the claims of a
//! page; statistics and corroboration turn claims into signals.
//!
//! Invariant: every function here is a pure function of its arguments. The same text, packs and
//! history give the same claims and signals on every machine and on every day.
//!
//! Not here: identifying the company of a claim (`resolve`), scoring signals (`score`), fetching
//! and parsing pages (`ingest`, `clean`).

mod claims;
mod disjoint_sets;
mod example;
mod examples;
mod kinds;
mod pack;
mod packs;
mod pattern;
mod signals;
mod sources;

pub use example::{Example, ExpectedClaim};
pub use examples::ExampleResult;
pub use kinds::hiring_spike::spike::{Spike, spike_of_counts};
pub use kinds::{EventSort, KINDS, SignalKind, claim_in_words, is_dated_by_page};
pub use pack::Pack;
pub use packs::{PackError, Packs};
pub(crate) use pattern::pattern;
pub use signals::{as_read, is_one_matter, review_on, signals, successors};
