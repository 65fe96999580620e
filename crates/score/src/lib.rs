//! Step 5 of the journey: is a company worth a call. FIT, INTENT and TIMING from the product's ideal
//! customer, as a scorecard of named terms.
//!
//! Invariant: a score is a sum of contributions, exactly, in hundredths of a point; and a scorecard
//! holds no date on which it was computed, so computing it again on another day gives the same.
//!
//! Not here: what happened (`detect`), who it is (`resolve`), keeping scores (`store`).

mod band;
mod card;
mod decay;
mod decide;
mod fit;
mod intent;
mod ledger;
mod next;
mod read;
mod term;
mod timing;

pub use band::{Band, words};
pub use card::{Scorecard, scorecard};
pub use decide::{Decision, actionable, decide};
pub use ledger::{Change, ledger};
pub use next::{RecommendedAction, next_action};
pub use read::ScoreReading;
pub use term::Term;

#[cfg(test)]
mod tests;
