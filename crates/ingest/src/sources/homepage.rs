//! The front page of a site.

use store::db::AddressRole;

use crate::crawl::polled_source::{
    BoardLinks, DAY, HOUR, Intervals, LinkRules, PolledSource, SourceReader,
};

/// The role of the front page.
pub(crate) const ROLE: AddressRole = AddressRole::named("homepage");

/// The source.
pub(crate) const SOURCE: PolledSource = PolledSource {
    of_site: |home| Some(home.clone()),
    ..PolledSource::new(
        ROLE,
        Intervals::minutes(6 * HOUR, DAY, 7 * DAY),
        SourceReader::Page(LinkRules { own: true, below: None, boards: BoardLinks::All }),
    )
};
