//! detect: computes a company's signals from its whole history, under its lock.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::detect::Packs;
use engine::{Input, Stage, Step, unprepared};
use model::{
    Cause, Clock as _, CompanyUpdate, EntityId, RunId, Signal, SignalDetected, SystemClock,
    Timestamp, Topic, decode,
};
use store::Result;
use store::log::Record;

use crate::context::Context;
use crate::latency::LatencyMeter;

pub(crate) struct Detect {
    packs: Arc<Packs>,
    meter: Arc<LatencyMeter>,
}

impl Stage for Detect {
    const NAME: &'static str = "detect";
    const INPUT: Topic = Topic::CompaniesUpdates;
    const OUTPUT: Option<Topic> = Some(Topic::SignalsDetected);
    const BATCH: usize = 64;
    type Prepared = ();

    async fn prepare(&self, records: &[Record]) -> Vec<Result<()>> {
        unprepared(records)
    }

    async fn apply(&self, step: &mut Step<'_>, inputs: &[Input<()>]) -> Result<()> {
        let mut companies: BTreeMap<EntityId, (Cause, Timestamp)> = BTreeMap::new();
        for input in inputs {
            let update: CompanyUpdate = decode(&input.record.record.payload)?;
            if let Some(member) = step.tx.entity(update.entity).await? {
                companies.insert(member.company, (update.cause, update.observed));
            }
        }
        for (company, (cause, observed)) in companies {
            self.recompute(step, company, cause, observed).await?;
        }
        Ok(())
    }
}

impl Detect {
    pub(super) fn new(context: &Context, meter: &Arc<LatencyMeter>) -> Self {
        Self { packs: Arc::clone(&context.packs), meter: Arc::clone(meter) }
    }

    async fn recompute(
        &self,
        step: &mut Step<'_>,
        company: EntityId,
        cause: Cause,
        observed: Timestamp,
    ) -> Result<()> {
        step.tx.lock_company(company).await?;
        let history = answer::history(step.tx, company).await?;
        let products = step.tx.products().await?;
        let today = step.now.day();
        let (signals, notes) = ::detect::signals(&history, &self.packs, &products, today);
        let run = RunId::default();
        let mut changed = Vec::new();
        for (_, member) in &history.company.members {
            let member_signals: Vec<&Signal> =
                signals.iter().filter(|signal| signal.entity == *member).collect();
            changed.extend(step.tx.set_signals(*member, &run, &member_signals, step.now).await?);
        }
        step.tx.set_review(company, ::detect::review_on(&history, &signals, today)).await?;
        for note in notes {
            step.tx.count(&format!("note.detect.{}", note.code), 1);
        }
        if signals.is_empty() && changed.is_empty() {
            return Ok(());
        }
        // Latency is measured from intake, so only for an observation of a page, not for a tick or
        // a change of the profile.
        if let (false, Some(page)) = (changed.is_empty(), cause.look())
            && let Some(taken_at) = step.tx.taken_in(page).await?
        {
            let meter = Arc::clone(&self.meter);
            let took_us = SystemClock.now().0 - taken_at.0;
            step.after_commit(move || meter.reached_a_signal(took_us));
        }
        let record = SignalDetected { entity: company, signals: changed, run, cause };
        step.emit(Topic::SignalsDetected, company.to_string(), observed, &record)
    }
}
