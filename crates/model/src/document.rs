//! A page as it was received, and as it was read.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::id::Digest;
use crate::time::{Day, Timestamp};

/// One delivery as it came: what `clean` reads.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// Absolute address.
    pub url: &'a str,
    /// HTTP status; 200 for things that were not fetched.
    pub status: u16,
    /// Header names (lower case) and values, in order.
    pub headers: &'a [(String, String)],
    /// The body with its content coding removed.
    pub body: &'a [u8],
    /// When it was fetched or sent.
    pub observed: Timestamp,
}

/// A range of bytes in [`Document::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// As a range to index with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The words, when the span lies in `text` on character boundaries.
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.range())
    }
}

/// What a block of text was on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// The page's title.
    Title,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A quotation.
    Quote,
    /// Preformatted text.
    Code,
    /// A row of a table, cells joined with ` | `.
    TableRow,
}

/// A block of readable text. Blocks do not overlap and stand in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it was on the page.
    pub kind: BlockKind,
    /// Where it is in the text.
    pub span: Span,
}

/// A link in the readable text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The anchor's words.
    pub span: Span,
    /// Absolute address.
    pub href: String,
}

/// Kinds of machine-readable data on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatumKind {
    /// An open position: `id, title, url, apply_url, city, country, posted, valid_through,
    /// employment_type, organization, organization_url`.
    JobPosting,
    /// A company about itself: `name, legal_name, url, country, city, employees, industry,
    /// founded, same_as, registry`.
    Organization,
    /// A news article: `headline, published, modified, publisher, section`.
    NewsArticle,
    /// A script's host and path: `src`.
    Script,
    /// A response header: `name, value`.
    Header,
    /// A `meta name=generator`: `value`.
    Generator,
    /// A DNS record: `record` (TXT, MX, CNAME, NS), `value`.
    Dns,
    /// A public tender or award: `id, title, buyer, buyer_country, supplier, amount, currency,
    /// deadline, published, stage` (planned, open, awarded).
    Tender,
}

impl DatumKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::JobPosting,
        Self::Organization,
        Self::NewsArticle,
        Self::Script,
        Self::Header,
        Self::Generator,
        Self::Dns,
        Self::Tender,
    ];

    /// The word that opens the datum's line in the text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JobPosting => "job_posting",
            Self::Organization => "organization",
            Self::NewsArticle => "news_article",
            Self::Script => "script",
            Self::Header => "header",
            Self::Generator => "generator",
            Self::Dns => "dns",
            Self::Tender => "tender",
        }
    }

    /// Returns the kind of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Returns the kind of datum that a line of a text stands for; nothing for a line that people wrote.
    pub fn of_line(line: &str) -> Option<Self> {
        Self::parse(line.split(':').next().unwrap_or_default())
    }
}

/// One piece of machine-readable data, written as one line at the end of the text so that
/// evidence can point at it like at any other words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datum {
    /// What it is.
    pub kind: DatumKind,
    /// Field names and values as listed at [`DatumKind`]; absent fields are absent.
    pub fields: BTreeMap<String, String>,
    /// Its line in the text.
    pub span: Span,
}

impl Datum {
    /// A field's value, when present and not empty.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// A page as it was read: the only thing matchers see.
///
/// `text` is the readable blocks, one a line, then one line per [`Datum`]. It is redacted: no
/// e-mail address and no telephone number is in it. Every span indexes it, and it is stored whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Absolute address.
    pub url: String,
    /// Readable lines, then data lines.
    pub text: String,
    /// Where the data lines begin.
    pub prose_end: usize,
    /// The readable blocks in order.
    pub blocks: Vec<Block>,
    /// Links in the readable text.
    pub links: Vec<Link>,
    /// The machine-readable data.
    pub data: Vec<Datum>,
    /// ISO 639-1 code, when sure enough.
    pub lang: Option<String>,
    /// The page's own word for when it was published.
    pub published: Option<Day>,
    /// The site's own name for itself (`og:site_name`, publisher), when given.
    pub site_name: Option<String>,
    /// 64-bit SimHash of the readable text, for near-duplicates.
    pub simhash: u64,
}

impl Document {
    /// The readable part of the text.
    pub fn prose(&self) -> &str {
        self.text.get(..self.prose_end).unwrap_or(&self.text)
    }

    /// The digest under which the text is stored.
    pub fn text_hash(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// The title's words, or nothing.
    pub fn title(&self) -> Option<&str> {
        let title = self.blocks.iter().find(|block| block.kind == BlockKind::Title)?;
        title.span.of(&self.text)
    }
}
