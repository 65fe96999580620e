//! Renders a document as Markdown for people, from its blocks and links. The result is never
//! matched or hashed.

use std::fmt::Write;

use model::{Block, BlockKind, Document, Link};

/// Renders the readable part of `document` as Markdown.
pub fn markdown(document: &Document) -> String {
    let mut out = String::new();
    let mut links = document.links.iter().peekable();
    let mut previous: Option<BlockKind> = None;
    for block in &document.blocks {
        let mut inside: Vec<&Link> = Vec::new();
        while let Some(link) = links.next_if(|link| link.span.start < block.span.end) {
            if link.span.start >= block.span.start && link.span.end <= block.span.end {
                inside.push(link);
            }
        }
        let is_run = previous == Some(block.kind)
            && matches!(block.kind, BlockKind::ListItem | BlockKind::Code | BlockKind::TableRow);
        if previous == Some(BlockKind::Code) && block.kind != BlockKind::Code {
            out.push_str("```\n");
        }
        if previous.is_some() && !is_run {
            out.push('\n');
        }
        render(&mut out, document, block, &inside, is_run);
        previous = Some(block.kind);
    }
    if previous == Some(BlockKind::Code) {
        out.push_str("```\n");
    }
    out
}

fn render(out: &mut String, document: &Document, block: &Block, links: &[&Link], is_run: bool) {
    let words = || with_links(document, block, links);
    // Writing to a string cannot fail.
    let _ = match block.kind {
        BlockKind::Title => writeln!(out, "# {}", words()),
        BlockKind::Heading(level) => {
            let marks = "######".get(..usize::from(level.clamp(1, 6))).unwrap_or("#");
            writeln!(out, "{marks} {}", words())
        }
        BlockKind::Paragraph => writeln!(out, "{}", words()),
        BlockKind::ListItem => writeln!(out, "- {}", words()),
        BlockKind::Quote => writeln!(out, "> {}", words()),
        BlockKind::Code => {
            if !is_run {
                out.push_str("```\n");
            }
            writeln!(out, "{}", block.span.of(&document.text).unwrap_or_default())
        }
        BlockKind::TableRow => {
            let cells = words();
            let columns = cells.matches(" | ").count() + 1;
            let rule =
                if is_run { String::new() } else { format!("|{}\n", " --- |".repeat(columns)) };
            write!(out, "| {cells} |\n{rule}")
        }
    };
}

fn with_links(document: &Document, block: &Block, links: &[&Link]) -> String {
    let mut out = String::new();
    let mut copied = block.span.start;
    for link in links {
        let (Some(before), Some(link_text)) =
            (document.text.get(copied..link.span.start), link.span.of(&document.text))
        else {
            continue;
        };
        let _ = write!(out, "{before}[{link_text}]({})", link.href);
        copied = link.span.end;
    }
    out.push_str(document.text.get(copied..block.span.end).unwrap_or_default());
    out
}
