//! What was taken in (`raw`), how it read (`cleaned_text`, `page_look`) and what it claims
//! (`claim_look`).

mod read;
mod rows;
mod write;

pub use rows::{PageAbout, PageRow, PageSeen, PlacedClaim, RawRow};
