//! Tests of the server through its real router, over a small world that the real stages processed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod bad_requests;
mod connections;
mod document;
mod gate;
mod ingest;
mod overload;
mod parameters;
mod routes;
mod sessions;
mod socket;
mod streams;
mod webhook_messages;
mod webhooks;
mod world;
