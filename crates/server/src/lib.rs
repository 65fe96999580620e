//! The HTTP API, its OpenAPI document, tokens and sessions, the live stream, the embedded web app, the metrics
//! and the status. Responses are computed in `answer`, which the command line uses too.
//!
//! Invariant: this crate is no source of truth. Every response is computed from rows that the
//! stages committed, and everything that is acknowledged was made durable by `flow`.
//!
//! Not here: the answers (`answer`), reading input (`ingest`), the stages (`flow`), any decision
//! about companies (the pure crates).

mod accept;
mod access;
mod admission;
mod api;
mod app;
mod connections;
mod cookie;
mod fair_semaphore;
mod guard;
mod ingestion;
mod live_feed;
mod origin;
mod problem;
mod process_metrics;
mod prometheus;
mod request;
mod request_body;
mod reused;
mod serve;
mod session;
pub mod status;
mod stream;
mod stream_places;
mod stream_position;
mod throttle;
pub mod token;
mod web;

pub use api::{document, router};
pub use app::{App, ServerSettings};
pub use connections::ConnectionLimits;
pub use prometheus::Measures;
pub use serve::{ServeError, serve, serve_vitals};
