//! The table of all stages. One runner drives every row.

mod act;
pub(crate) mod clean;
pub(crate) mod detect;
mod resolve;
mod score;

use std::sync::Arc;

use engine::{StageInfo, StageRow};

use crate::context::Context;
use crate::latency::LatencyMeter;

/// Generates the descriptions of the stages and their rows from one list.
macro_rules! stages {
    ($($stage:ty),+ $(,)?) => {
        /// The description of every stage, in the order of the journey.
        pub const STAGES: [StageInfo; [$(StageInfo::of::<$stage>()),+].len()] =
            [$(StageInfo::of::<$stage>()),+];

        /// Creates the row of every stage, in the order of the journey.
        pub(crate) fn rows(context: &Context, meter: &Arc<LatencyMeter>) -> Vec<StageRow> {
            vec![$(StageRow::new(<$stage>::new(context, meter))),+]
        }
    };
}

stages![clean::Clean, resolve::Resolve, detect::Detect, score::Score, act::Act];

/// Lists every name that has dead letters: intake, then every stage.
pub fn dead_stages() -> impl Iterator<Item = &'static str> {
    std::iter::once("ingest").chain(STAGES.iter().map(|stage| stage.name))
}
