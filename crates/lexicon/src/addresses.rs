//! Words in e-mail addresses that are written in words: `jane at acme dot com`. Lower case. Used by
//! `clean`.

use crate::WordList;

/// Words for the at sign.
pub static AT: WordList = WordList::new(|language| &language.addresses.at);

/// Words for the full stop.
pub static DOT: WordList = WordList::new(|language| &language.addresses.dot);

/// Words before "at" that are no mailbox: `meet us at`.
pub static NO_MAILBOXES: WordList = WordList::new(|language| &language.addresses.no_mailboxes);

/// Words after "at" that are no host: `at several dot com companies`.
pub static NO_HOSTS: WordList = WordList::new(|language| &language.addresses.no_hosts);

/// Words that follow "dot com" where it is an adjective.
pub static AFTER_NO_ADDRESS: WordList =
    WordList::new(|language| &language.addresses.after_no_address);

/// Top-level domains of more than two letters that addresses in words end with, and those that RFC
/// 2606 reserves for examples.
pub const DOMAINS: [&str; 24] = [
    "agency",
    "app",
    "biz",
    "cloud",
    "com",
    "company",
    "consulting",
    "design",
    "dev",
    "digital",
    "edu",
    "energy",
    "example",
    "gov",
    "group",
    "info",
    "invalid",
    "name",
    "net",
    "online",
    "org",
    "shop",
    "tech",
    "test",
];

/// Top-level domains of countries that are also words: they end an address only at the end of a
/// sentence or clause.
pub const DOMAINS_THAT_ARE_WORDS: [&str; 22] = [
    "ad", "am", "as", "at", "be", "by", "de", "do", "es", "in", "is", "it", "la", "me", "my", "no",
    "pa", "se", "so", "to", "us", "st",
];
