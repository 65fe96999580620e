//! Reads the text of a page whose markup shows none: from its structured data, and from the state
//! that a framework shows once its scripts run. The text becomes lines like those of the markup,
//! so that quotes of it are words of the stored text.

use std::borrow::Cow;
use std::collections::HashSet;

use lexicon::markup::{
    ASIDE_WORDS, CHROME_WORDS, STATE_DATE_KEYS, STATE_OTHER_WORDS, STATE_TITLE_KEYS,
};
use model::BlockKind;
use serde_json::{Map, Value};

use crate::blocks::{TextLine, plain_lines};
use crate::entities::decoded;
use crate::nesting_guard::plain_text;
use crate::surroundings::has_word;
use crate::whitespace::one_line;

/// The number of bytes of text from which on a page is not empty: of text besides links, and of
/// all text. A notice that asks for scripts or for consent is shorter, the text of an article or of
/// a posting is longer.
const EMPTY_BYTES_MAX: usize = 200;
const EMPTY_LINKED_BYTES_MAX: usize = 1_000;
/// The maximum number of bytes and of lines that are read.
const TEXT_BYTES_MAX: usize = 512 * 1024;
const LINES_MAX: usize = 5_000;
/// The maximum nesting of the state.
const DEPTH_MAX: usize = 64;
/// The maximum number of things of schema.org in the state.
const THINGS_MAX: usize = 500;
const TITLE_BYTES_MAX: usize = 300;
/// The minimum size of a text; labels and settings are smaller.
const PROSE_BYTES_MIN: usize = 30;
const PROSE_WORDS_MIN: usize = 5;
/// The same for scripts without spaces, in characters.
const PROSE_IDEOGRAPHS_MIN: usize = 12;

/// The state of a framework.
pub(crate) struct State {
    /// Its values.
    pub(crate) value: Value,
    /// Whether the values of its objects and lists are positions in the list that it is.
    pub(crate) is_flat: bool,
}

/// The text of a page that its markup does not show.
#[derive(Debug, Default)]
pub(crate) struct EmbeddedText {
    /// Headings and paragraphs.
    pub(crate) lines: Vec<TextLine>,
    /// The day of publication, as written in the object that holds most of the text.
    pub(crate) published: Option<String>,
    /// Whether there is more text.
    pub(crate) is_cut: bool,
}

/// Reports whether a page with these lines shows no text of its own.
pub(crate) fn is_empty(lines: &[TextLine]) -> bool {
    let (mut own, mut all) = (0, 0);
    for line in lines {
        all += line.text.len();
        own += if line.is_all_link() { 0 } else { line.text.len() };
    }
    own < EMPTY_BYTES_MAX && all < EMPTY_LINKED_BYTES_MAX
}

/// Reads titles and texts of structured data, then the states. Lines that are shown or repeated are
/// left out.
pub(crate) fn read(
    bodies: &[(Option<String>, String)],
    states: &[State],
    shown: &[TextLine],
) -> EmbeddedText {
    let mut reader = Reader::default();
    reader.seen.extend(shown.iter().map(|line| line.text.clone()));
    for (title, body) in bodies {
        let start = reader.text.lines.len();
        reader.paragraphs(&plain(body));
        reader.head(start, title.as_deref());
    }
    for state in states {
        reader.dated.clear();
        let before = reader.bytes;
        let first = match &state.value {
            Value::Array(values) if state.is_flat => {
                reader.flat = values;
                reader.visited = vec![false; values.len()];
                values.first()
            }
            value => Some(value),
        };
        if let Some(first) = first {
            reader.walk(first, DEPTH_MAX);
        }
        reader.flat = &[];
        let half = (reader.bytes - before) / 2;
        let main = reader.dated.iter().find(|(bytes, _)| *bytes > half);
        let published = reader.text.published.take();
        reader.text.published = published.or_else(|| main.map(|(_, day)| day.clone()));
    }
    reader.text
}

/// Finds the things of schema.org in the states: objects with an `@type`.
pub(crate) fn things(states: &[State]) -> Vec<&Value> {
    let mut things = Vec::new();
    let mut open: Vec<&Value> = states.iter().map(|state| &state.value).rev().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) if fields.contains_key("@type") => things.push(value),
            Value::Object(fields) => open.extend(sorted(fields).into_iter().rev().map(|(_, v)| v)),
            Value::Array(values) => open.extend(values.iter().rev()),
            _ => {}
        }
        if things.len() >= THINGS_MAX {
            break;
        }
    }
    things
}

/// Lists fields by name: the order of a map depends on how the program is built.
fn sorted(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
    fields.sort_by_key(|(name, _)| *name);
    fields
}

/// Returns a text without its markup.
fn plain(text: &str) -> String {
    let text = if text.contains("&lt;") { Cow::Owned(decoded(text)) } else { Cow::Borrowed(text) };
    if text.contains('<') && text.contains('>') { plain_text(&text) } else { decoded(&text) }
}

/// Reports whether a text of the state is written for readers: words, not a label, an address, a
/// list of classes or code.
fn is_prose(text: &str) -> bool {
    let text = text.trim();
    if text.len() < PROSE_BYTES_MIN || text.contains(['{', '}']) {
        return false;
    }
    let (mut letters, mut ideographs, mut all) = (0, 0, 0);
    for c in text.chars() {
        all += 1;
        letters += usize::from(c.is_alphabetic() || c.is_whitespace());
        ideographs += usize::from(matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}'));
    }
    let has_words = text.split_whitespace().take(PROSE_WORDS_MIN).count() >= PROSE_WORDS_MIN
        || ideographs >= PROSE_IDEOGRAPHS_MIN;
    let is_sentence = text.starts_with(|c: char| !c.is_lowercase())
        || text.ends_with(['.', '!', '?', '。', '！', '？', '…']);
    has_words && is_sentence && letters * 4 >= all * 3
}

/// Joins the parts of one paragraph, which editors store apart: `[{"text": "One "}, {"text":
/// "bold", "marks": […]}]`. The result is `None` for other lists.
fn inline_text(parts: &[Value], depth: usize) -> Option<String> {
    let mut joined = String::new();
    for part in parts {
        let part = part.as_object()?;
        let named = |keys: &[&str]| keys.iter().find_map(|key| part.get(*key));
        let kind = named(&["type", "_type", "nodeType"]).and_then(Value::as_str);
        // Parts without a kind hold nothing else.
        let is_bare = || part.values().filter(|value| value.is_string()).count() == 1;
        let kind = kind.or_else(|| is_bare().then_some("text"))?;
        match named(&["text", "value"]).and_then(Value::as_str) {
            Some(text) if matches!(kind, "text" | "span") => joined.push_str(text),
            None if depth > 0 && (kind == "a" || kind.contains("link")) => {
                let inner = named(&["children", "content"])?.as_array()?;
                joined.push_str(&inline_text(inner, depth - 1)?);
            }
            _ => return None,
        }
    }
    (!joined.is_empty()).then_some(joined)
}

#[derive(Default)]
struct Reader<'v> {
    text: EmbeddedText,
    bytes: usize,
    seen: HashSet<String>,
    /// The dates of objects with text, and the number of bytes of their texts; inner objects first.
    dated: Vec<(usize, String)>,
    /// The values that others refer to by position, and which of them were read.
    flat: &'v [Value],
    visited: Vec<bool>,
}

impl<'v> Reader<'v> {
    fn walk(&mut self, value: &'v Value, depth: usize) {
        if depth == 0 {
            self.text.is_cut = true;
            return;
        }
        match value {
            Value::String(text) => self.prose(text),
            Value::Array(values) => match inline_text(values, 2) {
                Some(text) => self.prose(&text),
                None => {
                    for value in values {
                        self.walk_referred(value, depth);
                    }
                }
            },
            Value::Object(fields) => self.object(fields, depth),
            _ => {}
        }
    }

    fn walk_referred(&mut self, value: &'v Value, depth: usize) {
        let Some(at) = self.position(value) else { return self.walk(value, depth - 1) };
        // Each value is read once, wherever it is referred to.
        if self.visited.get_mut(at).is_some_and(|visited| !std::mem::replace(visited, true))
            && let Some(value) = self.flat.get(at)
        {
            self.walk(value, depth - 1);
        }
    }

    fn position(&self, value: &Value) -> Option<usize> {
        let at = value.as_u64().filter(|_| !self.flat.is_empty())?;
        usize::try_from(at).ok()
    }

    fn object(&mut self, fields: &'v Map<String, Value>, depth: usize) {
        let (start, before) = (self.text.lines.len(), self.bytes);
        for (name, value) in sorted(fields) {
            let referred = self.position(value).and_then(|at| self.flat.get(at));
            let is_text = referred.unwrap_or(value).is_string();
            let is_other = has_word(name, CHROME_WORDS)
                || has_word(name, STATE_OTHER_WORDS)
                || (!is_text && has_word(name, ASIDE_WORDS))
                || (is_text && STATE_TITLE_KEYS.contains(&name.as_str()));
            if !is_other {
                self.walk_referred(value, depth);
            }
        }
        if self.text.lines.len() == start {
            return;
        }
        let title = STATE_TITLE_KEYS.iter().find_map(|key| self.field(fields, key));
        self.head(start, title.as_deref());
        let day = STATE_DATE_KEYS.iter().find_map(|key| self.field(fields, key));
        self.dated.extend(day.map(|day| (self.bytes - before, day)));
    }

    /// Returns a field as text.
    fn field(&self, fields: &Map<String, Value>, name: &str) -> Option<String> {
        let value = fields.get(name)?;
        let value = self.position(value).map_or(Some(value), |at| self.flat.get(at))?;
        let text = match value {
            Value::String(text) => one_line(&plain(text)),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty() && text.len() <= TITLE_BYTES_MAX).then_some(text)
    }

    fn prose(&mut self, text: &str) {
        let text = plain(text);
        if is_prose(&text) {
            self.paragraphs(&text);
        }
    }

    fn paragraphs(&mut self, text: &str) {
        for line in plain_lines(text) {
            if self.bytes + line.text.len() > TEXT_BYTES_MAX || self.text.lines.len() >= LINES_MAX {
                self.text.is_cut = true;
                return;
            }
            if self.seen.insert(line.text.clone()) {
                self.bytes += line.text.len();
                self.text.lines.push(line);
            }
        }
    }

    /// Puts a title before the lines from `start` on, if there are any.
    fn head(&mut self, start: usize, title: Option<&str>) {
        let Some(title) = title.map(one_line).filter(|title| !title.is_empty()) else { return };
        if start < self.text.lines.len() && self.seen.insert(title.clone()) {
            self.text.lines.insert(start, TextLine::plain(BlockKind::Heading(2), title));
        }
    }
}
