//! Work that one process does for all of them, while its lease lasts.

use model::Timestamp;

use super::{Tx, params};
use crate::Result;

impl Tx {
    /// Takes or prolongs a lease; false while somebody else has it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn take_lease(
        &mut self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool> {
        let taken = self
            .execute(
                "INSERT INTO lease (name, owner, until_us) VALUES ($1, $2, $4)
                 ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_us = excluded.until_us
                 WHERE lease.owner = excluded.owner OR lease.until_us <= $3",
                &params![name, owner, now, until],
            )
            .await?;
        Ok(taken == 1)
    }

    /// Gives a lease up, so that nobody has to wait for its end.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn give_up_lease(&mut self, name: &str, owner: &str) -> Result<()> {
        self.execute("DELETE FROM lease WHERE name = $1 AND owner = $2", &params![name, owner])
            .await
            .map(drop)
    }
}
