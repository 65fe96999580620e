//! Pages about working at the company.

use lexicon::links;
use store::db::AddressRole;
use url::Url;

use super::posting;
use crate::crawl::polled_source::{
    BoardLinks, DAY, HOUR, Intervals, LinkRules, PolledSource, RoleWords, SourceReader,
};

/// The role of a page about working at the company.
pub(crate) const ROLE: AddressRole = AddressRole::named("careers");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource {
    words: Some(RoleWords {
        segments: &links::CAREERS_SEGMENTS,
        phrases: &links::CAREERS_PHRASES,
        below: posting::ROLE,
        is_joined: true,
        names_entry: names_position,
    }),
    ..PolledSource::new(
        ROLE,
        Intervals::minutes(3 * HOUR, 12 * HOUR, 4 * DAY),
        SourceReader::Page(LinkRules {
            own: true,
            below: Some(posting::ROLE),
            boards: BoardLinks::All,
        }),
    )
};

/// Checks whether the query of an address names one position.
fn names_position(url: &Url) -> bool {
    url.query_pairs().any(|(key, _)| links::POSITION_KEYS.contains(&key.to_lowercase().as_str()))
}
