//! Detect: from what pages say to what happened. `kinds.rs` lists the kinds of signal, each with its
//! pack of rules; matchers turn a page into claims, statistics and corroboration turn claims into
//! signals.
//!
//! Invariant: everything here is a pure function of its arguments. The same text, packs and
//! history give the same claims and signals on every machine and on every day.
//!
//! Not here: who a claim is about (`resolve`), what a signal is worth (`score`), where pages come
//! from (`ingest`, `clean`).

mod claims;
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
pub use kinds::{EventSort, KINDS, SignalKind};
pub use pack::Pack;
pub use packs::{PackError, Packs};
pub(crate) use pattern::pattern;
pub use signals::{as_read, is_one_matter, review_on, signals};
