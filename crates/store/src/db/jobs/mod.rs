//! Jobs: work that must happen once, later or again (`job`).

mod read;
mod rows;
mod write;

pub use rows::{JobState, LeasedJob, NewJob};
