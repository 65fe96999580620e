//! Dead letters of records that the log can never hold. They stay small: the record itself is not
//! in them, only its beginning.

use model::{DeadLetter, Timestamp, Topic};
use store::db::Numbered;
use store::log::RECORD_BYTES_MAX;
use store::{Result, StoreError};

use crate::stage::StageInfo;

/// The length of the beginning of a record that its dead letter shows.
const BEGINNING_CHARS: usize = 1_000;

/// The stages, and every name that has dead letters.
#[derive(Clone)]
pub(super) struct Letters {
    pub(super) stages: Vec<StageInfo>,
    pub(super) names: Vec<&'static str>,
}

/// A dead letter, ready to be sent.
pub(super) struct Letter {
    /// The name under which it is kept: that of its producer's stage.
    pub(super) stage: &'static str,
    pub(super) topic: String,
    pub(super) payload: String,
}

impl Letters {
    /// Builds the dead letter of a record that cannot be appended because of `error`; `None` if
    /// there is no topic for it.
    pub(super) fn letter(
        &self,
        numbered: &Numbered,
        error: &StoreError,
        now: Timestamp,
    ) -> Result<Option<Letter>> {
        let Numbered { producer, number, record, .. } = numbered;
        let Some(stage) = self.stage_of(producer, &record.topic) else { return Ok(None) };
        let beginning: String = record.payload.chars().take(BEGINNING_CHARS).collect();
        let letter = DeadLetter {
            stage: stage.to_owned(),
            origin: format!("record {number} of {producer}, for {}", record.topic),
            cause: format!("{error}; it was not sent"),
            attempts: 1,
            record: None,
            excerpt: Some(beginning),
            kept: None,
            at: now,
        };
        let payload = letter.encode_within(RECORD_BYTES_MAX)?;
        Ok(Some(Letter { stage, topic: Topic::dead(stage), payload }))
    }

    /// Returns the stage to which a producer belongs. The producer of a process's own records has
    /// none: their stage is the one whose dead letter they are, or that reads them.
    fn stage_of(&self, producer: &str, topic: &str) -> Option<&'static str> {
        let known = |name: &str| self.names.iter().copied().find(|known| *known == name);
        let reader = || self.stages.iter().find(|stage| stage.input.name() == topic);
        let own = producer.split('/').next().and_then(known);
        own.or_else(|| topic.strip_prefix("dead.").and_then(known))
            .or_else(|| reader().and_then(|stage| known(stage.name)))
            .or_else(|| self.names.first().copied())
    }
}
