//! Builds a document: lines become text with spans and data become lines. E-mail addresses and
//! telephone numbers are removed, because they identify persons.

use std::rc::Rc;

use model::{Block, BlockKind, Datum, Document, Link, Note, Span};
use url::Url;

use crate::blocks::TextLine;
use crate::data::Draft;
use crate::limits::{ADDRESSES_BYTES_MAX, LINES_MAX, LINKS_MAX, TEXT_BYTES_MAX, note_once};
use crate::redact::{redact, redact_ranges};
use crate::simhash::simhash;

/// Builds a document with its text, blocks, links, data and SimHash. `url_of` resolves the targets
/// of links; those that it does not resolve are dropped.
///
/// Notes: `text_cut` and `links_cut` if there is more than a document can hold.
pub(crate) fn assemble(
    url: &str,
    lines: Vec<TextLine>,
    drafts: Vec<Draft>,
    url_of: impl Fn(&str) -> Option<Url>,
    notes: &mut Vec<Note>,
) -> Document {
    let mut document = Document { url: redact(url).into_owned(), ..Document::default() };
    let mut addresses_bytes = 0;
    for mut line in lines {
        let fits = document.blocks.len() < LINES_MAX && line.text.len() <= TEXT_BYTES_MAX;
        if fits {
            redact_ranges(&mut line.text, line.links.iter_mut().map(|(range, _)| range));
        }
        if !fits || document.text.len() + line.text.len() > TEXT_BYTES_MAX {
            let read = format!("{} lines, {} bytes", document.blocks.len(), document.text.len());
            note_once(notes, "text_cut", format!("the text after {read} was dropped"));
            break;
        }
        let links = add_line(&mut document, line);
        for (span, href) in links {
            if document.links.len() >= LINKS_MAX || addresses_bytes > ADDRESSES_BYTES_MAX {
                let detail = format!("the links after the first {}", document.links.len());
                note_once(notes, "links_cut", format!("{detail} were dropped"));
                break;
            }
            if let Some(url) = url_of(&href) {
                addresses_bytes += url.as_str().len();
                document.links.push(Link { span, href: redact(url.as_str()).into_owned() });
            }
        }
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

/// Adds a line, and returns its links with their spans in the text.
fn add_line(document: &mut Document, line: TextLine) -> Vec<(Span, Rc<str>)> {
    let start = document.text.len();
    document.text.push_str(&line.text);
    let span = Span { start, end: document.text.len() };
    document.text.push('\n');
    document.blocks.push(Block { kind: line.kind, span });
    let links = line.links.into_iter().filter(|(range, _)| range.start < range.end);
    links
        .map(|(range, href)| (Span { start: start + range.start, end: start + range.end }, href))
        .filter(|(span, _)| span.of(&document.text).is_some())
        .collect()
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
