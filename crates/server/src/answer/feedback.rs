//! Which signal a word of feedback is on.

use std::sync::Arc;

use flow::Rooms;
use model::{EntityId, Points, SignalId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AnswerError, Dossier, Profile, Result, company_of, dossier, find};

/// What came of a word of feedback.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Said {
    /// The signal it is on: the one under which several of one matter read.
    #[schema(value_type = String)]
    pub signal_id: SignalId,
    /// won, lost or ignore; nothing when the newest word was taken back and none is left.
    pub outcome: Option<&'static str>,
    /// Whether this took a word back.
    pub undone: bool,
    /// The company's best score before.
    #[schema(value_type = f64)]
    pub score_before: Points,
    /// The company's best score after; nothing when it was not computed anew in time.
    #[schema(value_type = Option<f64>)]
    pub score_after: Option<Points>,
}

/// The company of a signal, as it stands, and the id under which the signal reads: feedback is on
/// that. Nothing when no such signal stands.
///
/// # Errors
/// What the engine says.
pub async fn read_as(
    rooms: &Arc<Rooms>,
    profile: &Profile,
    id: SignalId,
) -> Result<Option<(Dossier, SignalId)>> {
    let Some(company) = company_of(&rooms.db, id).await? else { return Ok(None) };
    let dossier = dossier(rooms, profile, company).await?;
    let read = dossier.reading(id).map_or(id, |signal| signal.id);
    Ok(Some((dossier, read)))
}

/// The signal that is meant, and its company. A company means its strongest signal; to take a word
/// back, the one that was spoken of last.
///
/// # Errors
/// [`AnswerError::Unknown`] when there is nothing to speak of; what the engine says.
pub async fn target(
    rooms: &Arc<Rooms>,
    profile: &Profile,
    words: &str,
    to_undo: bool,
) -> Result<(EntityId, SignalId)> {
    if let Ok(id) = words.parse::<SignalId>()
        && let Some((dossier, read)) = read_as(rooms, profile, id).await?
    {
        return Ok((dossier.id, read));
    }
    let company = find(rooms, words).await?;
    let dossier = dossier(rooms, profile, company).await?;
    if to_undo {
        let newest = dossier.feedback.iter().max_by_key(|feedback| feedback.ts);
        return match newest {
            Some(newest) => Ok((company, newest.signal_id)),
            None => Err(AnswerError::Unknown(format!("nothing was said about {words} yet"))),
        };
    }
    let day = rooms.now().day();
    match dossier.best(day).and_then(|lead| dossier.strongest(lead, day)) {
        Some(signal) => Ok((company, signal.id)),
        None => Err(AnswerError::Unknown(format!("{words} has no signal to speak of yet"))),
    }
}
