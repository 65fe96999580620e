//! A value that is computed at most so often that it costs a small part of the time.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// The time for which a value is reused, as a multiple of the time that it took to compute.
const COST_FACTOR: u32 = 20;
/// The maximum time for which a value is reused.
const AGE_MAX: Duration = Duration::from_secs(60);

/// A value that is computed once for all requests, and reused for a time that grows with its cost.
pub(crate) struct Reused<T> {
    /// The minimum time for which a value is reused.
    age_min: Duration,
    /// Held during the computation, so that there is one at a time.
    newest: Mutex<Option<Computed<T>>>,
}

struct Computed<T> {
    at: Instant,
    took: Duration,
    value: T,
}

impl<T: Clone> Reused<T> {
    pub(crate) fn new(age_min: Duration) -> Self {
        Self { age_min, newest: Mutex::new(None) }
    }

    /// Returns the newest value, or computes one if that is too old.
    pub(crate) async fn get<E>(&self, compute: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let mut newest = self.newest.lock().await;
        if let Some(Computed { at, took, value }) = newest.as_ref()
            && at.elapsed() < (*took * COST_FACTOR).clamp(self.age_min, AGE_MAX)
        {
            return Ok(value.clone());
        }
        let started = Instant::now();
        let value = compute.await?;
        let (at, took) = (Instant::now(), started.elapsed());
        *newest = Some(Computed { at, took, value: value.clone() });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_value_is_reused_for_longer_if_it_costs_more() {
        for (cost, age, expected) in [(0, 900, 1), (0, 1_100, 2), (100, 1_900, 1), (100, 2_100, 2)]
        {
            let reused = Reused::new(Duration::from_secs(1));
            let computed = AtomicU32::new(0);
            let compute = async || {
                tokio::time::sleep(Duration::from_millis(cost)).await;
                Ok::<u32, ()>(computed.fetch_add(1, Ordering::Relaxed))
            };
            reused.get(compute()).await.unwrap();
            tokio::time::advance(Duration::from_millis(age)).await;
            reused.get(compute()).await.unwrap();
            assert_eq!(computed.load(Ordering::Relaxed), expected, "{cost} ms, {age} ms later");
        }
    }
}
