//! Repairs text that is almost JSON, as publishers write it: with entities for quotes, quotes or
//! line breaks inside strings, single quotes, comments, trailing commas, values of JavaScript,
//! missing brackets, or several values one after the other. The repair reads each byte a bounded
//! number of times.

use std::ops::ControlFlow;

use crate::entities::decoded;
use crate::json_tokens::{
    KEY_BYTES_MAX, Quote, comment_length, escape, is_gap, is_name, quote_at, without_escapes,
};

/// The maximum nesting. Deeper text is not repaired.
const DEPTH_MAX: usize = 100;
/// The minimum number of bytes of a string that counts although its end is missing: part of a text
/// is a text, but part of a date or a name is a wrong one.
const CUT_BYTES_MIN: usize = 200;
/// An object or a list whose end has not been read.
#[derive(Debug, Clone, Copy)]
struct Open {
    is_object: bool,
    /// Whether a key was written, and its value was not.
    awaits_value: bool,
    /// Whether nothing was written yet.
    is_empty: bool,
}

/// Rewrites `text` as a JSON list of the objects and lists in it. The result is `None` if they have
/// no member.
pub(crate) fn repaired(text: &str) -> Option<String> {
    // Text that was written as a string of a script, or whose references were escaped once more.
    let values = text.find(['{', '[']).and_then(|at| text.get(at..)).unwrap_or_default();
    let first = values.trim_start_matches(|c: char| matches!(c, '{' | '[') || is_gap(c));
    let whole = match first {
        first if first.starts_with('\\') => Some(without_escapes(text)),
        first if first.starts_with("&amp;") => Some(decoded(text)),
        _ => None,
    };
    let mut repair = Repair {
        text: whole.as_deref().unwrap_or(text),
        at: 0,
        out: String::with_capacity(text.len() + 16),
        open: Vec::new(),
        is_first: true,
        has_members: false,
        ends_at_quotes: false,
    };
    repair.out.push('[');
    while repair.skip_gap() {
        if repair.step().is_break() {
            return None;
        }
    }
    while let Some(open) = repair.open.pop() {
        repair.write_end(open);
    }
    repair.out.push(']');
    repair.has_members.then_some(repair.out)
}

struct Repair<'t> {
    text: &'t str,
    at: usize,
    out: String,
    open: Vec<Open>,
    /// Whether no value was written on the top level.
    is_first: bool,
    has_members: bool,
    /// Whether every quote ends a string, because the text has a string without an end.
    ends_at_quotes: bool,
}

impl<'t> Repair<'t> {
    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Returns the text from a position on in which a key would end.
    fn window(&self, at: usize) -> &'t str {
        let rest = self.rest(at);
        rest.get(..rest.floor_char_boundary(KEY_BYTES_MAX)).unwrap_or_default()
    }

    fn peek(&self, at: usize) -> Option<char> {
        self.rest(at).chars().next()
    }

    /// Skips whitespace, comments and tags. Returns whether text is left.
    fn skip_gap(&mut self) -> bool {
        loop {
            self.at = self.after_space(self.at);
            let rest = self.rest(self.at);
            let is_outside = self.open.is_empty();
            let skipped = if rest.starts_with("<![CDATA[") {
                Some(9)
            } else if is_outside && rest.starts_with("<!--") {
                // The comment holds the values.
                Some(4)
            } else if is_outside && rest.starts_with("//") {
                Some(2)
            } else {
                comment_length(rest, rest.len())
            };
            match skipped {
                Some(bytes) => self.at += bytes,
                None => return !rest.is_empty(),
            }
        }
    }

    fn after_space(&self, at: usize) -> usize {
        let rest = self.rest(at);
        at + rest.find(|c| !is_gap(c)).unwrap_or(rest.len())
    }

    /// Returns the position after whitespace, short comments and short tags.
    fn after_gap(&self, at: usize) -> usize {
        let start = self.after_space(at);
        let mut place = start;
        while place < start + KEY_BYTES_MAX
            && let Some(bytes) = comment_length(self.rest(place), KEY_BYTES_MAX)
        {
            place = self.after_space(place + bytes);
        }
        place
    }

    /// Reads the next token. Breaks if the nesting is too deep.
    fn step(&mut self) -> ControlFlow<()> {
        let Some(c) = self.peek(self.at) else { return ControlFlow::Break(()) };
        let awaits_key = self.open.last().is_some_and(|open| open.is_object && !open.awaits_value);
        match c {
            '{' | '[' => return self.begin(c == '{', awaits_key),
            '}' | ']' => {
                self.at += 1;
                self.end(c == '}');
            }
            ',' => {
                self.at += 1;
                if let Some(open) = self.open.last_mut().filter(|open| open.awaits_value) {
                    open.awaits_value = false;
                    self.out.push_str("null");
                }
            }
            _ if self.open.is_empty() || matches!(c, ':' | ';') => self.at += c.len_utf8(),
            _ if awaits_key => self.key(),
            _ => self.value(),
        }
        ControlFlow::Continue(())
    }

    fn begin(&mut self, is_object: bool, awaits_key: bool) -> ControlFlow<()> {
        let window = self.window(self.at);
        if !awaits_key
            && !self.open.is_empty()
            && window.starts_with("{{")
            && let Some(end) = window.find("}}")
        {
            // A placeholder that nobody filled.
            self.at += end + 2;
            self.begin_value();
            self.out.push_str("null");
            return ControlFlow::Continue(());
        }
        self.at += 1;
        if awaits_key {
            if !is_object {
                return ControlFlow::Continue(());
            }
            // The object before this one has no end.
            while let Some(open) = self.open.pop_if(|open| open.is_object) {
                self.write_end(open);
            }
        }
        self.begin_value();
        self.out.push(if is_object { '{' } else { '[' });
        self.open.push(Open { is_object, awaits_value: false, is_empty: true });
        if self.open.len() > DEPTH_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn end(&mut self, is_object: bool) {
        let Some(at) = self.open.iter().rposition(|open| open.is_object == is_object) else {
            return;
        };
        while self.open.len() > at
            && let Some(open) = self.open.pop()
        {
            self.write_end(open);
        }
    }

    fn write_end(&mut self, open: Open) {
        if open.awaits_value {
            self.out.push_str("null");
        }
        self.out.push(if open.is_object { '}' } else { ']' });
    }

    /// Writes the comma before a value, if it needs one.
    fn begin_value(&mut self) {
        let needs_comma = match self.open.last_mut() {
            Some(open) if open.is_object => {
                open.awaits_value = false;
                false
            }
            Some(open) => !std::mem::replace(&mut open.is_empty, false),
            None => !std::mem::replace(&mut self.is_first, false),
        };
        if needs_comma {
            self.out.push(',');
        }
    }

    fn key(&mut self) {
        let rest = self.rest(self.at);
        let (key, end) = if let Some((quote, bytes)) = quote_at(rest) {
            match self.quoted_key(self.at) {
                Some((key, end)) if quote.is_reference() => (decoded(&key), end),
                Some((key, end)) => (key, end),
                None => {
                    self.at += bytes;
                    return;
                }
            }
        } else {
            let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let end = self.after_gap(self.at + length);
            if length == 0 || length > KEY_BYTES_MAX || self.peek(end) != Some(':') {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                self.at += length.max(first);
                return;
            }
            (rest.get(..length).unwrap_or_default().to_owned(), end)
        };
        self.at = end + 1;
        let comma = self.open.last_mut().is_some_and(|open| {
            open.awaits_value = true;
            !std::mem::replace(&mut open.is_empty, false)
        });
        if comma {
            self.out.push(',');
        }
        self.write_string(key);
        self.out.push(':');
        self.has_members = true;
    }

    /// Reads the quoted key at a position, and returns it with the position of its colon.
    fn quoted_key(&self, at: usize) -> Option<(String, usize)> {
        let (open, bytes) = quote_at(self.rest(at))?;
        let mut key = String::new();
        let mut place = at + bytes;
        while key.len() <= KEY_BYTES_MAX {
            let c = self.peek(place)?;
            if c == '\\' {
                place += escape(self.rest(place), &mut key);
                continue;
            }
            if let Some((quote, bytes)) = quote_at(self.rest(place))
                && open.is_closed_by(quote)
            {
                let end = self.after_gap(place + bytes);
                return (self.peek(end) == Some(':')).then_some((key, end));
            }
            if c == '\n' {
                return None;
            }
            key.push(c);
            place += c.len_utf8();
        }
        None
    }

    /// Reports whether a member begins at a position: a quoted key and a colon, or a name, a colon
    /// and a value.
    fn begins_member(&self, at: usize) -> bool {
        let rest = self.rest(at);
        if quote_at(rest).is_some() {
            return self.quoted_key(at).is_some();
        }
        let length = self.window(at).find(|c| !is_name(c)).unwrap_or(0);
        let colon = self.after_gap(at + length);
        length > 0 && self.peek(colon) == Some(':') && self.begins_value(self.after_gap(colon + 1))
    }

    /// Reports whether a quoted key, a colon and a value begin at a position.
    fn begins_quoted_member(&self, at: usize) -> bool {
        self.quoted_key(at).is_some_and(|(_, colon)| self.begins_value(self.after_gap(colon + 1)))
    }

    fn begins_value(&self, at: usize) -> bool {
        const WORDS: [&str; 6] = ["true", "false", "null", "undefined", "NaN", "new "];
        let rest = self.rest(at);
        rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '{' | '[' | '-'))
            || quote_at(rest).is_some()
            || WORDS.iter().any(|word| rest.starts_with(word))
    }

    fn value(&mut self) {
        let is_member = self.open.last().is_some_and(|open| open.is_object);
        match quote_at(self.rest(self.at)) {
            Some((quote, bytes)) => {
                let string = self.string(quote, bytes, is_member);
                let string =
                    if quote.is_reference() { string.map(|text| decoded(&text)) } else { string };
                self.begin_value();
                match string {
                    Some(string) => self.write_string(string),
                    None => self.out.push_str("null"),
                }
            }
            None => self.bare_value(is_member),
        }
        self.has_members = true;
    }

    fn write_string(&mut self, string: String) {
        self.out.push_str(&serde_json::Value::String(string).to_string());
    }

    /// Reads a string. A quote ends it only if what follows can follow a string; other quotes
    /// belong to the text. The result is `None` if the string is cut.
    fn string(&mut self, open: Quote, bytes: usize, is_member: bool) -> Option<String> {
        let mut value = String::new();
        let mut place = self.at + bytes;
        // The length of the text before the first inner quote, and the position of the last one.
        let mut inner: Option<(usize, usize)> = None;
        let mut begins_line = false;
        while let Some(c) = self.peek(place) {
            let rest = self.rest(place);
            if c == '\\' {
                place += escape(rest, &mut value);
                begins_line = false;
                continue;
            }
            if let Some((quote, bytes)) = quote_at(rest)
                && open.is_closed_by(quote)
            {
                if self.ends_at_quotes || self.ends_string(place + bytes, is_member) {
                    self.at = place + bytes;
                    return Some(value);
                }
                // A key on a line of its own: the quote before it is missing.
                if is_member && begins_line && self.begins_quoted_member(place) {
                    self.at = place;
                    return Some(unended(&value, value.len()));
                }
                if is_member
                    && let Some((first, last)) = inner
                    && self.begins_quoted_member(last)
                {
                    // The last inner quote began a key.
                    self.at = last;
                    return Some(unended(&value, first));
                }
                inner = Some((inner.map_or(value.len(), |(first, _)| first), place));
            }
            begins_line = c == '\n' || (begins_line && is_gap(c));
            value.push(c);
            place += c.len_utf8();
        }
        if let Some((first, _)) = inner {
            self.ends_at_quotes = true;
            self.at = self.first_quote(self.at + bytes, open);
            value.truncate(first);
            return Some(value);
        }
        self.at = self.text.len();
        let whole_words = value.rfind(char::is_whitespace).unwrap_or(0);
        value.truncate(whole_words);
        (value.len() >= CUT_BYTES_MIN).then_some(value)
    }

    /// Returns the position after the first quote from `at` on that closes `open`.
    fn first_quote(&self, at: usize, open: Quote) -> usize {
        let mut place = at;
        while let Some(c) = self.peek(place) {
            if c == '\\' {
                place += escape(self.rest(place), &mut String::new());
                continue;
            }
            match quote_at(self.rest(place)) {
                Some((quote, bytes)) if open.is_closed_by(quote) => return place + bytes,
                _ => place += c.len_utf8(),
            }
        }
        place
    }

    /// Reports whether the text at a position can follow a string, which is the value of a member
    /// or an element of a list.
    fn ends_string(&self, at: usize, is_member: bool) -> bool {
        let next = self.after_gap(at);
        let after = self.after_gap(next + 1);
        match self.peek(next) {
            None => true,
            Some('}' | ']') => {
                let follows = self.peek(after);
                matches!(follows, None | Some(',' | '}' | ']' | ';' | '{' | '<' | '-' | '/'))
            }
            Some(',') => {
                matches!(self.peek(after), None | Some(',' | '}' | ']'))
                    || (is_member && (self.peek(after) == Some('{') || self.begins_member(after)))
                    || (!is_member && self.begins_value(after))
            }
            Some(';') => self.peek(after).is_none(),
            // The comma is missing.
            Some(_) if self.text.get(at..next).is_some_and(|gap| gap.contains('\n')) => {
                is_member && self.begins_member(next)
            }
            Some(_) => is_member && self.quoted_key(next).is_some(),
        }
    }

    /// Reads a value without quotes.
    fn bare_value(&mut self, is_member: bool) {
        let rest = self.rest(self.at);
        let length = rest
            .char_indices()
            .find(|(at, c)| {
                let begins_comment = || {
                    let is_address = rest.get(..*at).is_some_and(|before| before.ends_with(':'));
                    !is_address && matches!(rest.get(at + 1..at + 2), Some("*" | "/"))
                };
                matches!(c, ',' | '}' | ']' | '\n') || (*c == '/' && begins_comment())
            })
            .map_or(rest.len(), |(at, _)| at);
        let grouped = if is_member { self.grouped_digits(length) } else { 0 };
        let length = length + grouped;
        let word = rest.get(..length).unwrap_or_default().trim();
        let word = word.trim_matches(['"', '\'']).trim();
        self.at += length.max(1);
        self.begin_value();
        if self.rest(self.at).is_empty() {
            // The text may be cut inside the value.
            self.out.push_str("null");
            return;
        }
        let lower = word.get(..word.floor_char_boundary(16)).unwrap_or_default();
        let lower = lower.to_ascii_lowercase();
        match lower.as_str() {
            "true" | "false" => self.out.push_str(&lower),
            "" | "null" | "none" | "nil" | "nan" | "undefined" | "infinity" | "-infinity"
            | "void 0" => self.out.push_str("null"),
            _ if serde_json::from_str::<serde_json::Number>(word).is_ok() => {
                self.out.push_str(word);
            }
            // An expression of a script counts as its first text: `new Date("2026-11-01")`.
            _ if word.contains('(') => match word.split(['"', '\'']).nth(1) {
                Some(text) => self.write_string(text.to_owned()),
                None => self.out.push_str("null"),
            },
            _ => self.write_string(word.to_owned()),
        }
    }

    /// Returns the number of bytes after a number of up to three digits that continue it in
    /// groups: `,000` in `45,000`.
    fn grouped_digits(&self, length: usize) -> usize {
        let rest = self.rest(self.at);
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if length > 3 || !rest.get(..length).is_some_and(is_digits) {
            return 0;
        }
        let mut end = length;
        while rest.get(end..end + 1) == Some(",")
            && rest.get(end + 1..end + 4).is_some_and(is_digits)
            && !rest.get(end + 4..end + 5).is_some_and(is_digits)
        {
            end += 4;
        }
        end - length
    }
}

/// Returns the text of a string whose closing quote is missing.
fn unended(value: &str, end: usize) -> String {
    value.get(..end).unwrap_or(value).trim_end().trim_end_matches(',').trim_end().to_owned()
}
