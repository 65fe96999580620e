//! A page as received, and the document that is read from it.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::id::Digest;
use crate::time::{Day, Timestamp};

/// One delivery as received: the input of `clean`.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// Absolute address.
    pub url: &'a str,
    /// HTTP status; 200 for deliveries that were not fetched.
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
    /// Converts the span to a range to index with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the part of `text` in the span, or `None` if it is not on character boundaries.
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.range())
    }
}

/// The role of a block of text on the page.
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

/// A block of readable text. Blocks do not overlap and are in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its role on the page.
    pub kind: BlockKind,
    /// Its place in the text.
    pub span: Span,
}

/// A link in the readable text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The place of the anchor text.
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
    /// A company's description of itself: `name, legal_name, url, country, city, employees,
    /// industry, founded, same_as, registry`.
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
    /// A funding round of the page's owner, as another system sent it: `round, amount, currency,
    /// investors, announced`.
    FundingRound,
}

impl DatumKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::JobPosting,
        Self::Organization,
        Self::NewsArticle,
        Self::Script,
        Self::Header,
        Self::Generator,
        Self::Dns,
        Self::Tender,
        Self::FundingRound,
    ];

    /// Returns the name that begins the datum's line in the text.
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
            Self::FundingRound => "funding_round",
        }
    }

    /// Parses the name of a kind; `None` if it is unknown.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Returns the kind of datum that a line of a text represents, or `None` for a line of prose.
    pub fn of_line(line: &str) -> Option<Self> {
        Self::parse(line.split(':').next().unwrap_or_default())
    }
}

/// One piece of machine-readable data, written as one line at the end of the text so that
/// evidence can point at it as at any other text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datum {
    /// The kind of data.
    pub kind: DatumKind,
    /// Field names and values as listed at [`DatumKind`]; absent fields are omitted.
    pub fields: BTreeMap<String, String>,
    /// Its line in the text.
    pub span: Span,
}

impl Datum {
    /// Returns a field's value, or `None` if it is absent or empty.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// A page as text, structured data, dates and links: the only input of matchers.
///
/// `text` is the readable blocks, one per line, then one line per [`Datum`]. It is redacted: it
/// contains no e-mail address and no telephone number. Every span indexes it, and it is stored
/// whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Absolute address.
    pub url: String,
    /// Readable lines, then data lines.
    pub text: String,
    /// The offset at which the data lines begin.
    pub prose_end: usize,
    /// The readable blocks in order.
    pub blocks: Vec<Block>,
    /// Links in the readable text.
    pub links: Vec<Link>,
    /// The machine-readable data.
    pub data: Vec<Datum>,
    /// ISO 639-1 code of the language, if detected with enough confidence.
    pub lang: Option<String>,
    /// Absolute addresses of the page in other languages, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<String>,
    /// The day of publication according to the page.
    pub published: Option<Day>,
    /// Whether the page has something like a date of publication that could not be read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// The name that the site gives itself (`og:site_name`, publisher), if any.
    pub site_name: Option<String>,
    /// 64-bit SimHash of the readable text, for near-duplicates.
    pub simhash: u64,
}

/// The maximum number of SimHash bits in which two copies of one text differ.
const COPY_BITS_MAX: u32 = 3;

/// Reports whether two pages are copies of one text, judged by their SimHashes; a page with 0 has
/// none.
pub fn are_copies(one: u64, other: u64) -> bool {
    one != 0 && other != 0 && (one ^ other).count_ones() <= COPY_BITS_MAX
}

impl Document {
    /// Returns the readable part of the text.
    pub fn prose(&self) -> &str {
        self.text.get(..self.prose_end).unwrap_or(&self.text)
    }

    /// Computes the digest under which the text is stored.
    pub fn text_hash(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// Returns the text of the title, or `None`.
    pub fn title(&self) -> Option<&str> {
        let title = self.blocks.iter().find(|block| block.kind == BlockKind::Title)?;
        title.span.of(&self.text)
    }
}
