//! Lists of addresses as text: unpacked, decoded, and without characters that no list may have.
//!
//! The encoding is taken from the bytes themselves where they show it, because declarations are
//! often wrong: from the zero bytes of UTF-16, the byte order mark, the XML declaration, in this
//! order. Sequences that are invalid in UTF-8 are read in the declared encoding or Windows-1252.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Take};

use encoding_rs::{Decoder, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::bufread::MultiGzDecoder;
use quick_xml::Reader;
use quick_xml::events::Event;

/// The first bytes of a gzip file.
pub(crate) const GZIP: &[u8] = &[0x1f, 0x8b];
/// The maximum number of times that a list is unpacked: by a file and by a server.
const PACKINGS_MAX: usize = 2;
/// The maximum number of bytes of an XML declaration.
const DECLARATION_BYTES_MAX: usize = 1024;
/// The number of bytes that are searched for the zero bytes of UTF-16.
const ZEROS_BYTES: usize = 256;
/// The number of bytes that must be valid UTF-8 to outweigh a declaration.
const VALID_BYTES: usize = 64 * 1024;
/// The number of bytes that are decoded at once.
const BLOCK_BYTES: usize = 8 * 1024;

/// Repairs of a list, each named once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repairs(Vec<&'static str>);

impl Repairs {
    /// Adds a repair.
    pub(crate) fn add(&mut self, repair: &'static str) {
        if !self.0.contains(&repair) {
            self.0.push(repair);
        }
    }

    /// Adds all of several repairs.
    pub(crate) fn extend(&mut self, more: Self) {
        for repair in more.0 {
            self.add(repair);
        }
    }

    /// Reports whether nothing was repaired.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Describes the repairs for a person.
    pub fn described(&self) -> String {
        self.0.join(", ")
    }
}

/// A reader of a list as UTF-8.
pub(crate) struct ListReader<'b> {
    source: Take<Box<dyn BufRead + 'b>>,
    /// `None` before the first block.
    decoding: Option<Decoding>,
    /// The beginning of a UTF-8 sequence at the end of a block.
    incomplete: Vec<u8>,
    decoded: Vec<u8>,
    /// The number of decoded bytes that were consumed.
    consumed: usize,
    is_end: bool,
    repairs: Repairs,
}

/// The way in which bytes become text.
enum Decoding {
    /// UTF-8, and another encoding where the bytes are invalid.
    Utf8Or {
        other: &'static Encoding,
        is_declared: bool,
    },
    Legacy(Box<Decoder>),
}

impl<'b> ListReader<'b> {
    /// Creates a reader of the first `bytes_max` bytes of a list, counted when they are unpacked.
    pub(crate) fn new(bytes: &'b [u8], bytes_max: u64) -> Self {
        let mut source: Box<dyn BufRead + 'b> = Box::new(bytes);
        for _ in 0..PACKINGS_MAX {
            if !source.fill_buf().is_ok_and(|start| start.starts_with(GZIP)) {
                break;
            }
            source = Box::new(BufReader::new(MultiGzDecoder::new(source)));
        }
        Self {
            source: source.take(bytes_max),
            decoding: None,
            incomplete: Vec::new(),
            decoded: Vec::new(),
            consumed: 0,
            is_end: false,
            repairs: Repairs::default(),
        }
    }

    /// Returns the repairs so far.
    pub(crate) fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// Decodes blocks until there is text or the end.
    fn decode(&mut self) -> io::Result<()> {
        while self.consumed == self.decoded.len() && !self.is_end {
            self.decoded.clear();
            self.consumed = 0;
            if self.decoding.is_none() {
                self.begin()?;
            }
            let block = self.source.fill_buf()?;
            let block = block.get(..BLOCK_BYTES).unwrap_or(block).to_vec();
            self.source.consume(block.len());
            self.is_end = block.is_empty();
            match &mut self.decoding {
                Some(Decoding::Legacy(decoder)) => {
                    let needed = decoder.max_utf8_buffer_length(block.len()).unwrap_or(0);
                    let mut text = String::with_capacity(needed);
                    let (.., had_errors) = decoder.decode_to_string(&block, &mut text, self.is_end);
                    if had_errors {
                        self.repairs.add("replaced invalid bytes");
                    }
                    self.decoded = text.into_bytes();
                }
                Some(Decoding::Utf8Or { other, is_declared }) => {
                    let (other, is_declared) = (*other, *is_declared);
                    let mut bytes = std::mem::take(&mut self.incomplete);
                    bytes.extend(block);
                    if self.decode_utf8(&bytes, other) && !is_declared {
                        self.repairs.add("read bytes that are no UTF-8 as Windows-1252");
                    }
                }
                None => {}
            }
            let before = self.decoded.len();
            self.decoded.retain(|byte| !is_forbidden(*byte));
            if self.decoded.len() < before {
                self.repairs.add("removed control characters");
            }
        }
        Ok(())
    }

    /// Chooses the encoding, and skips a byte order mark.
    fn begin(&mut self) -> io::Result<()> {
        let start = self.source.fill_buf()?;
        let (marked, mark_bytes) =
            Encoding::for_bom(start).map_or((None, 0), |(marked, bytes)| (Some(marked), bytes));
        let start = start.get(mark_bytes..).unwrap_or_default();
        let declared = declared_encoding(start);
        let used = match (wide_order(start), marked, declared) {
            (Some(wide), ..) => wide,
            (None, Some(marked), _) if is_utf16(marked) && has_zeros(start) => marked,
            (None, None, Some(declared)) if !is_utf16(declared) && declared != REPLACEMENT => {
                let valid = start.get(..VALID_BYTES).unwrap_or(start);
                let is_utf8 = !declared.is_single_byte() && is_utf8_beyond_ascii(valid);
                if is_utf8 { UTF_8 } else { declared }
            }
            _ => UTF_8,
        };
        let agrees = |named: &'static Encoding| named == used || is_utf16(named) && is_utf16(used);
        if !declared.is_none_or(agrees) || !marked.is_none_or(|marked| marked == used) {
            self.repairs.add("corrected the encoding");
        }
        self.source.consume(mark_bytes);
        self.decoding = Some(if used == UTF_8 {
            Decoding::Utf8Or { other: WINDOWS_1252, is_declared: false }
        } else if used.is_single_byte() {
            // Text that is valid in UTF-8 is in UTF-8, whatever is declared.
            Decoding::Utf8Or { other: used, is_declared: true }
        } else {
            Decoding::Legacy(Box::new(used.new_decoder_without_bom_handling()))
        });
        Ok(())
    }

    /// Decodes UTF-8, and invalid sequences in the other encoding. Returns whether there were any.
    fn decode_utf8(&mut self, mut bytes: &[u8], other: &'static Encoding) -> bool {
        let mut had_others = false;
        loop {
            let error = match std::str::from_utf8(bytes) {
                Ok(text) => {
                    self.decoded.extend_from_slice(text.as_bytes());
                    return had_others;
                }
                Err(error) => error,
            };
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            self.decoded.extend_from_slice(valid);
            let invalid = match error.error_len() {
                Some(invalid) => invalid,
                None if self.is_end => rest.len(),
                None => {
                    self.incomplete = rest.to_vec();
                    return had_others;
                }
            };
            let (invalid, rest) = rest.split_at(invalid.min(rest.len()));
            let (text, _) = other.decode_without_bom_handling(invalid);
            self.decoded.extend_from_slice(text.as_bytes());
            had_others = true;
            bytes = rest;
        }
    }
}

impl Read for ListReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for ListReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.decode()?;
        Ok(self.decoded.get(self.consumed..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.consumed = self.decoded.len().min(self.consumed + count);
    }
}

/// A list as text.
pub(crate) struct ListText<'b> {
    pub(crate) text: Cow<'b, str>,
    /// Whether a part is missing: it exceeds the limit, or cannot be unpacked.
    pub(crate) is_cut: bool,
    pub(crate) repairs: Repairs,
}

/// Reads a list as text, at most about `bytes_max` bytes of it.
pub(crate) fn list_text(bytes: &[u8], bytes_max: usize) -> ListText<'_> {
    let is_plain = bytes.len() <= bytes_max
        && !bytes.starts_with(b"\xef\xbb\xbf")
        && !bytes.iter().any(|byte| is_forbidden(*byte));
    if is_plain
        && let Ok(text) = std::str::from_utf8(bytes)
        && declared_encoding(bytes).is_none_or(|declared| declared == UTF_8)
    {
        return ListText { text: Cow::Borrowed(text), is_cut: false, repairs: Repairs::default() };
    }
    let mut reader = ListReader::new(bytes, bytes_max as u64);
    // A little more than the bytes of most lists, so that the text is not copied while it grows.
    let mut text = String::with_capacity((bytes.len() + bytes.len() / 8).min(bytes_max));
    let is_cut = loop {
        match reader.fill_buf() {
            Ok([]) => break reader.source.limit() == 0,
            Ok(block) if text.len() + block.len() <= bytes_max => {
                let count = block.len();
                text.push_str(&String::from_utf8_lossy(block));
                reader.consume(count);
            }
            _ => break true,
        }
    };
    ListText { text: Cow::Owned(text), is_cut, repairs: reader.repairs }
}

/// Matches the control characters that XML 1.0 forbids. No encoding has them in other characters of
/// UTF-8.
fn is_forbidden(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

fn is_utf8_beyond_ascii(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => !text.is_ascii(),
        // A character may be cut at the end.
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0 && !bytes.is_ascii(),
    }
}

/// Finds the byte order of UTF-16 by the zero bytes of its ASCII characters, which are most of the
/// characters at the beginning of a list. UTF-32 looks the same, and leaves zero bytes that are
/// removed afterwards.
fn wide_order(start: &[u8]) -> Option<&'static Encoding> {
    let start = start.get(..ZEROS_BYTES).unwrap_or(start);
    let mut pairs = 0;
    let (mut first_zeros, mut second_zeros) = (0, 0);
    for pair in start.chunks_exact(2) {
        pairs += 1;
        first_zeros += usize::from(pair.first() == Some(&0));
        second_zeros += usize::from(pair.last() == Some(&0));
    }
    if first_zeros * 2 > pairs {
        Some(UTF_16BE)
    } else if second_zeros * 2 > pairs {
        Some(UTF_16LE)
    } else {
        None
    }
}

fn has_zeros(start: &[u8]) -> bool {
    start.get(..ZEROS_BYTES).unwrap_or(start).contains(&0)
}

/// Reads the encoding that an XML declaration at the beginning names.
fn declared_encoding(start: &[u8]) -> Option<&'static Encoding> {
    let start = start.get(..2 * DECLARATION_BYTES_MAX).unwrap_or(start);
    // The declaration of UTF-16 can be read without its zero bytes.
    let ascii: Vec<u8> = start.iter().copied().filter(|byte| *byte != 0).collect();
    let ascii = ascii.get(..DECLARATION_BYTES_MAX).unwrap_or(&ascii).trim_ascii_start();
    let declaration = ascii.get(..=memchr::memchr(b'>', ascii)?)?;
    let mut reader = Reader::from_str(std::str::from_utf8(declaration).ok()?);
    match reader.read_event() {
        Ok(Event::Decl(declaration)) => declaration.encoder(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn the_bytes_tell_the_encoding() {
        let check = |bytes: &[u8], expect: &str, is_repaired: bool| {
            let read = list_text(bytes, 1 << 20);
            assert_eq!(read.text, expect);
            assert_eq!(!read.repairs.is_empty(), is_repaired, "{expect}: {:?}", read.repairs);
            assert!(!read.is_cut, "{expect}");
            let mut streamed = String::new();
            ListReader::new(bytes, 1 << 20).read_to_string(&mut streamed).unwrap();
            assert_eq!(streamed, expect);
        };
        let declared =
            |name: &str| format!("<?xml version='1.0' encoding='{name}'?><a>Zürich €</a>");
        let mark = |text: &str| format!("\u{feff}{text}");
        for (name, is_repaired) in [("utf-16", false), ("utf-8", true), ("iso-8859-1", true)] {
            let text = declared(name);
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                check(&utf16(&text, order), &text, is_repaired);
                check(&utf16(&mark(&text), order), &text, is_repaired);
            }
        }
        for (name, is_repaired) in [("utf-8", false), ("UTF-16", true)] {
            let text = declared(name);
            check(text.as_bytes(), &text, is_repaired);
            check(mark(&text).as_bytes(), &text, is_repaired);
        }
        let text = declared("windows-1252");
        check(&WINDOWS_1252.encode(&text).0, &text, false);
        check(text.as_bytes(), &text, false);
        let text = declared("utf-8");
        check(&WINDOWS_1252.encode(&text).0, &text, true);
        let kana = "<?xml version='1.0' encoding='shift_jis'?><a>倉庫</a>";
        check(&encoding_rs::SHIFT_JIS.encode(kana).0, kana, false);
        check(kana.as_bytes(), kana, true);
        // Half of a character at the end, and text that only looks like UTF-16.
        check(b"<a>Z\xc3", "<a>ZÃ", true);
        check(b"\0<a>b\0</a>", "<a>b</a>", true);
        check(b"a\x08b\tc\x1f", "ab\tc", true);
        check("<a>倉庫</a>".as_bytes(), "<a>倉庫</a>", false);
    }

    #[test]
    fn packed_lists_are_unpacked_within_limits() {
        use std::io::Write;
        let gzip = |bytes: &[u8]| {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(bytes).unwrap();
            packed.finish().unwrap()
        };
        let text = "<a>Zürich</a>".repeat(1_000);
        let packed = gzip(text.as_bytes());
        for packed in [packed.clone(), gzip(&packed)] {
            let read = list_text(&packed, 1 << 20);
            assert_eq!((read.text.as_ref(), read.is_cut), (text.as_str(), false));
        }
        assert!(list_text(text.as_bytes(), 5_000).is_cut);
        let cut = list_text(&packed[..packed.len() / 2], 1 << 20);
        assert!(cut.is_cut && text.starts_with(cut.text.as_ref()));
        let short = list_text(&packed, 5_000);
        assert!(short.is_cut && short.text.len() <= 5_000 && text.starts_with(short.text.as_ref()));
    }
}
