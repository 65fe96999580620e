//! Open positions.

use store::db::AddressRole;

use crate::crawl::polled_source::{DAY, HOUR, Intervals, LinkRules, PolledSource, SourceReader};

/// The role of one open position.
pub(crate) const ROLE: AddressRole = AddressRole::named("posting");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource::new(
    ROLE,
    Intervals::minutes(12 * HOUR, DAY, 14 * DAY),
    SourceReader::Page(LinkRules::NONE),
);
