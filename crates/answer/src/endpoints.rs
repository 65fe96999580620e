//! Endpoints that signals are sent to: how each is doing.

use model::Timestamp;
use serde::Serialize;
use store::db::ReadTx;
use utoipa::ToSchema;

use crate::{ReadContext, Result};

/// An endpoint as the settings name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointNamed {
    /// Its id in rows and keys.
    pub id: String,
    /// Its address, as far as it may be shown.
    pub url: String,
}

/// An endpoint that signals are sent to, and how it is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EndpointShown {
    /// Its id, by which it can be enabled again.
    pub id: String,
    /// Scheme and host of its address; the rest may be a secret.
    pub url: String,
    /// Whether anything is sent to it.
    pub is_enabled: bool,
    /// Deliveries that failed since the last that worked.
    pub failures: i64,
    /// When the first of them failed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// Since when nothing is sent to it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled: Option<Timestamp>,
    /// Why nothing is sent to it.
    pub why: Option<String>,
}

/// An endpoint that was enabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EndpointEnabled {
    /// The endpoint.
    pub endpoint: EndpointShown,
    /// Messages that had been given up and are sent again.
    pub revived: u64,
}

/// Reads how an endpoint is doing.
///
/// # Errors
/// What the engine says.
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

/// Returns how an endpoint is doing.
///
/// # Errors
/// What the engine says.
pub async fn endpoint(context: &ReadContext, named: EndpointNamed) -> Result<EndpointShown> {
    context.read(move |tx| Box::pin(read(tx, named))).await
}

/// Returns how each of these endpoints is doing, in their order.
///
/// # Errors
/// What the engine says.
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
