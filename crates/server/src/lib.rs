//! The HTTP interface, its OpenAPI document, tokens, the live stream, the embedded web app, the metrics
//! and the status. What it answers is computed in `answer`, which the command line asks too.
//!
//! Invariant: nothing here is true by itself. Every answer is computed from rows that the stages
//! committed, and what is acknowledged was made durable by `flow`.
//!
//! Not here: the answers (`answer`), taking in (`ingest`), the stages (`flow`), any decision about
//! companies (the pure context).

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
