//! promote: makes the readings of a run the stored ones, one step after the other.

use engine::{Job, Pool};
use store::Result;
use store::db::LeasedJob;

use crate::context::Context;
use crate::reread::promotion::{KIND, Promotion};

pub(crate) struct Promote(Promotion);

impl Promote {
    pub(super) fn new(context: &Context) -> Self {
        Self(Promotion::new(context))
    }
}

impl Job for Promote {
    const KIND: &'static str = KIND;
    const POOL: Pool = super::STATE;

    async fn run(&self, job: &LeasedJob) -> Result<()> {
        self.0.step(job).await
    }
}
