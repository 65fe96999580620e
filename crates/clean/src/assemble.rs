//! Builds a document: lines become text with spans and data become lines. E-mail addresses and
//! telephone numbers are removed, because they identify persons.

use model::{Block, BlockKind, Datum, Document, Link, Span};

use crate::blocks::TextLine;
use crate::data::Draft;
use crate::redact::{redact, redact_ranges};
use crate::simhash::simhash;

/// The maximum number of links in one document.
const LINKS_MAX: usize = 5_000;
/// The maximum number of bytes of readable text in one document.
const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Builds a document with its text, blocks, links, data and SimHash.
pub(crate) fn assemble(url: &str, lines: Vec<TextLine>, drafts: Vec<Draft>) -> Document {
    let mut document = Document { url: redact(url).into_owned(), ..Document::default() };
    for mut line in lines {
        redact_ranges(&mut line.text, line.links.iter_mut().map(|(range, _)| range));
        if document.text.len() + line.text.len() > TEXT_BYTES_MAX {
            break;
        }
        add_line(&mut document, line);
    }
    document.prose_end = document.text.len();
    document.simhash = simhash(&document.text);
    for mut draft in drafts {
        for value in draft.fields.values_mut() {
            if let std::borrow::Cow::Owned(redacted) = redact(value) {
                *value = redacted;
            }
        }
        // The line is redacted too: a name and its value can look like a label and its number.
        let line = draft.line();
        let line = redact(&line);
        let start = document.text.len();
        document.text.push_str(&line);
        let span = Span { start, end: document.text.len() };
        document.text.push('\n');
        document.data.push(Datum { kind: draft.kind, fields: draft.fields, span });
    }
    document
}

fn add_line(document: &mut Document, line: TextLine) {
    let start = document.text.len();
    document.text.push_str(&line.text);
    let span = Span { start, end: document.text.len() };
    document.text.push('\n');
    document.blocks.push(Block { kind: line.kind, span });
    for (range, href) in line.links {
        if document.links.len() >= LINKS_MAX {
            break;
        }
        let span = Span { start: start + range.start, end: start + range.end };
        if range.start < range.end && span.of(&document.text).is_some() {
            let href = redact(&href).into_owned();
            document.links.push(Link { span, href });
        }
    }
}

/// Puts the title before the lines. A heading with the same text as the title is dropped; if the
/// content has no first-level heading, `heading` follows the title.
pub(crate) fn with_title(
    title: Option<&str>,
    heading: Option<&str>,
    content: Vec<TextLine>,
) -> Vec<TextLine> {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let mut lines = Vec::with_capacity(content.len() + 2);
    lines.extend(title.map(|title| TextLine::plain(BlockKind::Title, title)));
    let has_heading = content.iter().any(|line| line.kind == BlockKind::Heading(1))
        || heading
            .is_some_and(|heading| content.iter().take(4).any(|line| same(&line.text, heading)));
    if let Some(heading) = heading
        && !has_heading
        && !title.is_some_and(|title| same(title, heading))
    {
        lines.push(TextLine::plain(BlockKind::Heading(1), heading));
    }
    let mut is_first = true;
    lines.extend(content.into_iter().filter(|line| {
        let repeats = is_first
            && matches!(line.kind, BlockKind::Heading(_))
            && title.is_some_and(|title| same(title, &line.text));
        is_first &= !repeats;
        !repeats
    }));
    lines
}
