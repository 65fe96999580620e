//! Tables, lists of facts and bars, fitted to the terminal's width.

use std::io::IsTerminal as _;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::escape;

/// The width in a pipe or a file.
const WIDTH_DEFAULT: u16 = 100;
const WIDTH_MIN: u16 = 40;

/// The text of a cell. Each line is escaped when the cell is made, so text from outside can neither
/// leave its line nor pass for another one.
pub(crate) struct CellText(String);

impl CellText {
    /// Builds a cell of several lines.
    pub(crate) fn lines<L>(lines: L) -> Self
    where
        L: IntoIterator,
        L::Item: AsRef<str>,
    {
        let escaped = lines.into_iter().map(|line| escape::line(line.as_ref()).into_owned());
        Self(escaped.collect::<Vec<_>>().join("\n"))
    }
}

impl From<&str> for CellText {
    fn from(line: &str) -> Self {
        Self(escape::line(line).into_owned())
    }
}

impl From<String> for CellText {
    fn from(line: String) -> Self {
        line.as_str().into()
    }
}

/// Returns the width of the output, in columns.
pub(crate) fn width() -> u16 {
    let configured = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let detected = std::io::stdout().is_terminal().then(|| Table::new().width()).flatten();
    detected.or(configured).unwrap_or(WIDTH_DEFAULT).max(WIDTH_MIN)
}

/// Formats a table with a header.
pub(crate) fn table<R, C>(header: &[&str], rows: R) -> String
where
    R: IntoIterator<Item = Vec<C>>,
    C: Into<CellText>,
{
    let mut table = plain();
    table.set_header(header.to_vec());
    table.add_rows(rows.into_iter().map(texts));
    format!("{}\n", table.trim_fmt())
}

/// Formats names and values, one pair per line.
pub(crate) fn facts<R>(rows: R) -> String
where
    R: IntoIterator<Item = (String, String)>,
{
    let mut table = plain();
    table.add_rows(rows.into_iter().map(|(name, value)| texts(vec![name, value])));
    format!("{}\n", table.trim_fmt())
}

/// Formats rows without a header; the last column takes the remaining width.
pub(crate) fn columns<R, C>(rows: R, widths: &[u16]) -> String
where
    R: IntoIterator<Item = Vec<C>>,
    C: Into<CellText>,
{
    let mut table = plain();
    table.add_rows(rows.into_iter().map(texts));
    for (index, width) in widths.iter().enumerate() {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(*width)));
        }
    }
    format!("{}\n", table.trim_fmt())
}

fn texts<C: Into<CellText>>(row: Vec<C>) -> Vec<String> {
    row.into_iter().map(|cell| cell.into().0).collect()
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width());
    table.force_no_tty();
    table
}

/// Formats a share of `most` as a bar of at most `cells` cells.
pub(crate) fn bar(value: i32, max: i32, cells: usize) -> String {
    let share = f64::from(value.abs()) / f64::from(max.abs().max(1));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "between 0 and cells"
    )]
    let filled = (share.clamp(0.0, 1.0) * cells as f64).round() as usize;
    let mark = if value < 0 { "-" } else { "█" };
    mark.repeat(if value == 0 { 0 } else { filled.max(1) })
}

/// Wraps a text to the output's width, each line with an indent.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let line_width = usize::from(width()).saturating_sub(indent.chars().count()).max(20);
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace().map(escape::line) {
        let length = line.chars().count();
        if length > 0 && length + 1 + word.chars().count() > line_width {
            lines.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push_str(&format!("{indent}{line}\n"));
    }
    lines
}
