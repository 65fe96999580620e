//! Reads the items of a JSON Feed one by one, so that a malformed one costs none of the others.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::entries::{Feed, page_address};
use super::times::time;
use crate::crawl::found::ListedAddress;

/// The addresses of the versions, and how PHP writes them.
const VERSIONS: [&str; 2] = ["jsonfeed.org/version/1", "jsonfeed.org\\/version\\/1"];
/// The maximum number of items that are interpreted.
const ITEMS_MAX: usize = 10_000;
/// The maximum number of malformed items, after each of which the next one is searched.
const MALFORMED_MAX: usize = 32;
/// The maximum number of bytes of an address.
const ADDRESS_BYTES_MAX: usize = 8 * 1024;

/// An item, as far as it leads to a page.
#[derive(Deserialize)]
struct Item<'a> {
    id: Option<IgnoredAny>,
    #[serde(borrow)]
    url: Option<&'a RawValue>,
    #[serde(borrow)]
    external_url: Option<&'a RawValue>,
    #[serde(borrow)]
    date_published: Option<&'a RawValue>,
    #[serde(borrow)]
    date_modified: Option<&'a RawValue>,
}

/// Reads the items of a JSON Feed; `None` if the text is none.
pub(super) fn entries(text: &str) -> Option<Feed> {
    if !VERSIONS.iter().any(|version| text.contains(version)) {
        return None;
    }
    let mut at = start_of_items(text)?;
    let mut text = Cow::Borrowed(text);
    let mut feed = Feed::default();
    let (mut items, mut malformed) = (0, 0);
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let item_start = rest.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        at = text.len() - item_start.len();
        if item_start.starts_with(']') {
            // After a malformed item, this may be the end of a list in it.
            let next = if malformed > 0 { next_item(&text, at) } else { None };
            let Some(next) = next else { return Some(feed) };
            at = next;
            continue;
        }
        if item_start.is_empty() || items >= ITEMS_MAX || malformed >= MALFORMED_MAX {
            feed.is_cut = true;
            return Some(feed);
        }
        items += 1;
        let mut values = serde_json::Deserializer::from_str(item_start).into_iter::<&RawValue>();
        if let Some(Ok(item)) = values.next() {
            let item = listed(item.get(), malformed > 0);
            at += values.byte_offset();
            match item {
                Ok(Some(entry)) => {
                    if !feed.add(entry) {
                        return Some(feed);
                    }
                }
                Ok(None) => {}
                Err(_) => feed.repairs.add("left out malformed items"),
            }
            continue;
        }
        // A line break inside quotation marks may be all that is wrong.
        if let Cow::Borrowed(borrowed) = text
            && borrowed.contains(['\n', '\r', '\t'])
        {
            text = Cow::Owned(borrowed.replace(['\n', '\r', '\t'], " "));
            continue;
        }
        feed.repairs.add("left out malformed items");
        malformed += 1;
        let Some(next) = next_item(&text, at) else {
            feed.is_cut = true;
            return Some(feed);
        };
        at = next;
    }
}

/// Finds the position after the bracket that opens the list of items.
fn start_of_items(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find("\"items\"") {
        at += found + "\"items\"".len();
        let rest = text.get(at..)?.trim_start();
        if let Some(list) = rest.strip_prefix(':').map(str::trim_start)
            && let Some(items) = list.strip_prefix('[')
        {
            return Some(text.len() - items.len());
        }
    }
    None
}

/// Finds the start of the next object in a list of objects after a malformed one.
fn next_item(text: &str, at: usize) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let next = from + memchr::memchr(b'{', text.as_bytes().get(from..)?)?;
        let before = text.get(at..next).unwrap_or_default().trim_end();
        if before.ends_with(',') {
            return Some(next);
        }
        from = next + 1;
    }
}

/// Reads an item; `None` if it leads to no page. After a malformed item, an object is an item only
/// if it has an id, because attachments have none.
///
/// # Errors
/// The item is malformed.
fn listed(item: &str, needs_id: bool) -> serde_json::Result<Option<ListedAddress>> {
    let item: Item<'_> = serde_json::from_str(item)?;
    if needs_id && item.id.is_none() {
        return Ok(None);
    }
    let string = |value: Option<&RawValue>| {
        let value = value.filter(|value| value.get().len() <= ADDRESS_BYTES_MAX)?;
        serde_json::from_str::<String>(value.get()).ok()
    };
    let address = [item.url, item.external_url].into_iter().find_map(|value| {
        let address = string(value)?;
        page_address(&address, None)
    });
    let times = [item.date_modified, item.date_published];
    let changed = times.into_iter().find_map(|value| time(&string(value)?));
    Ok(address.map(|address| ListedAddress { address, changed }))
}
