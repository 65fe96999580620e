//! Deliveries: a job for each action and endpoint, for ever the same one, in the endpoint's lane. It
//! is sent outside any transaction and ended in one, so a lost answer means the same message again.

use std::sync::Arc;

use act::{
    ATTEMPTS_MAX, CHANNEL_WEBHOOK, CompanyNamed, Endpoint, Health, Sent, SignalMessage,
    after_failure, message_id, next_attempt,
};
use engine::{Job, Pool, Step};
use model::{
    Action, ActionId, ActionTriggered, Clock, FactKey, Points, RunId, Signal, SignalId, Timestamp,
};
use net::Door;
use score::Scorecard;
use serde::{Deserialize, Serialize};
use store::db::{Db, EndpointState, Job as LeasedJob, NewJob, ReadTx, Urgency};
use store::{Result, StoreError};

use crate::rooms::Rooms;

/// What a delivery is to send. The message itself is made when it is sent: a job holds no quotes,
/// and what was withdrawn meanwhile is not sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    endpoint: String,
    action: ActionId,
    signal: SignalId,
    product: String,
    detected: Timestamp,
}

/// Puts a delivery on the table for each endpoint that wants the signal of an action.
pub(crate) async fn offer(
    step: &mut Step<'_>,
    endpoints: &[Endpoint],
    action: &ActionTriggered,
    detected: Timestamp,
) -> Result<()> {
    if endpoints.is_empty() {
        return Ok(());
    }
    let Some(held) = step.tx.action(action.action).await? else { return Ok(()) };
    let order = |endpoint: &Endpoint| Order {
        endpoint: endpoint.id(),
        action: Action::id_of(action.signal, CHANNEL_WEBHOOK),
        signal: action.signal,
        product: held.product_id.clone(),
        detected,
    };
    let Some(told) = message(step.tx, action.signal, &held.product_id, step.now).await? else {
        return Ok(());
    };
    for endpoint in endpoints {
        let id = endpoint.id();
        let is_disabled = step.tx.endpoint(&id).await?.disabled.is_some();
        if is_disabled || !endpoint.wants(&told.signal, told.score) {
            continue;
        }
        let order = order(endpoint);
        step.tx
            .add_job(NewJob {
                unique_key: &format!("{}:{}:{id}", Deliver::KIND, order.action),
                kind: Deliver::KIND,
                payload: &serde_json::to_string(&order)?,
                cause: &action.action.to_string(),
                run_at: step.now,
                max_attempts: ATTEMPTS_MAX,
                lane: Some(&id),
            })
            .await?;
    }
    Ok(())
}

/// What is said of a signal now; nothing when it is no more.
async fn message(
    tx: &mut ReadTx,
    id: SignalId,
    product: &str,
    now: Timestamp,
) -> Result<Option<SignalMessage>> {
    let Some(row) = tx.signal(id, &RunId::default()).await? else { return Ok(None) };
    let signal: Signal = row.signal;
    let Some(member) = tx.entity(signal.entity).await? else { return Ok(None) };
    let view = answer::view(tx, member.company).await?;
    let card = tx.score(member.company, product).await?;
    let card: Option<Scorecard> = card.map(|row| serde_json::from_str(&row.card)).transpose()?;
    let company = CompanyNamed {
        id: member.company,
        name: view.fact(FactKey::Name).map(str::to_owned),
        entities: view.members.iter().map(|(entity, _)| entity.to_string()).collect(),
    };
    Ok(Some(SignalMessage {
        action: Action::id_of(id, CHANNEL_WEBHOOK),
        company,
        product: product.to_owned(),
        score: card.map_or(Points(0), |card| card.read(now.day()).score),
        signal,
    }))
}

pub(crate) struct Deliver {
    db: Db,
    clock: Arc<dyn Clock>,
    door: Door,
    endpoints: Vec<Endpoint>,
}

impl Job for Deliver {
    const KIND: &'static str = "deliver";
    const POOL: Pool = super::DELIVERIES;

    async fn run(&self, job: &LeasedJob) -> Result<()> {
        let order: Order = serde_json::from_str(&job.payload)?;
        let mut endpoints = self.endpoints.iter();
        let Some(endpoint) = endpoints.find(|endpoint| endpoint.id() == order.endpoint) else {
            return self.give_up(job, "the endpoint is no longer in the settings").await;
        };
        let (now, asked) = (self.clock.now(), order.clone());
        let (state, told) = self
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let state = tx.endpoint(&asked.endpoint).await?;
                    Ok((state, message(tx, asked.signal, &asked.product, now).await?))
                })
            })
            .await?;
        if state.disabled.is_some() {
            return self.give_up(job, "the endpoint is disabled").await;
        }
        let Some(told) = told else {
            return self.end(job, None, "act.webhook.withdrawn").await;
        };
        let body = told.body(order.detected)?;
        let id = message_id(order.action, &order.endpoint);
        match act::send(&self.door, endpoint, &id, body, now).await {
            Sent::Taken => self.end(job, Some(&order.endpoint), "act.webhook.delivered").await,
            Sent::Unwanted => {
                let why = "it answered 410: it wants nothing more";
                tracing::warn!(endpoint = endpoint.shown(), why, "endpoint disabled");
                self.failed(job, &order.endpoint, Failure::disabling(why)).await
            }
            Sent::Failed { why, asked_us, is_overload } => {
                tracing::info!(
                    endpoint = endpoint.shown(),
                    why,
                    attempt = job.attempts,
                    "not delivered"
                );
                let failure = Failure { why, asked_us, is_overload, disables: false };
                self.failed(job, &order.endpoint, failure).await
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

impl Failure {
    fn disabling(why: &str) -> Self {
        Self { why: why.to_owned(), asked_us: None, is_overload: false, disables: true }
    }
}

impl Deliver {
    /// Makes the job; nothing where there is no door out.
    pub(super) fn new(rooms: &Rooms) -> Option<Self> {
        Some(Self {
            db: rooms.db.clone(),
            clock: Arc::clone(&rooms.clock),
            door: rooms.outside.door.clone()?,
            endpoints: rooms.outside.endpoints.clone(),
        })
    }

    async fn give_up(&self, job: &LeasedJob, why: &'static str) -> Result<()> {
        let job = job.clone();
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    tx.count("act.webhook.given_up", 1);
                    tx.give_up_job(&job, why).await
                })
            })
            .await
    }

    /// Ends a job well; an endpoint that took something is well again.
    async fn end(
        &self,
        job: &LeasedJob,
        taken_by: Option<&str>,
        counter: &'static str,
    ) -> Result<()> {
        let (job, endpoint) = (job.clone(), taken_by.map(str::to_owned));
        self.db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    if let Some(endpoint) = endpoint {
                        tx.set_endpoint(&endpoint, &EndpointState::default()).await?;
                    }
                    tx.count(counter, 1);
                    tx.finish_job(&job).await
                })
            })
            .await
    }

    /// One transaction: the job's next attempt, how the endpoint is doing, and what that means for
    /// everything else in its lane.
    async fn failed(&self, job: &LeasedJob, endpoint: &str, failure: Failure) -> Result<()> {
        let (job, id, now) = (job.clone(), endpoint.to_owned(), self.clock.now());
        let disabled = self
            .db
            .write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    let Failure { why, asked_us, is_overload, disables } = failure;
                    let mut state = tx.endpoint(&id).await?;
                    let since = *state.failing_since.get_or_insert(now);
                    state.failures += 1;
                    tx.count("act.webhook.failed", 1);
                    let health = after_failure(state.failures, since, now, is_overload);
                    let is_disabled = disables || health == Health::Disabled;
                    if is_disabled {
                        state.disabled = Some(now);
                        state.why = Some(why.clone());
                        tx.give_up_job(&job, &why).await?;
                        tx.give_up_lane(&id, "the endpoint is disabled").await?;
                    } else {
                        let key = &job.unique_key;
                        let next = next_attempt(key, job.attempts, now, asked_us, is_overload);
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

/// Sends to an endpoint again that was disabled, beginning with everything that was given up; tells
/// how many messages that is. `url` is its address in the settings.
///
/// # Errors
/// [`ErrorKind::Rejected`](store::ErrorKind::Rejected) when the settings name no such endpoint, and what the engine says.
pub async fn resume_endpoint(rooms: &Rooms, url: &str) -> Result<u64> {
    let mut endpoints = rooms.outside.endpoints.iter();
    let endpoint = endpoints.find(|endpoint| endpoint.url.as_str() == url).ok_or_else(|| {
        StoreError::rejected("no such endpoint: see [[webhooks]] in the settings")
    })?;
    let (id, now) = (endpoint.id(), rooms.now());
    rooms
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                tx.set_endpoint(&id, &EndpointState::default()).await?;
                tx.revive_lane(&id, now).await
            })
        })
        .await
}
