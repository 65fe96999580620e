//! Leases for work that one process at a time does for all of them.

use model::Timestamp;

use super::{Tx, params};
use crate::Result;

impl Tx {
    /// Takes or extends a lease. Returns false while another owner has it.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn take_lease(
        &mut self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool> {
        let updated = self
            .execute(
                "INSERT INTO lease (name, owner, until_us) VALUES ($1, $2, $4)
                 ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_us = excluded.until_us
                 WHERE lease.owner = excluded.owner OR lease.until_us <= $3",
                &params![name, owner, now, until],
            )
            .await?;
        Ok(updated == 1)
    }

    /// Releases a lease, so that other processes need not wait for its expiry.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn give_up_lease(&mut self, name: &str, owner: &str) -> Result<()> {
        self.execute("DELETE FROM lease WHERE name = $1 AND owner = $2", &params![name, owner])
            .await
            .map(drop)
    }
}
