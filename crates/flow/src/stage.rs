//! The work of each stage, one file a row of the table.

pub(crate) mod act;
pub(crate) mod clean;
pub(crate) mod detect;
pub(crate) mod resolve;
pub(crate) mod score;
