//! Step 5 of the journey: whether a company is worth a call. Computes FIT, INTENT and TIMING for a
//! product, as a scorecard of named terms.
//!
//! Invariant: a score is exactly the sum of its contributions, in hundredths of a point. A
//! scorecard holds no date of its computation, so computing it again on another day gives the same
//! result.
//!
//! Not here: detecting signals (`detect`), identifying companies (`resolve`), storing scores
//! (`store`).

mod band;
mod decay;
mod decide;
mod fit;
mod intent;
mod ledger;
mod next_action;
mod score_reading;
mod scorecard;
mod settled;
mod term;
mod timing;

pub use band::{Band, words};
pub use decide::{Decision, actionable, decide};
pub use ledger::{Change, ledger};
pub use next_action::{RecommendedAction, next_action};
pub use score_reading::ScoreReading;
pub use scorecard::{Scorecard, scorecard};
pub use settled::{ComesBack, LeadState, Settlement, lead_state};
pub use term::Term;

#[cfg(test)]
mod tests;
