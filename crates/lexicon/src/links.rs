//! Words that classify the target of a link. Lower case. Used by `ingest`.

use crate::WordList;

/// Path segments and first host labels of careers pages; with hyphens.
pub static CAREERS_SEGMENTS: WordList = WordList::new(|language| &language.links.careers_segments);

/// Words of links to careers pages.
pub static CAREERS_PHRASES: WordList = WordList::new(|language| &language.links.careers_phrases);

/// Path segments and first host labels of newsrooms and blogs; with hyphens.
pub static NEWSROOM_SEGMENTS: WordList =
    WordList::new(|language| &language.links.newsroom_segments);

/// Words of links to newsrooms and blogs.
pub static NEWSROOM_PHRASES: WordList = WordList::new(|language| &language.links.newsroom_phrases);

/// Path segments of pages with lists, never of a news item or a position.
pub static LISTS: WordList = WordList::new(|language| &language.links.lists);

/// Query parameters that identify a position with its own page.
pub static POSITION_KEYS: WordList = WordList::new(|language| &language.links.position_keys);
