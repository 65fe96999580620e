//! The places of large bodies, which bound the memory of all bodies together.
//!
//! A small body needs no place. A large one waits for a place before it is read further, and keeps
//! it until the visit's caller is done with it. Whoever has a place needs no other to finish, so that
//! waiting always ends.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::refusal::Refusal;

/// The maximum number of bytes of a body without a place. Most pages, as served, are smaller.
pub(crate) const SMALL_BYTES_MAX: usize = 512 * 1024;
/// The maximum number of large bodies in memory.
pub(crate) const PLACES: usize = 2;
/// The maximum time for receiving the rest of a body that has a place: a large body that is sent
/// slowly would keep out others.
pub(crate) const RECEIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// A place among the large bodies in memory; none for a small body. It is free again when the last
/// clone is dropped.
#[derive(Debug, Clone, Default)]
pub struct BodyPlace(Option<Arc<OwnedSemaphorePermit>>);

impl BodyPlace {
    /// Reports whether it is the place of a large body.
    pub(crate) fn is_taken(&self) -> bool {
        self.0.is_some()
    }
}

/// All places.
#[derive(Debug, Clone)]
pub(crate) struct BodyPlaces(Arc<Semaphore>);

impl Default for BodyPlaces {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(PLACES)))
    }
}

impl BodyPlaces {
    /// Waits for a free place, at most until `deadline`.
    pub(crate) async fn take(&self, deadline: Instant) -> Result<BodyPlace, Refusal> {
        match timeout_at(deadline, Arc::clone(&self.0).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(BodyPlace(Some(Arc::new(permit)))),
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => Err(Refusal::Timeout),
        }
    }
}
