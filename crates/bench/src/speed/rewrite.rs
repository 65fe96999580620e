//! Varies a page: another host, a name of its own, and other words in three of ten places.
//!
//! Works on bytes, so that pages of any charset stay valid; a run of letters and non-ASCII bytes is
//! a word.

use crate::random::{Random, capitalised, name_of};
use crate::synthetic::host_of;

/// The share of words to replace, in percent.
const WORDS_REPLACED_PERCENT: usize = 30;
/// Elements whose text is not displayed.
const UNSEEN: [&str; 5] = ["script", "style", "noscript", "template", "textarea"];
/// Keys of JSON-LD whose values are names; two sites with the same name would be one company.
const NAME_KEYS: [&[u8]; 3] = [b"\"name\"", b"\"legalName\"", b"\"alternateName\""];

/// The parameters of a page's variation.
pub(crate) struct Variation {
    own_host: String,
    new_host: String,
    own_name: String,
    random: Random,
}

impl Variation {
    /// Creates the variation of a page from its number.
    pub(crate) fn of(url: &str, number: usize, seed: u64) -> Self {
        let owner = resolve::owner(url).filter(|owner| owner.kind == model::EntityKind::Domain);
        let host = owner.map_or_else(|| host_in(url).to_owned(), |owner| owner.value);
        Self {
            own_host: host,
            new_host: host_of(number),
            own_name: name_of(number),
            random: Random::of(seed, number as u64),
        }
    }
}

/// Returns the host of an address as written.
fn host_in(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

/// Applies the variation to a page.
pub(crate) fn rewrite(html: &[u8], variation: &Variation) -> Vec<u8> {
    let mut random = variation.random.clone();
    let mut out = Vec::with_capacity(html.len() + 1024);
    let mut rest = html;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        let (text, markup) = rest.split_at(at);
        replace_words(text, &mut random, &mut out);
        let (markup, after) = markup.split_at(markup_length(markup));
        add_names(markup, &variation.own_name, &mut out);
        rest = after;
    }
    replace_words(rest, &mut random, &mut out);
    rewrite_host(&out, variation)
}

/// Returns the length of the tag or comment at the start, including content that is not displayed.
fn markup_length(markup: &[u8]) -> usize {
    if markup.starts_with(b"<!--") {
        return find(markup, b"-->").map_or(markup.len(), |at| at + 3);
    }
    let Some(end) = find(markup, b">") else { return markup.len() };
    let name_length = markup.iter().skip(1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = markup.get(1..=name_length).unwrap_or_default();
    if !UNSEEN.iter().any(|unseen| unseen.as_bytes().eq_ignore_ascii_case(name)) {
        return end + 1;
    }
    let mut from = end;
    while let Some(at) = markup.get(from..).and_then(|inside| find(inside, b"</")) {
        from += at + 2;
        let closes = markup.get(from..from + name.len());
        if closes.is_some_and(|closes| closes.eq_ignore_ascii_case(name)) {
            return from + name.len();
        }
    }
    markup.len()
}

fn replace_words(text: &[u8], random: &mut Random, out: &mut Vec<u8>) {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let mut rest = text;
    while let Some(first) = rest.first() {
        let is_same_class = |byte: &&u8| is_letter(byte) == is_letter(first);
        let (run, after) = rest.split_at(rest.iter().take_while(is_same_class).count());
        let after_ampersand = out.last() == Some(&b'&');
        if is_letter(first) && !after_ampersand && random.percent(WORDS_REPLACED_PERCENT) {
            let word = random.word(run.len().min(12));
            let word = if first.is_ascii_lowercase() { word } else { capitalised(&word) };
            out.extend_from_slice(word.as_bytes());
        } else {
            out.extend_from_slice(run);
        }
        rest = after;
    }
}

/// Copies markup and puts the page's own name in front of every name in its data.
fn add_names(markup: &[u8], own_name: &str, out: &mut Vec<u8>) {
    if find(markup, b"og:site_name").is_some() {
        copy_with(markup, &[b"content=\""], b"", own_name, out);
    } else if find(markup, b"ld+json").is_some() {
        copy_with(markup, &NAME_KEYS, b":", own_name, out);
    } else {
        out.extend_from_slice(markup);
    }
}

/// Copies markup and inserts `name` after each key; with a separator, after the separator and a
/// quote.
fn copy_with(markup: &[u8], keys: &[&[u8]], separator: &[u8], name: &str, out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(byte) = markup.get(at) {
        let rest = markup.get(at..).unwrap_or_default();
        let key = keys.iter().find(|key| rest.starts_with(key));
        let value = key.and_then(|key| {
            if separator.is_empty() {
                return Some(key.len());
            }
            let blank = |from: usize| {
                rest.iter().skip(from).take_while(|byte| byte.is_ascii_whitespace()).count()
            };
            let colon = key.len() + blank(key.len());
            let quote = rest.get(colon..)?.strip_prefix(separator).map(|_| colon + 1)?;
            let quote = quote + blank(quote);
            (rest.get(quote) == Some(&b'"')).then_some(quote + 1)
        });
        if let Some(value) = value {
            out.extend_from_slice(rest.get(..value).unwrap_or_default());
            out.extend_from_slice(name.as_bytes());
            out.push(b' ');
            at += value;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
}

/// Replaces all occurrences of the page's own host, also as the suffix of a longer one.
pub(crate) fn rewrite_host(bytes: &[u8], variation: &Variation) -> Vec<u8> {
    let host = variation.own_host.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() + 1024);
    let mut rest = bytes;
    while let Some(at) = find(rest, host).filter(|_| !host.is_empty()) {
        let (before, matched) = rest.split_at(at);
        let after = matched.get(host.len()..).unwrap_or_default();
        out.extend_from_slice(before);
        let is_host_letter =
            |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
        let longer = after.first() == Some(&b'.') && is_host_letter(after.get(1));
        if is_host_letter(out.last()) || is_host_letter(after.first()) || longer {
            out.extend_from_slice(host);
        } else {
            out.extend_from_slice(variation.new_host.as_bytes());
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(from..)?.starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}
