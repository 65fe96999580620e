//! Deliveries (`raw`), their cleaned texts (`cleaned_text`), and the observations of pages
//! (`page_look`) and of claims (`claim_look`).

mod read;
mod rows;
mod write;

#[cfg(any(test, feature = "conformance"))]
pub(crate) use rows::parse_outcome;
pub use rows::{PageAbout, PageRow, PageSeen, PlacedClaim, RawRow};
