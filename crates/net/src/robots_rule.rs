//! Matches the path of an address with a rule of a robots.txt (RFC 9309, 2.2.2 and 2.2.3).
//!
//! Pure. Both are brought into one spelling first: octets that need no percent-encoding are decoded,
//! all others are encoded, in upper case. A `*` or `$` of the path is encoded, and so are those of
//! the rule that are no operators: `%2A` in a rule is the character, `*` is any text.

use std::cmp::Reverse;
use std::fmt;

/// Reserved characters that stand for themselves, unlike their encoded forms (RFC 3986, 2.2).
/// Others are encoded, because the URL library encodes them in some parts of an address.
const KEPT: &[u8] = b"/?:@[]!&()+,;=";
/// Characters that a query may contain as they are, so that their encoded forms are the same.
const SAME_IN_QUERY: [(&str, &str); 4] = [("%2F", "/"), ("%3A", ":"), ("%3F", "?"), ("%40", "@")];

/// The path and query of an address, to be matched with rules.
pub(crate) struct AddressPath {
    path: String,
    /// The same with a decoded query, if that differs.
    decoded: Option<String>,
}

impl AddressPath {
    /// Reads a path with its query, as in a request.
    pub(crate) fn new(path: &str) -> Self {
        let path = spelled(path.as_bytes(), false);
        let decoded = decoded_query(&path);
        Self { path, decoded }
    }

    /// Reports whether it is the path of robots.txt, which is always allowed.
    pub(crate) fn is_robots_file(&self) -> bool {
        self.path == "/robots.txt"
    }
}

/// An `Allow` or `Disallow` rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RobotsRule {
    pattern: String,
    /// The pattern with the same characters of its query decoded as in a path; `None` if it has
    /// none.
    decoded: Option<String>,
    allow: bool,
}

impl RobotsRule {
    /// Builds a rule from its pattern, which begins with a slash.
    pub(crate) fn new(pattern: &str, allow: bool) -> Self {
        let pattern = spelled(pattern.as_bytes(), true);
        let decoded = decoded_query(&pattern);
        Self { pattern, decoded, allow }
    }

    pub(crate) fn is_allow(&self) -> bool {
        self.allow
    }

    /// Returns the size of its text, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.pattern.len() + self.decoded.as_ref().map_or(0, String::len)
    }

    /// Reports whether the rule is about a path.
    pub(crate) fn matches(&self, path: &AddressPath) -> bool {
        if fits(&self.pattern, &path.path) {
            return true;
        }
        if !self.pattern.contains('?') {
            return false;
        }
        // The value of a parameter is often an address, which some encode and others do not.
        let is_plain = self.decoded.is_none() && path.decoded.is_none();
        let pattern = self.decoded.as_deref().unwrap_or(&self.pattern);
        !is_plain && fits(pattern, path.decoded.as_deref().unwrap_or(&path.path))
    }
}

impl fmt::Display for RobotsRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let directive = if self.allow { "allow" } else { "disallow" };
        write!(f, "{directive}: {}", self.pattern)
    }
}

/// Sorts rules: the one with the longest pattern wins, and `Allow` among equals.
pub(crate) fn by_precedence(rules: impl Iterator<Item = RobotsRule>) -> Vec<RobotsRule> {
    let mut rules: Vec<_> = rules.collect();
    rules.sort_by_key(|rule| (Reverse(rule.pattern.len()), Reverse(rule.allow)));
    rules
}

/// Brings a path, or the pattern of a rule, into the one spelling.
fn spelled(text: &[u8], is_pattern: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let encoded = (byte == b'%').then(|| octet(text.get(at + 1..at + 3)?)).flatten();
        let is_last = at + 1 == text.len();
        let is_operator = is_pattern && (byte == b'*' || (byte == b'$' && is_last));
        match encoded {
            Some(octet) if is_unreserved(octet) => out.push(char::from(octet)),
            Some(octet) => push_encoded(&mut out, octet),
            // A percent sign that encodes nothing stands for itself.
            None if is_operator || byte == b'%' || is_unreserved(byte) || KEPT.contains(&byte) => {
                out.push(char::from(byte));
            }
            None => push_encoded(&mut out, byte),
        }
        at += if encoded.is_some() { 3 } else { 1 };
    }
    out
}

/// Decodes the characters of a query that mean the same when they are encoded. Returns `None` if
/// there are none.
fn decoded_query(text: &str) -> Option<String> {
    let (path, query) = text.split_once('?')?;
    let mut decoded = query.to_owned();
    for (encoded, plain) in SAME_IN_QUERY {
        if decoded.contains(encoded) {
            decoded = decoded.replace(encoded, plain);
        }
    }
    (decoded != query).then(|| format!("{path}?{decoded}"))
}

/// Parses two hexadecimal digits.
fn octet(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_encoded(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 0xf)]));
}

/// Reports whether a pattern fits a path. Parts between stars are found from left to right, each at
/// its first occurrence, which leaves most for the parts after it.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, is_anchored) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return !is_anchored || rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    if is_anchored { rest.ends_with(last) } else { rest.contains(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str, expected: bool) {
        let matched = RobotsRule::new(pattern, false).matches(&AddressPath::new(path));
        assert_eq!(matched, expected, "{pattern} {path}");
    }

    #[test]
    fn operators_are_plain_and_characters_are_encoded() {
        for (pattern, path, expected) in [
            // RFC 9309, 2.2.3.
            ("/news/file-%2A.html", "/news/file-*.html", true),
            ("/news/file-%2A.html", "/news/file-%2a.html", true),
            ("/news/file-%2A.html", "/news/file-1.html", false),
            ("/news/foo-%24", "/news/foo-$", true),
            ("/news/foo-%24", "/news/foo-$9", true),
            ("/news/foo-%24", "/news/foo-", false),
            ("/preise-%24%2a", "/preise-$*", true),
            ("/preise-%24$", "/preise-%24", true),
            ("/preise-%24$", "/preise-$/alt", false),
            ("/a*%2Ab$", "/a/x*b", true),
            ("/a*%2Ab$", "/axb", false),
            ("/file-*.html", "/file-1.html", true),
            ("/file-*.html", "/file-*.html", true),
            ("/*.pdf$", "/katalog.pdf", true),
            ("/*.pdf$", "/katalog.pdf$", false),
            ("/*.pdf%24", "/katalog.pdf$", true),
            // A dollar sign that is not the last character is no operator.
            ("/a$b", "/a$b/c", true),
            ("/a$b", "/a%24b", true),
            ("/a$b", "/a", false),
        ] {
            check(pattern, path, expected);
        }
    }

    #[test]
    fn one_octet_in_two_spellings_is_the_same() {
        for (pattern, path, expected) in [
            ("/%7Eerna/", "/~erna/", true),
            ("/~erna/", "/%7eerna/cv", true),
            ("/foo/bar/%62%61%7A", "/foo/bar/baz", true),
            ("/\u{30c4}", "/%E3%83%84", true),
            ("/%e3%83%84", "/%E3%83%84", true),
            ("/über-uns", "/%C3%BCber-uns", true),
            ("/über-uns", "/%FCber-uns", false),
            ("/a%2Fb", "/a/b", false),
            ("/a/b", "/a%2fb", false),
            ("/a%3Fb", "/a?b", false),
            ("/a b", "/a%20b", true),
            ("/o'neil", "/o%27neil", true),
            ("/a|b^c", "/a%7Cb%5ec", true),
            ("/100%", "/100%", true),
            ("/%zz", "/%zz", true),
            ("/bar?baz=https://foo.example", "/bar?baz=https%3A%2F%2Ffoo.example", true),
            ("/bar?baz=https%3A%2F%2Ffoo.example", "/bar?baz=https://foo.example", true),
            ("/bar?a=1%26b", "/bar?a=1&b", false),
            ("/*//foo", "/bar?baz=https://foo.example", true),
        ] {
            check(pattern, path, expected);
        }
    }
}
