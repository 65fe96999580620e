//! News articles.

use store::db::AddressRole;

use crate::crawl::polled_source::{DAY, Intervals, LinkRules, PolledSource, SourceReader};

/// The role of one news article.
pub(crate) const ROLE: AddressRole = AddressRole::named("article");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource::new(
    ROLE,
    Intervals::minutes(DAY, 7 * DAY, 90 * DAY),
    SourceReader::Page(LinkRules::NONE),
);
