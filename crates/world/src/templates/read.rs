//! Reading of template files: sections that begin with `==`, each with a head, a blank line and a
//! body.

use super::{Paragraph, Shape, StoryLabel, Template, TemplateError, Templates, Text, TraceTrap};

const USAGES: [&str; 6] = ["story", "home", "about", "posting", "careers", "archive"];
const KINDS: [&str; 4] = ["hiring_spike", "tech_adoption", "compliance_win", "budget_event"];
const SORTS: [&str; 3] = ["funding", "buyer", "supplier"];
const PLACES: [&str; 4] = ["press", "news", "blog", "notice"];
const LANGUAGES: [&str; 3] = ["en", "de", "fr"];
/// All slots. A text may use any; those that its event does not set are empty.
pub(crate) const SLOTS: [&str; 33] = [
    "company",
    "legal_name",
    "city",
    "country",
    "industry",
    "founded",
    "employees",
    "person",
    "person_role",
    "second_person",
    "date",
    "month",
    "year",
    "amount",
    "round",
    "investor",
    "second_investor",
    "buyer",
    "supplier",
    "subject",
    "notice",
    "deadline",
    "standard",
    "auditor",
    "certificate",
    "other",
    "tool",
    "old_tool",
    "purpose",
    "role",
    "count",
    "title",
    "portal",
];

/// A position in a file.
#[derive(Clone, Copy)]
struct SourceLine<'a> {
    file: &'a str,
    line: usize,
}

impl SourceLine<'_> {
    fn error(self, problem: impl Into<String>) -> TemplateError {
        let (file, line) = (self.file.to_owned(), self.line);
        TemplateError::Malformed { file, line, problem: problem.into() }
    }
}

/// The position of a section, its name, and its numbered lines.
type Section<'a> = (SourceLine<'a>, &'a str, Vec<(usize, &'a str)>);

/// Reads a file and adds its sections.
pub(super) fn read(file: &str, text: &str, into: &mut Templates) -> Result<(), TemplateError> {
    let mut section: Option<Section<'_>> = None;
    for (at, line) in text.lines().enumerate() {
        let source_line = SourceLine { file, line: at + 1 };
        if line.starts_with("//") {
            continue;
        }
        if let Some(usage) = line.strip_prefix("==") {
            if let Some((place, usage, lines)) = section.take() {
                finish(place, usage, &lines, into)?;
            }
            section = Some((source_line, usage.trim(), Vec::new()));
        } else if let Some((_, _, lines)) = &mut section {
            lines.push((at + 1, line));
        } else if !line.trim().is_empty() {
            return Err(
                source_line.error("text before the first section: begin one with `== story`")
            );
        }
    }
    match section {
        Some((place, usage, lines)) => finish(place, usage, &lines, into),
        None => Ok(()),
    }
}

fn finish(
    place: SourceLine<'_>,
    usage: &str,
    lines: &[(usize, &str)],
    into: &mut Templates,
) -> Result<(), TemplateError> {
    let blank = lines.iter().position(|(_, line)| line.trim().is_empty()).unwrap_or(lines.len());
    let (head, body) = lines.split_at(blank);
    if let Some(name) = usage.strip_prefix("list ") {
        return list(place, name.trim(), head, body, into);
    }
    if !USAGES.contains(&usage) {
        let usages = USAGES.join(", ");
        return Err(place.error(format!("unknown section {usage:?}: use list NAME, or {usages}")));
    }
    let mut template = empty(usage);
    for (line, text) in head {
        let source_line = SourceLine { line: *line, ..place };
        let Some((key, value)) = text.split_once(':') else {
            return Err(source_line.error("the head holds lines `key: value`, then a blank line"));
        };
        set(source_line, &mut template, key.trim(), value.trim())?;
    }
    body_of(place, &mut template, body)?;
    check(place, &template)?;
    into.texts.push(template);
    Ok(())
}

fn empty(usage: &str) -> Template {
    Template {
        usage: usage.to_owned(),
        kind: String::new(),
        what: String::new(),
        label: StoryLabel::Filler,
        trap: String::new(),
        trace: TraceTrap::None,
        lang: String::new(),
        places: Vec::new(),
        amount: None,
        role: String::new(),
        titles: Vec::new(),
        paragraphs: Vec::new(),
    }
}

fn set(
    source_line: SourceLine<'_>,
    into: &mut Template,
    key: &str,
    value: &str,
) -> Result<(), TemplateError> {
    let one_of = |allowed: &[&str]| {
        if allowed.contains(&value) {
            Ok(value.to_owned())
        } else {
            Err(source_line.error(format!("{key} is one of {}, not {value:?}", allowed.join(", "))))
        }
    };
    match key {
        "kind" => into.kind = one_of(&KINDS)?,
        "what" => into.what = one_of(&SORTS)?,
        "lang" => into.lang = one_of(&LANGUAGES)?,
        "label" => {
            into.label = match one_of(&["true", "look_alike"])?.as_str() {
                "true" => StoryLabel::True,
                _ => StoryLabel::LookAlike,
            }
        }
        "trace" => {
            into.trace = match one_of(&["none", "start", "appears"])?.as_str() {
                "start" => TraceTrap::Start,
                "appears" => TraceTrap::Appears,
                _ => TraceTrap::None,
            }
        }
        "trap" => into.trap = value.to_owned(),
        "role" => into.role = value.to_owned(),
        "place" => {
            into.places = value.split_whitespace().map(str::to_owned).collect();
            if into.places.iter().any(|place| !PLACES.contains(&place.as_str())) {
                return Err(
                    source_line.error(format!("place is one or more of {}", PLACES.join(", ")))
                );
            }
        }
        "amount" => {
            let range = value.split_once('-').and_then(|(low, high)| {
                Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
            });
            into.amount = Some(range.filter(|(low, high)| low <= high).ok_or_else(|| {
                source_line.error("amount is a range in millions of euro, like `amount: 0.5-3`")
            })?);
        }
        _ => {
            return Err(
                source_line.error(format!("unknown key {key:?}: see the README for the keys"))
            );
        }
    }
    Ok(())
}

/// Reads titles and paragraphs. The lines of a paragraph are joined; blank lines separate
/// paragraphs.
fn body_of(
    place: SourceLine<'_>,
    into: &mut Template,
    body: &[(usize, &str)],
) -> Result<(), TemplateError> {
    let mut open: Option<(usize, u32, Shape, String)> = None;
    let mut closed = Vec::new();
    for (line, text) in body {
        let text = text.trim();
        let starts =
            |shape, percent, content: &str| Some((*line, percent, shape, content.to_owned()));
        if let Some(title) = text.strip_prefix("# ") {
            let source_line = SourceLine { line: *line, ..place };
            into.titles.push(parsed(source_line, title)?);
        } else if let Some(content) = text.strip_prefix("## ") {
            closed.extend(open.replace((*line, 100, Shape::Heading, content.to_owned())));
        } else if let Some(content) = text.strip_prefix("- ") {
            closed.extend(open.take());
            open = starts(Shape::Item, 100, content);
        } else if let Some((percent, content)) = optional_paragraph(text) {
            closed.extend(open.take());
            open = starts(Shape::Text, percent, content);
        } else if text.is_empty() {
            closed.extend(open.take());
        } else if let Some((_, _, _, content)) = &mut open {
            content.push(' ');
            content.push_str(text);
        } else {
            open = starts(Shape::Text, 100, text);
        }
    }
    closed.extend(open);
    for (line, percent, shape, content) in closed {
        let text = parsed(SourceLine { line, ..place }, &content)?;
        into.paragraphs.push(Paragraph { percent, shape, text });
    }
    Ok(())
}

/// Reads `?40 Words`: a paragraph that is kept 40 of 100 times.
fn optional_paragraph(text: &str) -> Option<(u32, &str)> {
    let (percent, content) = text.strip_prefix('?')?.split_once(' ')?;
    let percent = percent.parse().ok().filter(|percent| *percent <= 100)?;
    Some((percent, content))
}

fn parsed(source_line: SourceLine<'_>, content: &str) -> Result<Text, TemplateError> {
    let text = Text::parse(content).map_err(|problem| source_line.error(problem))?;
    match text.slots().into_iter().find(|name| !SLOTS.contains(name)) {
        Some(unknown) => {
            let slots = SLOTS.join(", ");
            Err(source_line.error(format!("unknown slot {{{unknown}}}: the slots are {slots}")))
        }
        None => Ok(text),
    }
}

fn check(place: SourceLine<'_>, template: &Template) -> Result<(), TemplateError> {
    let story = template.usage == "story";
    let problem = if template.lang.is_empty() {
        "a head needs `lang: en`, `de` or `fr`"
    } else if template.paragraphs.is_empty() {
        "a text needs a body: a blank line, then paragraphs"
    } else if story && template.titles.is_empty() {
        "a story needs a title: a line that begins with `# `"
    } else if template.kind.is_empty() != (template.label == StoryLabel::Filler) {
        "kind and label go together; filler has neither"
    } else if (template.kind == "budget_event") == template.what.is_empty() {
        "every budget_event, and no other kind, needs `what: funding`, `buyer` or `supplier`"
    } else if (template.label == StoryLabel::LookAlike) == template.trap.is_empty() {
        "every look-alike, and no other text, needs a `trap`"
    } else {
        return Ok(());
    };
    Err(place.error(problem))
}

fn list(
    place: SourceLine<'_>,
    name: &str,
    head: &[(usize, &str)],
    body: &[(usize, &str)],
    into: &mut Templates,
) -> Result<(), TemplateError> {
    let lang = head.iter().find_map(|(_, line)| line.strip_prefix("lang:")).map(str::trim);
    let Some(lang) = lang.filter(|lang| LANGUAGES.contains(lang) || *lang == "*") else {
        return Err(place.error("a list needs `lang: en`, `de`, `fr` or `*` below its name"));
    };
    if name == "words" {
        return words(place, lang, body, into);
    }
    let entries = body.iter().map(|(_, line)| line.trim()).filter(|line| !line.is_empty());
    let entries: Vec<String> = entries.map(str::to_owned).collect();
    if entries.is_empty() {
        return Err(place.error("a list needs entries, one a line, after a blank line"));
    }
    into.lists
        .entry(lang.to_owned())
        .or_default()
        .entry(name.to_owned())
        .or_default()
        .extend(entries);
    Ok(())
}

/// Reads the list `words`: lines `name = word`.
fn words(
    place: SourceLine<'_>,
    lang: &str,
    body: &[(usize, &str)],
    into: &mut Templates,
) -> Result<(), TemplateError> {
    let words = into.words.entry(lang.to_owned()).or_default();
    for (line, text) in body.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let Some((name, word)) = text.split_once('=') else {
            return Err(
                SourceLine { line: *line, ..place }.error("a line of words is `name = word`")
            );
        };
        words.insert(name.trim().to_owned(), word.trim().to_owned());
    }
    Ok(())
}
