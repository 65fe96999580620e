//! Settings and counters. Bad input is counted, never dropped silently.

use std::collections::BTreeMap;

use super::{ReadTx, Tx, params};
use crate::Result;

impl ReadTx {
    /// Reads a setting's value.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>> {
        let row =
            self.query_one("SELECT value FROM setting WHERE name = $1", &params![name]).await?;
        row.map(|row| row.string("value")).transpose()
    }

    /// Reads every counter.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn counters(&mut self) -> Result<BTreeMap<String, i64>> {
        let rows = self.query("SELECT name, total FROM counter", &[]).await?;
        rows.iter().map(|row| Ok((row.string("name")?, row.int("total")?))).collect()
    }
}

impl Tx {
    /// Stores a setting.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<()> {
        self.execute(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            &params![name, value],
        )
        .await
        .map(drop)
    }

    /// Deletes a setting.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn drop_setting(&mut self, name: &str) -> Result<()> {
        self.execute("DELETE FROM setting WHERE name = $1", &params![name]).await.map(drop)
    }

    /// Stores a setting unless it has a value already. Returns the stored value.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn begin_setting(&mut self, name: &str, value: &str) -> Result<String> {
        self.execute(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            &params![name, value],
        )
        .await?;
        Ok(self.setting(name).await?.unwrap_or_else(|| value.to_owned()))
    }

    /// Adds to a counter. It is written when the work has succeeded.
    pub fn count(&mut self, name: &str, more: i64) {
        if more != 0 {
            *self.counted.entry(name.to_owned()).or_default() += more;
        }
    }

    /// Writes the counts of the work, last and sorted by name: all work updates the same few
    /// counters, and concurrent writers would otherwise wait for each other.
    pub(super) async fn add_counted(&mut self) -> Result<()> {
        for (name, more) in std::mem::take(&mut self.counted) {
            self.execute(
                "INSERT INTO counter (name, total) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE SET total = counter.total + excluded.total",
                &params![name, more],
            )
            .await?;
        }
        Ok(())
    }
}
