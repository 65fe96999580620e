//! The only member of its group: an embedded log belongs to one process, so every partition is
//! assigned to it from the beginning.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::appended::Appended;
use super::{Assignment, EventLog, Record, Subscription};
use crate::Result;
use async_trait::async_trait;

pub(super) struct SingleMember<L> {
    log: L,
    appended: Arc<Appended>,
    topic: String,
    assigned: AtomicBool,
}

impl<L: EventLog> SingleMember<L> {
    /// Creates the member. `appended` wakes callers that wait for records.
    pub(super) fn new(log: L, appended: Arc<Appended>, topic: &str) -> Self {
        Self { log, appended, topic: topic.to_owned(), assigned: AtomicBool::new(false) }
    }
}

#[async_trait]
impl<L: EventLog> Subscription for SingleMember<L> {
    async fn changed(&self) -> Result<Assignment> {
        if self.assigned.swap(true, Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        Ok(Assignment::Assigned((0..self.log.partitions(&self.topic).await?).collect()))
    }

    async fn fetch(
        &self,
        partition: u32,
        from: u64,
        max: usize,
        wait: Duration,
    ) -> Result<Vec<Record>> {
        // Created before the read, so that an append in between still wakes it.
        let appended = self.appended.of(&self.topic, partition);
        let appended = appended.notified();
        let records = self.log.read(&self.topic, partition, from, max).await?;
        if !records.is_empty() || tokio::time::timeout(wait, appended).await.is_err() {
            return Ok(records);
        }
        self.log.read(&self.topic, partition, from, max).await
    }
}
