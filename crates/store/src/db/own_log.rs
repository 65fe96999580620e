//! The log in the tables of this database, if it is open.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::log::appended::{Appended, Partition};

/// Whether the log in this database is open, and the notifications of its readers.
#[derive(Default)]
pub(crate) struct OwnLog {
    is_open: AtomicBool,
    appended: Arc<Appended>,
}

impl OwnLog {
    /// From now on, transactions append the records that they send.
    pub(crate) fn open(&self) {
        self.is_open.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// Returns the notifications of its readers.
    pub(crate) fn appended(&self) -> Arc<Appended> {
        Arc::clone(&self.appended)
    }

    /// Wakes the readers of these partitions.
    pub(super) fn notify(&self, partitions: &BTreeSet<Partition>) {
        self.appended.notify(partitions);
    }
}
