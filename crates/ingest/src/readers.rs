//! The threads that read pages: always the same ones, and no more than cores.
//!
//! What a thread once needed for a large page stays with it, and every compiled pattern keeps notes
//! for each thread that ever used it. With threads that come and go, memory would grow with the
//! pages that have gone by.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::oneshot;

/// Threads for work that keeps a core busy and waits for nobody.
#[derive(Debug, Clone)]
pub struct Readers(Arc<ThreadPool>);

/// The work panicked; what it said is on the standard error stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it made the reader panic")]
pub struct Panicked;

impl Readers {
    /// So many threads.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn new(threads: usize) -> io::Result<Self> {
        let builder = ThreadPoolBuilder::new().num_threads(threads.max(1));
        let pool = builder.thread_name(|number| format!("reader {number}")).build();
        pool.map(|pool| Self(Arc::new(pool))).map_err(io::Error::other)
    }

    /// Runs `work` when a thread is free.
    ///
    /// # Errors
    /// When it panics.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Panicked>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (answer, done) = oneshot::channel();
        self.0.spawn(move || {
            let done = std::panic::catch_unwind(AssertUnwindSafe(work));
            // Whoever asked may have left.
            drop(answer.send(done.map_err(|_| Panicked)));
        });
        done.await.unwrap_or(Err(Panicked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_costs_no_thread() {
        let readers = Readers::new(1).unwrap();
        let panicked = readers.read(|| panic!("on purpose")).await;
        assert_eq!(panicked, Err::<(), _>(Panicked));
        let name = readers.read(|| std::thread::current().name().map(str::to_owned)).await;
        assert_eq!(name, Ok(Some("reader 0".to_owned())));
    }
}
