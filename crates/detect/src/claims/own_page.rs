//! Own pages: pages on which the owner writes about itself.

use lexicon::paths::{ARTICLES, BLOGS, OWN_AFFAIRS};
use model::Document;

use super::owner::Owner;

/// Reports whether the owner writes about itself on the page.
pub(super) fn is_own_page(document: &Document, owner: &Owner) -> bool {
    own_words_in(&path_of(&document.url))
        || document.title().is_some_and(|title| owner.is_in(title))
}

/// Reports whether a page's address shows that it is about the owner: the front page, or a page on
/// the owner's affairs that is no article.
pub(super) fn is_own_path(document: &Document) -> bool {
    let path = path_of(&document.url);
    path.trim_matches('/').is_empty()
        || own_words_in(&path) && !ARTICLES.iter().any(|word| path.contains(word))
}

/// Reports whether a page's address is that of a blog, a newsroom or release notes.
pub(super) fn is_own_blog(document: &Document) -> bool {
    let path = path_of(&document.url);
    // A host of its own: engineering.acme.example.
    let host = document.url.split("://").nth(1).unwrap_or_default();
    let host = host.split(['.', '/']).next().unwrap_or_default().to_lowercase();
    BLOGS.iter().any(|word| path.contains(word) || host == *word)
}

/// Reports whether "we" on a page can be its owner: the page is about the owner's affairs, or the
/// owner's name is in the text. Elsewhere it is the text of a reprinted release.
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
