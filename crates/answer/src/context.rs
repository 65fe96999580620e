//! The context of the read side: stores, packs, clock and the installation's key.

use std::sync::Arc;

use detect::Packs;
use futures_util::future::BoxFuture;
use model::{Clock, Day, Entity, EntityId, InstallKey, Timestamp};
use store::StoreError;
use store::blob::BlobStore;
use store::db::{Db, ReadTx};
use store::search::SearchIndex;

use crate::{AnswerError, Result};

/// The capabilities of the read side; cheap to clone.
#[derive(Clone)]
pub struct ReadContext {
    /// The database.
    pub db: Db,
    /// The blob store with pages and texts.
    pub blobs: Arc<dyn BlobStore>,
    /// The search index; `None` if this process has none.
    pub search: Option<Arc<dyn SearchIndex>>,
    /// The packs.
    pub packs: Arc<Packs>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The secret key of the installation.
    pub key: InstallKey,
}

impl ReadContext {
    /// Computes the id of an entity: its keyed hash.
    pub fn id_of(&self, entity: &Entity) -> EntityId {
        entity.id(&self.key)
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the day to compute an answer for: the requested one or today.
    pub fn day(&self, on: Option<Day>) -> Day {
        on.unwrap_or_else(|| self.now().day())
    }

    /// Returns the search index.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`](store::ErrorKind::Unavailable) if this process has none.
    pub fn index(&self) -> store::Result<Arc<dyn SearchIndex>> {
        let missing = || StoreError::unavailable("this leadq has no search index");
        self.search.clone().ok_or_else(missing)
    }

    /// Runs `work` on a consistent snapshot of the database.
    ///
    /// # Errors
    /// When `work` or the database fails.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut ReadTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let read = self.db.read(move |tx| {
            Box::pin(async move {
                match work(tx).await {
                    Err(AnswerError::Store(error)) => Err(error),
                    result => Ok(result),
                }
            })
        });
        read.await?
    }
}
