//! The journey: the table of stages, the list of jobs, and the functions that put data into it.
//!
//! Invariant: each capture is durable before it is acknowledged, and is processed by every stage;
//! `engine` ensures that each record takes effect once.
//!
//! Not here: any decision about pages, companies, signals or scores. Those are pure functions of
//! the crates below; a stage's file only loads their input and stores their results.

mod backlog_gauge;
mod context;
mod endpoints;
mod feedback;
mod follow;
mod generation;
mod intake;
mod jobs;
mod joins;
mod journey_engine;
mod journey_status;
mod latency;
mod listing;
mod membership;
mod metric;
mod notes;
mod owner;
mod public_url;
mod recomputation;
mod rejections;
mod reread;
mod retention;
mod scrub;
mod search;
mod site_links;
mod stages;
mod team_input;

pub use ::engine::{
    Metric, MetricKind, Part, Patience, Progress, Redriven, Role, SentWork, Settled, Trouble,
    runtime,
};

pub use context::{Context, JourneyLimits, Outside, RetentionLimits};
pub use endpoints::{enable_endpoint, endpoints};
pub use feedback::{FeedbackChange, Heard, hear};
pub use follow::{
    FollowedAccounts, Following, crawler, follow, follow_accounts, start_following, unfollow,
};
pub use generation::begin_generation;
pub use intake::{Accepted, Intake};
pub use jobs::recompute_all;
pub use joins::undo_join;
pub use journey_engine::{EngineStatus, JourneyEngine};
pub use journey_status::{
    backlog, dead_letter_count, dead_letters, deletable, migrate, redrive, troubles, waiting,
};
pub use latency::Latency;
pub use membership::Undone;
pub use metric::metrics;
pub use notes::count_notes;
pub use public_url::PublicUrl;
pub use rejections::RejectionQuota;
pub use reread::{
    Reread, RereadDiff, RereadFilter, SignalChange, SignalChangeKind, resume_promotion,
};
pub use retention::Deletable;
pub use scrub::{
    DamagedFile, InterruptedWrite, ScrubProgress, ScrubReport, SegmentDifferences, scrub,
    segment_differences,
};
pub use search::{catch_up_search, forget_search};
pub use stages::{STAGES, dead_stages};
pub use team_input::introduce;
