//! score, decide: computes a company's scores from its signals and triggers actions where due.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::act::CLAIMED_ON;
use ::detect::Packs;
use ::score::Scorecard;
use engine::{Input, Stage, Step, unprepared};
use model::{
    Action, ActionStatus, ActionTriggered, CompanyView, EntityId, Feedback, Points, Product, RunId,
    Signal, SignalDetected, SignalId, Timestamp, Topic, decode,
};
use store::Result;
use store::db::LedgerRow;
use store::log::Record;

use crate::context::Context;
use crate::latency::LatencyMeter;

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
        for (company, (changed, event)) in companies {
            rescore(&self.packs, step, company, &changed, event).await?;
        }
        Ok(())
    }
}

async fn rescore(
    packs: &Packs,
    step: &mut Step<'_>,
    company: EntityId,
    changed: &[SignalId],
    event: Timestamp,
) -> Result<()> {
    step.tx.lock_company(company).await?;
    let view = answer::view(step.tx, company).await?;
    let all = current_signals(step, &view).await?;
    let signals = ::detect::as_read(&all);
    let ids: Vec<SignalId> = signals.iter().map(|signal| signal.id).collect();
    let feedback = step.tx.feedback_on(&ids).await?.into_iter().flatten().collect::<Vec<_>>();
    withdraw(step, changed, &signals).await?;
    for product in step.tx.products().await? {
        let card = store_score(packs, step, company, &view, &signals, &product, &feedback).await?;
        let Some(card) = card else { continue };
        let today = step.now.day();
        for decision in ::score::decide(&signals, &card, &view, &product, today) {
            if has_action_as_another(step, decision.signal, &all).await? {
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
            if step.tx.claim_action(&action, company).await? {
                let record = ActionTriggered {
                    action: action.id,
                    signal: action.signal,
                    channel: action.channel,
                };
                step.emit(Topic::ActionsTriggered, company.to_string(), event, &record)?;
            }
        }
    }
    Ok(())
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
/// unless a person or a channel has acted on them.
async fn withdraw(step: &mut Step<'_>, changed: &[SignalId], current: &[Signal]) -> Result<()> {
    for id in changed {
        let action = Action::id_of(*id, CLAIMED_ON);
        if step.tx.signal(*id, &RunId::default()).await?.is_none() {
            step.tx.hold_or_withdraw_action(action, false).await?;
        } else if current.iter().any(|signal| signal.id == *id) {
            step.tx.hold_or_withdraw_action(action, true).await?;
        }
    }
    Ok(())
}

async fn store_score(
    packs: &Packs,
    step: &mut Step<'_>,
    company: EntityId,
    view: &CompanyView,
    signals: &[Signal],
    product: &Product,
    feedback: &[Feedback],
) -> Result<Option<Scorecard>> {
    let previous = step.tx.score(company, &product.id).await?;
    let previous: Option<Scorecard> =
        previous.map(|row| serde_json::from_str(&row.card)).transpose()?;
    if signals.is_empty() {
        step.tx.set_score(company, &product.id, None, step.now).await?;
        return Ok(None);
    }
    let card = answer::card(packs, view, signals, product, feedback);
    let today = step.now.day();
    let points: Points = card.read(today).score;
    let json = serde_json::to_string(&card)?;
    let changed = step.tx.set_score(company, &product.id, Some((&json, points)), step.now).await?;
    if changed {
        let previous = previous.unwrap_or_default();
        let lines: Vec<LedgerRow> = ::score::ledger(&previous, &card, today)
            .into_iter()
            .map(|change| LedgerRow { at: step.now, cause: change.cause, delta: change.delta })
            .collect();
        step.tx.add_ledger(company, &product.id, &lines).await?;
    }
    Ok(Some(card))
}
