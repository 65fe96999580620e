//! score, decide: computes companies' scores from their signals and triggers actions where due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::act::CLAIMED_ON;
use ::detect::Packs;
use ::score::{Change, Scorecard};
use answer::{Dossier, Lead, Profile};
use engine::{Input, Stage, Step, unprepared};
use model::{
    Action, ActionId, ActionStatus, ActionTriggered, Day, EntityId, Points, RunId, Signal,
    SignalDetected, SignalId, Timestamp, Topic, decode,
};
use store::Result;
use store::db::{CompanyListing, LedgerRow, ScoreRow};
use store::log::Record;

use crate::context::Context;
use crate::latency::LatencyMeter;
use crate::listing::to_store_error;

pub(crate) struct Score {
    packs: Arc<Packs>,
}

impl Score {
    pub(super) fn new(context: &Context, _: &Arc<LatencyMeter>) -> Self {
        Self { packs: Arc::clone(&context.packs) }
    }
}

impl Stage for Score {
    const NAME: &'static str = "score";
    const INPUT: Topic = Topic::SignalsDetected;
    const OUTPUT: Option<Topic> = Some(Topic::ActionsTriggered);
    const BATCH: usize = 64;
    type Prepared = ();

    async fn prepare(&self, records: &[Record]) -> Vec<Result<()>> {
        unprepared(records)
    }

    async fn apply(&self, step: &mut Step<'_>, inputs: &[Input<()>]) -> Result<()> {
        let companies = changed_companies(step, inputs).await?;
        let profile = Profile::read(step.tx).await.map_err(to_store_error)?;
        // Takes all locks before the first row is read, since one query reads rows of all companies.
        for company in &companies {
            step.tx.lock_company(company.id).await?;
        }
        let scored = self.score(step, companies, &profile).await?;
        let gone = gone_signals(step, &scored).await?;
        // Without a product, a score is computed when it is read.
        if !profile.is_empty {
            store_scores(step, &profile, &scored).await?;
        }
        act(step, &profile, &scored, &gone).await?;
        let today = step.now.day();
        let listings: Vec<_> = scored.iter().map(|one| one.listing(&gone, today)).collect();
        step.tx.set_listings(&listings).await
    }
}

/// A company some of whose signals may have changed.
struct ChangedCompany {
    id: EntityId,
    changed: Vec<SignalId>,
    /// The time of the first of the events.
    event: Timestamp,
}

/// A company with its scores.
struct Scored {
    company: ChangedCompany,
    /// The current signals, sorted by id.
    all: Vec<Signal>,
    /// The company with its signals as read, and a lead for each product of the profile.
    dossier: Dossier,
}

/// An action that is due unless it, or one for a signal of the same matter, was claimed before. A
/// newspaper's report and the company's own are one matter, but which arrives first is arbitrary.
struct Candidate<'a> {
    action: Action,
    company: &'a ChangedCompany,
    same_matter: Vec<ActionId>,
}

impl Score {
    /// Reads companies with their signals, and computes their scores.
    async fn score(
        &self,
        step: &mut Step<'_>,
        companies: Vec<ChangedCompany>,
        profile: &Profile,
    ) -> Result<Vec<Scored>> {
        let ids: Vec<EntityId> = companies.iter().map(|company| company.id).collect();
        let read = answer::dossier::read_unscored(step.tx, &ids).await?;
        let score = |(company, (mut dossier, all)): (ChangedCompany, (Dossier, Vec<Signal>))| {
            dossier.score(&self.packs, &profile.products, step.now);
            Scored { company, all, dossier }
        };
        Ok(companies.into_iter().zip(read).map(score).collect())
    }
}

impl Scored {
    fn has_signal(&self, id: SignalId) -> bool {
        self.dossier.signal(id).is_some()
    }

    /// Returns the card for a product of the profile; `None` if no score is stored.
    fn card(&self, product: usize) -> Option<&Scorecard> {
        let has_signals = !self.dossier.signals.is_empty();
        let lead = self.dossier.leads.get(product).filter(|_| has_signals)?;
        Some(&lead.card)
    }

    /// Selects the actions that deserve to be triggered, in the order of products.
    fn candidates(&self, now: Timestamp) -> Vec<Candidate<'_>> {
        let mut candidates = Vec::new();
        let Dossier { signals, view, leads, .. } = &self.dossier;
        for Lead { product, card, .. } in leads {
            let decisions = ::score::decide(signals, card, view, product, now.day());
            candidates.extend(decisions.into_iter().map(|decision| {
                let action = Action {
                    id: action_of(decision.signal),
                    signal: decision.signal,
                    product_id: decision.product_id,
                    channel: CLAIMED_ON.to_owned(),
                    status: ActionStatus::Held,
                    created: now,
                };
                let same_matter = self.same_matter(decision.signal);
                Candidate { action, company: &self.company, same_matter }
            }));
        }
        candidates
    }

    /// Lists the actions of the other signals of the same matter.
    fn same_matter(&self, id: SignalId) -> Vec<ActionId> {
        let Some(signal) = self.all.iter().find(|signal| signal.id == id) else {
            return Vec::new();
        };
        let others = self.all.iter().filter(|other| other.id != id && other.kind == signal.kind);
        let same = others.filter(|other| ::detect::is_one_matter(signal, other));
        same.map(|other| action_of(other.id)).collect()
    }

    /// Computes the company's rows in the lists.
    fn listing(&self, gone: &BTreeSet<SignalId>, today: Day) -> CompanyListing {
        let mut rows = answer::listing_of(&self.dossier, today);
        rows.hidden.extend(self.company.changed.iter().filter(|id| gone.contains(id)));
        rows
    }
}

fn action_of(signal: SignalId) -> ActionId {
    Action::id_of(signal, CLAIMED_ON)
}

/// Reads the companies of changed signals, sorted by id.
async fn changed_companies(
    step: &mut Step<'_>,
    inputs: &[Input<()>],
) -> Result<Vec<ChangedCompany>> {
    let records = inputs.iter().map(|input| decode(&input.record.record.payload));
    let records: Vec<SignalDetected> = records.collect::<std::result::Result<_, _>>()?;
    let entities: Vec<EntityId> = records.iter().map(|record| record.entity).collect();
    let members = step.tx.entities(&entities).await?;
    let mut companies: BTreeMap<EntityId, ChangedCompany> = BTreeMap::new();
    for ((input, record), member) in inputs.iter().zip(records).zip(members) {
        let Some(id) = member.map(|member| member.company) else { continue };
        let event = input.record.record.event;
        let new = ChangedCompany { id, changed: Vec::new(), event };
        companies.entry(id).or_insert(new).changed.extend(record.signals);
    }
    Ok(companies.into_values().collect())
}

/// Finds the changed signals that no longer exist.
async fn gone_signals(step: &mut Step<'_>, companies: &[Scored]) -> Result<BTreeSet<SignalId>> {
    let mut gone: BTreeSet<SignalId> =
        companies.iter().flat_map(|one| one.company.changed.iter().copied()).collect();
    for signal in companies.iter().flat_map(|one| &one.all) {
        gone.remove(&signal.id);
    }
    // Finds those of an entity that has left its company.
    let ids: Vec<SignalId> = gone.iter().copied().collect();
    for row in step.tx.signals_by_id(&ids, &RunId::default()).await?.into_iter().flatten() {
        gone.remove(&row.signal.id);
    }
    Ok(gone)
}

/// Stores the companies' scores for each product, or closes them, with the causes of the changes.
async fn store_scores(step: &mut Step<'_>, profile: &Profile, companies: &[Scored]) -> Result<()> {
    let today = step.now.day();
    for (index, product) in profile.products.iter().enumerate() {
        let mut scores = Vec::with_capacity(companies.len());
        for one in companies {
            let card = one.card(index).map(|card| stored(card, today)).transpose()?;
            scores.push((one.company.id, card));
        }
        let replaced = step.tx.set_scores(&product.id, &scores, step.now).await?;
        let mut ledgers = Vec::new();
        for one in companies {
            let replaced = replaced.get(&one.company.id);
            if let (Some(previous), Some(card)) = (replaced, one.card(index)) {
                let lines = ledger(previous.as_ref(), card, step.now)?;
                ledgers.push((one.company.id, lines));
            }
        }
        step.tx.add_ledgers(&product.id, &ledgers).await?;
    }
    Ok(())
}

/// Returns the stored form of a card, and its points on a day.
fn stored(card: &Scorecard, today: Day) -> Result<(String, Points)> {
    Ok((serde_json::to_string(card)?, card.read(today).score))
}

/// Lists the causes of the change from a stored score to a card.
fn ledger(previous: Option<&ScoreRow>, card: &Scorecard, now: Timestamp) -> Result<Vec<LedgerRow>> {
    let previous: Option<Scorecard> =
        previous.map(|row| serde_json::from_str(&row.card)).transpose()?;
    let changes = ::score::ledger(&previous.unwrap_or_default(), card, now.day());
    let line = |change: Change| LedgerRow { at: now, cause: change.cause, delta: change.delta };
    Ok(changes.into_iter().map(line).collect())
}

/// Withdraws and restores actions, and triggers an action for each signal that deserves one.
async fn act(
    step: &mut Step<'_>,
    profile: &Profile,
    companies: &[Scored],
    gone: &BTreeSet<SignalId>,
) -> Result<()> {
    let candidates: Vec<Candidate<'_>> = match profile.is_empty {
        true => Vec::new(),
        false => companies.iter().flat_map(|one| one.candidates(step.now)).collect(),
    };
    let changed = companies.iter().flat_map(|one| &one.company.changed).map(|id| action_of(*id));
    let due = candidates.iter().map(|one| one.action.id);
    let same_matter = candidates.iter().flat_map(|one| one.same_matter.iter().copied());
    let ids: BTreeSet<ActionId> = changed.chain(due).chain(same_matter).collect();
    let ids: Vec<ActionId> = ids.into_iter().collect();
    let exist = step.tx.has_actions(&ids).await?;
    let known: BTreeSet<ActionId> =
        ids.into_iter().zip(exist).filter(|(_, exists)| *exists).map(|(id, _)| id).collect();
    withdraw(step, companies, gone, &known).await?;
    claim(step, candidates, known).await
}

/// Withdraws actions whose signal no longer exists, and restores those whose signal exists again,
/// unless a person or a channel has acted on them.
async fn withdraw(
    step: &mut Step<'_>,
    companies: &[Scored],
    gone: &BTreeSet<SignalId>,
    known: &BTreeSet<ActionId>,
) -> Result<()> {
    let (mut withdrawn, mut held) = (Vec::new(), Vec::new());
    for one in companies {
        for id in &one.company.changed {
            let action = action_of(*id);
            if !known.contains(&action) {
                continue;
            }
            if gone.contains(id) {
                withdrawn.push(action);
            } else if one.has_signal(*id) {
                held.push(action);
            }
        }
    }
    step.tx.hold_or_withdraw_actions(&withdrawn, false).await?;
    step.tx.hold_or_withdraw_actions(&held, true).await.map(drop)
}

/// Triggers the actions of candidates that are still due, in their order.
async fn claim(
    step: &mut Step<'_>,
    candidates: Vec<Candidate<'_>>,
    mut known: BTreeSet<ActionId>,
) -> Result<()> {
    let mut due = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let is_known = |id: &ActionId| known.contains(id);
        // Counts an earlier candidate's action too, which is not stored yet.
        if !candidate.same_matter.iter().any(is_known) && known.insert(candidate.action.id) {
            due.push(candidate);
        }
    }
    let actions: Vec<_> = due.iter().map(|one| (&one.action, one.company.id)).collect();
    let claimed = step.tx.claim_actions(&actions).await?;
    for Candidate { action, company, .. } in due {
        if claimed.contains(&action.id) {
            let Action { id, signal, channel, .. } = action;
            let record = ActionTriggered { action: id, signal, channel };
            let key = company.id.to_string();
            step.emit(Topic::ActionsTriggered, key, company.event, &record)?;
        }
    }
    Ok(())
}
