//! Scores per company and product (`score`), and the ledger of their changes (`ledger`).

mod read;
mod rows;
mod write;

pub use rows::{LedgerRow, ScoreRow};
