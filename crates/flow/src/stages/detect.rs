//! detect: computes companies' signals, each from its whole history, under their locks.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::act::CLAIMED_ON;
use ::detect::Packs;
use engine::{Input, Stage, Step, unprepared};
use model::{
    Cause, Clock as _, CompanyUpdate, Day, EntityId, History, Note, ObservationId, RunId, Signal,
    SignalDetected, SignalId, SystemClock, Timestamp, Topic, decode,
};
use store::Result;
use store::db::{ReadTx, SignalRow};
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
        let companies = updated_companies(step, inputs).await?;
        let ids: Vec<EntityId> = companies.keys().copied().collect();
        // Takes all locks before the first row is read, since one query reads rows of all companies.
        for company in &ids {
            step.tx.lock_company(*company).await?;
        }
        let detected = detected(step.tx, &self.packs, &ids, step.now.day()).await?;
        let changed = store_signals(step, &detected).await?;
        self.measure(step, companies.values().zip(&changed)).await?;
        for ((detected, signals), (cause, observed)) in
            detected.into_iter().zip(changed).zip(companies.into_values())
        {
            if detected.signals.is_empty() && signals.is_empty() {
                continue;
            }
            let company = detected.company;
            let record = SignalDetected { entity: company, signals, run: RunId::default(), cause };
            step.emit(Topic::SignalsDetected, company.to_string(), observed, &record)?;
        }
        Ok(())
    }
}

/// The signals of a company.
pub(crate) struct Detected {
    company: EntityId,
    members: Vec<EntityId>,
    pub(crate) signals: Vec<Signal>,
    review_on: Option<Day>,
    notes: Vec<Note>,
}

/// Computes the signals of companies as of a day, each from its whole history, in their order.
///
/// # Errors
/// When the database fails.
pub(crate) async fn detected(
    tx: &mut ReadTx,
    packs: &Packs,
    companies: &[EntityId],
    today: Day,
) -> Result<Vec<Detected>> {
    let products = tx.products().await?;
    let detect = |company, history: History| {
        let (signals, notes) = ::detect::signals(&history, packs, &products, today);
        let review_on = ::detect::review_on(&history, &signals, today);
        let members = history.company.members.iter().map(|(_, id)| *id).collect();
        Detected { company, members, signals, review_on, notes }
    };
    answer::each_history(tx, companies, detect).await
}

impl Detected {
    /// Returns each member with its signals.
    fn of_members(&self) -> impl Iterator<Item = (EntityId, Vec<&Signal>)> {
        self.members.iter().map(|member| {
            (*member, self.signals.iter().filter(|signal| signal.entity == *member).collect())
        })
    }
}

impl Detect {
    pub(super) fn new(context: &Context, meter: &Arc<LatencyMeter>) -> Self {
        Self { packs: Arc::clone(&context.packs), meter: Arc::clone(meter) }
    }

    /// Measures the latency of changed signals. It is measured from intake, so only for an
    /// observation of a page, not for a tick or a change of the profile.
    async fn measure(
        &self,
        step: &mut Step<'_>,
        updates: impl Iterator<Item = (&(Cause, Timestamp), &Vec<SignalId>)> + Send,
    ) -> Result<()> {
        let pages: Vec<ObservationId> = updates
            .filter(|(_, changed)| !changed.is_empty())
            .filter_map(|((cause, _), _)| cause.look())
            .collect();
        for taken_at in step.tx.pages_taken_in(&pages).await?.into_iter().flatten() {
            let meter = Arc::clone(&self.meter);
            let took_us = SystemClock.now().0 - taken_at.0;
            step.after_commit(move || meter.reached_a_signal(took_us));
        }
        Ok(())
    }
}

/// Reads the companies of updates, each with the cause and the time of its last update.
async fn updated_companies(
    step: &mut Step<'_>,
    inputs: &[Input<()>],
) -> Result<BTreeMap<EntityId, (Cause, Timestamp)>> {
    let updates = inputs.iter().map(|input| decode(&input.record.record.payload));
    let updates: Vec<CompanyUpdate> = updates.collect::<std::result::Result<_, _>>()?;
    let entities: Vec<EntityId> = updates.iter().map(|update| update.entity).collect();
    let members = step.tx.entities(&entities).await?;
    let known = members.into_iter().zip(updates);
    let known = known.filter_map(|(member, update)| Some((member?.company, update)));
    Ok(known.map(|(company, update)| (company, (update.cause, update.observed))).collect())
}

/// Lets signals inherit the actions of earlier ones of their company, given the stored signals of
/// each member, so that nobody is told again what is told in another way now.
async fn inherit(
    step: &mut Step<'_>,
    companies: &[Detected],
    before: &[Vec<SignalRow>],
) -> Result<()> {
    let mut before = before.iter();
    for company in companies {
        let rows = before.by_ref().take(company.members.len()).flatten();
        let earlier: Vec<&Signal> = rows.map(|row| &row.signal).collect();
        for (signal, from) in ::detect::successors(&earlier, &company.signals) {
            step.tx.inherit_action(signal, from, CLAIMED_ON).await?;
        }
    }
    Ok(())
}

/// Stores the signals of companies. Returns the ids of those changed, by company.
async fn store_signals(step: &mut Step<'_>, companies: &[Detected]) -> Result<Vec<Vec<SignalId>>> {
    let entities: Vec<_> = companies.iter().flat_map(Detected::of_members).collect();
    let run = RunId::default();
    let ids: Vec<EntityId> = entities.iter().map(|(entity, _)| *entity).collect();
    let before = step.tx.signals_of_entities(&ids, &run).await?;
    inherit(step, companies, &before).await?;
    let changed = step.tx.replace_signals_of(&entities, &before, &run, step.now).await?;
    let reviews: Vec<_> = companies.iter().map(|one| (one.company, one.review_on)).collect();
    step.tx.set_reviews(&reviews).await?;
    for note in companies.iter().flat_map(|one| &one.notes) {
        step.tx.count(&format!("note.detect.{}", note.code), 1);
    }
    let mut changed = changed.into_iter();
    let of_company = |one: &Detected| changed.by_ref().take(one.members.len()).flatten().collect();
    Ok(companies.iter().map(of_company).collect())
}
