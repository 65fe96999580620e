//! Pages that list news.

use lexicon::links;
use store::db::AddressRole;

use super::article;
use crate::crawl::polled_source::{
    BoardLinks, DAY, HOUR, Intervals, LinkRules, PolledSource, RoleWords, SourceReader,
};

/// The role of a page that lists news.
pub(crate) const ROLE: AddressRole = AddressRole::named("newsroom");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource {
    words: Some(RoleWords {
        segments: &links::NEWSROOM_SEGMENTS,
        phrases: &links::NEWSROOM_PHRASES,
        below: article::ROLE,
        is_joined: false,
        names_entry: |_| false,
    }),
    ..PolledSource::new(
        ROLE,
        Intervals::minutes(2 * HOUR, 12 * HOUR, 7 * DAY),
        SourceReader::Page(LinkRules {
            own: true,
            below: Some(article::ROLE),
            boards: BoardLinks::None,
        }),
    )
};
