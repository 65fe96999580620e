//! What a followed address is, and what came of looking at it: the words of the frontier's rows.

use crate::{Result, StoreError};

/// What an address is to the company that is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressRole {
    /// The front page.
    Homepage,
    /// A page about working there.
    Careers,
    /// A page that lists news.
    Newsroom,
    /// An RSS, Atom or JSON feed.
    Feed,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// The site's robots.txt, for the sitemaps it names.
    Robots,
    /// One piece of news.
    Article,
    /// One open position.
    Posting,
    /// The company's place on a job board.
    Board,
}

impl AddressRole {
    /// Every role.
    pub const ALL: [Self; 9] = [
        Self::Homepage,
        Self::Careers,
        Self::Newsroom,
        Self::Feed,
        Self::Sitemap,
        Self::Robots,
        Self::Article,
        Self::Posting,
        Self::Board,
    ];

    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Homepage => "homepage",
            Self::Careers => "careers",
            Self::Newsroom => "newsroom",
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Robots => "robots",
            Self::Article => "article",
            Self::Posting => "posting",
            Self::Board => "board",
        }
    }

    pub(super) fn parse(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == word);
        found.ok_or_else(|| StoreError::fatal(format!("an unknown role in a row: {word}")))
    }
}

/// What came of a look at a followed address. Nothing is read from its absence when it could not,
/// or was not allowed to, be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sight {
    /// It says something else than at the last look, or is looked at for the first time.
    Changed,
    /// It says the same.
    Unchanged,
    /// The source says that it is no more.
    Gone,
    /// The source could not be looked at.
    CouldNotLook,
    /// We were told not to look, or not to keep it.
    NotAllowed,
}

impl Sight {
    /// Every outcome.
    pub const ALL: [Self; 5] =
        [Self::Changed, Self::Unchanged, Self::Gone, Self::CouldNotLook, Self::NotAllowed];

    /// The word used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Gone => "gone",
            Self::CouldNotLook => "could_not_look",
            Self::NotAllowed => "not_allowed",
        }
    }

    pub(super) fn parse(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|sight| sight.as_str() == word);
        found.ok_or_else(|| StoreError::fatal(format!("an unknown outcome in a row: {word}")))
    }
}
