//! Sessions: the logins of browsers. A login with a token opens a session, whose secret the browser
//! keeps in a cookie. The secret is of no use after the session has ended, and reveals no token.

use std::sync::Arc;

use flow::Context;
use model::{Clock, Digest, IdHasher, Timestamp};
use store::db::{SessionRow, Urgency};
use store::{Result, StoreError};

/// A session ends when it was not used for this time, in microseconds: 12 hours.
const IDLE_MAX_US: i64 = 12 * 3_600 * 1_000_000;
/// A session ends after this time, however much it is used, in microseconds: 7 days.
pub(crate) const AGE_MAX_US: i64 = 7 * 24 * 3_600 * 1_000_000;
/// The minimum interval between two records of a session's use, in microseconds.
const USE_NOTED_EVERY_US: i64 = 60 * 1_000_000;
/// The maximum number of expired sessions that a login deletes.
const PRUNED_MAX: u32 = 100;

/// The session of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenSession {
    pub(crate) id: Digest,
    /// The hash of the token that opened it.
    pub(crate) token: Digest,
}

/// The sessions of an installation.
pub(crate) struct Sessions {
    context: Arc<Context>,
    /// The clock by which sessions expire.
    clock: Arc<dyn Clock>,
}

impl Sessions {
    pub(crate) fn new(context: Arc<Context>, clock: Arc<dyn Clock>) -> Self {
        Self { context, clock }
    }

    /// Opens a session for a token and returns its secret. Ends the session that the browser had
    /// before, because its cookie is replaced, and deletes some expired ones.
    ///
    /// # Errors
    /// Returns an error if the database fails, or if the system has no randomness.
    pub(crate) async fn open(&self, token: Digest, before: Option<&str>) -> Result<String> {
        let mut bits = [0u8; 32];
        getrandom::fill(&mut bits)
            .map_err(|error| StoreError::fatal(format!("no randomness for a session: {error}")))?;
        let secret: String = bits.iter().map(|byte| format!("{byte:02x}")).collect();
        let (id, before) = (self.id(&secret), before.map(|secret| self.id(secret)));
        let now = self.clock.now();
        let session = SessionRow { token, created: now, used: now, expires: expiry(now, now) };
        let opened = self.context.db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                tx.prune_sessions(now, PRUNED_MAX).await?;
                if let Some(before) = before {
                    tx.revoke_session(before, now).await?;
                }
                tx.add_session(id, &session).await
            })
        });
        opened.await?;
        Ok(secret)
    }

    /// Finds the session of a secret, and records its use, which moves its expiry.
    pub(crate) async fn used(&self, secret: &str) -> Result<Option<OpenSession>> {
        let (id, now) = (self.id(secret), self.clock.now());
        let Some(row) = self.find(id, now).await? else { return Ok(None) };
        let SessionRow { token, created, used, .. } = row;
        if now.0 - used.0 >= USE_NOTED_EVERY_US {
            let (expires, token_used) = (expiry(created, now), self.context.now());
            let noted = self.context.db.write(Urgency::Normal, move |tx| {
                Box::pin(async move {
                    tx.use_session(id, now, expires).await?;
                    tx.use_token(token, token_used).await
                })
            });
            if let Err(error) = noted.await {
                // A full disk must not prevent reading.
                tracing::warn!(%error, "cannot record the use of a session");
            }
        }
        Ok(Some(OpenSession { id, token }))
    }

    /// Checks whether a session has not ended. This does not count as its use.
    pub(crate) async fn stands(&self, session: OpenSession) -> Result<bool> {
        Ok(self.find(session.id, self.clock.now()).await?.is_some())
    }

    /// Ends the session of a secret, if there is one.
    pub(crate) async fn end(&self, secret: &str) -> Result<()> {
        let (id, now) = (self.id(secret), self.clock.now());
        // Without a session nothing is written: anybody may log out.
        if self.find(id, now).await?.is_none() {
            return Ok(());
        }
        let ended = self.context.db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move { tx.revoke_session(id, now).await })
        });
        ended.await.map(drop)
    }

    async fn find(&self, id: Digest, now: Timestamp) -> Result<Option<SessionRow>> {
        self.context.db.read(move |tx| Box::pin(tx.standing_session(id, now))).await
    }

    /// Computes the id of a session: the keyed hash of its secret.
    fn id(&self, secret: &str) -> Digest {
        IdHasher::keyed(&self.context.key, "session").part(secret).digest()
    }
}

/// Computes when a session ends unless it is used after `now`.
fn expiry(created: Timestamp, now: Timestamp) -> Timestamp {
    let (idle, oldest) = (now.0.saturating_add(IDLE_MAX_US), created.0.saturating_add(AGE_MAX_US));
    Timestamp(idle.min(oldest))
}
