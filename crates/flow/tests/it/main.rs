//! The orchestrator driven as a whole: the same things in any order, however often, cut into any
//! batches, come to the same canonical hash; what cannot be processed is kept aside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

#[cfg(all(feature = "kafka", feature = "postgres"))]
mod cluster;
mod dead_letters;
mod deliveries;
mod effectively_once;
mod feedback;
mod following;
mod joins;
mod journey;
mod search;
mod site;
mod small_world;
mod zombies;
