//! How the endpoints that actions are delivered to are doing. Where they are and what they share
//! with us stands in the settings, never here.

use model::Timestamp;

use super::{ReadTx, Row, Tx, params};
use crate::Result;

/// How an endpoint is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointState {
    /// Deliveries that failed since the last that worked.
    pub failures: i64,
    /// When the first of them failed.
    pub failing_since: Option<Timestamp>,
    /// Since when nothing is sent to it any more.
    pub disabled: Option<Timestamp>,
    /// Why.
    pub why: Option<String>,
}

fn to_state(row: &Row) -> Result<EndpointState> {
    Ok(EndpointState {
        failures: row.int("failures")?,
        failing_since: row.opt_time("failing_since_us")?,
        disabled: row.opt_time("disabled_us")?,
        why: row.opt_string("why")?,
    })
}

impl ReadTx {
    /// How an endpoint is doing; one that nothing was sent to does well.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn endpoint(&mut self, id: &str) -> Result<EndpointState> {
        let row = self
            .query_one(
                "SELECT failures, failing_since_us, disabled_us, why FROM endpoint WHERE id = $1",
                &params![id],
            )
            .await?;
        row.map_or(Ok(EndpointState::default()), |row| to_state(&row))
    }
}

impl Tx {
    /// Keeps how an endpoint is doing.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn set_endpoint(&mut self, id: &str, state: &EndpointState) -> Result<()> {
        self.execute(
            "INSERT INTO endpoint (id, failures, failing_since_us, disabled_us, why)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE
             SET failures = excluded.failures, failing_since_us = excluded.failing_since_us,
                 disabled_us = excluded.disabled_us, why = excluded.why",
            &params![id, state.failures, state.failing_since, state.disabled, state.why.as_ref()],
        )
        .await
        .map(drop)
    }
}
