//! The tokio runtime and the global memory allocator.

use std::io;

use tikv_jemallocator::Jemalloc;
use tokio::runtime::{Builder, Runtime};

/// Releases memory to the system after it has been unused for some seconds. The system's allocator
/// keeps the peak of every thread: twice the memory in use, after a demonstration.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Blocking threads beyond one per core, because pages are written to disk while the search index
/// writes its files.
const BLOCKING_MORE: usize = 2;

/// Builds a runtime for the given number of cores.
///
/// The number of blocking threads is limited too, because the memory that each thread caches adds
/// up. Pages are read by dedicated threads (`ingest::Readers`). Other operations that may block for
/// long, such as reading a user's file or resolving a host name, have threads of their own.
///
/// # Errors
/// When the system cannot start the threads.
pub fn runtime(cores: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(cores)
        .max_blocking_threads(cores + BLOCKING_MORE)
        .enable_all()
        .build()
}
