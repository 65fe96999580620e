//! A company's page on a job board.

use store::db::AddressRole;

use crate::crawl::polled_source::{
    BoardLinks, DAY, HOUR, Intervals, LinkRules, PolledSource, SourceReader,
};

/// The role of a company's page on a job board.
pub(crate) const ROLE: AddressRole = AddressRole::named("board");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource::new(
    ROLE,
    Intervals::minutes(3 * HOUR, 12 * HOUR, 4 * DAY),
    SourceReader::Page(LinkRules { own: false, below: None, boards: BoardLinks::Below }),
);
