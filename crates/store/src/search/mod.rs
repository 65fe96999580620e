//! Full-text search over signals and pages, with ranking. A projection, never the only copy.
//!
//! Invariant: the content of an index and its position are committed together, so its feeder can
//! resume at that position and misses nothing. An index that is missing, damaged or of another
//! version is empty and has no position: it is rebuilt, and nothing else stops meanwhile. While an
//! index of another version is rebuilt, the old one answers.
//!
//! Not here: the source of the documents. A projection reads the canonical rows and provides the
//! current document of each id.

mod fragment;
mod language;
mod splitting;
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

/// The maximum number of hits in one result.
pub const LIMIT_MAX: usize = 1_000;
/// The maximum number of ids in one result.
pub const IDS_MAX: usize = 10_000;
/// The maximum number of hits that can be skipped: beyond it the caller must narrow the query.
pub const OFFSET_MAX: usize = 10_000;

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A current signal.
    Signal,
    /// A page as of its last observation.
    Page,
}

impl DocumentKind {
    /// Returns the name used in the index.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Page => "page",
        }
    }

    /// Parses the name of a kind; `None` if it is unknown.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Signal, Self::Page].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A document to index. Its id is the key of [`Changes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchDocument {
    /// The kind of document.
    pub kind: DocumentKind,
    /// The owner. Not the company: a company is a view, and a join moves no document.
    pub entity: EntityId,
    /// The entity's domain and name, as searchable text.
    pub company: String,
    /// A short title.
    pub title: String,
    /// The full text.
    pub text: String,
    /// Further words that find it, such as the names of its country; never shown.
    pub keywords: String,
    /// Its address on the web.
    pub url: String,
    /// ISO 639-1 code of `text`: decides the rules of stemming.
    pub lang: Option<String>,
    /// The day it happened or was observed.
    pub day: Day,
    /// The signal's kind, if it is a signal.
    pub signal_kind: Option<String>,
    /// Country, ISO 3166 alpha-2.
    pub country: Option<String>,
}

/// The current document of each id; `None` for a deleted one. Applying changes is idempotent.
pub type Changes = BTreeMap<String, Option<SearchDocument>>;

/// A search query. An empty filter matches everything.
///
/// `text` is words that must all occur, in any case, with or without accents and in other forms of
/// the same word; `"words in quotation marks"` in exactly this order; `-word` for one that must not
/// occur; `begin*` for words with this prefix. Any other syntax is read as words. The words of a
/// compound, such as `ISO-27001`, may also stand apart or be written as one. In scripts without
/// spaces between words, such as 倉庫, any part of a text is found. If nothing is found, words that
/// no document has are read as the similar words that some have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The words and phrases.
    pub text: String,
    /// Whether the text is still being typed: its last word may be the beginning of one.
    pub is_unfinished: bool,
    /// Filter by kind of document.
    pub kinds: Vec<DocumentKind>,
    /// Filter by entity: the members of a company.
    pub entities: Vec<EntityId>,
    /// Filter by kind of signal.
    pub signal_kinds: Vec<String>,
    /// Filter by country.
    pub country: Option<String>,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
    /// The maximum number of hits, capped at [`LIMIT_MAX`]; 0 is read as 1.
    pub limit: usize,
    /// The number of best hits to skip, capped at [`OFFSET_MAX`].
    pub offset: usize,
}

/// A part of a fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it matches the query.
    pub is_match: bool,
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The id of the document.
    pub id: String,
    /// The kind of document.
    pub kind: DocumentKind,
    /// The owner.
    pub entity: EntityId,
    /// A short title.
    pub title: String,
    /// Its address on the web.
    pub url: String,
    /// The day it happened or was observed.
    pub day: Day,
    /// The signal's kind, if it is a signal.
    pub signal_kind: Option<String>,
    /// Country, ISO 3166 alpha-2.
    pub country: Option<String>,
    /// The relevance, comparable within one result only.
    pub score: f32,
    /// The text around the matches, in order.
    pub fragment: Vec<Piece>,
}

/// The result of a query.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Found {
    /// The hits, best first.
    pub hits: Vec<Hit>,
    /// The total number of matching documents.
    pub total: usize,
    /// The words that were searched instead of misspelt ones.
    pub similar: Vec<String>,
}

/// The ids that a query found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundIds {
    /// The ids, in any order.
    pub ids: Vec<String>,
    /// The words that were searched instead of misspelt ones.
    pub similar: Vec<String>,
}

/// An engine for search, with one feeder and many readers.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// Reads the feeder's position after the last changes, in the feeder's own format, or `None`
    /// for an index that must be built from the beginning.
    async fn position(&self) -> Result<Option<String>>;
    /// Applies the changes and moves the position atomically; the next query sees them. If the
    /// index's position is not `from`, it was rebuilt or has another feeder: nothing is done, and
    /// the error is [`ErrorKind::Fenced`](crate::ErrorKind::Fenced).
    async fn apply(&self, changes: Changes, from: Option<&str>, to: &str) -> Result<()>;
    /// Lets the index answer that was built since another version of this program filled it, in
    /// place of the old one. The feeder calls this when the index has all documents; without an old
    /// index it does nothing.
    async fn publish(&self) -> Result<()> {
        Ok(())
    }
    /// Deletes everything including the position, down to the bytes on the disk; this also
    /// guarantees that no erased data is left.
    async fn clear(&self) -> Result<()>;
    /// Reads all files of the index and returns the names of those that do not match their
    /// checksums; none if there is no index yet.
    async fn damaged_files(&self) -> Result<Vec<String>>;
    /// Runs a query.
    async fn search(&self, query: Query) -> Result<Found>;
    /// Finds the ids of the documents that match a query, whatever its limit and offset: the newest
    /// [`IDS_MAX`], in any order.
    async fn ids(&self, query: Query) -> Result<FoundIds>;
}
