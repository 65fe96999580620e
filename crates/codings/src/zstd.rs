//! Decodes Zstandard (RFC 8878) within a bounded window.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::{BlockDecodingStrategy, Dictionary, FrameDecoder};

/// The first bytes of a frame.
pub const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The maximum size of a block, compressed and decoded, in bytes.
pub const ZSTD_BLOCK_BYTES_MAX: usize = 128 * 1024;
/// The maximum size of a dictionary, in bytes.
pub const DICTIONARY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The largest window that is decoded, in bytes: the largest that a server may use (RFC 9659).
const WINDOW_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// The first bytes of a dictionary.
const DICTIONARY_MAGIC: [u8; 4] = [0x37, 0xa4, 0x30, 0xec];
/// The bits of the first word that all skippable frames have in common.
const SKIPPABLE: u32 = 0x184d_2a50;

/// A decoder of one frame after another. Its tables, its window and the dictionary of a file are
/// built once: for the smallest frames, that takes longer than decoding them.
pub struct ZstdDecoder {
    decoder: FrameDecoder,
    dictionary: Option<u32>,
    dictionary_bytes: usize,
}

impl ZstdDecoder {
    /// Builds a decoder with a plain dictionary, if the frames need one. An invalid dictionary is
    /// ignored; frames that need it then cannot be read.
    pub fn new(dictionary: Option<&[u8]>) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW_BYTES_MAX);
        let dictionary_bytes = dictionary.map_or(0, <[u8]>::len);
        let dictionary = dictionary.and_then(|plain| Dictionary::decode_dict(plain).ok());
        let dictionary = dictionary.and_then(|dictionary| {
            let id = dictionary.id;
            decoder.add_dict(dictionary).ok().map(|()| id)
        });
        Self { decoder, dictionary, dictionary_bytes }
    }

    /// Returns the size of the dictionary, in bytes, which is copied for each frame.
    pub fn dictionary_bytes(&self) -> usize {
        self.dictionary_bytes
    }

    /// Decodes the first block of the frame that begins with these bytes: at most
    /// [`ZSTD_BLOCK_BYTES_MAX`] bytes. A reader of the frame gives nothing before the whole window is
    /// filled. Returns `None` if the block is not complete or invalid.
    pub fn first_block(&mut self, start: &[u8]) -> Option<Vec<u8>> {
        let alone = first_block_alone(start)?;
        let mut source = alone.as_slice();
        self.begin(&mut source).ok()?;
        self.decoder.decode_blocks(&mut source, BlockDecodingStrategy::All).ok()?;
        Some(self.decoder.collect().unwrap_or_default())
    }

    fn begin(&mut self, source: &mut impl Read) -> io::Result<()> {
        self.decoder.init(source).map_err(io::Error::other)?;
        if let Some(id) = self.dictionary {
            // It belongs to every frame, whether or not the frame names it.
            self.decoder.force_dict(id).map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn verify(&self) -> io::Result<()> {
        let stored = self.decoder.get_checksum_from_data();
        if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum is wrong"));
        }
        Ok(())
    }
}

/// A reader of one frame. After its end, the source is positioned directly behind the frame.
pub struct ZstdFrame<R> {
    source: R,
    decoder: Box<ZstdDecoder>,
    state: FrameState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameState {
    BeforeHeader,
    InBlocks,
    Ended,
}

impl<R: Read> ZstdFrame<R> {
    /// Builds a reader of the frame at which the source is. Nothing is read yet.
    pub fn new(source: R, decoder: Box<ZstdDecoder>) -> Self {
        Self { source, decoder, state: FrameState::BeforeHeader }
    }

    /// Returns the source.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.source
    }

    /// Returns the source, positioned after the bytes read, and the decoder for the next frame.
    pub fn into_parts(self) -> (R, Box<ZstdDecoder>) {
        (self.source, self.decoder)
    }
}

impl<R: Read> Read for ZstdFrame<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.state == FrameState::Ended {
            return Ok(0);
        }
        if self.state == FrameState::BeforeHeader {
            self.decoder.begin(&mut self.source)?;
            self.state = FrameState::InBlocks;
        }
        let decoder = &mut self.decoder.decoder;
        while decoder.can_collect() == 0 && !decoder.is_finished() {
            let one = BlockDecodingStrategy::UptoBlocks(1);
            decoder.decode_blocks(&mut self.source, one).map_err(io::Error::other)?;
        }
        let count = decoder.read(buffer)?;
        if count == 0 {
            self.state = FrameState::Ended;
            self.decoder.verify()?;
        }
        Ok(count)
    }
}

/// A reader of all frames of a body. Skippable frames are skipped.
pub(crate) struct ZstdFrames<R> {
    frame: Option<ZstdFrame<R>>,
}

impl<R: BufRead> ZstdFrames<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { frame: Some(ZstdFrame::new(source, Box::new(ZstdDecoder::new(None)))) }
    }

    /// Moves to the next frame and reports whether there is one.
    fn next_frame(&mut self) -> io::Result<bool> {
        let Some((mut source, decoder)) = self.frame.take().map(ZstdFrame::into_parts) else {
            return Ok(false);
        };
        let is_there = !source.fill_buf()?.is_empty();
        self.frame = Some(ZstdFrame::new(source, decoder));
        Ok(is_there)
    }

    /// Skips the frame at which the source is, if it is a skippable one.
    fn skip(&mut self) -> io::Result<bool> {
        let Some(frame) = self.frame.as_mut().filter(|f| f.state == FrameState::BeforeHeader)
        else {
            return Ok(false);
        };
        let source = frame.get_mut();
        let Some((_, length)) = skippable(source.fill_buf()?) else { return Ok(false) };
        let bytes = u64::from(length) + 8;
        let skipped = io::copy(&mut source.by_ref().take(bytes), &mut io::sink())?;
        if skipped < bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(true)
    }
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            while self.skip()? {
                if !self.next_frame()? {
                    return Ok(0);
                }
            }
            let Some(frame) = &mut self.frame else { return Ok(0) };
            let count = frame.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            if !self.next_frame()? {
                return Ok(0);
            }
        }
    }
}

/// Returns the number and the length of the content, in bytes, of a skippable frame that begins
/// with these bytes.
pub fn skippable(start: &[u8]) -> Option<(u8, u32)> {
    let word = |at: usize| {
        let bytes = start.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    let magic = word(0)?;
    let number = u8::try_from(magic & 0xf).ok()?;
    (magic & !0xf == SKIPPABLE).then_some(())?;
    Some((number, word(4)?))
}

/// Builds a frame of the first block of the frame that begins with these bytes. Returns `None` if the
/// block is not complete.
fn first_block_alone(start: &[u8]) -> Option<Vec<u8>> {
    const CHECKSUM_FLAG: u8 = 0x04;
    const LAST_BLOCK_FLAG: u8 = 0x01;
    let descriptor = *start.get(ZSTD_MAGIC.len()).filter(|_| start.starts_with(&ZSTD_MAGIC))?;
    let is_single_segment = descriptor & 0x20 != 0;
    let dictionary_id_bytes = [0, 1, 2, 4][usize::from(descriptor & 0x03)];
    let content_size_bytes = match descriptor >> 6 {
        0 => usize::from(is_single_segment),
        power => 1 << power,
    };
    let window_bytes = usize::from(!is_single_segment);
    let at = ZSTD_MAGIC.len() + 1 + window_bytes + dictionary_id_bytes + content_size_bytes;
    let &[low, middle, high] = start.get(at..at + 3)? else { return None };
    let head = u32::from_le_bytes([low, middle, high, 0]);
    let is_repeated_byte = head >> 1 & 0x03 == 1;
    let stored = if is_repeated_byte { 1 } else { usize::try_from(head >> 3).ok()? };
    let mut alone = start.get(..at + 3 + stored)?.to_vec();
    *alone.get_mut(ZSTD_MAGIC.len())? &= !CHECKSUM_FLAG;
    *alone.get_mut(at)? |= LAST_BLOCK_FLAG;
    Some(alone)
}

/// Unpacks a dictionary, which may be compressed itself.
///
/// # Errors
/// The cause, if it is no dictionary or is larger than [`DICTIONARY_BYTES_MAX`].
pub fn unpack_dictionary(stored: Vec<u8>) -> Result<Vec<u8>, String> {
    let plain = if stored.starts_with(&ZSTD_MAGIC) {
        let mut plain = Vec::new();
        let limit = DICTIONARY_BYTES_MAX as u64 + 1;
        let read = ZstdFrames::new(stored.as_slice()).take(limit).read_to_end(&mut plain);
        read.map_err(|error| format!("its dictionary cannot be decoded: {error}"))?;
        plain
    } else {
        stored
    };
    if plain.len() > DICTIONARY_BYTES_MAX {
        return Err(format!("its dictionary is larger than {DICTIONARY_BYTES_MAX} bytes"));
    }
    if !plain.starts_with(&DICTIONARY_MAGIC) {
        return Err("its dictionary has an unknown form".to_owned());
    }
    match Dictionary::decode_dict(&plain) {
        Ok(_) => Ok(plain),
        Err(error) => Err(format!("its dictionary is damaged: {error}")),
    }
}
