//! Signals and their evidence (`signal`, `evidence`), whose rows are closed and inserted anew,
//! never overwritten; and the day of each company's next review (`company_review`).

mod read;
mod rows;
mod write;

pub use rows::SignalRow;
