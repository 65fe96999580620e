//! The entries of a feed, in any format.

use url::Url;

use crate::crawl::found::ListedAddress;
use crate::list_text::Repairs;

/// The maximum number of entries that are listed.
const ENTRIES_MAX: usize = 500;

/// The entries of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// The addresses of the entries, with the times of their last change.
    pub entries: Vec<ListedAddress>,
    /// Whether it has more entries, or larger ones, than are read, or breaks off.
    pub is_cut: bool,
    /// The repairs that were necessary to read it.
    pub repairs: Repairs,
}

impl Feed {
    /// Adds an entry. Returns false if it is one too many.
    pub(super) fn add(&mut self, entry: ListedAddress) -> bool {
        if self.entries.len() >= ENTRIES_MAX {
            self.is_cut = true;
            return false;
        }
        self.entries.push(entry);
        true
    }
}

/// Resolves the address of a page. Without a base, a relative address stays as written. The result
/// is `None` for text that is no address of a page.
pub(super) fn page_address(text: &str, base: Option<&Url>) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let is_page = |url: &Url| matches!(url.scheme(), "http" | "https");
    match (base, Url::parse(text)) {
        (None, Err(url::ParseError::RelativeUrlWithoutBase)) => Some(text.to_owned()),
        (None, Ok(url)) => is_page(&url).then(|| text.to_owned()),
        (Some(base), _) => base.join(text).ok().filter(is_page).map(String::from),
        (None, Err(_)) => None,
    }
}
