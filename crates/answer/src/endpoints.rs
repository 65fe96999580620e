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
    /// The reason of the last failed delivery, while deliveries fail and it is not disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
}

impl EndpointShown {
    /// Describes what keeps signals from being accepted, and the remedy; `None` if nothing does.
    pub fn trouble(&self) -> Option<String> {
        let url = &self.url;
        let why = self.why.as_ref().or(self.last_failure.as_ref());
        let why = why.map_or("the reason is not known", String::as_str);
        if let Some(at) = self.disabled {
            let remedy = format!("enable it again, by its id {}", self.id);
            return Some(format!("{url} is disabled since {}: {why}; {remedy}", at.day()));
        }
        let since = self.failing_since.filter(|_| self.failures > 0)?;
        let deliveries = if self.failures == 1 { "delivery" } else { "deliveries" };
        Some(format!(
            "{url}: {} failed {deliveries} since {}: {why}; they are retried",
            self.failures,
            since.day()
        ))
    }
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
    let (why, last_failure) =
        if state.disabled.is_some() { (state.why, None) } else { (None, state.why) };
    Ok(EndpointShown {
        id: named.id,
        url: named.url,
        is_enabled: state.disabled.is_none(),
        failures: state.failures,
        failing_since: state.failing_since,
        disabled: state.disabled,
        why,
        last_failure,
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
