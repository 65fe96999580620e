//! Splits the text of a list into rows with their line numbers.
//!
//! This reads what spreadsheets and CRM systems write: fields in quotes with doubled quotes or
//! backslashes, line breaks in fields, and all ends of lines. Unlike the readers of the `csv` crate it
//! goes on at the next line after a quote that nothing closes, which would swallow all later rows.

/// The maximum size of a field, in bytes: above the longest text field of CRM systems.
const FIELD_BYTES_MAX: usize = 256 * 1024;
/// The maximum number of fields of a row: as many as a spreadsheet has columns.
const FIELDS_MAX: usize = 16_384;
/// The number of bytes that may be read again after unclosed quotes, in sizes of the text. It keeps
/// the time linear.
const READ_AGAIN_MAX: usize = 8;

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountRow {
    /// The number of its first line, from 1.
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
    /// Its text, from the first line to its last.
    span: std::ops::Range<usize>,
}

/// The reason why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowProblem {
    UnclosedQuote,
    Nul,
    TooLarge,
}

impl RowProblem {
    /// Describes it for a person.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::UnclosedQuote => "a quote is not closed, or closes in the middle of a field",
            Self::Nul => "it has a NUL character",
            Self::TooLarge => "a field is larger than 256 KiB, or there are too many fields",
        }
    }
}

/// The rows of a text, each read at its turn. Lines without any field are left out.
#[derive(Debug, Clone)]
pub(super) struct AccountRows<'t> {
    text: &'t str,
    delimiter: u8,
    is_backslash_escape: bool,
    /// Whether lines end in a lone carriage return.
    has_old_line_ends: bool,
    at: usize,
    /// The number of the line at `at`.
    line: u64,
    read_again_left: usize,
}

/// What was read at the beginning of a row.
struct RowEnd {
    /// The beginning of the next row.
    next: usize,
    /// The end of the bytes that were read, which the next row may read again.
    read: usize,
    result: Result<Vec<String>, RowProblem>,
}

/// A field, which is missing if it is too large, and its end: a delimiter, the end of a line or of the
/// text.
type FieldEnd = (Option<String>, usize);

impl<'t> AccountRows<'t> {
    /// Reads `text` from a byte in it, which begins the line of that number.
    pub(super) fn new(text: &'t str, at: usize, line: u64, delimiter: u8) -> Self {
        Self {
            text,
            delimiter,
            is_backslash_escape: escapes_by_backslash(text),
            has_old_line_ends: !text.contains('\n') && text.contains('\r'),
            at,
            line,
            read_again_left: text.len().saturating_mul(READ_AGAIN_MAX),
        }
    }

    /// Returns the lines of a row besides its first, without their ends.
    pub(super) fn later_lines(&self, row: &AccountRow) -> impl Iterator<Item = &'t str> {
        let text = self.text.get(row.span.clone()).unwrap_or_default();
        text.split(if self.has_old_line_ends { '\r' } else { '\n' })
            .skip(1)
            .filter(|l| !l.is_empty())
    }

    /// Continues at the second line of a row that was read just now.
    pub(super) fn continue_in(&mut self, row: &AccountRow) {
        self.at = self.line_end(row.span.start).1;
        self.line = row.line + 1;
    }

    /// Reads one line as a row of the same form; nothing if it is none.
    pub(super) fn of_line(&self, line: &str) -> Option<Vec<String>> {
        let rows = AccountRows { text: line, at: 0, line: 1, read_again_left: 0, ..self.clone() };
        rows.row(0, line.len()).result.ok()
    }

    /// Returns the end of the line at a byte, and the beginning of the next one.
    fn line_end(&self, at: usize) -> (usize, usize) {
        let rest = self.text.get(at..).unwrap_or_default();
        let length = rest.find(if self.has_old_line_ends { '\r' } else { '\n' });
        match length {
            Some(length) => (at + length, at + length + 1),
            None => (self.text.len(), self.text.len()),
        }
    }

    fn is_line_end(&self, byte: u8) -> bool {
        byte == if self.has_old_line_ends { b'\r' } else { b'\n' }
    }

    /// Reads the row at a byte. A field in quotes may go on until `most`.
    fn row(&self, start: usize, most: usize) -> RowEnd {
        let (mut at, mut fields, mut problem) = (start, Vec::new(), None);
        loop {
            let (field, end) = match self.field(at, most) {
                Ok(field) => field,
                Err(read) => {
                    let next = self.line_end(start).1;
                    return RowEnd { next, read, result: Err(RowProblem::UnclosedQuote) };
                }
            };
            match field {
                Some(field) if fields.len() < FIELDS_MAX => fields.push(field),
                _ => problem = Some(RowProblem::TooLarge),
            }
            match self.text.as_bytes().get(end) {
                Some(byte) if *byte == self.delimiter => at = end + 1,
                ended => {
                    let next = end + usize::from(ended.is_some());
                    let row = self.text.get(start..end).unwrap_or_default();
                    let nul = row.contains('\0').then_some(RowProblem::Nul);
                    let result = nul.or(problem).map_or(Ok(fields), Err);
                    return RowEnd { next, read: next, result };
                }
            }
        }
    }

    /// Reads the field at a byte. If its quotes are wrong, the result is the end of what was read.
    fn field(&self, start: usize, most: usize) -> Result<FieldEnd, usize> {
        let bytes = self.text.as_bytes();
        // A carriage return is a part of the line's end, unless it is one by itself.
        let is_space = |at: &usize| match bytes.get(*at) {
            Some(b'\t') => self.delimiter != b'\t',
            Some(b'\r') => !self.has_old_line_ends,
            byte => byte == Some(&b' '),
        };
        let first = (start..).find(|at| !is_space(at)).unwrap_or(start);
        if bytes.get(first) != Some(&b'"') {
            let end = self.plain_end(start);
            return Ok((self.plain(start, end), end));
        }
        let (text, closed) = self.quoted(first + 1, most).ok_or(most)?;
        let end = (closed..).find(|at| !is_space(at)).unwrap_or(closed);
        let is_end = |byte: &u8| *byte == self.delimiter || self.is_line_end(*byte);
        if bytes.get(end).is_none_or(is_end) {
            return Ok((text.map(|text| text.trim().to_owned()), end));
        }
        // `"Acme" Robotics` is a name with quotes. A delimiter between them means that the first
        // quote is not closed, and the next one opens another field.
        let quoted = bytes.get(first + 1..closed).unwrap_or_default();
        if quoted.iter().any(|byte| *byte == self.delimiter || matches!(byte, b'\n' | b'\r')) {
            return Err(closed);
        }
        let end = self.plain_end(closed);
        Ok((self.plain(first, end), end))
    }

    /// Returns the text of a field without quotes, unless it is too large.
    fn plain(&self, start: usize, end: usize) -> Option<String> {
        let text = self.text.get(start..end).unwrap_or_default().trim();
        (text.len() <= FIELD_BYTES_MAX).then(|| text.to_owned())
    }

    /// Finds the next delimiter or the end of the line.
    fn plain_end(&self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let length =
            rest.iter().position(|byte| *byte == self.delimiter || self.is_line_end(*byte));
        length.map_or(self.text.len(), |length| at + length)
    }

    /// Reads from behind an opening quote to behind the closing one. The text is missing if it is too
    /// large; the result is `None` if no quote closes before `most`.
    fn quoted(&self, start: usize, most: usize) -> Option<FieldEnd> {
        let (mut at, mut text) = (start, String::new());
        loop {
            let rest = self.text.get(at..most)?;
            let plain = rest.find(|c| c == '"' || (c == '\\' && self.is_backslash_escape))?;
            let fits = text.len() + plain <= FIELD_BYTES_MAX;
            if fits {
                text.push_str(rest.get(..plain)?);
            }
            let (mark, next) = (rest.as_bytes().get(plain)?, rest.as_bytes().get(plain + 1));
            at += plain + 1;
            match (mark, next) {
                (b'"', Some(b'"')) | (b'\\', Some(b'"' | b'\\')) => {
                    text.extend(next.map(|next| char::from(*next)));
                    at += 1;
                }
                (b'"', _) => return Some((Some(text).filter(|_| fits), at)),
                _ => text.push('\\'),
            }
            if !fits {
                // Its end is still looked for, but nothing of it is kept.
                let end = self.closing(at, most)?;
                return Some((None, end));
            }
        }
    }

    /// Returns the byte behind the quote that closes a field.
    fn closing(&self, mut at: usize, most: usize) -> Option<usize> {
        loop {
            let rest = self.text.get(at..most)?;
            let found = rest.find(|c| c == '"' || (c == '\\' && self.is_backslash_escape))?;
            let (mark, next) = (rest.as_bytes().get(found)?, rest.as_bytes().get(found + 1));
            at += found + 1;
            match (mark, next) {
                (b'"', Some(b'"')) | (b'\\', Some(b'"' | b'\\')) => at += 1,
                (b'"', _) => return Some(at),
                _ => {}
            }
        }
    }
}

impl Iterator for AccountRows<'_> {
    type Item = Result<AccountRow, (u64, RowProblem)>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            let (start, line) = (self.at, self.line);
            let first_end = self.line_end(start).0;
            let most = first_end.saturating_add(self.read_again_left).min(self.text.len());
            // A limit inside a character is moved behind it.
            let most = (most..).find(|at| self.text.is_char_boundary(*at)).unwrap_or(first_end);
            let RowEnd { next, read, result } = self.row(start, most);
            let span = self.text.get(start..next).unwrap_or_default();
            let lines = span.bytes().filter(|byte| self.is_line_end(*byte)).count().max(1);
            (self.at, self.line) = (next, line + lines as u64);
            let later = read.saturating_sub(first_end);
            self.read_again_left = self.read_again_left.saturating_sub(later);
            match result {
                Ok(fields) if fields.iter().all(String::is_empty) => {}
                Ok(fields) => return Some(Ok(AccountRow { line, fields, span: start..next })),
                Err(problem) => return Some(Err((line, problem))),
            }
        }
        None
    }
}

/// Reports whether quotes in fields are escaped by backslashes: whether one is followed by a letter
/// or digit, which closes no field.
fn escapes_by_backslash(text: &str) -> bool {
    text.match_indices("\\\"").any(|(at, found)| {
        let next = text.get(at + found.len()..).and_then(|rest| rest.chars().next());
        next.is_some_and(char::is_alphanumeric)
    })
}
