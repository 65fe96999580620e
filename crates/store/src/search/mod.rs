//! Search: words of signals and pages, found and ranked. A projection, never the only copy.
//!
//! Invariant: what an index holds and the position it tells were committed together, so whoever
//! feeds it goes on from that position and misses nothing. An index that is missing, damaged or of
//! another version is empty with no position: it is built anew, and nothing else stops for it.
//!
//! Not here: what is put in. A projection reads the canonical rows and tells what each id reads as
//! now.

mod fragment;
mod language;
#[cfg(any(test, feature = "conformance"))]
pub mod suite;
mod tantivy;
mod words;

use std::collections::BTreeMap;

use async_trait::async_trait;
use model::{Day, EntityId};
use serde::Serialize;

pub use tantivy::TantivyIndex;

use crate::Result;

/// Hits in one answer at most.
pub const LIMIT_MAX: usize = 1_000;
/// Hits that can be skipped at most: whoever wants more narrows the question.
pub const OFFSET_MAX: usize = 10_000;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A signal that stands.
    Signal,
    /// A page, as it read when it was last seen.
    Page,
}

impl DocumentKind {
    /// The word used in the index.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Page => "page",
        }
    }

    /// The kind of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Signal, Self::Page].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Something that can be found. Its id is the key it is kept under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchDocument {
    /// What it is.
    pub kind: DocumentKind,
    /// Whose it is. Not the company: a company is a view, and a join moves no document.
    pub entity: EntityId,
    /// What that entity is called: domain and name, to be found by.
    pub company: String,
    /// In a few words.
    pub title: String,
    /// All its words.
    pub text: String,
    /// Where it stands on the web.
    pub url: String,
    /// ISO 639-1 code of `text`: decides how its words are reduced to their stems.
    pub lang: Option<String>,
    /// When it happened or was seen.
    pub day: Day,
    /// A signal's kind.
    pub signal_kind: Option<String>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
}

/// What each id reads as now; nothing for one that is no more. Doing it twice changes nothing.
pub type Changes = BTreeMap<String, Option<SearchDocument>>;

/// A question. Empty filters leave everything in.
///
/// `text` is words that must all be there, in whatever case, with or without accents and in other
/// forms of the same word; `"words in quotation marks"` in exactly this order; `-word` for one that
/// must not be there; `begin*` for words that begin so. What is not understood is read as words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The words.
    pub text: String,
    /// Of these kinds.
    pub kinds: Vec<DocumentKind>,
    /// Of these entities: the members of a company.
    pub entities: Vec<EntityId>,
    /// Signals of these kinds.
    pub signal_kinds: Vec<String>,
    /// Of this country.
    pub country: Option<String>,
    /// Not before this day.
    pub from: Option<Day>,
    /// Not after this day.
    pub to: Option<Day>,
    /// At most so many, and never more than [`LIMIT_MAX`]; 0 is read as 1.
    pub limit: usize,
    /// Skips so many of the best, and never more than [`OFFSET_MAX`].
    pub offset: usize,
}

/// A few words of a fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Whether they are what was asked for.
    pub is_match: bool,
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The id it is kept under.
    pub id: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Whose it is.
    pub entity: EntityId,
    /// In a few words.
    pub title: String,
    /// Where it stands on the web.
    pub url: String,
    /// When it happened or was seen.
    pub day: Day,
    /// A signal's kind.
    pub signal_kind: Option<String>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// How well it matches: comparable within one answer only.
    pub score: f32,
    /// The words around what was asked for, in order.
    pub fragment: Vec<Piece>,
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// How many there are altogether.
    pub total: usize,
}

/// An engine for search. One feeds it, many ask it.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// How far its feeder had come with the last changes, in the feeder's own words; nothing for an
    /// index that must be built from the beginning.
    async fn position(&self) -> Result<Option<String>>;
    /// Makes the changes and moves the position, both or neither; found by the next question. An
    /// index whose position is not `from` was begun anew, or has another feeder: nothing is done,
    /// and the answer is [`ErrorKind::Fenced`](crate::ErrorKind::Fenced).
    async fn apply(&self, changes: Changes, from: Option<&str>, to: &str) -> Result<()>;
    /// Forgets everything, the position too, down to the bytes on the disk: also the way to make
    /// sure that nothing is left of what had to be erased.
    async fn clear(&self) -> Result<()>;
    /// Answers a question.
    async fn search(&self, query: Query) -> Result<Found>;
}
