//! The day of a feed that is read as a page, as in an archive: that of its items.

use model::Day;

use crate::dates::{Manner, machine_day};
use crate::published::Published;

/// The elements with the day of an item; those of the feed itself have other names or parents.
const ELEMENTS: [&str; 4] = ["pubDate", "published", "dc:date", "updated"];
/// The elements that contain an item.
const ITEMS: [&str; 2] = ["<item", "<entry"];
/// The maximum number of days that are read.
const DAYS_MAX: usize = 1_000;
/// The maximum number of days between the items of a feed that has a day.
const SPREAD_DAYS_MAX: i32 = 14;

/// Determines the day of a feed: the last day of its items if these are of about one time. Otherwise
/// it is undated, because the text does not show which item a sentence is of.
pub(crate) fn published(xml: &str, observed: Day) -> Published {
    let start = ITEMS.iter().filter_map(|item| xml.find(item)).min();
    let items = start.and_then(|start| xml.get(start..)).unwrap_or_default();
    let days: Vec<Day> = ELEMENTS
        .iter()
        .flat_map(|name| values(items, name))
        .filter_map(|value| machine_day(value, Manner::default()))
        .take(DAYS_MAX)
        .collect();
    match (days.iter().min(), days.iter().max()) {
        (Some(first), Some(last)) if last.since(*first) <= SPREAD_DAYS_MAX => {
            Published { day: Some(*last).filter(|day| *day <= observed), is_undated: false }
        }
        (Some(_), _) => Published { day: None, is_undated: true },
        _ => Published::default(),
    }
}

/// Iterates over the texts of the elements of a name.
fn values<'x>(xml: &'x str, name: &'x str) -> impl Iterator<Item = &'x str> {
    xml.match_indices(name).filter_map(move |(at, _)| {
        let is_open = xml.get(..at)?.ends_with('<');
        let rest = xml.get(at + name.len()..)?.strip_prefix('>')?;
        rest.get(..rest.find('<')?).map(str::trim).filter(|_| is_open)
    })
}
