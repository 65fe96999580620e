//! Scores per company and product (`score`), and the ledger of what moved them (`ledger`).

mod read;
mod rows;
mod write;

pub use rows::{LedgerRow, ScoreRow};
