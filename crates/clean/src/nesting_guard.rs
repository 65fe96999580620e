//! Inspects a page before it is parsed. A page is read by [`plain_text`] instead if its nesting is
//! so deep, or its formatting is left open so often, that building a tree would take quadratic
//! time.

/// The maximum number of open elements. Browsers stop at 512; real pages stay below 200.
const DEPTH_MAX: usize = 512;
/// The maximum number of formatting elements that a parser reopens in one page.
const REOPENED_MAX: usize = 400_000;
/// The maximum number of bytes of one tag.
const TAG_BYTES_MAX: usize = 256 * 1024;
/// The maximum number of attributes of one tag, because each is compared with all previous ones.
const ATTRIBUTES_MAX: usize = 1_000;
/// The maximum number of tags that are inspected. A tree of more is never built.
const TAGS_MAX: usize = 500_000;

/// Elements that are closed implicitly by the next element, so that they do not nest if left open.
const IMPLIED: &[&str] = &[
    "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "optgroup", "rp",
    "rt", "colgroup", "html", "body", "head",
];
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "keygen", "frame", "basefont", "bgsound", "path", "image",
];
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "iframe", "noembed"];

/// One tag found by scanning a page.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    bytes: usize,
    attributes: usize,
    self_closing: bool,
    /// The position at which the scan continues.
    next: usize,
}

/// Checks whether building a tree of `html` would be too costly.
pub(crate) fn is_too_deep(html: &str) -> bool {
    let mut open: Vec<(String, bool)> = Vec::new();
    let (mut reopened, mut place, mut foreign) = (0usize, 0, 0usize);
    for _ in 0..TAGS_MAX {
        let Some(tag) = next_tag(html, place) else { break };
        place = tag.next;
        if tag.bytes > TAG_BYTES_MAX || tag.attributes > ATTRIBUTES_MAX {
            return true;
        }
        let name = tag.name.to_ascii_lowercase();
        if tag.closes {
            close(&mut open, &name, &mut foreign);
            continue;
        }
        reopened += open.iter().rev().filter(|(_, formats)| *formats).count();
        if RAW.contains(&name.as_str()) && foreign == 0 {
            place = skip_raw(html, place, &name);
            continue;
        }
        if IMPLIED.contains(&name.as_str()) || VOID.contains(&name.as_str()) {
            continue;
        }
        let is_foreign = name == "svg" || name == "math";
        if tag.self_closing && (foreign > 0 || is_foreign) {
            continue;
        }
        foreign += usize::from(is_foreign);
        let formats = FORMATTING.contains(&name.as_str());
        open.push((name, formats));
        if open.len() > DEPTH_MAX || reopened > REOPENED_MAX {
            return true;
        }
    }
    reopened > REOPENED_MAX
}

/// Closes the nearest open element of that name. Elements between that a parser would keep open
/// stay counted, so that the depth is never underestimated by much.
fn close(open: &mut Vec<(String, bool)>, name: &str, foreign: &mut usize) {
    let Some(at) = open.iter().rposition(|(open, _)| open == name) else { return };
    let formats = open.get(at).is_some_and(|(_, formats)| *formats);
    let inner_formats = open.iter().skip(at + 1).all(|(_, formats)| *formats);
    if formats && !inner_formats {
        open.remove(at);
    } else if formats || *foreign > 0 {
        open.truncate(at);
    } else {
        // A parser reopens formatting elements that are still open.
        let mut index = 0;
        open.retain(|(_, formats)| {
            index += 1;
            index <= at || *formats
        });
    }
    if name == "svg" || name == "math" {
        *foreign = foreign.saturating_sub(1);
    }
}

fn next_tag(html: &str, from: usize) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let mut place = from;
    loop {
        let at = place + bytes.get(place..)?.iter().position(|b| *b == b'<')?;
        let rest = html.get(at + 1..)?;
        if let Some(comment) = rest.strip_prefix("!--") {
            place = at + 4 + comment_length(comment);
            continue;
        }
        let closes = rest.starts_with('/');
        let name_start = at + 1 + usize::from(closes);
        let tail = bytes.get(name_start..)?;
        if !tail.first().is_some_and(u8::is_ascii_alphabetic) {
            place = at + 1;
            continue;
        }
        let length = tail
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
            .unwrap_or(tail.len());
        let (tag_bytes, attributes) = tag_length(tail.get(length..)?);
        let end = name_start + length + tag_bytes;
        let self_closing = end >= 2 && bytes.get(end - 2) == Some(&b'/');
        let name = html.get(name_start..name_start + length)?;
        return Some(Tag { name, closes, bytes: end - at, attributes, self_closing, next: end });
    }
}

/// Counts the bytes of a comment's body and its end mark.
fn comment_length(comment: &str) -> usize {
    if comment.starts_with('>') {
        return 1;
    }
    if comment.starts_with("->") {
        return 2;
    }
    let plain = comment.find("-->").map(|at| at + 3);
    let malformed_end = comment.get(..plain.unwrap_or(comment.len())).and_then(|c| c.find("--!>"));
    malformed_end.map(|at| at + 4).or(plain).unwrap_or(comment.len())
}

/// Counts the bytes up to and including the `>` that ends a tag (quoted values may contain others),
/// and at least as many attributes as the tag has.
fn tag_length(tail: &[u8]) -> (usize, usize) {
    let mut quote = None;
    let mut after_equals = false;
    let mut is_between = true;
    let mut attributes = 0;
    for (at, byte) in tail.iter().enumerate() {
        let was_quoted = quote.is_some();
        match quote {
            Some(open) if open == *byte => quote = None,
            Some(_) => {}
            None => match byte {
                b'>' => return (at + 1, attributes),
                b'"' | b'\'' if after_equals => quote = Some(*byte),
                _ => {}
            },
        }
        if quote.is_none() && !byte.is_ascii_whitespace() {
            after_equals = *byte == b'=';
        }
        if was_quoted {
            is_between = true;
        } else {
            let separates = byte.is_ascii_whitespace() || *byte == b'/';
            attributes += usize::from(is_between && !separates);
            is_between = separates;
        }
    }
    (tail.len(), attributes)
}

fn skip_raw(html: &str, from: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    let mut place = from;
    while let Some(at) = bytes.get(place..).and_then(|rest| rest.iter().position(|b| *b == b'<')) {
        let tail = bytes.get(place + at + 1..).unwrap_or_default();
        let closing_name = tail.strip_prefix(b"/").and_then(|tail| tail.get(..name.len()));
        if closing_name
            .is_some_and(|closing_name| closing_name.eq_ignore_ascii_case(name.as_bytes()))
        {
            return place + at;
        }
        place += at + 1;
    }
    html.len()
}

/// Extracts the text of a page without building a tree: tags end a line, scripts and styles are
/// omitted.
pub(crate) fn plain_text(html: &str) -> String {
    let mut text = String::new();
    let mut place = 0;
    while let Some(tag) = next_tag(html, place) {
        let start = html.get(place..tag.next - tag.bytes).unwrap_or_default();
        text.push_str(&without_comments(start));
        place = tag.next;
        let name = tag.name.to_ascii_lowercase();
        if !tag.closes && (RAW.contains(&name.as_str()) || name == "noscript") {
            place = skip_raw(html, place, &name);
        }
        if !FORMATTING.contains(&name.as_str()) && name != "span" {
            text.push('\n');
        }
    }
    text.push_str(&without_comments(html.get(place..).unwrap_or_default()));
    crate::entities::decoded(&text)
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        out.push_str(rest.get(..at).unwrap_or_default());
        let body = rest.get(at + 4..).unwrap_or_default();
        rest = body.get(comment_length(body)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
