//! Entities (`entity`, `block_key`), the judgements that join them (`judgement`), and the company
//! to which each belongs at present.

mod read;
mod rows;
mod write;

pub(super) use rows::to_entity;
pub use rows::{Membership, OpenJudgement};
