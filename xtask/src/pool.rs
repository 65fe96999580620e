//! A pool that runs jobs in parallel unless they need the same resource.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A resource that only one job may use at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// The engines of a cluster, because some tests kill them.
    Engines,
    /// Cargo's lock on the build, because some tests start `cargo xtask` and must not wait for a
    /// build.
    Build,
}

/// A unit of work.
pub(crate) struct Job<'a> {
    needs: &'static [Need],
    work: Box<dyn FnOnce() + Send + 'a>,
}

impl<'a> Job<'a> {
    /// Creates a job that needs exclusive use of each of `needs`.
    pub(crate) fn new(needs: &'static [Need], work: impl FnOnce() + Send + 'a) -> Self {
        Self { needs, work: Box::new(work) }
    }
}

struct State<'a> {
    waiting: Vec<Job<'a>>,
    in_use: Vec<Need>,
}

/// Runs all jobs, `at_once` of them in parallel, in their order as far as their needs allow.
pub(crate) fn run(jobs: Vec<Job<'_>>, at_once: usize) {
    let state = Mutex::new(State { waiting: jobs, in_use: Vec::new() });
    let freed = Condvar::new();
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(job) = next(&state, &freed) {
                    let _held = Held { needs: job.needs, state: &state, freed: &freed };
                    (job.work)();
                }
            });
        }
    });
}

/// Takes the first job whose needs are free, waiting for one if necessary; `None` when no job is
/// left.
fn next<'a>(state: &Mutex<State<'a>>, freed: &Condvar) -> Option<Job<'a>> {
    let mut state = lock(state);
    loop {
        if state.waiting.is_empty() {
            return None;
        }
        let is_free = |job: &Job<'_>| !job.needs.iter().any(|need| state.in_use.contains(need));
        if let Some(index) = state.waiting.iter().position(is_free) {
            let job = state.waiting.remove(index);
            state.in_use.extend(job.needs);
            return Some(job);
        }
        state = freed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

fn lock<'a, 'b>(state: &'b Mutex<State<'a>>) -> MutexGuard<'b, State<'a>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Releases the needs of a job, even when the job panicked.
struct Held<'a, 'b> {
    needs: &'static [Need],
    state: &'b Mutex<State<'a>>,
    freed: &'b Condvar,
}

impl Drop for Held<'_, '_> {
    fn drop(&mut self) {
        lock(self.state).in_use.retain(|need| !self.needs.contains(need));
        self.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn all_is_done_and_nothing_at_once_that_needs_the_same() {
        let (inside, max, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let alone = || {
            max.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(2));
            inside.fetch_sub(1, Ordering::SeqCst);
            done.fetch_add(1, Ordering::SeqCst);
        };
        let mut jobs: Vec<Job<'_>> = Vec::new();
        for number in 0..30 {
            jobs.push(match number % 3 {
                0 => Job::new(&[Need::Engines, Need::Build], alone),
                1 => Job::new(&[Need::Engines], alone),
                _ => Job::new(&[], || {
                    done.fetch_add(1, Ordering::SeqCst);
                }),
            });
        }
        run(jobs, 4);
        assert_eq!((max.into_inner(), done.into_inner()), (1, 30));
    }

    #[test]
    fn runs_a_free_job_before_a_waiting_one() {
        let order = Mutex::new(Vec::new());
        let note = |name: &'static str| order.lock().unwrap().push(name);
        let jobs = vec![
            Job::new(&[Need::Build], || {
                thread::sleep(Duration::from_millis(50));
                note("first");
            }),
            Job::new(&[Need::Build], || note("waits")),
            Job::new(&[], || note("free")),
        ];
        run(jobs, 2);
        assert_eq!(order.into_inner().unwrap(), ["free", "first", "waits"]);
    }
}
