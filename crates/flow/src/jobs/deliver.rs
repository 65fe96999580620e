//! Deliveries: one job for each action and target of a channel, in the target's lane. An action is
//! offered once. The messages about one company to a target are sent one after the other, in the
//! order of the actions; one that failed is retried later and holds up no other. The message is sent
//! outside any transaction and the job ended in one, so if the response is lost, the same message is
//! sent again. Content, recipients and retries are decided by the channel (`act`).

use std::sync::Arc;

use act::{ActionView, CLAIMED_ON, Channel, Channels, CompanyNamed, FailedAttempt, Health, Sent};
use detect::Packs;
use engine::{Job, Pool, Step};
use model::{
    Action, ActionId, ActionTriggered, Clock, FactKey, Points, RunId, Signal, SignalId, Timestamp,
};
use net::Door;
use score::Scorecard;
use serde::{Deserialize, Serialize};
use store::Result;
use store::db::{Db, EndpointState, JobLane, LeasedJob, NewJob, ReadTx, Urgency};

use crate::context::Context;
use crate::public_url::PublicUrl;

/// The maximum number of signals in a row that have inherited an action from each other.
const HEIRS_MAX: usize = 16;

/// The payload of a delivery. The message is built when it is sent, so that a job holds no quotes
/// and a signal that was withdrawn meanwhile is not sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    /// Omitted for the only channel that older releases know.
    #[serde(default = "unnamed", skip_serializing_if = "is_unnamed")]
    channel: String,
    endpoint: String,
    action: ActionId,
    signal: SignalId,
    product: String,
    detected: Timestamp,
}

fn unnamed() -> String {
    act::CHANNEL_UNNAMED.to_owned()
}

fn is_unnamed(channel: &str) -> bool {
    channel == act::CHANNEL_UNNAMED
}

/// The channels, and what their messages contain besides stored rows.
#[derive(Clone)]
pub(crate) struct Messages {
    channels: Channels,
    packs: Arc<Packs>,
    public_url: Option<PublicUrl>,
}

impl Messages {
    /// Takes them from the context.
    pub(crate) fn of(context: &Context) -> Self {
        let (channels, public_url) =
            (context.outside.channels.clone(), context.outside.public_url.clone());
        Self { channels, packs: Arc::clone(&context.packs), public_url }
    }
}

/// Adds a delivery job for each target, of any channel, that wants an action. `position` is that of
/// the action's record, by which the messages about a company are ordered.
pub(crate) async fn offer(
    step: &mut Step<'_>,
    messages: &Messages,
    action: &ActionTriggered,
    detected: Timestamp,
    position: u64,
) -> Result<()> {
    let channels = &messages.channels;
    if channels.targets().is_empty() {
        return Ok(());
    }
    let Some(stored_action) = step.tx.action(action.action).await? else { return Ok(()) };
    let order = Order {
        channel: String::new(),
        endpoint: String::new(),
        action: action.action,
        signal: action.signal,
        product: stored_action.product_id,
        detected,
    };
    let Some(view) = view(step.tx, messages, &order, step.now).await? else { return Ok(()) };
    // The keys of the jobs would say the same, but finished jobs are deleted after a while.
    if !step.tx.offer_action(action.action, step.now).await? {
        return Ok(());
    }
    let company = view.company.id.to_string();
    let turn = i64::try_from(position).unwrap_or(i64::MAX);
    for channel in channels.iter() {
        for target in channel.targets() {
            let is_disabled = step.tx.endpoint(&target.id).await?.disabled.is_some();
            if is_disabled || !channel.wants(&target.id, &view) {
                continue;
            }
            let order = Order {
                channel: channel.name().to_owned(),
                endpoint: target.id,
                action: Action::id_of(action.signal, channel.name()),
                ..order.clone()
            };
            step.add_job(NewJob {
                unique_key: &format!("{}:{}:{}", Deliver::KIND, order.action, order.endpoint),
                kind: Deliver::KIND,
                payload: &serde_json::to_string(&order)?,
                cause: action.action.into(),
                run_at: step.now,
                max_attempts: channel.attempts_max(),
                lane: Some(JobLane { name: &order.endpoint, series: &company, turn }),
            })
            .await?;
        }
    }
    Ok(())
}

/// Reads the current signal of an order, or the one that has inherited its action.
async fn signal_of(tx: &mut ReadTx, order: &Order) -> Result<Option<Signal>> {
    let (mut action, mut signal) = (Action::id_of(order.signal, CLAIMED_ON), order.signal);
    for _ in 0..HEIRS_MAX {
        if let Some(row) = tx.signal(signal, &RunId::default()).await? {
            return Ok(Some(row.signal));
        }
        let Some(heir) = tx.heir_of_action(action).await? else { return Ok(None) };
        (action, signal) = heir;
    }
    Ok(None)
}

/// Reads the current signal of an order and its company; `None` if the signal no longer exists.
async fn view(
    tx: &mut ReadTx,
    messages: &Messages,
    order: &Order,
    now: Timestamp,
) -> Result<Option<ActionView>> {
    let Some(signal) = signal_of(tx, order).await? else { return Ok(None) };
    let Some(member) = tx.entity(signal.entity).await? else { return Ok(None) };
    let view = answer::view(tx, member.company).await?;
    let card = tx.score(member.company, &order.product).await?;
    let card: Option<Scorecard> = card.map(|row| serde_json::from_str(&row.card)).transpose()?;
    let company = CompanyNamed {
        id: member.company,
        name: view.fact(FactKey::Name).map(str::to_owned),
        domain: answer::domain_of(&view).map(str::to_owned),
        page_url: messages.public_url.as_ref().map(|url| url.company_page(member.company)),
        entities: view.members.iter().map(|(entity, _)| entity.to_string()).collect(),
    };
    Ok(Some(ActionView {
        company,
        product: order.product.clone(),
        score: card.map_or(Points(0), |card| card.read(now.day()).score),
        kind_title: answer::kind_title(&messages.packs, &signal.kind),
        signal,
        detected: order.detected,
    }))
}

pub(crate) struct Deliver {
    db: Db,
    clock: Arc<dyn Clock>,
    door: Door,
    messages: Messages,
}

impl Job for Deliver {
    const KIND: &'static str = "deliver";
    const POOL: Pool = super::DELIVERIES;

    async fn run(&self, job: &LeasedJob) -> Result<()> {
        let order: Order = serde_json::from_str(&job.payload)?;
        let channel = self.messages.channels.named(&order.channel);
        let target = channel.and_then(|channel| {
            let target = channel.target(&order.endpoint)?;
            Some((channel, target))
        });
        let Some((channel, target)) = target else {
            let why = "the endpoint is no longer in the settings";
            return self.give_up(job, &order.channel, why).await;
        };
        let (now, order_copy, messages) = (self.clock.now(), order.clone(), self.messages.clone());
        let (state, view) = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let state = tx.endpoint(&order_copy.endpoint).await?;
                    Ok((state, view(tx, &messages, &order_copy, now).await?))
                })
            })
            .await?;
        if state.disabled.is_some() {
            return self.give_up(job, &order.channel, "the endpoint is disabled").await;
        }
        let Some(view) = view else {
            return self.end(job, &order, Ended::Withdrawn).await;
        };
        let message = channel.prepare(&target.id, view)?;
        match channel.send(&self.door, &target.id, message, now).await {
            Sent::Taken => self.end(job, &order, Ended::Delivered).await,
            Sent::Unwanted { why } => {
                tracing::warn!(endpoint = target.shown, why, "endpoint disabled");
                let failure = Failure { why, asked_us: None, is_overload: false, disables: true };
                self.failed(job, channel, &target.id, failure).await
            }
            Sent::Failed { why, asked_us, is_overload } => {
                let attempt = job.attempts;
                tracing::info!(endpoint = target.shown, why, attempt, "delivery failed");
                let failure = Failure { why, asked_us, is_overload, disables: false };
                self.failed(job, channel, &target.id, failure).await
            }
        }
    }
}

struct Failure {
    why: String,
    asked_us: Option<i64>,
    is_overload: bool,
    disables: bool,
}

/// The successful end of a delivery.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Delivered,
    /// Its signal no longer exists.
    Withdrawn,
}

impl Deliver {
    /// Creates the job; `None` without network access.
    pub(super) fn new(context: &Context) -> Option<Self> {
        Some(Self {
            db: context.db.clone(),
            clock: Arc::clone(&context.clock),
            door: context.outside.door.clone()?,
            messages: Messages::of(context),
        })
    }

    async fn give_up(&self, job: &LeasedJob, channel: &str, why: &'static str) -> Result<()> {
        let (job, counter) = (job.clone(), format!("act.{channel}.given_up"));
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    tx.count(&counter, 1);
                    tx.give_up_job(&job, why).await
                })
            })
            .await
    }

    /// Ends a job successfully; an endpoint that accepted a delivery has recovered.
    async fn end(&self, job: &LeasedJob, order: &Order, ended: Ended) -> Result<()> {
        let (job, endpoint) = (job.clone(), order.endpoint.clone());
        let suffix = if ended == Ended::Delivered { "delivered" } else { "withdrawn" };
        let counter = format!("act.{}.{suffix}", order.channel);
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    // Another message may have been answered meanwhile with a wish for no more.
                    if ended == Ended::Delivered && tx.endpoint(&endpoint).await?.disabled.is_none()
                    {
                        tx.set_endpoint(&endpoint, &EndpointState::default()).await?;
                    }
                    tx.count(&counter, 1);
                    tx.finish_job(&job).await
                })
            })
            .await
    }

    /// Records a failure in one transaction: the job's next attempt, the status of the endpoint,
    /// and its effect on the other jobs in its lane.
    async fn failed(
        &self,
        job: &LeasedJob,
        channel: Arc<dyn Channel>,
        endpoint: &str,
        failure: Failure,
    ) -> Result<()> {
        let (job, id, now) = (job.clone(), endpoint.to_owned(), self.clock.now());
        let disabled = self
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    let Failure { why, asked_us, is_overload, disables } = failure;
                    let mut state = tx.endpoint(&id).await?;
                    let since = *state.failing_since.get_or_insert(now);
                    state.failures += 1;
                    state.why = Some(why.clone());
                    tx.count(&format!("act.{}.failed", channel.name()), 1);
                    let health = channel.health(state.failures, since, now, is_overload);
                    let is_disabled = disables || health == Health::Disabled;
                    if is_disabled {
                        state.disabled = Some(now);
                        tx.give_up_job(&job, &why).await?;
                        tx.give_up_lane(&id, "the endpoint is disabled").await?;
                    } else {
                        let (key, attempts) = (job.unique_key.as_str(), job.attempts);
                        let attempt =
                            FailedAttempt { key, attempts, at: now, asked_us, is_overload };
                        let next = channel.next_attempt(attempt);
                        tx.fail_job(&job, &why, next.unwrap_or(now)).await?;
                    }
                    if let Health::Held(until) = health {
                        tx.hold_lane(&id, until).await?;
                    }
                    tx.set_endpoint(&id, &state).await?;
                    Ok(is_disabled.then_some(state))
                })
            })
            .await?;
        if let Some(state) = disabled {
            tracing::warn!(why = state.why, failures = state.failures, "an endpoint is disabled");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_of_the_first_channel_is_written_as_ever() {
        let mut order = Order {
            channel: unnamed(),
            endpoint: "0123456789abcdef".to_owned(),
            action: ActionId([1; 16]),
            signal: SignalId([2; 16]),
            product: "p".to_owned(),
            detected: Timestamp(0),
        };
        let json = serde_json::to_string(&order).unwrap();
        let (action, signal) = (order.action, order.signal);
        assert_eq!(
            json,
            format!(
                r#"{{"endpoint":"0123456789abcdef","action":"{action}","signal":"{signal}","product":"p","detected":"1970-01-01T00:00:00Z"}}"#
            )
        );
        assert_eq!(serde_json::from_str::<Order>(&json).unwrap().channel, "webhook");
        order.channel = "chat".to_owned();
        let json = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<Order>(&json).unwrap().channel, "chat");
    }
}
