//! What everything works on: the threads, and the allocator of their memory.

use std::io;

use tikv_jemallocator::Jemalloc;
use tokio::runtime::{Builder, Runtime};

/// Gives back what nobody has used for some seconds. The system's own keeps whatever any thread once
/// needed: twice of what is in use, after a demonstration.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Blocking threads beyond one per core: pages go to the disk while files of the search index are
/// written.
const BLOCKING_MORE: usize = 2;

/// A runtime for so many cores.
///
/// Few threads, here too: where tokio may start as many as it likes, what each has kept for later
/// adds up. Pages are read by threads of their own (`ingest::Readers`), and whatever may hold a
/// thread for long (reading a user's file, asking for a name) has one of its own.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime(cores: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(cores)
        .max_blocking_threads(cores + BLOCKING_MORE)
        .enable_all()
        .build()
}
