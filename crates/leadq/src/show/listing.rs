//! Lists: their columns are described once, and printed as a table for people, or as CSV or TSV with
//! all values for programs.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::escape;
use super::style::{TAB, Tone};
use super::table::{CellText, ColumnHead, under_heads};
use super::wrap::wrapped;

/// The characters by which a spreadsheet takes a cell for a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ListFormat {
    /// For people: fitted to the terminal, long texts are cut
    Table,
    /// Comma-separated values with a header, safe to open in a spreadsheet
    Csv,
    /// Tab-separated values with a header; nothing is cut
    Tsv,
    /// The answer of the HTTP interface
    Json,
}

/// Formats an answer: as JSON, or as the list that it makes.
pub(crate) fn formatted<T: Serialize>(
    format: ListFormat,
    answer: &T,
    listing: impl FnOnce(&T) -> Listing,
) -> anyhow::Result<String> {
    match format {
        ListFormat::Json => super::json(answer),
        format => listing(answer).print(format),
    }
}

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Its name in CSV and TSV, which never changes.
    pub(crate) name: &'static str,
    /// Its place in the table.
    pub(crate) place: Place,
}

/// The place of a value in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A column under this heading.
    Under(&'static str),
    /// A column of sentences under this heading.
    Prose(&'static str),
    /// Behind the value before it.
    Beside,
    /// On a line of its own, below the value before it.
    Below,
    /// In formats for programs only.
    Data,
}

/// A value of a row.
#[derive(Debug, Default)]
pub(crate) struct ListValue {
    full: String,
    /// Its lines in the table, if they are others.
    shown: Option<Vec<String>>,
    tone: Option<Tone>,
}

impl ListValue {
    /// Returns the value, or an empty one.
    pub(crate) fn of<T: ToString>(value: Option<T>) -> Self {
        value.map(Self::from).unwrap_or_default()
    }

    /// Gives the value another form in the table.
    pub(crate) fn shown(self, shown: impl Into<String>) -> Self {
        self.shown_lines(vec![shown.into()])
    }

    /// Does the same for a form of several lines.
    pub(crate) fn shown_lines(self, lines: Vec<String>) -> Self {
        Self { shown: Some(lines), ..self }
    }

    /// Gives the value, and its cell in the table, a tone.
    pub(crate) fn toned(self, tone: Tone) -> Self {
        Self { tone: Some(tone), ..self }
    }

    fn in_table(&self) -> &[String] {
        self.shown.as_deref().unwrap_or(std::slice::from_ref(&self.full))
    }
}

/// Describes a column by its name in CSV and TSV and its place in the table.
pub(crate) const fn column(name: &'static str, place: Place) -> Column {
    Column { name, place }
}

impl<T: ToString> From<T> for ListValue {
    fn from(value: T) -> Self {
        Self { full: value.to_string(), shown: None, tone: None }
    }
}

/// A list: columns, rows, and what is said beside them to people.
#[derive(Debug)]
pub(crate) struct Listing {
    columns: &'static [Column],
    rows: Vec<Vec<ListValue>>,
    empty: String,
    remarks: String,
}

impl Listing {
    /// Builds a list. Each row has a value for each column.
    pub(crate) fn new(
        columns: &'static [Column],
        rows: impl IntoIterator<Item = Vec<ListValue>>,
    ) -> Self {
        let rows = rows.into_iter().collect();
        Self { columns, rows, empty: String::new(), remarks: String::new() }
    }

    /// Sets the text for people in place of a table without rows.
    pub(crate) fn or_if_empty(self, empty: impl Into<String>) -> Self {
        Self { empty: empty.into(), ..self }
    }

    /// Sets the text for people below the table.
    pub(crate) fn with_remarks(self, remarks: impl Into<String>) -> Self {
        Self { remarks: remarks.into(), ..self }
    }

    /// Formats the list. JSON is the answer's own, so it is the caller's.
    pub(crate) fn print(&self, format: ListFormat) -> anyhow::Result<String> {
        match format {
            ListFormat::Csv => self.comma_separated(),
            ListFormat::Tsv => Ok(self.tab_separated()),
            ListFormat::Table | ListFormat::Json => Ok(self.table()),
        }
    }

    fn table(&self) -> String {
        if self.rows.is_empty() && !self.empty.is_empty() {
            return wrapped_lines(&self.empty) + &wrapped_lines(&self.remarks);
        }
        let heads = self.columns.iter().filter_map(|column| match column.place {
            Place::Under(title) => Some(ColumnHead { title, is_prose: false }),
            Place::Prose(title) => Some(ColumnHead { title, is_prose: true }),
            Place::Beside | Place::Below | Place::Data => None,
        });
        let rows: Vec<_> = self.rows.iter().map(|row| self.cells(row)).collect();
        under_heads(&heads.collect::<Vec<_>>(), &rows) + &wrapped_lines(&self.remarks)
    }

    fn cells(&self, row: &[ListValue]) -> Vec<CellText> {
        let mut cells: Vec<(Vec<String>, Option<Tone>)> = Vec::new();
        for (column, value) in self.columns.iter().zip(row) {
            let mut shown = value.in_table().iter();
            match (column.place, cells.last_mut()) {
                (Place::Data, _) => {}
                (Place::Under(_) | Place::Prose(_), _) | (_, None) => {
                    cells.push((shown.cloned().collect(), value.tone));
                }
                (place, Some((lines, tone))) => {
                    *tone = value.tone.or(*tone);
                    if let (Place::Beside, Some(last)) = (place, lines.last_mut()) {
                        let text = shown.next().map_or("", String::as_str);
                        let space = if last.is_empty() || text.is_empty() { "" } else { " " };
                        last.push_str(space);
                        last.push_str(text);
                    }
                    lines.extend(shown.cloned());
                }
            }
        }
        cells.into_iter().map(|(lines, tone)| CellText::lines(lines).toned(tone)).collect()
    }

    fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.to_owned()).collect()
    }

    /// Formats rows of values, each on one line: a tab or a line break in a value is escaped.
    fn lines_of_values(&self) -> impl Iterator<Item = Vec<String>> {
        let values = |row: &Vec<ListValue>| {
            row.iter().map(|value| escape::line(&value.full).into_owned()).collect()
        };
        self.rows.iter().map(values)
    }

    fn tab_separated(&self) -> String {
        let rows = std::iter::once(self.names()).chain(self.lines_of_values());
        let tab = TAB.to_string();
        rows.map(|row| row.join(&tab) + "\n").collect()
    }

    fn comma_separated(&self) -> anyhow::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.names())?;
        for row in self.lines_of_values() {
            writer.write_record(row.into_iter().map(without_formula))?;
        }
        Ok(String::from_utf8(writer.into_inner()?)?)
    }
}

/// Wraps each line of a text to the output's width.
fn wrapped_lines(text: &str) -> String {
    let lines = text.lines();
    lines.map(|line| if line.is_empty() { "\n".to_owned() } else { wrapped(line, "") }).collect()
}

/// Puts an apostrophe before a value that a spreadsheet would execute; it is not shown there.
fn without_formula(value: String) -> String {
    if value.starts_with(FORMULA) { format!("'{value}") } else { value }
}

#[cfg(test)]
mod tests {
    use super::super::style::painted;
    use super::*;

    const COLUMNS: [Column; 5] = [
        column("id", Place::Data),
        column("company", Place::Under("company")),
        column("domain", Place::Below),
        column("score", Place::Under("score")),
        column("band", Place::Beside),
    ];

    fn list() -> Listing {
        let row = |name: &str, domain: &str, score: f64| {
            vec![
                "7".into(),
                ListValue::from(name).shown(name.replace("GmbH", "")),
                domain.into(),
                score.into(),
                "hot".into(),
            ]
        };
        Listing::new(
            &COLUMNS,
            [
                row("=HYPERLINK(\"https://evil.example\")", "@x", 1.0),
                row("Müller, Söhne \"Süd\" GmbH", "", 61.5),
                row("two\nlines\tand a tab", "-1+1", 0.0),
            ],
        )
        .with_remarks("\nthat is all\n")
    }

    #[test]
    fn each_format_has_every_value_and_is_safe() {
        let csv = list().print(ListFormat::Csv).unwrap();
        assert_eq!(
            csv,
            "id,company,domain,score,band\n\
             7,\"'=HYPERLINK(\"\"https://evil.example\"\")\",'@x,1,hot\n\
             7,\"Müller, Söhne \"\"Süd\"\" GmbH\",,61.5,hot\n\
             7,two\\nlines\\tand a tab,'-1+1,0,hot\n"
        );
        let tsv = painted(&list().print(ListFormat::Tsv).unwrap(), false);
        let fields: Vec<usize> = tsv.lines().map(|line| line.split('\t').count()).collect();
        assert_eq!(fields, [5, 5, 5, 5], "{tsv}");
        assert!(tsv.contains("\n7\tMüller, Söhne \"Süd\" GmbH\t\t61.5\thot\n"), "{tsv}");
        assert!(tsv.contains("\t-1+1\t"), "only a spreadsheet takes it for a formula");
        let table = painted(&list().print(ListFormat::Table).unwrap(), false);
        assert!(table.contains(" company ") && table.contains("  61.5 hot\n"), "{table}");
        assert!(table.ends_with("\nthat is all\n") && !table.contains("GmbH"), "{table}");
        let none = Listing::new(&COLUMNS, []).or_if_empty("nothing yet\n");
        assert_eq!(none.print(ListFormat::Table).unwrap(), "nothing yet\n");
        assert_eq!(
            painted(&none.print(ListFormat::Tsv).unwrap(), false),
            "id\tcompany\tdomain\tscore\tband\n"
        );
    }
}
