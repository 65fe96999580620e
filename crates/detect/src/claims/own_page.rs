//! Own pages: where the owner of a page speaks about itself.

use lexicon::paths::{ARTICLES, BLOGS, OWN_AFFAIRS};
use model::Document;

use super::owner::Owner;

/// Whether the page is the owner speaking about itself.
pub(super) fn is_own_page(document: &Document, owner: &Owner) -> bool {
    own_words_in(&path_of(&document.url))
        || document.title().is_some_and(|title| owner.is_in(title))
}

/// Whether a page's address says that it tells of the owner: the front page, or one of its own
/// affairs that is no article.
pub(super) fn is_own_path(document: &Document) -> bool {
    let path = path_of(&document.url);
    path.trim_matches('/').is_empty()
        || own_words_in(&path) && !ARTICLES.iter().any(|word| path.contains(word))
}

/// Whether a page's address is of a blog, a newsroom or release notes.
pub(super) fn is_own_blog(document: &Document) -> bool {
    let path = path_of(&document.url);
    // A host of its own: engineering.acme.example.
    let host = document.url.split("://").nth(1).unwrap_or_default();
    let host = host.split(['.', '/']).next().unwrap_or_default().to_lowercase();
    BLOGS.iter().any(|word| path.contains(word) || host == *word)
}

/// Whether "we" on a page can be its owner: where it writes of its own affairs, or its name is in
/// the text. Elsewhere it is the words of a release that somebody reprints.
pub(super) fn may_say_we(document: &Document, owner: &Owner) -> bool {
    let path = path_of(&document.url);
    path.trim_matches('/').is_empty()
        || own_words_in(&path)
        || is_own_blog(document)
        || owner.is_in(document.prose())
}

fn path_of(url: &str) -> String {
    url.split("://")
        .nth(1)
        .and_then(|rest| rest.split_once('/'))
        .map_or("", |(_, path)| path)
        .to_lowercase()
}

fn own_words_in(path: &str) -> bool {
    OWN_AFFAIRS.iter().any(|word| path.contains(word))
}
