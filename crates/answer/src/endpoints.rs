//! The status of the endpoints that signals are sent to.

use model::Timestamp;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::{ReadContext, Result};

/// An endpoint from the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointNamed {
    /// The id in rows and keys.
    pub id: String,
    /// The part of its URL that may be shown.
    pub url: String,
}

/// An endpoint that signals are sent to, with its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EndpointShown {
    /// The id, by which it can be enabled again.
    pub id: String,
    /// The scheme and host of its URL; the rest may be a secret.
    pub url: String,
    /// Whether signals are sent to it.
    pub is_enabled: bool,
    /// The number of failed deliveries since the last success.
    pub failures: i64,
    /// The time of the first of these failures.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// The time at which it was disabled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled: Option<Timestamp>,
    /// The reason for which it was disabled.
    pub why: Option<String>,
}

/// An endpoint that was enabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EndpointEnabled {
    /// The endpoint.
    pub endpoint: EndpointShown,
    /// The number of deliveries that had been given up and are retried.
    pub revived: u64,
}

/// Reads the status of an endpoint.
///
/// # Errors
/// When the database fails.
pub async fn read(tx: &mut ReadTx, named: EndpointNamed) -> Result<EndpointShown> {
    let state = tx.endpoint(&named.id).await?;
    Ok(EndpointShown {
        id: named.id,
        url: named.url,
        is_enabled: state.disabled.is_none(),
        failures: state.failures,
        failing_since: state.failing_since,
        disabled: state.disabled,
        why: state.why,
    })
}

/// Reads the status of an endpoint in a transaction of its own.
///
/// # Errors
/// When the database fails.
pub async fn endpoint(context: &ReadContext, named: EndpointNamed) -> Result<EndpointShown> {
    context.read(move |tx| Box::pin(read(tx, named))).await
}

/// Reads the status of each of these endpoints, in their order.
///
/// # Errors
/// When the database fails.
pub async fn endpoints(
    context: &ReadContext,
    named: Vec<EndpointNamed>,
) -> Result<Vec<EndpointShown>> {
    let read = context.read(move |tx| {
        Box::pin(async move {
            let mut shown = Vec::with_capacity(named.len());
            for named in named {
                shown.push(read(tx, named).await?);
            }
            Ok(shown)
        })
    });
    read.await
}
