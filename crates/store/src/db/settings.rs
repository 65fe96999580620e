//! Settings, and counts of everything odd: bad input is counted, never dropped in silence.

use std::collections::BTreeMap;

use super::{ReadTx, Tx, params};
use crate::Result;

impl ReadTx {
    /// A setting's value.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>> {
        let row =
            self.query_one("SELECT value FROM setting WHERE name = $1", &params![name]).await?;
        row.map(|row| row.string("value")).transpose()
    }

    /// Every counter.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn counters(&mut self) -> Result<BTreeMap<String, i64>> {
        let rows = self.query("SELECT name, total FROM counter", &[]).await?;
        rows.iter().map(|row| Ok((row.string("name")?, row.int("total")?))).collect()
    }
}

impl Tx {
    /// Keeps a setting.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<()> {
        self.execute(
            "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            &params![name, value],
        )
        .await
        .map(drop)
    }

    /// Forgets a setting.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn drop_setting(&mut self, name: &str) -> Result<()> {
        self.execute("DELETE FROM setting WHERE name = $1", &params![name]).await.map(drop)
    }

    /// Keeps a setting unless it has a value already; returns the value it has.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn begin_setting(&mut self, name: &str, value: &str) -> Result<String> {
        self.execute(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            &params![name, value],
        )
        .await?;
        Ok(self.setting(name).await?.unwrap_or_else(|| value.to_owned()))
    }

    /// Adds to a counter, when the work has succeeded.
    pub fn count(&mut self, name: &str, more: i64) {
        if more != 0 {
            *self.counted.entry(name.to_owned()).or_default() += more;
        }
    }

    /// Adds what the work has counted. Last and in order: every work counts the same few things, and
    /// where there are many writers each would wait for the others.
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
