//! Escapes for text from outside: file names, addresses, quotes, names, causes.
//!
//! A terminal executes some characters, and others hide or reorder the text around them. Everything
//! that the program prints passes through here: answers, messages, progress and logs. Stored text is
//! never changed, because ids are hashes of it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Control characters, format characters (bidirectional, zero-width), separators of lines and
/// paragraphs, other invisible characters, and the marks of colours. Line breaks are handled by each function. Variation
/// selectors are permitted: they only choose the form of the character before them.
#[expect(clippy::expect_used, reason = "a constant pattern, tried by every test")]
static UNSAFE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{FDD0}-\u{FDEF}]--[\n\u{FE00}-\u{FE0F}]]",
    )
    .expect("the pattern is valid")
});

/// Returns whether a character marks a colour: a noncharacter, which no text has a use for.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// Escapes text of one line, as `\u{1b}` and `\n`.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    let escaped = lines(text);
    if escaped.contains('\n') { Cow::Owned(escaped.replace('\n', "\\n")) } else { escaped }
}

/// Escapes text of several lines and keeps its line breaks.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    UNSAFE.replace_all(text, |found: &Captures<'_>| found[0].escape_default().to_string())
}

/// Escapes the strings in JSON, as `\u001b`: it is parsed to the same values. JSON has no such
/// characters outside of strings, except for line breaks.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    UNSAFE.replace_all(text, |found: &Captures<'_>| {
        found[0].encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    })
}

/// Escapes the strings in TOML, like [`json`]. A literal string would get another value, but values
/// are written as literal strings only if they contain quotation marks or backslashes.
pub(crate) fn toml(text: &str) -> Cow<'_, str> {
    UNSAFE.replace_all(text, |found: &Captures<'_>| {
        found[0].chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<String>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_executes_or_hides_is_visible() {
        for (text, shown) in [
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\u{7f}b\u{0}", "a\\u{7f}b\\u{0}"),
            ("\u{fdd1}a\u{fdef}", "\\u{fdd1}a\\u{fdef}"),
            ("a\rb\tc\u{85}", "a\\rb\\tc\\u{85}"),
            (
                "\u{202e}gpj.exe\u{2066}\u{200f}\u{61c}",
                "\\u{202e}gpj.exe\\u{2066}\\u{200f}\\u{61c}",
            ),
            (
                "ac\u{200b}me\u{feff}\u{2060}\u{ad}\u{3164}",
                "ac\\u{200b}me\\u{feff}\\u{2060}\\u{ad}\\u{3164}",
            ),
            ("\u{2028}\u{2029}\u{e0041}", "\\u{2028}\\u{2029}\\u{e0041}"),
        ] {
            assert_eq!(line(text), shown);
        }
        assert_eq!((line("a\nb"), lines("a\nb")), ("a\\nb".into(), "a\nb".into()));
        for text in ["Größe 10\u{a0}%", "שלום", "e\u{301}", "❤\u{fe0f}", "東京", "\\u{1b}"]
        {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn escaped_json_has_the_same_values() {
        let value = serde_json::json!({"a\u{202e}": "\u{1b}\u{9b}\u{7f}\u{2028}\u{e0041}\n\"ü\""});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let escaped = json(&text);
        assert!(escaped.contains("\\u009b\\u007f\\u2028\\udb40\\udc41"), "{escaped}");
        assert_eq!(lines(&escaped), escaped);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }
}
