//! The live stream to one client: server-sent events that resume at the last position.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::Event;
use futures_util::Stream;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::access::Opener;
use crate::app::App;
use crate::live_feed::{LiveChange, NextRecord};
use crate::prometheus::STREAM_CLIENTS;
use crate::status::TroubleShown;
use crate::stream_places::StreamPlace;
use crate::stream_position::Position;

const STATUS_EVERY: Duration = Duration::from_secs(2);
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// The id of a signal that is no longer shown.
#[derive(Debug, Serialize)]
struct Gone {
    id: String,
}

/// One client's stream.
pub(crate) struct Follower {
    app: App,
    position: Position,
    ready: VecDeque<Event>,
    news: watch::Receiver<Vec<u64>>,
    closing: watch::Receiver<bool>,
    status: Interval,
    /// The credential of the request. When it is no longer valid, the stream ends.
    opener: Opener,
    place: StreamPlace,
    _counted: Counted,
}

/// A guard that counts a client while it is connected.
struct Counted;

impl Counted {
    fn begin() -> Self {
        metrics::gauge!(STREAM_CLIENTS).increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!(STREAM_CLIENTS).decrement(1.0);
    }
}

impl Follower {
    /// Begins a stream of every change after `from`, or of new changes if `from` is `None`. If the
    /// log no longer holds `from`, the first event is `reload`; a client that falls behind what the
    /// log holds gets it later.
    pub(crate) async fn begin(
        app: App,
        from: Option<Position>,
        opener: Opener,
        place: StreamPlace,
    ) -> store::Result<Self> {
        let feed = &app.inner.feed;
        let (news, closing) = (feed.news(), app.inner.closing.subscribe());
        let mut ready = VecDeque::new();
        let position = match from {
            // A log that does not respond is reported as trouble on the stream itself.
            Some(from) if has(&app, &from).await => from,
            from => {
                let now = feed.position();
                if from.is_some() {
                    ready.push_back(reload(&now));
                }
                now
            }
        };
        let mut status = interval(STATUS_EVERY);
        status.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let _counted = Counted::begin();
        Ok(Self { app, position, ready, news, closing, status, opener, place, _counted })
    }

    /// Turns the follower into a stream of its events.
    pub(crate) fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        futures_util::stream::unfold(self, |mut follower| async move {
            let event = follower.next().await?;
            Some((Ok(event), follower))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if *self.closing.borrow() {
                return None;
            }
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            self.news.mark_unchanged();
            match self.read_on().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(%error, "a stream cannot read changes; retrying");
                    tokio::time::sleep(RETRY_EVERY).await;
                    if !self.is_authorized().await {
                        return None;
                    }
                    match self.trouble().await {
                        Some(trouble) => return Some(trouble),
                        None => continue,
                    }
                }
            }
            tokio::select! {
                _ = self.closing.changed() => return None,
                () = self.place.lost() => return None,
                news = self.news.changed() => news.ok()?,
                _ = self.status.tick() => {
                    if !self.is_authorized().await {
                        return None;
                    }
                    match self.app.status().await {
                        Ok(status) => return event("status", &status),
                        Err(error) => tracing::debug!(%error, "a stream has no status"),
                    }
                    if let Some(trouble) = self.trouble().await {
                        return Some(trouble);
                    }
                }
            }
        }
    }

    /// Builds the event `trouble`, which is sent if there is no status; `None` without a trouble.
    async fn trouble(&self) -> Option<Event> {
        let troubles = self.app.inner.vitals.troubles().await;
        if troubles.is_empty() {
            return None;
        }
        let troubles: Vec<TroubleShown> = troubles.into_iter().map(TroubleShown::from).collect();
        event("trouble", &troubles)
    }

    /// Queues the events of the next record. Returns false if there is none yet.
    async fn read_on(&mut self) -> answer::Result<bool> {
        let (partition, record, parts) = match self.app.inner.feed.next(&self.position).await? {
            NextRecord::None => return Ok(false),
            NextRecord::Found(partition, record, parts) => (partition, record, parts),
            NextRecord::Deleted => {
                self.position = self.app.inner.feed.position();
                self.ready.push_back(reload(&self.position));
                return Ok(true);
            }
        };
        let sent = self.position.told_of(partition);
        let count = parts.len();
        for (number, part) in parts.iter().enumerate().skip(sent) {
            let after = if number + 1 == count {
                let mut after = self.position.clone();
                after.pass(partition, record);
                after
            } else {
                Position { told: Some((partition, number + 1)), ..self.position.clone() }
            };
            let last = part.len().saturating_sub(1);
            for (index, change) in part.iter().enumerate() {
                let Some(event) = change_event(change) else { continue };
                // Only a part's last event has an id: a disconnect before it repeats the part.
                let event = if index == last { event.id(after.to_string()) } else { event };
                self.ready.push_back(event);
            }
        }
        self.position.pass(partition, record);
        Ok(true)
    }

    async fn is_authorized(&self) -> bool {
        self.app.inner.access.stands(self.opener).await.unwrap_or(true)
    }
}

async fn has(app: &App, position: &Position) -> bool {
    let result = tokio::time::timeout(RETRY_EVERY, app.inner.feed.has(position)).await;
    !matches!(result, Ok(Ok(false)))
}

/// Builds the event that tells a client to load everything again and to continue from `now`.
fn reload(now: &Position) -> Event {
    Event::default().event("reload").id(now.to_string()).data("{}")
}

fn change_event(change: &LiveChange) -> Option<Event> {
    match change {
        LiveChange::Signal(json) => Some(Event::default().event("signal").data(json)),
        LiveChange::Gone(id) => event("gone", &Gone { id: id.to_string() }),
    }
}

fn event<T: Serialize>(name: &str, data: &T) -> Option<Event> {
    Event::default().event(name).json_data(data).ok()
}
