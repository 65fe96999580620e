//! Outgoing records, written in the transaction of the rows they describe and numbered per
//! producer. The relay appends them to the log in that order.

mod read;
mod rows;
mod write;

pub use rows::{Numbered, Outgoing};
