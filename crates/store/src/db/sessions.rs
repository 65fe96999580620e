//! Sessions: the logins of browsers, each opened with a token. Only hashes are stored. A session
//! ends when it expires, when it is revoked, or when its token is.

use model::{Digest, Timestamp};

use super::{ReadTx, Tx, params};
use crate::Result;

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The hash of the token that opened it.
    pub token: Digest,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub used: Timestamp,
    /// When it ends unless it is used again.
    pub expires: Timestamp,
}

impl ReadTx {
    /// Finds the session of an id, unless it or its token is revoked, or it has expired.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn standing_session(
        &mut self,
        id: Digest,
        now: Timestamp,
    ) -> Result<Option<SessionRow>> {
        let row = self
            .query_one(
                "SELECT s.token, s.created_us, s.used_us, s.expires_us
                 FROM session s JOIN token t ON t.hash = s.token
                 WHERE s.id = $1 AND s.expires_us > $2
                 AND s.revoked_us IS NULL AND t.revoked_us IS NULL",
                &params![id, now],
            )
            .await?;
        let session = row.map(|row| {
            Ok(SessionRow {
                token: row.parse("token")?,
                created: row.time("created_us")?,
                used: row.time("used_us")?,
                expires: row.time("expires_us")?,
            })
        });
        session.transpose()
    }
}

impl Tx {
    /// Stores a new session.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_session(&mut self, id: Digest, session: &SessionRow) -> Result<()> {
        self.execute(
            "INSERT INTO session (id, token, created_us, used_us, expires_us)
             VALUES ($1, $2, $3, $4, $5)",
            &params![id, session.token, session.created, session.used, session.expires],
        )
        .await
        .map(drop)
    }

    /// Records that a session was used, which moves its expiry.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn use_session(
        &mut self,
        id: Digest,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE session SET used_us = $2, expires_us = $3 WHERE id = $1 AND used_us < $2",
            &params![id, now, expires],
        )
        .await
        .map(drop)
    }

    /// Revokes a session. Returns false if there is none, or it was revoked before.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn revoke_session(&mut self, id: Digest, now: Timestamp) -> Result<bool> {
        let revoked = self
            .execute(
                "UPDATE session SET revoked_us = $2 WHERE id = $1 AND revoked_us IS NULL",
                &params![id, now],
            )
            .await?;
        Ok(revoked == 1)
    }

    /// Revokes every session that a token opened and that has not expired. Returns their number.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn revoke_sessions_of(&mut self, token: Digest, now: Timestamp) -> Result<u64> {
        self.execute(
            "UPDATE session SET revoked_us = $2
             WHERE token = $1 AND revoked_us IS NULL AND expires_us > $2",
            &params![token, now],
        )
        .await
    }

    /// Deletes up to `limit` expired sessions. Returns their number.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn prune_sessions(&mut self, now: Timestamp, limit: u32) -> Result<u64> {
        self.execute(
            "DELETE FROM session WHERE id IN
             (SELECT id FROM session WHERE expires_us <= $1 ORDER BY expires_us LIMIT $2)",
            &params![now, limit],
        )
        .await
    }
}
