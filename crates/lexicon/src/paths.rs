//! Words in addresses that classify their pages. Lower case. Used by `detect`.

use crate::WordList;

/// Words in the addresses of articles, besides those about a company's own affairs.
pub static ARTICLES: WordList = WordList::new(|language| &language.paths.articles);

/// Words in the addresses of blogs, newsrooms and release notes.
pub static BLOGS: WordList = WordList::new(|language| &language.paths.blogs);

/// Words in the addresses of pages on which a company describes its own affairs.
pub static OWN_AFFAIRS: WordList = WordList::new(|language| &language.paths.own_affairs);

/// Last parts of addresses of pages that list a company's openings.
pub static CAREERS_LISTS: WordList = WordList::new(|language| &language.paths.careers_lists);

/// First labels of hosts that have openings only.
pub static CAREERS_HOSTS: WordList = WordList::new(|language| &language.paths.careers_hosts);

/// Words in addresses of pages about careers that list no openings.
pub static NO_CAREERS: WordList = WordList::new(|language| &language.paths.no_careers);

/// Words in the segments of a company's own careers pages.
pub static CAREERS: WordList = WordList::new(|language| &language.paths.careers);

/// Words in the addresses of postings.
pub static POSTINGS: WordList = WordList::new(|language| &language.paths.postings);
