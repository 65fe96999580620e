//! Reads a message from another system: a JSON object, an array of objects, or one per line. It is
//! read object by object, so that memory does not grow with their number.

use std::ops::Range;

use bytes::Bytes;
use serde::de::IgnoredAny;

use crate::events::capture_of;
use crate::{Options, Rejected, Taken};

/// The objects of a message, in their order, each with its line or its position in the array, from
/// 1. An array that breaks off yields the objects before the break, and then one rejection.
pub struct SentObjects {
    sender: String,
    body: Bytes,
    options: Options,
    pieces: Pieces,
}

impl SentObjects {
    /// Begins to read a message. The origin of rejected objects contains the sender's name.
    pub fn new(sender: &str, body: impl Into<Bytes>, options: Options) -> Self {
        let body = body.into();
        let pieces = Pieces::of(&body, options.limits.line_bytes_max);
        Self { sender: sender.to_owned(), body, options, pieces }
    }

    /// Counts the objects that remain, but at most `max`. It only looks for their ends, so it takes
    /// much less time than reading them.
    pub fn count_up_to(&self, max: usize) -> usize {
        let mut pieces = self.pieces.clone();
        (0..max).take_while(|_| pieces.next(&self.body).is_some()).count()
    }

    /// Reads the next objects: at most `objects_max`, and none after `bytes_max` bytes of them.
    /// Empty at the end.
    pub fn read(&mut self, objects_max: usize, bytes_max: usize) -> Vec<(u64, Taken)> {
        let (mut objects, mut bytes) = (Vec::new(), 0);
        while objects.len() < objects_max && bytes < bytes_max {
            let Some(piece) = self.pieces.next(&self.body) else { break };
            bytes += piece.range.len();
            objects.push((piece.number, self.taken(piece)));
        }
        objects
    }

    fn taken(&self, piece: Piece) -> Taken {
        let object = self.body.get(piece.range).unwrap_or_default();
        let read = match piece.defect {
            Some(defect) => Err(defect),
            None => capture_of(object, &self.options),
        };
        match read {
            Ok(capture) => Taken::Record(Box::new(capture)),
            Err(cause) => {
                let kept = object.get(..self.options.limits.kept_bytes_max).unwrap_or(object);
                let origin = format!("{}, {} {}", self.sender, piece.noun, piece.number);
                Taken::Rejected(Rejected { origin, cause, kept: kept.to_vec() })
            }
        }
    }
}

/// The place of an object in a message.
struct Piece {
    /// Its line, or its position in the array, from 1.
    number: u64,
    noun: &'static str,
    range: Range<usize>,
    /// The cause for which it cannot be read at all.
    defect: Option<String>,
}

/// The form of the rest of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One JSON value, up to this end.
    One {
        end: usize,
    },
    /// An array, before its first element.
    Opened,
    /// An array, after an element.
    Array,
    Lines,
    Ended,
}

/// Finds the objects of a message without reading them.
#[derive(Debug, Clone)]
struct Pieces {
    form: Form,
    /// The offset of the rest.
    at: usize,
    /// The number of the previous object.
    number: u64,
    line_bytes_max: usize,
}

impl Pieces {
    fn of(body: &[u8], line_bytes_max: usize) -> Self {
        let at = blank_end(body, 0);
        let lines = Self { form: Form::Lines, at: 0, number: 0, line_bytes_max };
        if body.get(at) == Some(&b'[') {
            let first = blank_end(body, at + 1);
            // A text that only begins like an array is read as lines, so that the others come
            // through.
            let is_array = body.get(first) == Some(&b']') || value_end(body, first).is_ok();
            return if is_array { Self { form: Form::Opened, at: at + 1, ..lines } } else { lines };
        }
        match value_end(body, at) {
            Ok(end) if blank_end(body, end) == body.len() => {
                Self { form: Form::One { end }, at, ..lines }
            }
            _ => lines,
        }
    }

    fn next(&mut self, body: &[u8]) -> Option<Piece> {
        loop {
            match self.form {
                Form::One { end } => {
                    self.form = Form::Ended;
                    return Some(self.piece("object", self.at..end, None));
                }
                Form::Opened | Form::Array => {
                    if let Some(piece) = self.element(body) {
                        return Some(piece);
                    }
                }
                Form::Lines => return self.line(body),
                Form::Ended => return None,
            }
        }
    }

    fn piece(&mut self, noun: &'static str, range: Range<usize>, defect: Option<String>) -> Piece {
        self.number += 1;
        Piece { number: self.number, noun, range, defect }
    }

    /// Finds the next element of the array. After its end, the rest is read as lines.
    fn element(&mut self, body: &[u8]) -> Option<Piece> {
        let mut at = blank_end(body, self.at);
        if body.get(at) == Some(&b']') {
            self.at = at + 1;
            let is_all = blank_end(body, self.at) == body.len();
            self.form = if is_all { Form::Ended } else { Form::Lines };
            return None;
        }
        let mut defect = None;
        if self.form == Form::Array {
            match body.get(at) {
                Some(b',') => at = blank_end(body, at + 1),
                Some(_) => defect = Some("expected a comma or the end of the array".to_owned()),
                None => defect = Some("the body ends before the array does".to_owned()),
            }
        }
        let end = match defect {
            None => value_end(body, at),
            Some(defect) => Err(defect),
        };
        match end {
            Ok(end) => {
                self.form = Form::Array;
                self.at = end;
                Some(self.piece("object", at..end, None))
            }
            Err(cause) => {
                self.form = Form::Ended;
                let number = self.number + 1;
                let cause = format!(
                    "the array breaks off at object {number}, byte {at} of the body: {cause}; \
                     send that object and those after it again"
                );
                Some(self.piece("object", at..body.len(), Some(cause)))
            }
        }
    }

    /// Finds the next line that is not blank.
    fn line(&mut self, body: &[u8]) -> Option<Piece> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        loop {
            let rest = body.get(self.at..).filter(|rest| !rest.is_empty())?;
            let length = memchr::memchr(b'\n', rest);
            let (start, end) = (self.at, self.at + length.unwrap_or(rest.len()));
            self.at = end + usize::from(length.is_some());
            let has_mark = start == 0 && rest.starts_with(BYTE_ORDER_MARK);
            let start = if has_mark { BYTE_ORDER_MARK.len() } else { start };
            let line = body.get(start..end).unwrap_or_default();
            let max = self.line_bytes_max;
            let piece = if end - start > max {
                let cause = format!("the line is longer than {max} bytes");
                self.piece("line", start..end, Some(cause))
            } else {
                self.piece("line", start..start + line.trim_ascii_end().len(), None)
            };
            if !piece.range.is_empty() && !line.trim_ascii().is_empty() {
                return Some(piece);
            }
        }
    }
}

/// Returns the offset of the first byte that is not JSON's white space.
fn blank_end(body: &[u8], from: usize) -> usize {
    let rest = body.get(from..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    from + blank.count()
}

/// Returns the offset of the end of the JSON value that begins at an offset. Its texts need not be
/// UTF-8, so that a value with a defect inside does not hide those after it.
fn value_end(body: &[u8], from: usize) -> Result<usize, String> {
    let rest = body.get(from..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => Ok(from + values.byte_offset()),
        Some(Err(error)) if error.is_eof() => Err("that object is cut off".to_owned()),
        Some(Err(error)) => {
            let (line, column) = (error.line(), error.column());
            Err(format!("no valid JSON at line {line}, column {column} of that object"))
        }
        None => Err("the body ends there".to_owned()),
    }
}

#[cfg(test)]
mod tests;
