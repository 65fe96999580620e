//! Reads one page: recognizes the kind of its body and extracts the text that a person would read.

use std::borrow::Cow;

use dom_query::Document as Tree;
use lexicon::countries::{COUNTRIES, OPEN_DOMAINS};
use lexicon::dates::DateOrder;
use model::{BlockKind, Document, Note, Page};
use url::Url;

use crate::article::Says;
use crate::assemble::{assemble, with_title};
use crate::blocks::{TextLine, plain_lines};
use crate::dates::Manner;
use crate::elements::Tag;
use crate::embedded_text::{EmbeddedText, State};
use crate::item_markup::Syntax;
use crate::json_value::JsonBudget;
use crate::jsonld::{Linked, VALUES_BYTES_MAX};
use crate::language::{code_of_tag, language};
use crate::limits::{PAGE_BYTES_MAX, note_once};
use crate::markup_items::ITEMS_BYTES_MAX;
use crate::published::{Known, published};
use crate::tool_traces::{absolute, traces};
use crate::translations::translations;
use crate::tree_walk::{Survey, survey};
use crate::whitespace::one_line;
use crate::{
    article, charset, embedded_text, feed_dates, jsonld, markup_items, markup_tree, nesting_guard,
};

const TITLE_CHARS_MAX: usize = 300;
const HEADING_BYTES_MAX: usize = 400;

/// The kind of a page's body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Html,
    Plain,
    Markup,
    Other,
}

/// Reads a page into a document.
///
/// Notes: `not_text` (the document is then empty), `page_cut` (more bytes or more structure than a
/// page has), `text_cut` (more text), `links_cut`, `too_deep` (read without a tree),
/// `charset_guessed`, `json_ld_repaired`, `json_ld_unreadable`, `json_ld_cut`, `date_in_future`,
/// `date_unreadable`; `text_from_data` (the markup shows no text), `state_unreadable`, `state_cut`.
pub fn page(page: &Page<'_>) -> (Document, Vec<Note>) {
    let mut notes = Vec::new();
    let content_type = header(page, "content-type");
    let kind = kind_of(content_type, page.body);
    if kind == Body::Other {
        let shown: String = content_type.chars().take(80).collect();
        notes.push(Note::new("not_text", format!("{shown}, {} bytes", page.body.len())));
        let document = assemble(page.url, Vec::new(), Vec::new(), |_| None, &mut notes);
        return (document, notes);
    }
    let body = match page.body.get(..PAGE_BYTES_MAX) {
        Some(first) if page.body.len() > PAGE_BYTES_MAX => {
            let detail = format!("read {PAGE_BYTES_MAX} of {} bytes", page.body.len());
            notes.push(Note::new("page_cut", detail));
            first
        }
        _ => page.body,
    };
    let text = charset::decode(content_type, body, &mut notes);
    let document = match kind {
        Body::Html => read_html(page, text, &mut notes),
        Body::Markup => {
            let mut document = read_plain(page, &nesting_guard::plain_text(&text), &mut notes);
            let found = feed_dates::published(&text, page.observed.day());
            (document.published, document.undated) = (found.day, found.is_undated);
            document
        }
        Body::Plain | Body::Other => read_plain(page, &text, &mut notes),
    };
    (document, notes)
}

/// Walks the tree of a page, if it is HTML from which a tree can be built.
pub(crate) fn survey_of(page: &Page<'_>) -> Option<Survey> {
    let content_type = header(page, "content-type");
    if kind_of(content_type, page.body) != Body::Html {
        return None;
    }
    let body = page.body.get(..PAGE_BYTES_MAX).unwrap_or(page.body);
    let text = charset::decode(content_type, body, &mut Vec::new());
    if nesting_guard::is_too_deep(&text) {
        return None;
    }
    let parsed = markup_tree::parse(&text);
    drop(text);
    (!parsed.is_too_deep).then(|| survey(&parsed.tree.root()))
}

fn header<'a>(page: &Page<'a>, name: &str) -> &'a str {
    let found = page.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map_or("", |(_, value)| value.as_str())
}

fn kind_of(content_type: &str, body: &[u8]) -> Body {
    const BINARY: [&[u8]; 8] = [
        b"%PDF",
        b"\x89PNG",
        b"PK\x03\x04",
        b"GIF8",
        b"\xff\xd8\xff",
        b"RIFF",
        b"\x1f\x8b",
        b"OTTO",
    ];
    let start = body.get(..1_024).unwrap_or(body);
    let is_wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    if BINARY.iter().any(|magic| start.starts_with(magic)) {
        return Body::Other;
    }
    let named = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let looks_like_html = || {
        let lower: Vec<u8> = start.iter().map(u8::to_ascii_lowercase).collect();
        [&b"<html"[..], b"<!doctype html", b"<head", b"<body", b"<div", b"<title", b"<p>", b"<h1"]
            .iter()
            .any(|mark| lower.windows(mark.len()).any(|window| window == *mark))
    };
    match named.as_str() {
        "text/html" | "application/xhtml+xml" => Body::Html,
        // Zero bytes do not occur in text, except in UTF-16.
        _ if start.contains(&0) && !is_wide && !content_type.contains("utf-16") => Body::Other,
        "" | "application/octet-stream" | "unknown/unknown" => {
            let is_text = std::str::from_utf8(start).is_ok_and(|text| !text.trim().is_empty());
            match (looks_like_html(), is_text || is_wide) {
                (true, _) => Body::Html,
                (false, true) => Body::Plain,
                (false, false) => Body::Other,
            }
        }
        "text/xml" | "application/xml" => {
            if looks_like_html() {
                Body::Html
            } else {
                Body::Markup
            }
        }
        "text/css" | "text/javascript" | "text/calendar" => Body::Other,
        named if named.starts_with("text/") => Body::Plain,
        named if named.ends_with("+xml") && !named.starts_with("image/") => Body::Markup,
        _ => Body::Other,
    }
}

fn read_plain(page: &Page<'_>, text: &str, notes: &mut Vec<Note>) -> Document {
    let base = Url::parse(page.url).ok();
    let lines: Vec<TextLine> = plain_lines(text);
    let drafts = traces(&Survey::default(), base.as_ref(), page.headers);
    let mut document = assemble(page.url, lines, drafts, |_| None, notes);
    document.lang = language(document.prose(), None);
    document
}

fn read_html(page: &Page<'_>, html: Cow<'_, str>, notes: &mut Vec<Note>) -> Document {
    let parsed = (!nesting_guard::is_too_deep(&html)).then(|| markup_tree::parse(&html));
    let Some(parsed) = parsed.filter(|parsed| !parsed.is_too_deep) else {
        notes.push(Note::new("too_deep", "nested too deep for a tree; read line by line"));
        return read_plain(page, &nesting_guard::plain_text(&html), notes);
    };
    if parsed.parsed_bytes < html.len() {
        let (read, all) = (parsed.parsed_bytes, html.len());
        let detail = format!("read {read} of {all} bytes: more structure than a page has");
        note_once(notes, "page_cut", detail);
    }
    // Memory is released as soon as possible, because a page can be large in every form.
    drop(html);
    let tree = parsed.tree;
    let found = survey(&tree.root());
    let url = Url::parse(page.url).ok();
    let base = found.base.as_deref().and_then(|href| absolute(href, url.as_ref())).or(url.clone());
    let (mut linked, budget) = structured_data(&tree, &found, (url.as_ref(), base.as_ref()), notes);
    let says = if linked.is_article {
        Says::Clearly
    } else if found.meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article")) {
        Says::Vaguely
    } else {
        Says::Nothing
    };
    let (mut content, is_article) = article::content(tree, &found, says);
    let mut embedded = EmbeddedText::default();
    if embedded_text::is_empty(&content) {
        embedded = text_of_data(&mut linked, &found, &content, &budget, url.as_ref(), notes);
    }
    let site_name = site_name(&found, linked.site_name);
    let first_embedded = embedded.lines.iter().find(|line| line.kind == BlockKind::Heading(2));
    let heading = first_heading(&found).or(first_embedded.map(|line| line.text.clone()));
    content.append(&mut embedded.lines);
    let title = title(&found, site_name.as_deref(), heading.as_deref());
    let lines = with_title(title.as_deref(), heading.as_deref(), content);
    let mut drafts = linked.drafts;
    drafts.extend(traces(&found, base.as_ref(), page.headers));
    let url_of = |href: &str| absolute(href, base.as_ref());
    let mut document = assemble(page.url, lines, drafts, url_of, notes);
    document.translations = translations(&found, base.as_ref(), page.headers, &document.url, notes);
    document.lang = language(document.prose(), found.lang.as_deref());
    document.site_name = site_name.map(|name| crate::redact::redact(&name).into_owned());
    let lang = language_of_dates(&found, document.lang.as_deref());
    let (lang, country) = (lang.as_deref(), country(&found, url.as_ref()));
    let order = DateOrder::of(lang, country.as_deref());
    let facts = Known {
        json_ld: linked.published.as_deref().or(embedded.published.as_deref()),
        url: url.as_ref(),
        manner: Manner { lang, order },
        is_article,
        observed: page.observed,
    };
    let found_day = published(&found, &facts, notes);
    (document.published, document.undated) = (found_day.day, found_day.is_undated);
    document
}

/// Reads the structured data of a page, and returns it with the memory that is left for more.
fn structured_data(
    tree: &Tree,
    found: &Survey,
    (url, base): (Option<&Url>, Option<&Url>),
    notes: &mut Vec<Note>,
) -> (Linked, JsonBudget) {
    let syntaxes = [(found.has_microdata, Syntax::Microdata), (found.has_rdfa, Syntax::Rdfa)];
    let items_budget = JsonBudget::new(ITEMS_BYTES_MAX);
    let mut items = Vec::new();
    for (_, syntax) in syntaxes.into_iter().filter(|(is_used, _)| *is_used) {
        let marked = markup_items::items(&tree.root(), base, syntax, &items_budget);
        if marked.is_cut {
            let detail = "the rest of the items in the markup was not read";
            note_once(notes, "json_ld_cut", detail.to_owned());
        }
        items.push(marked.items);
    }
    let used = if items.is_empty() { 0 } else { ITEMS_BYTES_MAX };
    let budget = JsonBudget::new(VALUES_BYTES_MAX - used);
    (jsonld::read(&found.json_ld, &items, &budget, url, notes), budget)
}

/// Reads the text of a page that shows none from its data, and adds the structured data that is
/// found there.
fn text_of_data(
    linked: &mut Linked,
    found: &Survey,
    shown: &[TextLine],
    budget: &JsonBudget,
    url: Option<&Url>,
    notes: &mut Vec<Note>,
) -> EmbeddedText {
    let mut states = Vec::new();
    for script in &found.states {
        match script.values(budget) {
            Some(values) => {
                let is_flat = script.is_flat();
                states.extend(values.into_iter().map(|value| State { value, is_flat }));
            }
            None => {
                let detail = format!("{} bytes", script.body.len());
                note_once(notes, "state_unreadable", detail);
            }
        }
    }
    let things = embedded_text::things(&states);
    if !things.is_empty() {
        linked.add(jsonld::of_syntax(things, url, false, notes));
    }
    let text = embedded_text::read(&linked.bodies, &states, shown);
    if text.is_cut || (!states.is_empty() && budget.is_exceeded()) {
        let detail = format!("the text after {} lines was dropped", text.lines.len());
        note_once(notes, "state_cut", detail);
    }
    if !text.lines.is_empty() {
        note_once(notes, "text_from_data", format!("{} lines", text.lines.len()));
    }
    text
}

/// Returns the language of a page's dates: that of its template, which is often left as English, or
/// that of its text.
fn language_of_dates(found: &Survey, detected: Option<&str>) -> Option<String> {
    let declared = found.lang.as_deref().and_then(code_of_tag);
    declared.filter(|code| code != "en" || detected.is_none()).or(detected.map(str::to_owned))
}

/// Returns the country of a page: that of its domain or, without one, that of its language's tag.
fn country(found: &Survey, url: Option<&Url>) -> Option<String> {
    let top = url.and_then(Url::host_str).and_then(|host| host.rsplit('.').next());
    let of_domain = top.filter(|top| !OPEN_DOMAINS.contains(top)).map(|top| match top {
        "uk" => "GB".to_owned(),
        top => top.to_ascii_uppercase(),
    });
    let of_domain = of_domain.filter(|code| COUNTRIES.iter().any(|(known, _)| known == code));
    let tags = [found.lang.as_deref(), found.meta(&["og:locale"])].into_iter().flatten();
    let mut of_tags = tags.filter_map(|tag| {
        let region = tag.split(['-', '_']).skip(1).find(|part| part.len() == 2)?;
        Some(region.to_ascii_uppercase())
    });
    of_domain.or_else(|| of_tags.next())
}

fn site_name(found: &Survey, linked: Option<String>) -> Option<String> {
    let named = found.meta(&["og:site_name", "application-name"]).map(str::to_owned).or(linked)?;
    let named = one_line(&named);
    (!named.is_empty() && named.len() <= 120).then_some(named)
}

/// Returns the page's title without the name of the site.
fn title(found: &Survey, site_name: Option<&str>, heading: Option<&str>) -> Option<String> {
    let candidates =
        [found.meta(&["og:title"]), found.title.as_deref(), found.meta(&["twitter:title"])];
    let title = candidates.into_iter().flatten().map(one_line).find(|title| !title.is_empty());
    let title = title.or_else(|| heading.map(str::to_owned))?;
    let end = title.char_indices().nth(TITLE_CHARS_MAX).map_or(title.len(), |(at, _)| at);
    let title = title.get(..end).unwrap_or(&title);
    let separators = ['|', '-', '–', '—', '·', '•', ':', '»', '«'];
    let headed = heading.filter(|heading| {
        title.strip_prefix(heading).is_some_and(|rest| rest.trim_start().starts_with(separators))
    });
    let named = site_name.and_then(|name| {
        let rest = title.strip_suffix(name)?.trim_end();
        let rest = rest.strip_suffix(separators)?.trim_end();
        (!rest.is_empty()).then_some(rest)
    });
    Some(headed.or(named).unwrap_or(title).to_owned())
}

fn first_heading(found: &Survey) -> Option<String> {
    found
        .pieces
        .iter()
        .filter(|piece| piece.tag == Tag::Heading(1) && !piece.hidden)
        .filter(|piece| piece.words.len() <= 2 * HEADING_BYTES_MAX)
        .map(|piece| one_line(found.words_of(piece)))
        .find(|text| !text.is_empty() && text.len() <= HEADING_BYTES_MAX)
}
