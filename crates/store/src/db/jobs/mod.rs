//! Jobs: work that must happen once, later or again (`job`).

mod lease;
mod read;
mod rows;
mod write;

pub use rows::{JobLane, JobState, LeaseRoom, LeasedJob, NewJob};
