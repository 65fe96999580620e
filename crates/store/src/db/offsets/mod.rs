//! The offset of each stage on each partition, under a fencing epoch (`consumer`,
//! `producer_seen`, `attempt`).

mod read;
mod rows;
mod write;

pub use rows::Consumer;
