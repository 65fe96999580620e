//! Tokens: who may ask the server. Kept as hashes only; a revoked one stays, so that its name
//! tells for ever what it was.

use model::{Digest, Timestamp};

use super::{ReadTx, Row, Tx, params};
use crate::Result;

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// What a person calls it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub used: Option<Timestamp>,
    /// Since when it opens nothing.
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
    /// Every token, oldest first.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn tokens(&mut self) -> Result<Vec<TokenRow>> {
        let rows = self
            .query(
                "SELECT name, created_us, used_us, revoked_us FROM token ORDER BY created_us, name",
                &[],
            )
            .await?;
        rows.iter().map(to_token).collect()
    }

    /// Whether any token was ever made. Once one was, nobody asks without one: revoking the last
    /// must not open the door.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn has_tokens(&mut self) -> Result<bool> {
        Ok(self.query_one("SELECT 1 FROM token LIMIT 1", &[]).await?.is_some())
    }

    /// The token of a hash, unless it is revoked.
    ///
    /// # Errors
    /// What the engine says.
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
    /// Keeps a token's hash under a name; false when the name is taken.
    ///
    /// # Errors
    /// What the engine says.
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

    /// Notes that a token was used.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn use_token(&mut self, hash: Digest, now: Timestamp) -> Result<()> {
        self.execute("UPDATE token SET used_us = $2 WHERE hash = $1", &params![hash, now])
            .await
            .map(drop)
    }

    /// Revokes a token by its name; false when none of that name stands.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn revoke_token(&mut self, name: &str, now: Timestamp) -> Result<bool> {
        let revoked = self
            .execute(
                "UPDATE token SET revoked_us = $2 WHERE name = $1 AND revoked_us IS NULL",
                &params![name, now],
            )
            .await?;
        Ok(revoked == 1)
    }
}
