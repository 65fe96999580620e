//! score, decide: computes a company's scores from its signals and triggers actions where due.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::act::CLAIMED_ON;
use ::detect::Packs;
use ::score::Scorecard;
use answer::{Lead, Profile};
use engine::{Input, Stage, Step, unprepared};
use model::{
    Action, ActionStatus, ActionTriggered, CompanyView, EntityId, Points, Product, RunId, Signal,
    SignalDetected, SignalId, Timestamp, Topic, decode,
};
use store::Result;
use store::db::{CompanyListing, LedgerRow};
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
        let mut companies: BTreeMap<EntityId, (Vec<SignalId>, Timestamp)> = BTreeMap::new();
        for input in inputs {
            let detected: SignalDetected = decode(&input.record.record.payload)?;
            if let Some(member) = step.tx.entity(detected.entity).await? {
                let event = input.record.record.event;
                let entry = companies.entry(member.company).or_insert((Vec::new(), event));
                entry.0.extend(detected.signals);
            }
        }
        let profile = Profile::read(step.tx).await.map_err(to_store_error)?;
        let mut listings = Vec::with_capacity(companies.len());
        for (company, (changed, event)) in companies {
            let task = Rescoring { packs: &self.packs, profile: &profile, company, event };
            listings.push(task.run(step, &changed).await?);
        }
        step.tx.set_listings(&listings).await
    }
}

/// The scoring of a company.
struct Rescoring<'a> {
    packs: &'a Packs,
    profile: &'a Profile,
    company: EntityId,
    event: Timestamp,
}

impl Rescoring<'_> {
    /// Stores the company's scores, triggers actions where due, and returns its rows in the lists.
    async fn run(&self, step: &mut Step<'_>, changed: &[SignalId]) -> Result<CompanyListing> {
        let company = self.company;
        step.tx.lock_company(company).await?;
        let view = answer::view(step.tx, company).await?;
        let all = current_signals(step, &view).await?;
        let signals = ::detect::as_read(&all);
        let ids: Vec<SignalId> = signals.iter().map(|signal| signal.id).collect();
        let feedback = step.tx.feedback_on(&ids).await?.into_iter().flatten().collect::<Vec<_>>();
        let mut hidden = withdraw(step, changed, &signals).await?;
        hidden.extend(all.iter().map(|signal| signal.id).filter(|id| !ids.contains(id)));
        let mut leads = Vec::with_capacity(self.profile.products.len());
        for product in &self.profile.products {
            let card = answer::card(self.packs, &view, &signals, product, &feedback);
            // Without a product, a score is computed when it is read.
            if !self.profile.is_empty {
                let stored = (!signals.is_empty()).then_some(&card);
                store_score(step, company, &product.id, stored).await?;
                if stored.is_some() {
                    self.act(step, &view, &signals, &all, product, &card).await?;
                }
            }
            leads.push(Lead { product: product.clone(), card, updated: step.now });
        }
        let rows = answer::listing(company, &view, &signals, &leads, step.now.day());
        Ok(CompanyListing { hidden, ..rows })
    }

    /// Triggers an action for each signal that deserves one.
    async fn act(
        &self,
        step: &mut Step<'_>,
        view: &CompanyView,
        signals: &[Signal],
        all: &[Signal],
        product: &Product,
        card: &Scorecard,
    ) -> Result<()> {
        let today = step.now.day();
        for decision in ::score::decide(signals, card, view, product, today) {
            if has_action_as_another(step, decision.signal, all).await? {
                continue;
            }
            let action = Action {
                id: Action::id_of(decision.signal, CLAIMED_ON),
                signal: decision.signal,
                product_id: decision.product_id,
                channel: CLAIMED_ON.to_owned(),
                status: ActionStatus::Held,
                created: step.now,
            };
            if step.tx.claim_action(&action, self.company).await? {
                let record = ActionTriggered {
                    action: action.id,
                    signal: action.signal,
                    channel: action.channel,
                };
                let key = self.company.to_string();
                step.emit(Topic::ActionsTriggered, key, self.event, &record)?;
            }
        }
        Ok(())
    }
}

async fn current_signals(step: &mut Step<'_>, view: &CompanyView) -> Result<Vec<Signal>> {
    let members: Vec<EntityId> = view.members.iter().map(|(_, id)| *id).collect();
    let rows = step.tx.signals_of_entities(&members, &RunId::default()).await?;
    let mut signals: Vec<Signal> = rows.into_iter().flatten().map(|row| row.signal).collect();
    signals.sort_by_key(|signal| signal.id);
    Ok(signals)
}

/// Checks whether another signal of the same matter has already triggered an action. A newspaper's
/// report and the company's own are one matter, but which arrives first is arbitrary.
async fn has_action_as_another(step: &mut Step<'_>, id: SignalId, all: &[Signal]) -> Result<bool> {
    let Some(signal) = all.iter().find(|signal| signal.id == id) else { return Ok(false) };
    for other in all.iter().filter(|other| other.id != id && other.kind == signal.kind) {
        let is_same_matter = ::detect::is_one_matter(signal, other);
        if is_same_matter && step.tx.has_action(Action::id_of(other.id, CLAIMED_ON)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Withdraws actions whose signal no longer exists, and restores those whose signal exists again,
/// unless a person or a channel has acted on them. Returns the signals that no longer exist.
async fn withdraw(
    step: &mut Step<'_>,
    changed: &[SignalId],
    current: &[Signal],
) -> Result<Vec<SignalId>> {
    let mut withdrawn = Vec::new();
    for id in changed {
        let action = Action::id_of(*id, CLAIMED_ON);
        if step.tx.signal(*id, &RunId::default()).await?.is_none() {
            step.tx.hold_or_withdraw_action(action, false).await?;
            withdrawn.push(*id);
        } else if current.iter().any(|signal| signal.id == *id) {
            step.tx.hold_or_withdraw_action(action, true).await?;
        }
    }
    Ok(withdrawn)
}

/// Stores a company's score for a product, or closes it, with the causes of the change.
async fn store_score(
    step: &mut Step<'_>,
    company: EntityId,
    product: &str,
    card: Option<&Scorecard>,
) -> Result<()> {
    let Some(card) = card else {
        return step.tx.set_score(company, product, None, step.now).await.map(drop);
    };
    let previous = step.tx.score(company, product).await?;
    let previous: Option<Scorecard> =
        previous.map(|row| serde_json::from_str(&row.card)).transpose()?;
    let today = step.now.day();
    let points: Points = card.read(today).score;
    let json = serde_json::to_string(card)?;
    let changed = step.tx.set_score(company, product, Some((&json, points)), step.now).await?;
    if changed {
        let previous = previous.unwrap_or_default();
        let lines: Vec<LedgerRow> = ::score::ledger(&previous, card, today)
            .into_iter()
            .map(|change| LedgerRow { at: step.now, cause: change.cause, delta: change.delta })
            .collect();
        step.tx.add_ledger(company, product, &lines).await?;
    }
    Ok(())
}
