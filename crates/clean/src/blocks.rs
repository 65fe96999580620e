//! Converts pieces to blocks: walks the readable tree and writes one line per paragraph, heading,
//! item or row, with the links in it.

use std::ops::Range;
use std::rc::Rc;

use model::BlockKind;

use crate::elements::Tag;
use crate::limits::{LINES_MAX, TEXT_BYTES_MAX};
use crate::surroundings::Chrome;
use crate::tree_walk::{Survey, TreeNode};
use crate::whitespace::one_line;

/// A line of readable text with the links in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextLine {
    /// The kind of block on the page.
    pub(crate) kind: BlockKind,
    /// The text.
    pub(crate) text: String,
    /// The byte ranges of links in the text, with their targets as written on the page.
    pub(crate) links: Vec<(Range<usize>, Rc<str>)>,
}

impl TextLine {
    /// Creates a line without links.
    pub(crate) fn plain(kind: BlockKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), links: Vec::new() }
    }

    /// Reports whether at least nine tenths of the text are in links.
    pub(crate) fn is_all_link(&self) -> bool {
        let linked: usize = self.links.iter().map(|(range, _)| range.len()).sum();
        linked > 0 && linked * 10 >= self.text.len() * 9
    }
}

/// The way in which a tree is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As a page of any kind: the parts around the content are omitted.
    Page,
    /// As an article: the parts beside its text are omitted too.
    Article,
}

/// Builds one paragraph for each line that contains a letter or a digit, up to one line more than
/// a document can hold.
pub(crate) fn plain_lines(text: &str) -> Vec<TextLine> {
    let mut bytes = 0;
    text.lines()
        .map(one_line)
        .filter(|line| line.chars().any(char::is_alphanumeric))
        .map(|line| TextLine::plain(BlockKind::Paragraph, line))
        .take(LINES_MAX + 1)
        .take_while(|line| {
            let fits = bytes <= TEXT_BYTES_MAX;
            bytes += line.text.len();
            fits
        })
        .collect()
}

/// Writes the lines of the content of a page.
pub(crate) fn lines(survey: &Survey, reading: Reading) -> Vec<TextLine> {
    let mut writer = Writer::default();
    let mut open: Vec<usize> = Vec::new();
    let mut index = 0;
    let total = shown_bytes(survey);
    while let Some(piece) = survey.pieces.get(index) {
        while let Some(&last) = open.last()
            && survey.pieces.get(last).is_none_or(|last| last.end <= index)
        {
            open.pop();
            writer.leave(survey.pieces.get(last));
        }
        if surrounds(survey, index, total, reading) {
            writer.flush();
            index = piece.end;
            continue;
        }
        writer.enter(survey, index, piece);
        open.push(index);
        index += 1;
    }
    writer.flush();
    let mut lines = writer.lines;
    drop_menus(&mut lines);
    if reading == Reading::Article {
        // A line that consists of a link leads to another article.
        lines.retain(|line| !line.is_all_link() || line.kind == BlockKind::TableRow);
    }
    lines
}

/// Counts the bytes of visible text.
fn shown_bytes(survey: &Survey) -> usize {
    survey
        .pieces
        .iter()
        .filter(|piece| piece.tag == Tag::Text && !piece.hidden)
        .map(|piece| piece.words.len())
        .sum()
}

/// Checks whether a subtree surrounds the content. Only [`Chrome::Certain`] markup may remove a
/// large share of the text, because a wrapper named `with-sidebar` is not a sidebar.
fn surrounds(survey: &Survey, index: usize, total: usize, reading: Reading) -> bool {
    let Some(piece) = survey.pieces.get(index) else { return false };
    let bytes = piece.words.len();
    let holds = |tag: Tag| subtree(survey, index).iter().any(|inner| inner.tag == tag);
    match piece.chrome {
        Chrome::Certain => bytes * 10 < total * 7,
        Chrome::Likely => bytes * 10 < total * 3 && !holds(Tag::Heading(1)),
        Chrome::Aside => reading == Reading::Article && bytes * 10 < total * 3,
        Chrome::Header => bytes * 10 < total * 4 && !holds(Tag::Heading(1)),
        // Hidden text that is longer than all visible text is later shown by a script.
        Chrome::Hidden => bytes <= total,
        Chrome::Form => bytes * 10 < total * 3,
        Chrome::None => piece.tag == Tag::List && is_menu(survey, piece),
    }
}

/// Reports whether a list consists of short links.
fn is_menu(survey: &Survey, list: &TreeNode) -> bool {
    let words = survey.words_of(list);
    list.links >= 3
        && list.link_bytes * 10 >= words.trim().len() * 9
        && words.len() < list.links * 24
}

fn subtree(survey: &Survey, index: usize) -> &[TreeNode] {
    let end = survey.pieces.get(index).map_or(index, |piece| piece.end);
    survey.pieces.get(index..end).unwrap_or_default()
}

/// Removes runs of short lines that consist of links, and single "read more" links.
fn drop_menus(lines: &mut Vec<TextLine>) {
    let is_short_link = |line: &TextLine| {
        !matches!(line.kind, BlockKind::Heading(_))
            && line.is_all_link()
            && line.text.split(' ').count() <= 4
    };
    let marks: Vec<bool> = lines.iter().map(is_short_link).collect();
    let mut keep = vec![true; lines.len()];
    let mut start = 0;
    while start < marks.len() {
        let run = marks.iter().skip(start).take_while(|mark| **mark).count();
        let is_list = lines.get(start).is_some_and(|line| line.kind == BlockKind::ListItem);
        if run > 0 && (run >= 4 || !is_list) {
            keep.iter_mut().skip(start).take(run).for_each(|keep| *keep = false);
        }
        start += run.max(1);
    }
    let mut keep_flags = keep.into_iter();
    lines.retain(|_| keep_flags.next().unwrap_or(true));
}

/// Reports whether the rows of a table hold data: no nested table, no headings or lists in its
/// cells, and more than one cell in at least one row.
fn is_data_table(survey: &Survey, index: usize) -> bool {
    let mut cells = 0;
    let mut widest = 0;
    for piece in subtree(survey, index).iter().skip(1) {
        match piece.tag {
            Tag::Table | Tag::Heading(_) | Tag::List | Tag::Article | Tag::Main => return false,
            Tag::Row => cells = 0,
            Tag::Cell => {
                cells += 1;
                widest = widest.max(cells);
                if piece.words.len() > 600 {
                    return false;
                }
            }
            _ => {}
        }
    }
    widest > 1
}

#[derive(Default)]
struct Writer {
    lines: Vec<TextLine>,
    text: String,
    links: Vec<(Range<usize>, Rc<str>)>,
    /// Pending whitespace, written only if text follows.
    space: bool,
    breaks: usize,
    /// The start of the open link in the current line, and its target.
    link: Option<(usize, Rc<str>)>,
    kinds: Vec<BlockKind>,
    data_tables: usize,
    cells: usize,
}

impl Writer {
    fn enter(&mut self, survey: &Survey, index: usize, piece: &TreeNode) {
        match piece.tag {
            Tag::Text => {
                let words = survey.words.get(piece.words.clone()).unwrap_or_default();
                self.write(words);
            }
            Tag::Inline => {}
            Tag::Link => {
                if self.link.is_none()
                    && let Some(href) = &piece.href
                {
                    let at = self.text.len() + usize::from(self.space && !self.text.is_empty());
                    self.link = Some((at, Rc::clone(href)));
                }
            }
            Tag::Break => {
                self.breaks += 1;
                self.space = true;
                if self.breaks >= 2 && self.data_tables == 0 {
                    self.flush();
                }
            }
            Tag::Table => {
                self.end_block();
                if self.data_tables > 0 || is_data_table(survey, index) {
                    self.data_tables += 1;
                }
            }
            Tag::Row => {
                self.end_block();
                if self.data_tables > 0 {
                    self.flush();
                    self.kinds.push(BlockKind::TableRow);
                    self.cells = 0;
                }
            }
            Tag::Cell => {
                if self.data_tables == 0 {
                    self.flush();
                } else {
                    self.begin_cell();
                }
            }
            Tag::Heading(level) => self.begin(BlockKind::Heading(level)),
            Tag::Item => self.begin(BlockKind::ListItem),
            Tag::Quote => self.begin(BlockKind::Quote),
            Tag::Preformatted => self.begin(BlockKind::Code),
            Tag::Block | Tag::Paragraph | Tag::List | Tag::Article | Tag::Main => {
                self.end_block();
            }
        }
    }

    fn leave(&mut self, piece: Option<&TreeNode>) {
        let Some(piece) = piece else { return };
        match piece.tag {
            Tag::Text | Tag::Inline | Tag::Break => {}
            Tag::Link => {
                if piece.href.is_some() {
                    self.close_link();
                    self.link = None;
                }
            }
            Tag::Table => {
                self.end_block();
                self.data_tables = self.data_tables.saturating_sub(1);
            }
            Tag::Row if self.data_tables > 0 => {
                self.flush();
                self.kinds.pop();
            }
            Tag::Heading(_) | Tag::Item | Tag::Quote | Tag::Preformatted => {
                self.end_block();
                self.kinds.pop();
            }
            _ => self.end_block(),
        }
    }

    fn begin(&mut self, kind: BlockKind) {
        self.end_block();
        // Every block in a data table belongs to its row.
        self.kinds.push(if self.data_tables > 0 { BlockKind::TableRow } else { kind });
    }

    /// Ends a block. Blocks inside the cells of a data table stay on the row's line.
    fn end_block(&mut self) {
        if self.data_tables > 0 {
            self.space = true;
        } else {
            self.flush();
        }
    }

    fn begin_cell(&mut self) {
        if self.cells > 0 && !self.text.is_empty() {
            self.close_link();
            self.text.push_str(" |");
        }
        self.cells += 1;
        self.space = !self.text.is_empty();
        self.reopen_link();
    }

    fn write(&mut self, words: &str) {
        for part in words.split_inclusive('\n') {
            let trimmed = part.trim();
            if !trimmed.is_empty() {
                let leads = part.starts_with(char::is_whitespace);
                if (self.space || leads) && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.text.push_str(trimmed);
                self.space = part.ends_with(char::is_whitespace);
                self.breaks = 0;
            } else if !part.is_empty() {
                self.space = true;
            }
            if part.ends_with('\n') && self.data_tables == 0 {
                self.flush();
            }
        }
    }

    fn close_link(&mut self) {
        if let Some((start, href)) = &self.link
            && *start < self.text.len()
        {
            self.links.push((*start..self.text.len(), Rc::clone(href)));
        }
    }

    fn reopen_link(&mut self) {
        let at = self.text.len() + usize::from(self.space && !self.text.is_empty());
        if let Some((start, _)) = &mut self.link {
            *start = at;
        }
    }

    fn flush(&mut self) {
        self.close_link();
        let text = std::mem::take(&mut self.text);
        let links = std::mem::take(&mut self.links);
        self.space = false;
        self.breaks = 0;
        self.reopen_link();
        // One line more shows that the page has too many.
        if text.chars().any(char::is_alphanumeric) && self.lines.len() <= LINES_MAX {
            let kind = self.kinds.last().copied().unwrap_or(BlockKind::Paragraph);
            self.lines.push(TextLine { kind, text, links });
        }
    }
}
