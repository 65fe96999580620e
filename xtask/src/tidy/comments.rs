//! Words of comments that are far more, or less, frequent than in code that is easy to read.

use super::Source;

/// A word or group of words, and its usual frequency per 10,000 words of comments in well-kept
/// code.
struct Usage {
    shown: &'static str,
    words: &'static [&'static str],
    usual: (usize, usize),
}

const USAGES: [Usage; 3] = [
    Usage { shown: "what", words: &["what"], usual: (4, 10) },
    Usage {
        shown: "whoever, nobody, somebody, whom, told, asked, stands",
        words: &["whoever", "nobody", "somebody", "whom", "told", "asked", "stands"],
        usual: (0, 2),
    },
    Usage { shown: "returns", words: &["returns"], usual: (18, 54) },
];

/// Builds a line for each usage.
pub(super) fn advice(sources: &[Source]) -> Vec<String> {
    let words: Vec<String> = sources.iter().flat_map(|source| words(&source.text)).collect();
    let line = |usage: &Usage| {
        let found = words.iter().filter(|word| usage.words.contains(&word.as_str())).count();
        let found = found * 10_000 / words.len().max(1);
        let (least, most) = usage.usual;
        let verdict = if found > most {
            "more than usual"
        } else if found < least {
            "less than usual"
        } else {
            "usual"
        };
        format!("{found:>4} {} ({least} to {most} elsewhere): {verdict}", usage.shown)
    };
    USAGES.iter().map(line).collect()
}

/// Extracts the words of the comment lines.
fn words(text: &str) -> Vec<String> {
    let comments = text.lines().map(str::trim_start).filter(|line| line.starts_with("//"));
    let words = comments.flat_map(|line| line.split(|c: char| !c.is_alphabetic() && c != '\''));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_comments_are_counted() {
        assert_eq!(
            words("//! What is.\nlet what = 1; // no\n    /// A b\n"),
            ["what", "is", "a", "b"]
        );
        let text = "// what a b c d e f g h i\n";
        let advice = advice(&[Source::new("crates/a/src/lib.rs".into(), text.into())]);
        assert!(advice[0].starts_with("1000 what") && advice[0].ends_with("more than usual"));
        assert!(advice[1].starts_with("   0 whoever") && advice[1].ends_with(": usual"));
        assert!(advice[2].ends_with("less than usual"));
    }
}
