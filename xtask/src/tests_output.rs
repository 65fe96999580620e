//! Parses the output of `cargo test` and of its tests: the numbers of passed and failed tests, and
//! the skips.

use crate::report::{Counts, Skipped};

/// Adds the result of one line of `cargo test` to `counts`. Returns the number of ignored tests, or
/// `None` when the line is not a result.
///
/// The line looks like `test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; …`.
pub(crate) fn count(line: &str, counts: &mut Counts) -> Option<usize> {
    let result = line.trim_start().strip_prefix("test result: ")?;
    let number = |label: &str| {
        let part = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(label));
        part.and_then(|digits| digits.trim().parse::<usize>().ok()).unwrap_or(0)
    };
    counts.passed += number(" passed");
    counts.failed += number(" failed");
    Some(number(" ignored"))
}

/// Parses the skips written by tests, one `name: reason` per line, and removes duplicates.
pub(crate) fn skips(text: &str) -> Vec<Skipped> {
    let mut lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    lines.dedup();
    let skipped = |line: &str| {
        let (name, reason) = line.split_once(": ").unwrap_or((line, "no reason given"));
        Skipped { name: name.to_owned(), reason: reason.to_owned(), excused: false }
    };
    lines.into_iter().map(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_add_up() {
        let mut counts = Counts::default();
        let mut ignored = 0;
        for line in [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out",
            "it said: test result: ok. 9 passed",
        ] {
            ignored += count(line, &mut counts).unwrap_or(0);
        }
        assert_eq!((counts, ignored), (Counts { passed: 14, failed: 3 }, 1));
    }

    #[test]
    fn skips_are_read_once_each() {
        let read = skips("egress: strace is missing\n\negress: strace is missing\nodd\n");
        let pairs: Vec<_> = read.iter().map(|skip| (&*skip.name, &*skip.reason)).collect();
        assert_eq!(pairs, [("egress", "strace is missing"), ("odd", "no reason given")]);
    }
}
