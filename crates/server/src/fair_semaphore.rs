//! A semaphore that is fair to callers: a permit goes to the waiting caller that holds the fewest,
//! no caller ever holds all, and the queue is bounded.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

/// The limits of a semaphore.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SemaphoreLimits {
    /// The number of permits.
    pub(crate) permits: usize,
    /// The maximum number of permits of one caller.
    pub(crate) per_caller_max: usize,
    /// The maximum number of requests that wait.
    pub(crate) waiting_max: usize,
    /// The maximum time that a request waits.
    pub(crate) wait_max: Duration,
}

/// The semaphore.
pub(crate) struct FairSemaphore<C: Copy + Eq + Hash> {
    limits: SemaphoreLimits,
    queue: Mutex<Queue<C>>,
}

struct Queue<C: Copy + Eq + Hash> {
    taken: usize,
    held: HashMap<C, usize>,
    waiting: VecDeque<Waiting<C>>,
}

struct Waiting<C: Copy + Eq + Hash> {
    caller: C,
    sender: oneshot::Sender<FairPermit<C>>,
}

impl<C: Copy + Eq + Hash> FairSemaphore<C> {
    pub(crate) fn new(limits: SemaphoreLimits) -> Arc<Self> {
        let queue = Queue { taken: 0, held: HashMap::new(), waiting: VecDeque::new() };
        Arc::new(Self { limits, queue: Mutex::new(queue) })
    }

    fn queue(&self) -> MutexGuard<'_, Queue<C>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a permit, or waits for one. Returns nothing if too many wait already, or none became
    /// free in time.
    pub(crate) async fn acquire(self: &Arc<Self>, caller: C) -> Option<FairPermit<C>> {
        let permit = {
            let mut queue = self.queue();
            queue.forget_abandoned();
            if queue.admits(caller, self.limits) {
                queue.grant(caller);
                return Some(FairPermit { semaphore: Arc::clone(self), caller });
            }
            if queue.waiting.len() >= self.limits.waiting_max && !queue.displace_for(caller) {
                return None;
            }
            let (sender, permit) = oneshot::channel();
            queue.waiting.push_back(Waiting { caller, sender });
            permit
        };
        tokio::time::timeout(self.limits.wait_max, permit).await.ok()?.ok()
    }

    /// Returns whether requests wait.
    pub(crate) fn is_contended(&self) -> bool {
        let mut queue = self.queue();
        queue.forget_abandoned();
        !queue.waiting.is_empty()
    }

    /// Takes a permit back, and passes it on.
    fn release(self: &Arc<Self>, caller: C) {
        let mut queue = self.queue();
        queue.revoke(caller);
        queue.forget_abandoned();
        let next = queue.take_next(self.limits);
        drop(queue);
        if let Some(Waiting { caller, sender }) = next {
            // A permit that nobody waits for any more is dropped here, and passed on in turn.
            let _ = sender.send(FairPermit { semaphore: Arc::clone(self), caller });
        }
    }
}

impl<C: Copy + Eq + Hash> Queue<C> {
    fn held_by(&self, caller: C) -> usize {
        self.held.get(&caller).copied().unwrap_or(0)
    }

    fn admits(&self, caller: C, limits: SemaphoreLimits) -> bool {
        self.taken < limits.permits && self.held_by(caller) < limits.per_caller_max
    }

    fn grant(&mut self, caller: C) {
        self.taken += 1;
        *self.held.entry(caller).or_default() += 1;
    }

    fn revoke(&mut self, caller: C) {
        self.taken -= 1;
        if let Some(held) = self.held.get_mut(&caller) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(&caller);
            }
        }
    }

    /// Removes requests that no longer wait.
    fn forget_abandoned(&mut self) {
        self.waiting.retain(|waiting| !waiting.sender.is_closed());
    }

    /// Grants a permit to the caller that holds the fewest, the first of several.
    fn take_next(&mut self, limits: SemaphoreLimits) -> Option<Waiting<C>> {
        let candidates = self.waiting.iter().enumerate();
        let admitted = candidates.filter(|(_, waiting)| self.admits(waiting.caller, limits));
        let (index, _) = admitted.min_by_key(|(_, waiting)| self.held_by(waiting.caller))?;
        let next = self.waiting.remove(index)?;
        self.grant(next.caller);
        Some(next)
    }

    /// Rejects the newest request of the caller with most waiting requests, if that caller has at
    /// least two more than `caller`. Returns whether it has.
    fn displace_for(&mut self, caller: C) -> bool {
        let mut counts: HashMap<C, usize> = HashMap::new();
        for waiting in &self.waiting {
            *counts.entry(waiting.caller).or_default() += 1;
        }
        let own = counts.get(&caller).copied().unwrap_or(0);
        let Some((greediest, count)) = counts.into_iter().max_by_key(|(_, count)| *count) else {
            return false;
        };
        if count < own + 2 {
            return false;
        }
        let newest = self.waiting.iter().rposition(|waiting| waiting.caller == greediest);
        newest.and_then(|index| self.waiting.remove(index)).is_some()
    }
}

/// A permit, which is passed on when it is dropped.
pub(crate) struct FairPermit<C: Copy + Eq + Hash> {
    semaphore: Arc<FairSemaphore<C>>,
    caller: C,
}

impl<C: Copy + Eq + Hash> Drop for FairPermit<C> {
    fn drop(&mut self) {
        self.semaphore.release(self.caller);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn semaphore(
        permits: usize,
        per_caller_max: usize,
        waiting_max: usize,
    ) -> Arc<FairSemaphore<u8>> {
        let wait_max = Duration::from_secs(1);
        FairSemaphore::new(SemaphoreLimits { permits, per_caller_max, waiting_max, wait_max })
    }

    /// Starts to wait for a permit.
    async fn wait(
        semaphore: &Arc<FairSemaphore<u8>>,
        caller: u8,
    ) -> tokio::task::JoinHandle<Option<FairPermit<u8>>> {
        let semaphore = Arc::clone(semaphore);
        let waiting = tokio::spawn(async move { semaphore.acquire(caller).await });
        tokio::task::yield_now().await;
        waiting
    }

    #[tokio::test(start_paused = true)]
    async fn the_caller_with_the_fewest_permits_is_next() {
        let semaphore = semaphore(4, 3, 10);
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(semaphore.acquire(1).await.unwrap());
        }
        let greedy = wait(&semaphore, 1).await;
        assert!(!greedy.is_finished(), "no caller holds all permits");
        held.push(semaphore.acquire(2).await.unwrap());
        let (late, modest) = (wait(&semaphore, 1).await, wait(&semaphore, 3).await);
        assert!(semaphore.is_contended());
        drop(held.remove(0));
        let modest = modest.await.unwrap();
        assert!(modest.is_some() && !greedy.is_finished());
        drop(modest);
        let greedy = greedy.await.unwrap();
        assert!(greedy.is_some() && !late.is_finished());
        assert!(late.await.unwrap().is_none(), "it waits for a limited time");
        assert!(!semaphore.is_contended());
    }

    #[tokio::test(start_paused = true)]
    async fn the_queue_is_bounded_and_shared() {
        let semaphore = semaphore(1, 1, 3);
        let held = semaphore.acquire(1).await.unwrap();
        let mut greedy = Vec::new();
        for _ in 0..3 {
            greedy.push(wait(&semaphore, 1).await);
        }
        assert!(semaphore.acquire(1).await.is_none(), "at once");
        let modest = wait(&semaphore, 2).await;
        assert!(greedy.pop().unwrap().await.unwrap().is_none(), "it is displaced");
        drop(held);
        let first = greedy.remove(0).await.unwrap();
        assert!(first.is_some(), "the first of callers that hold equally many");
        // A request that is given up while it waits holds nothing.
        greedy.remove(0).abort();
        tokio::task::yield_now().await;
        drop(first);
        let modest = modest.await.unwrap();
        assert!(modest.is_some() && !semaphore.is_contended());
        drop(modest);
        assert!(semaphore.acquire(1).await.is_some());
    }
}
