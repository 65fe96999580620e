//! The HTTP API, its OpenAPI document, tokens, the live stream, the embedded web app, the metrics
//! and the status. Responses are computed in `answer`, which the command line uses too.
//!
//! Invariant: this crate is no source of truth. Every response is computed from rows that the
//! stages committed, and everything that is acknowledged was made durable by `flow`.
//!
//! Not here: the answers (`answer`), reading input (`ingest`), the stages (`flow`), any decision
//! about companies (the pure crates).

mod api;
mod app;
mod cookie;
mod feed;
mod guard;
mod measure;
mod origin;
mod position;
mod problem;
mod request;
mod serve;
pub mod status;
mod stream;
pub mod token;
mod vitals;
mod wall;
mod web;

pub use api::{document, router};
pub use app::{App, ServerSettings};
pub use measure::Measures;
pub use serve::{ServeError, serve, serve_vitals};
