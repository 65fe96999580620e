//! Tokens for requests to the server. Only hashes are stored. A revoked token is kept, so that its
//! name identifies it permanently.

use model::{Digest, Timestamp};

use super::{ReadTx, Row, Tx, params};
use crate::Result;

/// A stored token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// The name that a person gave it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub used: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

fn to_token(row: &Row) -> Result<TokenRow> {
    Ok(TokenRow {
        name: row.string("name")?,
        created: row.time("created_us")?,
        used: row.opt_time("used_us")?,
        revoked: row.opt_time("revoked_us")?,
    })
}

impl ReadTx {
    /// Lists every token, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn tokens(&mut self) -> Result<Vec<TokenRow>> {
        let rows = self
            .query(
                "SELECT name, created_us, used_us, revoked_us FROM token ORDER BY created_us, name",
                &[],
            )
            .await?;
        rows.iter().map(to_token).collect()
    }

    /// Checks whether a token was ever made. From then on every request needs one: revoking the
    /// last token must not allow anonymous requests.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn has_tokens(&mut self) -> Result<bool> {
        Ok(self.query_one("SELECT 1 FROM token LIMIT 1", &[]).await?.is_some())
    }

    /// Finds the token of a hash, unless it is revoked.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn standing_token(&mut self, hash: Digest) -> Result<Option<TokenRow>> {
        let row = self
            .query_one(
                "SELECT name, created_us, used_us, revoked_us FROM token
                 WHERE hash = $1 AND revoked_us IS NULL",
                &params![hash],
            )
            .await?;
        row.as_ref().map(to_token).transpose()
    }
}

impl Tx {
    /// Stores a token's hash under a name. Returns false if the name is taken.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn add_token(&mut self, hash: Digest, name: &str, now: Timestamp) -> Result<bool> {
        let added = self
            .execute(
                "INSERT INTO token (hash, name, created_us) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
                &params![hash, name, now],
            )
            .await?;
        Ok(added == 1)
    }

    /// Records the time at which a token was used.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn use_token(&mut self, hash: Digest, now: Timestamp) -> Result<()> {
        self.execute("UPDATE token SET used_us = $2 WHERE hash = $1", &params![hash, now])
            .await
            .map(drop)
    }

    /// Revokes a token by its name and returns its hash, or `None` if there is no valid token of
    /// that name.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn revoke_token(&mut self, name: &str, now: Timestamp) -> Result<Option<Digest>> {
        let revoked = self
            .query_one(
                "UPDATE token SET revoked_us = $2 WHERE name = $1 AND revoked_us IS NULL
                 RETURNING hash",
                &params![name, now],
            )
            .await?;
        revoked.map(|row| row.parse("hash")).transpose()
    }
}
