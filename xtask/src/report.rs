//! What the test command remembers, and the table it prints at the end.

use std::time::{Duration, Instant};

use crate::Result;

/// Something that was not tested, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// What.
    pub(crate) name: String,
    /// Why.
    pub(crate) reason: String,
    /// Whether a test machine (`CI=true`) may skip it too: it needs a tool that neither the
    /// project's files nor the machine's packages provide.
    pub(crate) excused: bool,
}

/// One row of the table.
struct Row {
    name: String,
    took: Duration,
    /// Tests, or 1 for a step that is a test by itself.
    passed: usize,
    failed: usize,
    cause: String,
}

/// How many tests a step stands for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tests that passed.
    pub(crate) passed: usize,
    /// Tests that failed.
    pub(crate) failed: usize,
}

/// Everything that was tried.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    skipped: Vec<Skipped>,
}

impl Report {
    /// Runs a step under a heading. Its failure is kept, not returned: the next step runs anyway.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        self.counted(name, || match work() {
            Ok(()) => (Counts { passed: 1, failed: 0 }, Ok(())),
            Err(error) => (Counts { passed: 0, failed: 1 }, Err(error)),
        });
    }

    /// Runs a step that counts tests itself. An error without a failed test counts as one.
    pub(crate) fn counted(&mut self, name: &str, work: impl FnOnce() -> (Counts, Result<()>)) {
        println!("\n━━━ {name}");
        let start = Instant::now();
        let (counts, outcome) = work();
        let mut row = Row {
            name: name.to_owned(),
            took: start.elapsed(),
            passed: counts.passed,
            failed: counts.failed,
            cause: String::new(),
        };
        if let Err(error) = outcome {
            row.failed = row.failed.max(1);
            row.cause = error.to_string();
            println!("FAILED: {name}: {error}");
        }
        self.rows.push(row);
    }

    /// Notes what was not tested.
    pub(crate) fn skip(&mut self, skipped: Skipped) {
        self.skipped.push(skipped);
    }

    /// The table, ending with the sum alone on its line, and whether all is well.
    /// On a test machine a skip without excuse counts as a failure.
    pub(crate) fn summary(&self, on_test_machine: bool) -> (String, bool) {
        use std::fmt::Write as _;

        let mut text = String::from("\n━━━ summary\n");
        let mut passed = 0;
        let mut failed = 0;
        for row in &self.rows {
            let word = if row.failed == 0 { "passed" } else { "FAILED" };
            let seconds = row.took.as_secs_f64();
            let _ = write!(text, "{word}   {:<34} {seconds:>7.1} s   {}", row.name, row.passed);
            let _ = writeln!(text, " passed, {} failed   {}", row.failed, row.cause);
            passed += row.passed;
            failed += row.failed;
        }
        for skipped in &self.skipped {
            let counts = on_test_machine && !skipped.excused;
            let word = if counts { "FAILED" } else { "skipped" };
            let _ = writeln!(text, "{word:<7}  {:<34} not run: {}", skipped.name, skipped.reason);
            failed += usize::from(counts);
        }
        let _ = writeln!(text, "{passed} passed, {failed} failed");
        (text, failed == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_counted_and_the_next_step_runs() {
        let mut report = Report::default();
        report.step("first", || Err("no".into()));
        report.step("second", || Ok(()));
        report.counted("tests", || (Counts { passed: 5, failed: 2 }, Err("two".into())));
        let (text, well) = report.summary(false);
        assert!(!well);
        assert!(text.ends_with("\n6 passed, 3 failed\n"), "{text}");
    }

    #[test]
    fn only_a_test_machine_refuses_a_skip_and_only_without_excuse() {
        for (on_test_machine, excused, expected) in
            [(false, false, true), (false, true, true), (true, true, true), (true, false, false)]
        {
            let mut report = Report::default();
            report.skip(Skipped { name: "x".into(), reason: "y".into(), excused });
            assert_eq!(report.summary(on_test_machine).1, expected);
        }
    }
}
