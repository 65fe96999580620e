//! A polled source: the addresses of one role, how often they are visited and how their responses
//! are read.

use lexicon::WordList;
use store::db::{AddressRole, NewAddress};
use url::Url;

use super::target::{Served, VisitTarget};
use crate::list_text::Repairs;

/// A source that is polled.
pub(crate) struct PolledSource {
    /// The role of its addresses.
    pub(crate) role: AddressRole,
    /// The intervals between visits.
    pub(crate) intervals: Intervals,
    /// The reader of a response.
    pub(crate) reader: SourceReader,
    /// Returns the address of this source on every site, if it has a fixed one.
    pub(crate) of_site: fn(&Url) -> Option<Url>,
    /// The media types with which a page announces it (`link rel=alternate`).
    pub(crate) media_types: &'static [&'static str],
    /// The words that indicate such an address.
    pub(crate) words: Option<RoleWords>,
    /// Lists the addresses to try instead if the source does not exist.
    pub(crate) if_gone: fn(&VisitTarget, &Url) -> Vec<NewAddress>,
}

impl PolledSource {
    /// Creates the row of a source that is reached by links only.
    pub(crate) const fn new(role: AddressRole, intervals: Intervals, reader: SourceReader) -> Self {
        Self {
            role,
            intervals,
            reader,
            of_site: |_| None,
            media_types: &[],
            words: None,
            if_gone: |_, _| Vec::new(),
        }
    }

    /// Reports whether its responses are pages to be stored, not lists of addresses.
    pub(crate) const fn is_page(&self) -> bool {
        matches!(self.reader, SourceReader::Page(_))
    }
}

/// One hour, in minutes.
pub(crate) const HOUR: i64 = 60;
/// One day, in minutes.
pub(crate) const DAY: i64 = 24 * HOUR;

/// The intervals between visits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Intervals {
    pub(crate) shortest_minutes: i64,
    pub(crate) first_minutes: i64,
    pub(crate) longest_minutes: i64,
}

impl Intervals {
    /// Creates intervals from the shortest, the first and the longest one, in minutes.
    pub(crate) const fn minutes(shortest: i64, first: i64, longest: i64) -> Self {
        Self { shortest_minutes: shortest, first_minutes: first, longest_minutes: longest }
    }
}

/// The reader of a response.
pub(crate) enum SourceReader {
    /// A page is stored, and its links are followed by these rules.
    Page(LinkRules),
    /// A list is not stored; the function returns the addresses in it.
    List(fn(&VisitTarget, &Served, &[u8]) -> ReadList),
}

/// The addresses in a list.
pub(crate) struct ReadList {
    pub(crate) found: Vec<NewAddress>,
    /// Whether a part of the list was not read.
    pub(crate) is_cut: bool,
    /// The repairs that were necessary to read it.
    pub(crate) repairs: Repairs,
    /// Whether it is in no format that the source has.
    pub(crate) is_unknown: bool,
}

/// The links of a page that are followed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkRules {
    /// Whether links to addresses of the company that have a role are followed.
    pub(crate) own: bool,
    /// The role of the company's addresses below the page that have no role of their own.
    pub(crate) below: Option<AddressRole>,
    /// The links to the company's boards.
    pub(crate) boards: BoardLinks,
}

impl LinkRules {
    /// No link is followed.
    pub(crate) const NONE: Self = Self { own: false, below: None, boards: BoardLinks::None };
}

/// The links to a company's boards that are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoardLinks {
    /// None.
    None,
    /// Links to boards, and to the positions on them.
    All,
    /// From the board itself: links to the addresses below it.
    Below,
}

/// The words that indicate a role.
pub(crate) struct RoleWords {
    /// Segments of a path, or first labels of a host.
    pub(crate) segments: &'static WordList,
    /// Phrases in the text of a link.
    pub(crate) phrases: &'static WordList,
    /// The role of addresses below such an address.
    pub(crate) below: AddressRole,
    /// Whether the first segment may join such a word with others: `careers-at-acme`.
    pub(crate) is_joined: bool,
    /// Checks whether such an address names one entry of the list, which then has the role `below`.
    pub(crate) names_entry: fn(&Url) -> bool,
}
