//! A fixed pool of threads that read pages.
//!
//! A thread keeps the memory that it once needed for a large page, and every compiled regex keeps
//! a cache for each thread that ever used it. With short-lived threads, memory would grow with the
//! number of pages. A page in memory takes many times its bytes, so large pages are read one after
//! the other: the peak memory is that of the largest page, not of several large pages at once. A
//! page is large by the bytes in which it is stored, or by those and the tags that it has when it is
//! decoded.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};

/// The KiB of pages that are read concurrently, per thread. Most pages are smaller.
const CAPACITY_KB: usize = 640;

/// The number of bytes above which a decoded page is large.
const LARGE_BYTES: usize = 1024 * 1024;
/// The number of tags above which a decoded page is large.
const LARGE_TAGS: usize = 20_000;

/// The turn to read a large page.
static LARGE: Mutex<()> = Mutex::new(());

/// Waits until no other thread reads a large page, if the decoded body is one. A compressed body
/// shows its size only then.
pub(crate) fn alone_if_large(body: &[u8]) -> Option<MutexGuard<'static, ()>> {
    let is_large =
        body.len() > LARGE_BYTES || memchr::memchr_iter(b'<', body).nth(LARGE_TAGS).is_some();
    // The lock holds no data that a panic could damage.
    is_large.then(|| LARGE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A thread pool for CPU-bound work that does not block.
#[derive(Debug, Clone)]
pub struct Readers {
    pool: Arc<ThreadPool>,
    capacity: Arc<Semaphore>,
    capacity_kb: usize,
}

/// The work panicked; its message is on the standard error stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reader panicked")]
pub struct Panicked;

impl Readers {
    /// Creates a pool with that number of threads, at least one.
    ///
    /// # Errors
    /// Returns an error if the system cannot start the threads.
    pub fn new(threads: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        let builder = ThreadPoolBuilder::new().num_threads(threads);
        let pool = builder.thread_name(|number| format!("reader {number}")).build();
        let capacity_kb = CAPACITY_KB * threads;
        let capacity = Arc::new(Semaphore::new(capacity_kb));
        Ok(Self { pool: Arc::new(pool.map_err(io::Error::other)?), capacity, capacity_kb })
    }

    /// Runs `work` on a page of that many bytes, as soon as a thread and enough of the memory quota
    /// are free.
    ///
    /// # Errors
    /// Returns [`Panicked`] if `work` panics.
    pub async fn read<T, F>(&self, bytes: usize, work: F) -> Result<T, Panicked>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let kb = u32::try_from((bytes / 1_024 + 1).min(self.capacity_kb)).unwrap_or(u32::MAX);
        let permits = Arc::clone(&self.capacity).acquire_many_owned(kb).await;
        let (answer, result) = oneshot::channel();
        self.pool.spawn(move || {
            // The quota is held until the work ends, even if the caller has stopped waiting.
            let _permits = permits;
            let result = std::panic::catch_unwind(AssertUnwindSafe(work));
            // The caller may have stopped waiting.
            drop(answer.send(result.map_err(|_| Panicked)));
        });
        result.await.unwrap_or(Err(Panicked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_costs_no_thread() {
        let readers = Readers::new(1).unwrap();
        let panicked = readers.read(9, || panic!("on purpose")).await;
        assert_eq!(panicked, Err::<(), _>(Panicked));
        let name = readers.read(9, || std::thread::current().name().map(str::to_owned)).await;
        assert_eq!(name, Ok(Some("reader 0".to_owned())));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn large_pages_are_read_alone_and_small_ones_side_by_side() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let readers = Readers::new(2).unwrap();
        let most_at_once = async |bytes: usize| {
            let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let reads = (0..8).map(|_| {
                let (readers, now, most) = (readers.clone(), Arc::clone(&now), Arc::clone(&most));
                let read = move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    now.fetch_sub(1, Ordering::SeqCst);
                };
                tokio::spawn(async move { readers.read(bytes, read).await })
            });
            for read in reads.collect::<Vec<_>>() {
                read.await.unwrap().unwrap();
            }
            most.load(Ordering::SeqCst)
        };
        assert_eq!(most_at_once(50 << 20).await, 1);
        assert_eq!(most_at_once(1_000).await, 2);
    }
}
