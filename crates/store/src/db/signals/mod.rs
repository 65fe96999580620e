//! Signals and their evidence (`signal`, `evidence`), and when a company is looked at again
//! (`company_review`): closed and inserted anew, never overwritten.

mod read;
mod rows;
mod write;

pub use rows::SignalRow;
