//! The role of a followed address and the outcome of a visit, as stored in the frontier's rows.

use crate::{Result, StoreError};

/// The role of an address for the followed company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressRole {
    /// The front page.
    Homepage,
    /// A page about working at the company.
    Careers,
    /// A page that lists news.
    Newsroom,
    /// An RSS, Atom or JSON feed.
    Feed,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// The site's robots.txt, for the sitemaps it names.
    Robots,
    /// One news article.
    Article,
    /// One open position.
    Posting,
    /// The company's page on a job board.
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

    /// Returns the name stored in the database.
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
        found.ok_or_else(|| StoreError::fatal(format!("unknown role in a row: {word}")))
    }
}
