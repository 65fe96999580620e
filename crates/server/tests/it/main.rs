//! The server through its real router, over a small world that came through the real stages.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod document;
mod gate;
mod routes;
mod streams;
mod webhooks;
mod world;
