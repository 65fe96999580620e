//! The configured endpoints of a channel: their status, and enabling a disabled one.

use answer::{AnswerError, EndpointEnabled, EndpointNamed, EndpointShown, Result};
use model::By;
use store::db::{EndpointState, Urgency};

use crate::context::Context;

/// Reads the status of each endpoint of a channel, in the order of the settings.
///
/// # Errors
/// When the database fails.
pub async fn endpoints(context: &Context, channel: &str) -> Result<Vec<EndpointShown>> {
    let channel = context.outside.channels.named(channel);
    let targets = channel.map(|channel| channel.targets()).unwrap_or_default();
    let requested =
        targets.into_iter().map(|target| EndpointNamed { id: target.id, url: target.shown });
    answer::endpoints(&context.answers(), requested.collect()).await
}

/// Enables a disabled endpoint and retries every delivery that was given up. `id_or_url` is its
/// URL in the settings or its id, `by` the principal.
///
/// # Errors
/// [`AnswerError::Unknown`] when the settings name no such endpoint, or when the database fails.
pub async fn enable_endpoint(
    context: &Context,
    channel: &str,
    id_or_url: &str,
    by: &By,
) -> Result<EndpointEnabled> {
    let target =
        context.outside.channels.named(channel).and_then(|channel| channel.target(id_or_url));
    let target = target.ok_or_else(|| {
        AnswerError::Unknown(
            "there is no such endpoint in the settings; send the id or the URL of one of them"
                .to_owned(),
        )
    })?;
    let (id, now) = (target.id.clone(), context.now());
    let revived = context
        .db
        .write(Urgency::Urgent, move |tx| {
            Box::pin(async move {
                tx.set_endpoint(&id, &EndpointState::default()).await?;
                tx.revive_lane(&id, now).await
            })
        })
        .await?;
    tracing::info!(%by, endpoint = target.shown, revived, "an endpoint is enabled");
    let reference = EndpointNamed { id: target.id, url: target.shown };
    let endpoint = answer::endpoint(&context.answers(), reference).await?;
    Ok(EndpointEnabled { endpoint, revived })
}
