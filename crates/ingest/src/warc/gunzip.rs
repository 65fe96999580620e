//! Decompresses gzip members one at a time.

use std::io::{self, Read, Seek};

use flate2::bufread::GzDecoder;

use super::tape::Tape;
use crate::byte_reader::Continue;

/// A reader of one member, or of several if a record continues in the next ones.
pub(super) struct Gunzip<R> {
    stage: Stage<R>,
    members: usize,
}

enum Stage<R> {
    Reading(Box<GzDecoder<Tape<R>>>),
    /// The tape is directly after the member. A decoder must not be created before it is needed,
    /// because it reads the next member's header immediately.
    Ended(Tape<R>),
    /// The state while one stage is replaced by the next.
    Between,
}

impl<R: Read + Seek> Gunzip<R> {
    /// Starts at the tape's current member and records it.
    pub(super) fn new(mut tape: Tape<R>) -> Self {
        tape.record();
        Self { stage: Stage::Reading(Box::new(GzDecoder::new(tape))), members: 1 }
    }

    /// Takes the recorded compressed bytes so far, if they are one member and not too long.
    pub(super) fn recorded(&mut self) -> Option<Vec<u8>> {
        let recorded = match &mut self.stage {
            Stage::Reading(decoder) => decoder.get_mut().recorded(),
            Stage::Ended(tape) => tape.recorded(),
            Stage::Between => None,
        };
        recorded.filter(|_| self.members == 1)
    }

    /// Returns the tape, positioned after the bytes read.
    pub(super) fn into_tape(self) -> Option<Tape<R>> {
        match self.stage {
            Stage::Reading(decoder) => Some(decoder.into_inner()),
            Stage::Ended(tape) => Some(tape),
            Stage::Between => None,
        }
    }
}

impl<R: Read + Seek> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.stage {
            Stage::Reading(decoder) => decoder.read(buffer),
            _ => Ok(0),
        }
    }
}

impl<R: Read + Seek> Continue for Gunzip<R> {
    /// Continues in the next member, because some writers cut the compressed stream when their
    /// buffer is full. A member in which a record begins is never treated as a continuation.
    fn go_on(&mut self) -> bool {
        let mut tape = match std::mem::replace(&mut self.stage, Stage::Between) {
            Stage::Reading(decoder) => decoder.into_inner(),
            Stage::Ended(tape) => tape,
            Stage::Between => return false,
        };
        let continues = tape.is_at_continuation().unwrap_or(false);
        self.members += usize::from(continues);
        self.stage = if continues {
            Stage::Reading(Box::new(GzDecoder::new(tape)))
        } else {
            Stage::Ended(tape)
        };
        continues
    }
}
