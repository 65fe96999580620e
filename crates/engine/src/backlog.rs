//! The backlog: the number of records that wait at the outbox and before each stage.

use store::Result;

use crate::resources::Resources;
use crate::stage::StageInfo;

/// The position of a stage in a partition.
type Position = (String, u32, u64);

/// Counts the records that wait at the outbox, then before each stage.
///
/// # Errors
/// When a store fails.
pub async fn backlog(
    resources: &Resources,
    stages: &[StageInfo],
) -> Result<Vec<(&'static str, u64)>> {
    let (waiting, positions) = resources
        .db
        .read(|tx| Box::pin(async move { Ok((tx.outbox_len().await?, tx.positions().await?)) }))
        .await?;
    let mut backlog = vec![("outbox", u64::try_from(waiting).unwrap_or(0))];
    backlog.extend(lags(resources, stages, &positions).await?);
    Ok(backlog)
}

/// Counts all records that wait.
///
/// # Errors
/// When a store fails.
pub async fn waiting(resources: &Resources, stages: &[StageInfo]) -> Result<u64> {
    Ok(backlog(resources, stages).await?.into_iter().map(|(_, waiting)| waiting).sum())
}

/// Counts the records on the log that wait before a stage.
pub(crate) async fn lag(resources: &Resources, stages: &[StageInfo]) -> Result<u64> {
    let positions = resources.db.read(|tx| Box::pin(tx.positions())).await?;
    let lags = lags(resources, stages, &positions).await?;
    Ok(lags.into_iter().map(|(_, waiting)| waiting).sum())
}

async fn lags(
    resources: &Resources,
    stages: &[StageInfo],
    positions: &[Position],
) -> Result<Vec<(&'static str, u64)>> {
    let mut lags = Vec::with_capacity(stages.len());
    for stage in stages {
        let bounds = resources.log.bounds(stage.input.name()).await?;
        let behind = (0u32..).zip(bounds).map(|(partition, bounds)| {
            let position = positions
                .iter()
                .find(|(name, of, _)| name == stage.name && *of == partition)
                .map_or(0, |(_, _, position)| *position);
            // A position beyond the log's end is not idle: the stage stops there with an error.
            bounds.next.abs_diff(position)
        });
        lags.push((stage.name, behind.sum()));
    }
    Ok(lags)
}
