//! Tests of the whole journey: the same captures in any order, any number of times and in any
//! batches give the same canonical hash; records that cannot be processed become dead letters.

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
mod failing_sites;
mod feedback;
mod following;
mod histories;
mod joins;
mod journey;
mod listing;
mod own_news;
mod publishers;
mod reread;
mod retention;
mod search;
mod settled;
mod site;
mod small_world;
mod undated;
mod waiting;
mod zombies;
