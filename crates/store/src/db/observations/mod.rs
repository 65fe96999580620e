//! Deliveries (`raw`), their cleaned texts (`cleaned_text`), and the observations of pages
//! (`page_look`) and of claims (`claim_look`).

mod few;
mod read;
mod rows;
mod write;

#[cfg(any(test, feature = "conformance"))]
pub(crate) use rows::parse_outcome;
pub(in crate::db) use rows::to_blob;
pub use rows::{PageAbout, PageRow, PageSeen, PlacedClaim, RawRow};
pub(in crate::db) use write::{claim_values, page_values};
