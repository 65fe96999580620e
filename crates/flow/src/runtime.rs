//! What everything works on: the threads, and the allocator of their memory.

use std::io;

use tikv_jemallocator::Jemalloc;
use tokio::runtime::{Builder, Runtime};

/// Gives back what nobody has used for some seconds. The system's own keeps whatever any thread once
/// needed: twice of what is in use, after a demonstration.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Blocking threads beyond one per core: pages go to the disk, and files of the search index are
/// written, while every core reads a page.
const BLOCKING_MORE: usize = 2;

/// A runtime for so many cores.
///
/// Few threads read pages, and always the same ones: what a thread once needed for a large page
/// stays with it, and every pattern of the packs keeps notes for every thread that ever used it.
/// Where tokio may start as many as it likes, memory grows with the pages that have gone by.
/// Whatever may hold a thread for long (reading a user's file, asking for a name) has one of its own.
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
