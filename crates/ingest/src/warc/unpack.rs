//! Decompresses the members of a file one at a time.

use std::io::{self, Read, Seek};

use codings::ZstdFrame;
use flate2::bufread::GzDecoder;

use super::packing::Packing;
use super::tape::Tape;
use crate::byte_reader::Continue;

/// A reader of one member, or of several if a record continues in the next ones.
pub(super) struct Unpack<R> {
    stage: Stage<R>,
    members: usize,
}

/// The decoder of one member.
enum MemberDecoder<R> {
    Gzip(Box<GzDecoder<Tape<R>>>),
    Zstd(Box<ZstdFrame<Tape<R>>>),
}

impl<R: Read + Seek> MemberDecoder<R> {
    fn new(mut tape: Tape<R>) -> Self {
        match tape.take_packing() {
            Packing::Gzip => Self::Gzip(Box::new(GzDecoder::new(tape))),
            Packing::Zstd(decoder) => Self::Zstd(Box::new(ZstdFrame::new(tape, decoder))),
        }
    }

    fn tape(&mut self) -> &mut Tape<R> {
        match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Zstd(decoder) => decoder.get_mut(),
        }
    }

    fn into_tape(self) -> Tape<R> {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(frame) => {
                let (mut tape, decoder) = frame.into_parts();
                tape.give_packing(Packing::Zstd(decoder));
                tape
            }
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => {
                let count = decoder.read(buffer)?;
                decoder.get_mut().count_unpacked(count)?;
                Ok(count)
            }
        }
    }
}

enum Stage<R> {
    Reading(MemberDecoder<R>),
    /// The tape is directly after the member. A decoder must not be created before it is needed,
    /// because it reads the next member's header immediately.
    Ended(Tape<R>),
    /// The state while one stage is replaced by the next.
    Between,
}

impl<R: Read + Seek> Unpack<R> {
    /// Starts at the tape's current member and records it.
    pub(super) fn new(mut tape: Tape<R>) -> Self {
        tape.record();
        Self { stage: Stage::Reading(MemberDecoder::new(tape)), members: 1 }
    }

    /// Takes the recorded compressed bytes so far, if they are one member and not too long.
    pub(super) fn recorded(&mut self) -> Option<Vec<u8>> {
        let recorded = match &mut self.stage {
            Stage::Reading(decoder) => decoder.tape().recorded(),
            Stage::Ended(tape) => tape.recorded(),
            Stage::Between => None,
        };
        recorded.filter(|_| self.members == 1)
    }

    /// Returns the tape, positioned after the bytes read.
    pub(super) fn into_tape(self) -> Option<Tape<R>> {
        match self.stage {
            Stage::Reading(decoder) => Some(decoder.into_tape()),
            Stage::Ended(tape) => Some(tape),
            Stage::Between => None,
        }
    }
}

impl<R: Read + Seek> Read for Unpack<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.stage {
            Stage::Reading(decoder) => decoder.read(buffer),
            _ => Ok(0),
        }
    }
}

impl<R: Read + Seek> Continue for Unpack<R> {
    /// Continues in the next member, because some writers cut the compressed stream when their
    /// buffer is full. A member in which a record begins is never treated as a continuation.
    fn go_on(&mut self) -> bool {
        let mut tape = match std::mem::replace(&mut self.stage, Stage::Between) {
            Stage::Reading(decoder) => decoder.into_tape(),
            Stage::Ended(tape) => tape,
            Stage::Between => return false,
        };
        let continues = tape.is_at_continuation().unwrap_or(false);
        self.members += usize::from(continues);
        self.stage =
            if continues { Stage::Reading(MemberDecoder::new(tape)) } else { Stage::Ended(tape) };
        continues
    }
}
