//! The one orchestrator: the table of stages, the runner that drives every row of it, and the
//! table of jobs.
//!
//! Invariant: derived rows, outgoing records and the consumer's offset are committed in one SQL
//! transaction under a fencing epoch, so whatever is killed, every record takes effect once.
//!
//! Not here: any decision about pages, companies, signals or scores. Those are pure functions of
//! the crates below; a stage's file only loads what they need and keeps what they say.

mod company;
mod dead;
mod deliver;
mod desk;
mod engine;
mod feedback;
mod follow;
mod fresh;
mod health;
mod idle;
mod intake;
mod jobs;
mod membership;
mod metric;
mod migrate;
mod owner;
mod pulse;
mod relay;
mod rooms;
mod runner;
mod runtime;
mod search;
mod stage;
mod stages;
mod verify;

pub use company::{history, view};
pub use dead::{dead_letters, redrive};
pub use deliver::resume_endpoint;
pub use desk::{introduce, wake};
pub use engine::{Engine, Progress, Role};
pub use feedback::{Heard, hear};
pub use follow::{Following, crawler, follow, start_following, unfollow};
pub use health::{Part, Trouble, troubles};
pub use idle::{backlog, waiting};
pub use intake::{Accepted, Intake};
pub use jobs::recompute_all;
pub use membership::{Undone, rejoin, undo};
pub use metric::{METRICS, Metric, MetricKind};
pub use migrate::migrate;
pub use pulse::{Latency, Pulse};
pub use rooms::{Limits, Outside, Rooms};
pub use runtime::runtime;
pub use search::{catch_up_search, forget_search, search};
pub use stages::{STAGES, Stage, dead_stages};
pub use verify::{Checked, Proof, prove, verify};
