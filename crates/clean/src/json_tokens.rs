//! The parts of text that is almost JSON: quotes, escape sequences, comments and tags.

/// The maximum number of bytes of a key, and of a comment between a value and the next comma.
pub(crate) const KEY_BYTES_MAX: usize = 200;
/// Character references to quotes.
const QUOTE_REFERENCES: &[(&str, Quote)] = &[
    ("&quot;", Quote::DoubleReference),
    ("&#34;", Quote::DoubleReference),
    ("&#034;", Quote::DoubleReference),
    ("&#x22;", Quote::DoubleReference),
    ("&apos;", Quote::SingleReference),
    ("&#39;", Quote::SingleReference),
    ("&#039;", Quote::SingleReference),
    ("&#x27;", Quote::SingleReference),
];

/// A mark that opens or closes a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    /// `"`.
    Double,
    /// `'`.
    Single,
    /// Typographic quotes, which word processors put in place of both others.
    Curly,
    /// A character reference to `"`.
    DoubleReference,
    /// A character reference to `'`.
    SingleReference,
}

impl Quote {
    /// Reports whether `other` closes a string that this quote opens.
    pub(crate) fn is_closed_by(self, other: Self) -> bool {
        self == other || (self == Self::Curly && other == Self::Double)
    }

    /// Reports whether it is written as a character reference.
    pub(crate) fn is_reference(self) -> bool {
        matches!(self, Self::DoubleReference | Self::SingleReference)
    }
}

/// Removes one level of backslashes from text that was written as a string of a script.
pub(crate) fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let bytes = escape(rest, &mut out);
        rest = rest.get(bytes..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Returns the quote at the beginning of `rest`, and its number of bytes.
pub(crate) fn quote_at(rest: &str) -> Option<(Quote, usize)> {
    let c = rest.chars().next()?;
    let quote = match c {
        '"' => Quote::Double,
        '\'' => Quote::Single,
        '“' | '”' | '„' | '‘' | '’' => Quote::Curly,
        '&' => {
            let (name, quote) = QUOTE_REFERENCES.iter().find(|(name, _)| {
                rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            })?;
            return Some((*quote, name.len()));
        }
        _ => return None,
    };
    Some((quote, c.len_utf8()))
}

/// Reports whether `c` may stand between tokens.
pub(crate) fn is_gap(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}')
}

/// Reports whether `c` may be part of a key without quotes.
pub(crate) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '-' | '.')
}

/// Returns the length of the comment or tag at the beginning of `rest`, of up to `bytes_max` bytes.
/// A comment without an end is as long as the text.
pub(crate) fn comment_length(rest: &str, bytes_max: usize) -> Option<usize> {
    let window = rest.get(..rest.floor_char_boundary(bytes_max)).unwrap_or(rest);
    let found = |start: usize, end: &str| {
        let at = window.get(start..).and_then(|body| body.find(end));
        match at {
            Some(at) => Some(start + at + end.len()),
            None => (window.len() == rest.len()).then_some(rest.len()),
        }
    };
    if rest.starts_with("/*") {
        found(2, "*/")
    } else if rest.starts_with("//") {
        found(2, "\n")
    } else if rest.starts_with("<!--") {
        found(4, "-->")
    } else if rest.starts_with('<') {
        let tag = window.get(..window.floor_char_boundary(KEY_BYTES_MAX))?;
        let is_tag =
            tag.get(1..2).is_some_and(|c| c == "/" || c.bytes().all(|b| b.is_ascii_alphabetic()));
        is_tag.then(|| tag.find('>').map(|at| at + 1)).flatten()
    } else {
        None
    }
}

/// Reads the escape sequence at the beginning of `rest` onto `out`, and returns its length in
/// bytes.
pub(crate) fn escape(rest: &str, out: &mut String) -> usize {
    let tail = rest.get(1..).unwrap_or_default();
    let Some(c) = tail.chars().next() else { return 1 };
    if let Some((quote, bytes)) = quote_at(tail) {
        match quote {
            Quote::DoubleReference => out.push('"'),
            Quote::SingleReference => out.push('\''),
            _ => out.push(c),
        }
        return 1 + bytes;
    }
    let code = |from: usize, digits: usize| {
        let text = rest.get(from..from + digits)?;
        let is_hex = text.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| u32::from_str_radix(text, 16).ok()).flatten()
    };
    let (read, bytes) = match c {
        'n' => ('\n', 2),
        't' => ('\t', 2),
        'r' => ('\r', 2),
        'b' => ('\u{8}', 2),
        'f' => ('\u{C}', 2),
        // A line that a script continues.
        '\n' => return 2,
        'x' => match code(2, 2).and_then(char::from_u32) {
            Some(read) => (read, 4),
            None => ('\\', 1),
        },
        'u' => match code(2, 4) {
            Some(high @ 0xD800..0xDC00) if rest.get(6..8) == Some("\\u") => match code(8, 4) {
                Some(low @ 0xDC00..0xE000) => {
                    let both = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                    (char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
                }
                _ => (char::REPLACEMENT_CHARACTER, 6),
            },
            Some(unit) => (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            None => ('\\', 1),
        },
        // Not an escape: the path of a file, for example.
        c if c.is_alphanumeric() => ('\\', 1),
        c => (c, 1 + c.len_utf8()),
    };
    out.push(read);
    bytes
}
