//! The state of the endpoints to which actions are delivered. Their addresses and shared secrets
//! are in the settings, never here.

use model::Timestamp;

use super::{ReadTx, Row, Tx, params};
use crate::Result;

/// The delivery state of an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointState {
    /// The number of failed deliveries since the last success.
    pub failures: i64,
    /// The time of the first of these failures.
    pub failing_since: Option<Timestamp>,
    /// The time since which the endpoint is disabled.
    pub disabled: Option<Timestamp>,
    /// The reason of the last failure, which is also why it is disabled if it is.
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
    /// Reads the state of an endpoint; the default, without failures, if nothing was sent to it.
    ///
    /// # Errors
    /// When the engine fails.
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
    /// Stores the state of an endpoint.
    ///
    /// # Errors
    /// When the engine fails.
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
