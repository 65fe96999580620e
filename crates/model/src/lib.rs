//! The data types of leadq, which every other crate uses.
//!
//! Invariant: values only. Nothing here reads a file, the network or a random number, and only
//! [`SystemClock`] reads a clock, so two machines compute the same ids and hashes from the same
//! values.
//!
//! Not here: how values are derived (the stages), stored (`store`) or shown (`leadq`, `server`).

mod action;
mod by;
mod cause;
mod claim;
mod company;
mod dead_letter;
mod document;
mod entity;
mod evidence;
mod fact;
mod feedback;
mod field_problem;
mod id;
mod note;
mod observation;
mod open_name;
mod opportunity;
mod product;
mod proposal;
mod record;
mod score;
mod signal;
mod time;
mod topic;

pub use action::{Action, ActionStatus, CHANNEL_REVIEW};
pub use by::{By, InvalidBy};
pub use cause::Cause;
pub use claim::{Actor, Claim, ClaimKind};
pub use company::{CompanyView, Judgement, Verdict};
pub use dead_letter::{DeadLetter, shortened};
pub use document::{Block, BlockKind, Datum, DatumKind, Document, Link, Page, Span, are_copies};
pub use entity::{Entity, EntityKind, InvalidEntity};
pub use evidence::{BlobRef, Evidence, Fate};
pub use fact::{Fact, FactKey};
pub use feedback::{Feedback, FeedbackOutcome, IgnoreReason, SNOOZE_DAYS};
pub use field_problem::field_problem;
pub use id::{
    ActionId, CauseId, Digest, EntityId, EventId, IdHasher, InstallKey, InvalidId, JudgementId,
    ObservationId, PersonId, RawId, SignalId,
};
pub use note::Note;
pub use observation::{
    ClaimObservation, Event, History, Observation, ObservationOutcome, PageObservation,
};
pub use open_name::OpenName;
pub use opportunity::Opportunity;
pub use product::{IdealCustomer, Product, ScoreWeights};
pub use proposal::{Proposal, ProposalStatus};
pub use record::{
    ActionTriggered, CleanEvent, CompanyUpdate, RawEvent, RawKind, RecordError, SignalDetected,
    Versioned, decode, encode,
};
pub use score::{Component, Contribution, Decay, LeadScore, Points, ScoreComponents};
pub use signal::{Permille, Polarity, RunId, Signal, SignalStage, Slots};
pub use time::{Clock, Day, FixedClock, InvalidTime, SystemClock, Timestamp};
pub use topic::Topic;
