//! Parsing of a query's text into clauses. Every text can be parsed.

use super::language::{self, AskedWords};
use super::splitting::is_without_spaces;

/// The maximum number of clauses; further words are ignored.
const CLAUSES_MAX: usize = 32;

/// One word or phrase that must, or must not, occur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Whether it must occur.
    pub(super) is_wanted: bool,
    /// Folded words in this order; at least one.
    pub(super) words: Vec<String>,
    /// Whether the last word is a prefix.
    pub(super) is_prefix: bool,
    /// The stems that also match, for a single unquoted word.
    pub(super) stems: Vec<String>,
}

/// Parses a query's text.
pub(super) fn parse(text: &str) -> Vec<Clause> {
    let text = text.replace(['“', '”', '„', '«', '»'], "\"");
    let mut clauses = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && clauses.len() < CLAUSES_MAX {
        let (is_wanted, term) = match rest.strip_prefix('-') {
            Some(after) if !after.starts_with(char::is_whitespace) => (false, after),
            _ => (true, rest),
        };
        let quoted = term.strip_prefix('"').and_then(|inside| inside.split_once('"'));
        let (is_quoted, (piece, after)) = match quoted {
            Some(quoted) => (true, quoted),
            None => (false, term.split_once(char::is_whitespace).unwrap_or((term, ""))),
        };
        clauses.extend(clause(piece, is_wanted, is_quoted));
        rest = after.trim_start();
    }
    clauses
}

fn clause(piece: &str, is_wanted: bool, is_quoted: bool) -> Option<Clause> {
    let AskedWords { words, is_begun } = language::asked(piece);
    let first = words.first()?;
    let is_prefix = is_begun || !is_quoted && piece.ends_with('*');
    let is_alone = words.len() == 1 && !is_without_spaces(first);
    let has_stems = is_wanted && !is_quoted && !is_prefix && is_alone;
    let stems = if has_stems { language::stems(piece) } else { Vec::new() };
    Some(Clause { is_wanted, words, is_prefix, stems })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Formats a clause: `-` unwanted, `_` between words in order, `*` a prefix, `~` stems.
    fn describe(clause: &Clause) -> String {
        let (not, begins) =
            (if clause.is_wanted { "" } else { "-" }, if clause.is_prefix { "*" } else { "" });
        let stems = if clause.stems.is_empty() { "" } else { "~" };
        format!("{not}{}{begins}{stems}", clause.words.join("_"))
    }

    #[test]
    fn everything_can_be_read() {
        for (text, expect) in [
            ("Series B", "series~ b~"),
            ("\"series b\" -rumour hub*", "series_b -rumour hub*"),
            ("-“kein Kommentar” wind-energy", "-kein_kommentar wind_energy"),
            ("acme.example", "acme_example"),
            ("\"never closed", "never~ closed~"),
            ("- \" \"\" * -* ()[]:^~", ""),
            ("a - b", "a~ b~"),
            ("wind-ener*", "wind_ener*"),
            ("kind:page AND (x OR y)", "kind_page and~ x~ or~ y~"),
            ("東京倉庫 -\"株式\" 倉 คลัง*", "東京_京倉_倉庫 -株式 倉* คล_ลั_ัง*"),
            ("", ""),
        ] {
            let described: Vec<String> = parse(text).iter().map(describe).collect();
            assert_eq!(described.join(" "), expect, "{text}");
        }
        assert_eq!(parse(&"word ".repeat(99)).len(), CLAUSES_MAX);
    }

    proptest! {
        #[test]
        fn reading_never_fails(text in ".{0,80}") {
            for clause in parse(&text) {
                prop_assert!(!clause.words.is_empty());
            }
        }
    }
}
