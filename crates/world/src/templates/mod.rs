//! Templates: all text of the world, from files in the format that the README of the folder
//! `templates` documents.

mod builtin;
mod fill;
mod read;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub(crate) use fill::{FilledText, SlotValues};
pub(crate) use text::Text;

/// An error of reading templates.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A line is not in the format.
    #[error("{file}:{line}: {problem}")]
    Malformed {
        /// The file's name.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// The problem and its remedy.
        problem: String,
    },
    /// A folder without templates.
    #[error("no templates in {0}: it needs files that end in .txt, in the format of its README")]
    Empty(String),
}

/// The truth of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StoryLabel {
    /// The event has happened.
    True,
    /// It only looks like an event.
    LookAlike,
    /// It is about something else.
    Filler,
}

/// Where the tool of a look-alike appears on the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TraceTrap {
    /// On no page.
    #[default]
    None,
    /// On every page from the first day.
    Start,
    /// On every page from some day on, more than a month before the story.
    Appears,
}

/// A text with its alternatives.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// `story`, `home`, `about`, `posting`, `careers` or `archive`.
    pub(crate) usage: String,
    /// The kind of event; empty for filler and for pages.
    pub(crate) kind: String,
    /// The sort of event within the kind: `funding`, `buyer`, `supplier`, or empty.
    pub(crate) what: String,
    pub(crate) label: StoryLabel,
    /// The kind of trap of a look-alike, a word.
    pub(crate) trap: String,
    pub(crate) trace: TraceTrap,
    /// `en`, `de` or `fr`.
    pub(crate) lang: String,
    /// Places where the text may appear: `press`, `news`, `blog`, `notice`; empty for any place.
    pub(crate) places: Vec<String>,
    /// Range of the amount in millions of euro.
    pub(crate) amount: Option<(f64, f64)>,
    /// Team of a posting; empty for any.
    pub(crate) role: String,
    pub(crate) titles: Vec<Text>,
    pub(crate) paragraphs: Vec<Paragraph>,
}

/// How a paragraph is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Heading,
    Item,
}

/// A paragraph of a template.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph {
    /// The probability that it is kept, in percent.
    pub(crate) percent: u32,
    pub(crate) shape: Shape,
    pub(crate) text: Text,
}

/// The templates of one or more folders.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    texts: Vec<Template>,
    /// By language and name; language `*` serves all languages.
    lists: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// The entries of the lists `words`, by language and name.
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// The key of texts that can replace each other: usage, kind, sort, label.
type Family<'a> = (&'a str, &'a str, &'a str, StoryLabel);

impl Template {
    fn family(&self) -> Family<'_> {
        (&self.usage, &self.kind, &self.what, self.label)
    }

    pub(crate) fn fits(&self, place: &str) -> bool {
        self.places.is_empty() || self.places.iter().any(|own| own == place)
    }
}

impl Templates {
    /// Reads the templates built into leadq.
    ///
    /// # Errors
    /// Never with the files as shipped; every test reads them.
    pub fn builtin() -> Result<Self, TemplateError> {
        let mut templates = Self::default();
        for (file, text) in builtin::FILES {
            read::read(file, text, &mut templates)?;
        }
        Ok(templates)
    }

    /// Reads the templates of a folder (files ending in `.txt`). Lists and families of texts that
    /// it does not have are taken from the built-in ones.
    ///
    /// # Errors
    /// When the folder cannot be read, has no templates, or a line is not in the format.
    pub fn load(folder: &Path) -> Result<Self, TemplateError> {
        let shown = folder.display().to_string();
        let unreadable = |source| TemplateError::Unreadable { path: shown.clone(), source };
        let mut own = Self::default();
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|end| end == "txt") {
                files.push(path);
            }
        }
        files.sort();
        for path in files {
            let text = fs::read_to_string(&path).map_err(|source| TemplateError::Unreadable {
                path: path.display().to_string(),
                source,
            })?;
            read::read(&path.display().to_string(), &text, &mut own)?;
        }
        if own.texts.is_empty() && own.lists.is_empty() {
            return Err(TemplateError::Empty(shown));
        }
        own.complete(Self::builtin()?);
        Ok(own)
    }

    fn complete(&mut self, builtin: Self) {
        let has = |wanted: &Template, texts: &[Template]| {
            texts.iter().any(|own| own.family() == wanted.family())
        };
        let missing: Vec<Template> =
            builtin.texts.into_iter().filter(|text| !has(text, &self.texts)).collect();
        self.texts.extend(missing);
        for (lang, lists) in builtin.lists {
            let own = self.lists.entry(lang).or_default();
            for (name, entries) in lists {
                own.entry(name).or_insert(entries);
            }
        }
        for (lang, words) in builtin.words {
            let own = self.words.entry(lang).or_default();
            for (name, word) in words {
                own.entry(name).or_insert(word);
            }
        }
    }

    /// Looks up the entries of a list in a language, else for all languages, else in English.
    pub(crate) fn list(&self, name: &str, lang: &str) -> &[String] {
        let of = |lang: &str| self.lists.get(lang)?.get(name);
        of(lang).or_else(|| of("*")).or_else(|| of("en")).map_or(&[], Vec::as_slice)
    }

    /// Looks up a word for the pages of the world, such as `news` in a menu: the list `words` has
    /// lines `name = word`. Empty when there is none.
    pub(crate) fn word(&self, name: &str, lang: &str) -> &str {
        let of = |lang: &str| self.words.get(lang)?.get(name);
        of(lang).or_else(|| of("en")).map_or("", String::as_str)
    }

    /// Looks up the texts of a family in a language, or in English when it has none.
    pub(crate) fn texts(&self, family: Family<'_>, lang: &str) -> Vec<&Template> {
        let of = |lang: &str| -> Vec<&Template> {
            self.texts.iter().filter(|text| text.family() == family && text.lang == lang).collect()
        };
        let texts = of(lang);
        if texts.is_empty() { of("en") } else { texts }
    }

    /// All texts.
    #[cfg(test)]
    pub(crate) fn all(&self) -> &[Template] {
        &self.texts
    }
}
