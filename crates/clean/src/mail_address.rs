//! Finds e-mail addresses: plain, with other characters for the at sign, and written in words.
//!
//! A sentence with "at" or "dot" is no address: an address in words needs a mailbox, a host and a
//! top-level domain, and nothing around it that makes a sentence of it.

use std::ops::Range;
use std::sync::LazyLock;

use lexicon::WordList;
use lexicon::addresses::{
    AFTER_NO_ADDRESS, AT, DOMAINS, DOMAINS_THAT_ARE_WORDS, DOT, NO_HOSTS, NO_MAILBOXES,
};
use regex::Regex;

/// Escaped characters that end a parameter or a part of an address.
const ESCAPED_DELIMITERS: [&str; 9] =
    ["%3d", "%26", "%3f", "%2f", "%3a", "%2c", "%3b", "%20", "%23"];

static ADDRESS: LazyLock<Regex> = LazyLock::new(address);
static HINT: LazyLock<Regex> = LazyLock::new(hint);

#[expect(clippy::expect_used, reason = "a pattern of compiled-in words, tried by every test")]
fn address() -> Regex {
    let (at, dot) = (alternatives(&AT), alternatives(&DOT));
    let local = r"[\p{L}\p{N}._%+'&\-]+";
    let label = r"[\p{L}\p{N}\-]+";
    let written_dot = format!(r"(?:\s?[(\[{{<]\s?(?:{dot}|\.)\s?[)\]}}>]\s?)");
    let plain_dot = format!(r"(?:\.|．|。|%2e|{written_dot})");
    let spoken_dot = format!(r"(?:\s+(?:{dot})\s+)");
    let domain = format!(r"{label}(?:(?:{plain_dot}{label})+|(?:{spoken_dot}{label})+)");
    let any_domain = format!(r"{label}(?:(?:{plain_dot}|{spoken_dot}){label})+");
    let spoken_domain = format!(r"{label}(?:(?:{written_dot}|{spoken_dot}){label})+");
    let spoken_local = format!(r"{local}(?:(?:{written_dot}|{spoken_dot}){local}){{0,3}}");
    Regex::new(&format!(
        r"(?i){local}(?:@|＠|﹫|%(?:25)*40){domain}|(?P<spaced>{local}\s{{1,2}}[@＠﹫]\s{{1,2}}{domain})|{spoken_local}\s?[(\[{{<]\s?(?:{at}|@)\s?[)\]}}>]\s?{any_domain}|(?P<spoken>{spoken_local}\s+(?:{at})\s+{spoken_domain})"
    ))
    .expect("the pattern is valid")
}

#[expect(clippy::expect_used, reason = "a pattern of compiled-in words, tried by every test")]
fn hint() -> Regex {
    let (at, dot) = (alternatives(&AT), alternatives(&DOT));
    Regex::new(&format!(
        r"(?i)[@＠﹫]|%(?:25)*40|[(\[{{<]\s?(?:{at}|{dot})\s?[)\]}}>]|\s(?:{dot})\s"
    ))
    .expect("the pattern is valid")
}

fn alternatives(words: &WordList) -> String {
    words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|")
}

/// Finds the e-mail addresses in `text`, in order and without overlap.
pub(crate) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = if HINT.is_match(text) { 0 } else { text.len() };
    std::iter::from_fn(move || {
        loop {
            let found = ADDRESS.find_at(text, from)?;
            let after = text.get(found.end()..).unwrap_or_default();
            if is_address(found.as_str(), after) {
                from = found.end();
                return Some(found.start() + parameter_start(found.as_str())..found.end());
            }
            // Behind the words that look like a mailbox, an address can begin.
            let local = found.as_str().find(char::is_whitespace).unwrap_or(found.len());
            from = found.start() + local;
        }
    })
}

/// Reports whether a match is an address, and not a part of a sentence.
fn is_address(found: &str, after: &str) -> bool {
    let Some(captures) = ADDRESS.captures(found) else { return false };
    let is_spoken = captures.name("spoken").is_some();
    let lower = found.to_lowercase();
    if !is_spoken && captures.name("spaced").is_none() {
        // "pumpkit@2.4.1" is a version.
        let top = lower.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        return !top.bytes().all(|byte| byte.is_ascii_digit());
    }
    let mut words = lower.split_whitespace();
    let mailbox = words.next().unwrap_or_default();
    if !mailbox.contains(char::is_alphabetic) || NO_MAILBOXES.contains(&mailbox) {
        return false;
    }
    let top = lower.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if !is_spoken {
        return top.chars().count() >= 2 && top.chars().all(char::is_alphabetic);
    }
    let host = words.skip_while(|word| !AT.contains(word)).nth(1).unwrap_or_default();
    let is_host = host.contains(char::is_alphabetic) && !NO_HOSTS.contains(&host);
    is_host && is_top_level(top, after)
}

/// Reports whether a word that ends an address in words is a top-level domain, with these words
/// after it.
fn is_top_level(top: &str, after: &str) -> bool {
    let next = after.strip_prefix([' ', '-']).unwrap_or_default();
    let end = next.find(|c: char| !c.is_alphabetic() && c != '-').unwrap_or(next.len());
    let (next, rest) = next.split_at(end);
    // Where an address follows, it is replaced, and the second pass does not see its words.
    let next = if rest.starts_with(['@', '.', '_', '+']) { "" } else { next };
    let is_known = DOMAINS.contains(&top) || top.len() == 2 && top.is_ascii();
    let is_word = DOMAINS_THAT_ARE_WORDS.contains(&top);
    let is_last =
        !after.trim_start_matches(' ').starts_with(|c: char| c.is_alphanumeric() || c == '[');
    is_known && !AFTER_NO_ADDRESS.contains(&next.to_lowercase().as_str()) && (!is_word || is_last)
}

/// Returns the start of the mailbox in a match: an escaped address can be a parameter inside of
/// another address.
fn parameter_start(found: &str) -> usize {
    if !found.contains('%') {
        return 0;
    }
    let lower = found.to_ascii_lowercase();
    let at = lower.find('@').or_else(|| lower.rfind("%40")).or_else(|| lower.rfind("%2540"));
    let before = at.and_then(|at| lower.get(..at)).unwrap_or_default();
    let ends = ESCAPED_DELIMITERS.iter().filter_map(|one| Some(before.rfind(one)? + one.len()));
    ends.max().filter(|start| *start < before.len()).unwrap_or(0)
}
