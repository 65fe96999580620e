//! Parsing of a query's text into clauses. Every text can be parsed.

use super::language::{self, AskedWords};
use super::splitting::is_without_spaces;

/// The maximum number of clauses; further words are ignored.
const CLAUSES_MAX: usize = 32;
/// The minimum length of a word that may be misspelt: shorter ones are similar to too many others.
const MISSPELT_CHARS_MIN: usize = 4;

/// One word or phrase that must, or must not, occur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Whether it must occur.
    pub(super) is_wanted: bool,
    /// Folded words in this order; at least one.
    pub(super) words: Vec<String>,
    /// Whether the last word is a whole word, a prefix or either.
    pub(super) ending: Ending,
    /// The stems that also match: those of a single unquoted word, or of a compound as one word.
    pub(super) stems: Vec<String>,
    /// The clauses of the single words of an unquoted compound, or of the letters and digits of a
    /// word, which may also stand apart.
    pub(super) parts: Vec<Self>,
    /// The words that are searched instead of a single word that no document has.
    pub(super) similar: Vec<String>,
}

/// The form of the last word of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// A whole word.
    Word,
    /// The beginning of a word.
    Prefix,
    /// A whole word or the beginning of one.
    Either,
}

impl Ending {
    /// Returns whether longer words match too.
    pub(super) const fn is_open(self) -> bool {
        matches!(self, Self::Prefix | Self::Either)
    }
}

/// Parses a query's text. If it is unfinished, its last word may be the beginning of one.
pub(super) fn parse(text: &str, is_unfinished: bool) -> Vec<Clause> {
    let mut clauses = clauses(text);
    if is_unfinished
        && text.ends_with(char::is_alphanumeric)
        && let Some(last) = clauses.last_mut().filter(|last| last.is_wanted)
    {
        last.leave_open();
    }
    clauses
}

fn clauses(text: &str) -> Vec<Clause> {
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
    let ending = if is_prefix { Ending::Prefix } else { Ending::Word };
    let is_loose = is_wanted && !is_quoted;
    let is_compound = is_loose && words.len() > 1 && is_joined(piece, &words);
    let is_alone = words.len() == 1 && !is_without_spaces(first);
    let stems = match is_prefix {
        false if is_loose && is_alone => language::stems(piece),
        false if is_compound => language::stems(&words.concat()),
        _ => Vec::new(),
    };
    let parts = match words.as_slice() {
        words if is_compound => parts(words, ending),
        [word] if is_loose => parts(&language::letters_and_digits(word), ending),
        _ => Vec::new(),
    };
    Some(Clause { is_wanted, words, ending, stems, parts, similar: Vec::new() })
}

/// Returns whether only hyphens and slashes separate the words of a piece of text.
fn is_joined(piece: &str, words: &[String]) -> bool {
    let piece = piece.trim_matches(|c: char| !c.is_alphanumeric());
    let is_joint = |c: char| c == '/' || language::is_hyphen(c);
    piece.contains(is_joint)
        && piece.chars().all(|c| c.is_alphanumeric() || is_joint(c))
        && !words.iter().any(|word| is_without_spaces(word))
}

fn parts(words: &[String], ending: Ending) -> Vec<Clause> {
    let last = words.len().saturating_sub(1);
    let part = |(index, word): (usize, &String)| {
        let ending = if index == last { ending } else { Ending::Word };
        let stems = if ending == Ending::Word { language::stems(word) } else { Vec::new() };
        let (parts, similar) = (Vec::new(), Vec::new());
        Clause { is_wanted: true, words: vec![word.clone()], ending, stems, parts, similar }
    };
    words.iter().enumerate().map(part).collect()
}

impl Clause {
    /// Lets the last word be the beginning of one, unless the text is a phrase in quotation marks.
    fn leave_open(&mut self) {
        if self.ending == Ending::Word {
            self.ending = Ending::Either;
            self.parts.last_mut().into_iter().for_each(Self::leave_open);
        }
    }

    /// Returns the word that may be misspelt: a single one, and long enough to be recognised.
    pub(super) fn misspelt(&self) -> Option<&str> {
        let [word] = self.words.as_slice() else { return None };
        let is_name = word.chars().count() >= MISSPELT_CHARS_MIN
            && word.chars().all(char::is_alphabetic)
            && !is_without_spaces(word);
        // Words in quotation marks and given prefixes have no stems.
        (is_name && !self.stems.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Formats a clause: `-` unwanted, `_` between words in order, `*` a prefix, `?` perhaps one,
    /// `~` stems, `[]` the parts of a compound.
    fn describe(clause: &Clause) -> String {
        let not = if clause.is_wanted { "" } else { "-" };
        let ending = match clause.ending {
            Ending::Word => "",
            Ending::Prefix => "*",
            Ending::Either => "?",
        };
        let stems = if clause.stems.is_empty() { "" } else { "~" };
        let parts: Vec<String> = clause.parts.iter().map(describe).collect();
        let parts = if parts.is_empty() { String::new() } else { format!("[{}]", parts.join(" ")) };
        format!("{not}{}{ending}{stems}{parts}", clause.words.join("_"))
    }

    fn described(clauses: &[Clause]) -> String {
        clauses.iter().map(describe).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn everything_can_be_read() {
        for (text, expect) in [
            ("Series B", "series~ b~"),
            ("\"series b\" -rumour hub*", "series_b -rumour hub*"),
            ("-“kein Kommentar” wind-energy", "-kein_kommentar wind_energy~[wind~ energy~]"),
            ("ISO/IEC-27001", "iso_iec_27001~[iso~ iec~ 27001~]"),
            ("iso27001 iso270*", "iso27001~[iso~ 27001~] iso270*[iso~ 270*]"),
            ("-wind-energy \"wind-energy\"", "-wind_energy wind_energy"),
            ("acme.example", "acme_example"),
            ("\"never closed", "never~ closed~"),
            ("- \" \"\" * -* ()[]:^~", ""),
            ("a - b", "a~ b~"),
            ("wind-ener*", "wind_ener*[wind~ ener*]"),
            ("kind:page AND (x OR y)", "kind_page and~ x~ or~ y~"),
            ("東京倉庫 -\"株式\" 倉 คลัง*", "東京_京倉_倉庫 -株式 倉* คล_ลั_ัง*"),
            ("", ""),
        ] {
            assert_eq!(described(&parse(text, false)), expect, "{text}");
        }
        assert_eq!(parse(&"word ".repeat(99), false).len(), CLAUSES_MAX);
    }

    #[test]
    fn the_last_word_of_an_unfinished_query_may_be_a_beginning() {
        for (text, expect) in [
            ("series bud", "series~ bud?~"),
            ("iso-270", "iso_270?~[iso~ 270?~]"),
            ("series ", "series~"),
            ("series -bud", "series~ -bud"),
            ("\"series b\"", "series_b"),
            ("bud*", "bud*"),
        ] {
            assert_eq!(described(&parse(text, true)), expect, "{text}");
        }
    }

    #[test]
    fn only_single_words_without_digits_may_be_misspelt() {
        for (text, expect) in [
            ("lumenfled", Some("lumenfled")),
            ("Énergy", Some("energy")),
            ("\"lumenfled\"", None),
            ("lumenf*", None),
            ("-lumenfled", None),
            ("27001", None),
            ("tls", None),
            ("倉庫会社", None),
        ] {
            assert_eq!(parse(text, false)[0].misspelt(), expect, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_fails(text in ".{0,80}") {
            for clause in parse(&text, true) {
                prop_assert!(!clause.words.is_empty());
            }
        }
    }
}
