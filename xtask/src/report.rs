//! The results of the test command, and the table printed at its end.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Result;
use crate::command;

/// A test that was not run, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// The name of the test or step.
    pub(crate) name: String,
    /// The reason for the skip.
    pub(crate) reason: String,
    /// Whether a test machine (`CI=true`) may skip it too, because it needs a tool that neither the
    /// project's files nor the machine's packages provide.
    pub(crate) excused: bool,
}

/// One row of the table.
struct Row {
    name: String,
    took: Duration,
    /// The number of passed tests, or 1 for a step that is a test itself.
    passed: usize,
    failed: usize,
    cause: String,
}

/// The numbers of tests of a step.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tests that passed.
    pub(crate) passed: usize,
    /// Tests that failed.
    pub(crate) failed: usize,
}

/// The number of slowest parts to list.
const SLOWEST_SHOWN: usize = 10;

/// All results, collected from several threads.
pub(crate) struct Report {
    begun: Instant,
    results: Mutex<Results>,
}

#[derive(Default)]
struct Results {
    rows: Vec<Row>,
    skipped: Vec<Skipped>,
}

impl Report {
    /// Starts the report and the measurement of the total time.
    pub(crate) fn begin() -> Self {
        Self { begun: Instant::now(), results: Mutex::default() }
    }

    /// Runs a step under a heading and shows its output. A failure is recorded, not returned, so
    /// that the next step runs anyway.
    pub(crate) fn step(&self, name: &str, work: impl FnOnce() -> Result<()>) {
        println!("\n━━━ {name}");
        let start = Instant::now();
        let outcome = work();
        self.add(name, start.elapsed(), single(&outcome), outcome);
    }

    /// Runs a step in parallel with others; its output is shown when it has ended.
    pub(crate) fn beside(&self, name: &str, work: impl FnOnce() -> Result<()>) {
        self.part(name, "", |counts| {
            let outcome = work();
            *counts = single(&outcome);
            outcome
        });
    }

    /// Runs one part of the row `name` in parallel with others. An error without a failed test
    /// counts as one failed test.
    pub(crate) fn part(
        &self,
        name: &str,
        part: &str,
        work: impl FnOnce(&mut Counts) -> Result<()>,
    ) {
        let title = if part.is_empty() { name.to_owned() } else { format!("{name}: {part}") };
        println!("··· {title} begins");
        let start = Instant::now();
        let mut counts = Counts::default();
        let (outcome, text) = command::captured(|| work(&mut counts));
        let outcome = outcome.map_err(|error| match part {
            "" => error,
            _ => format!("{part}: {error}").into(),
        });
        let took = start.elapsed();
        // One call, so that the output of parts is not mixed.
        print!("\n━━━ {title} ({:.1} s)\n{text}", took.as_secs_f64());
        self.add(name, took, counts, outcome);
    }

    fn add(&self, name: &str, took: Duration, counts: Counts, outcome: Result<()>) {
        let mut row = Row {
            name: name.to_owned(),
            took,
            passed: counts.passed,
            failed: counts.failed,
            cause: String::new(),
        };
        if let Err(error) = outcome {
            row.failed = row.failed.max(1);
            row.cause = error.to_string();
            println!("FAILED: {name}: {error}");
        }
        let mut results = self.results();
        match results.rows.iter_mut().find(|row| row.name == name) {
            Some(first) => first.merge(&row),
            None => results.rows.push(row),
        }
    }

    /// Records a skipped test.
    pub(crate) fn skip(&self, skipped: Skipped) {
        self.results().skipped.push(skipped);
    }

    /// Returns the table, which ends with a line of totals, and whether all passed. On a test
    /// machine a skip without excuse counts as a failure.
    pub(crate) fn summary(&self, on_test_machine: bool) -> (String, bool) {
        use std::fmt::Write as _;

        let results = self.results();
        let mut text = String::from("\n━━━ summary\n");
        let mut passed = 0;
        let mut failed = 0;
        for row in &results.rows {
            let verdict = if row.failed == 0 { "passed" } else { "FAILED" };
            let seconds = row.took.as_secs_f64();
            let _ = write!(text, "{verdict}   {:<34} {seconds:>7.1} s   {}", row.name, row.passed);
            let _ = writeln!(text, " passed, {} failed   {}", row.failed, row.cause);
            passed += row.passed;
            failed += row.failed;
        }
        for skipped in &results.skipped {
            let counts = on_test_machine && !skipped.excused;
            let verdict = if counts { "FAILED" } else { "skipped" };
            let _ =
                writeln!(text, "{verdict:<7}  {:<34} not run: {}", skipped.name, skipped.reason);
            failed += usize::from(counts);
        }
        text += &slowest(&results.rows, self.begun.elapsed());
        let _ = writeln!(text, "{passed} passed, {failed} failed");
        (text, failed == 0)
    }

    fn results(&self) -> MutexGuard<'_, Results> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Row {
    /// Adds another part of the same row.
    fn merge(&mut self, other: &Self) {
        self.took += other.took;
        self.passed += other.passed;
        self.failed += other.failed;
        if !self.cause.is_empty() && !other.cause.is_empty() {
            self.cause.push_str("; ");
        }
        self.cause.push_str(&other.cause);
    }
}

/// Counts a step that is a test itself.
fn single(outcome: &Result<()>) -> Counts {
    let failed = usize::from(outcome.is_err());
    Counts { passed: 1 - failed, failed }
}

/// Formats the slowest parts as a table. Parts run in parallel, so their shares can add up to more
/// than 100 %.
fn slowest(rows: &[Row], total: Duration) -> String {
    use std::fmt::Write as _;

    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.took));
    let total = total.as_secs_f64();
    let mut text = format!("\nthe slowest parts, of {total:.1} s in all (parts run in parallel)\n");
    for row in rows.iter().take(SLOWEST_SHOWN) {
        let seconds = row.took.as_secs_f64();
        let share = 100.0 * seconds / total.max(f64::EPSILON);
        let _ = writeln!(text, "  {:<34} {seconds:>7.1} s {share:>5.1} %", row.name);
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_counted_and_the_next_step_runs() {
        let report = Report::begin();
        report.step("first", || Err("no".into()));
        report.step("second", || Ok(()));
        report.part("tests", "", |counts| {
            *counts = Counts { passed: 5, failed: 2 };
            Err("two".into())
        });
        let (text, well) = report.summary(false);
        assert!(!well);
        assert!(text.ends_with("\n6 passed, 3 failed\n"), "{text}");
    }

    #[test]
    fn only_a_test_machine_refuses_a_skip_and_only_without_excuse() {
        for (on_test_machine, excused, expected) in
            [(false, false, true), (false, true, true), (true, true, true), (true, false, false)]
        {
            let report = Report::begin();
            report.skip(Skipped { name: "x".into(), reason: "y".into(), excused });
            assert_eq!(report.summary(on_test_machine).1, expected);
        }
    }

    #[test]
    fn parts_of_a_row_add_up_and_none_of_their_failures_is_lost() {
        let report = Report::begin();
        for (part, outcome) in [("a", Ok(())), ("b", Err("no".into())), ("c", Err("slow".into()))] {
            report.part("fuzz", part, |counts| {
                *counts = single(&outcome);
                outcome
            });
        }
        // A program that failed before it reported a count.
        report.part("tests", "", |_| Err("killed".into()));
        let (text, well) = report.summary(false);
        assert!(!well);
        assert!(text.contains(" s   1 passed, 2 failed   b: no; c: slow\n"), "{text}");
        assert!(text.contains(" s   0 passed, 1 failed   killed\n"), "{text}");
        assert!(text.ends_with("\n1 passed, 3 failed\n"), "{text}");
    }

    #[test]
    fn the_slowest_parts_are_listed_with_their_shares() {
        let row = |number: u64| Row {
            name: format!("part {number}"),
            took: Duration::from_secs(number),
            passed: 1,
            failed: 0,
            cause: String::new(),
        };
        let rows: Vec<Row> = (1..=12).map(row).collect();
        let text = slowest(&rows, Duration::from_secs(48));
        let lines: Vec<&str> = text.trim().lines().collect();
        assert_eq!(lines.len(), 1 + SLOWEST_SHOWN, "{text}");
        assert!(
            lines[1].starts_with("  part 12 ") && lines[1].ends_with("12.0 s  25.0 %"),
            "{text}"
        );
        assert!(lines[10].starts_with("  part 3 "), "{text}");
    }
}
