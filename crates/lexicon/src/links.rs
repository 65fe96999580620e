//! Words by which a link tells what it leads to. Lower case. Read by `ingest`.

use crate::WordList;

/// Segments of paths, and first labels of hosts, of careers pages; with hyphens.
pub static CAREERS_SEGMENTS: WordList = WordList::new(|language| &language.links.careers_segments);

/// Words of links to careers pages.
pub static CAREERS_PHRASES: WordList = WordList::new(|language| &language.links.careers_phrases);

/// Segments of paths, and first labels of hosts, of newsrooms and blogs; with hyphens.
pub static NEWSROOM_SEGMENTS: WordList =
    WordList::new(|language| &language.links.newsroom_segments);

/// Words of links to newsrooms and blogs.
pub static NEWSROOM_PHRASES: WordList = WordList::new(|language| &language.links.newsroom_phrases);

/// Segments under which pages of lists lie, never a piece of news or a position.
pub static LISTS: WordList = WordList::new(|language| &language.links.lists);

/// Parameters that name a position on a page of its own.
pub static POSITION_KEYS: WordList = WordList::new(|language| &language.links.position_keys);
