//! Knowledge about languages: words, names of places and codes, and the reading of written dates,
//! which two crates need. A table whose rows depend on the page's language, such as that of
//! currencies, has its look-up here.
//!
//! Invariant: apart from dates, and the folding of names by which countries are looked up, tables only. Nothing here depends on another crate of the project, on
//! the time or on the machine; the files under `data/`, one per language, are compiled in and read once, when the first list is needed.
//! A list is the union of the languages' parts in the order of [`WordList`]'s files; lists whose order
//! matters, and tables that belong to no language, are Rust.
//!
//! Not here: patterns and algorithms (they are in the crates that use them), the packs' rules
//! (`detect`).
//!
//! # Known drift
//! The crates had lists of their own for years. These were moved here unchanged, side by side, so that
//! a later change can merge some of them deliberately:
//!
//! | subject | lists | differences |
//! |---|---|---|
//! | months | [`dates::month`], [`sentences::ABBREVIATIONS`], [`names::in_sentences::STOPS`] | every language; English short forms; English and German, without `mar` |
//! | dates of something else | [`dates::OF_ANOTHER_IN_SENTENCES`], [`dates::OF_ANOTHER_ON_PAGES`] | the first has words of eight languages, the second of all |
//! | legal forms | [`legal_forms::LEGAL_FORMS`], [`legal_forms::WORDS`], [`names::compared::LABEL_ENDS`] | hundreds of spellings with their countries; 43 words, `holding` among them; six behind a domain's name |
//! | generic words of names | [`names::in_sentences::GENERIC`], [`names::compared::GENERIC`], [`names::compared::WEAK`], [`names::compared::EMPTY`] | of 200 and 183 generic words 23 are in both; `startup` is a descriptor in `in_sentences` and generic in `compared`; `co`, `corp`, `inc`, `ltd` are weak words as well as legal forms |
//! | words that end a name | [`names::in_sentences::TAILS`], [`names::compared::WEAK`] | `bank`, `founders`, `holdings` and `team` are in the first only |
//! | "and" in names | [`names::in_sentences::CONJUNCTIONS`], [`names::compared::AND`] | words of 12 languages that depend on what stands around them; `and` and words of four that are replaced everywhere, because keys depend on it |
//! | peoples and places | [`names::in_sentences::ORIGINS`], [`names::in_sentences::GENERIC`], [`countries::COUNTRIES`] | 115 adjectives and cities; English names of some countries and cities; 94 countries in several languages; [`countries::all`] has every country in all languages, but no names of other origin, such as `holland` |
//! | careers pages | [`links::CAREERS_SEGMENTS`], [`paths::CAREERS_LISTS`], [`paths::CAREERS_HOSTS`], [`paths::CAREERS`], [`paths::POSTINGS`] | `all-jobs`, `current-openings`, `opportunities`, `join` and `were-hiring` are lists but no segments; Portuguese, Polish and the Nordic languages are segments only |
//! | newsrooms and blogs | [`links::NEWSROOM_SEGMENTS`], [`paths::BLOGS`], [`paths::OWN_AFFAIRS`] | `links` has 12 languages, `paths` English and three other words; `changelog`, `engineering`, `journal` and `release` are in `paths` only |
//! | telephones | [`telephones::BEFORE`], [`telephones::AFTER`] | `office` only after a number |
//! | second-level domains | [`hosts::SECOND_LEVELS`] | seven labels where `resolve` has the public suffix list |

mod word_list;

pub mod account_columns;
pub mod addresses;
pub mod countries;
pub mod country_code;
pub mod dates;
pub mod hosts;
pub mod languages;
pub mod legal_forms;
pub mod links;
pub mod markup;
pub mod money;
pub mod name_folding;
pub mod names;
pub mod openings;
pub mod paths;
pub mod references;
pub mod sentences;
pub mod telephones;

pub use word_list::{WordList, load};
