//! Step 2 of the journey: reads the bytes of a page into a [`model::Document`].
//!
//! Invariants: the same bytes give the same document, and a document holds no e-mail address and
//! no telephone number. Malformed input is not an error: every function returns its result
//! together with notes.
//!
//! Not here: fetching (`ingest`), interpreting the text (`detect`), matching it to companies
//! (`resolve`).

mod article;
mod assemble;
mod blocks;
mod charset;
mod data;
mod dates;
mod elements;
mod embedded_text;
mod entities;
mod event;
mod event_check;
mod event_types;
mod feed_dates;
mod item_markup;
mod json_repair;
mod json_tokens;
mod json_value;
mod jsonld;
mod language;
mod limits;
mod links;
mod mail_address;
mod markdown;
mod markup_items;
mod markup_tree;
mod nesting_guard;
mod page;
mod phone;
mod phone_context;
mod published;
mod redact;
mod sent_fields;
mod shallow_json;
mod simhash;
mod state_scripts;
mod surroundings;
mod tool_traces;
mod translations;
mod tree_walk;
mod whitespace;

pub use codings::decode_body;
pub use entities::decoded as decoded_references;
pub use event::{FeatureValue, SentCompany, SentEvent, SentEventError, event};
pub use event_check::{check_event, ignored_page_fields, page_defect};
pub use event_types::{EVENT_TYPES, EventFeature, EventType, FeatureKind};
pub use links::{Anchor, Links, links};
pub use markdown::markdown;
pub use page::page;
pub use sent_fields::sent_time;
pub use simhash::hamming;

#[cfg(test)]
mod tests;
