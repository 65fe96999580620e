//! Tables, lists of facts and bars, fitted to the output's width. Where the columns do not fit beside
//! each other, each row becomes a line of its short values, with its sentences below it.

use super::style::{Tone, toned};
use super::wrap::{broken, columns_of, widest_word};
use super::{escape, screen};

/// The space between two columns.
const GAP: usize = 2;
/// The width from which on a table with a header may have columns with line breaks.
const WIDE: usize = 80;
/// The width above which an address, or a text without spaces, may be divided in a column.
const DIVIDED: usize = 24;
/// The indent of what stands below the line of a row.
const INDENT: &str = "   ";
/// The separator of the values of a row in one line.
const DOT: &str = " · ";

/// The text of a cell. Each line is escaped when the cell is made, so text from outside can neither
/// leave its line nor pass for another one.
#[derive(Debug, Default)]
pub(crate) struct CellText {
    lines: Vec<String>,
    tone: Option<Tone>,
}

impl CellText {
    /// Builds a cell of several lines.
    pub(crate) fn lines<L>(lines: L) -> Self
    where
        L: IntoIterator,
        L::Item: AsRef<str>,
    {
        let escaped = lines.into_iter().map(|line| escape::line(line.as_ref()).into_owned());
        Self { lines: escaped.filter(|line| !line.is_empty()).collect(), tone: None }
    }

    /// Gives the cell a tone.
    pub(crate) fn toned(self, tone: Option<Tone>) -> Self {
        Self { tone, ..self }
    }

    fn painted(&self, line: &str) -> String {
        self.tone.map_or_else(|| line.to_owned(), |tone| toned(tone, line))
    }
}

impl From<&str> for CellText {
    fn from(line: &str) -> Self {
        Self::lines([line])
    }
}

impl From<String> for CellText {
    fn from(line: String) -> Self {
        line.as_str().into()
    }
}

/// The head of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnHead {
    pub(super) title: &'static str,
    /// Whether it holds sentences, which stand below the line of a row if the table does not fit.
    pub(super) is_prose: bool,
}

/// Formats a table with a header.
pub(crate) fn table<R, C>(header: &[&'static str], rows: R) -> String
where
    R: IntoIterator<Item = Vec<C>>,
    C: Into<CellText>,
{
    let heads: Vec<ColumnHead> =
        header.iter().map(|title| ColumnHead { title, is_prose: false }).collect();
    let rows = rows.into_iter().map(|row| row.into_iter().map(Into::into).collect());
    under_heads(&heads, &rows.collect::<Vec<_>>())
}

/// Formats a table with the heads of its columns; without a title it has no header.
pub(super) fn under_heads(heads: &[ColumnHead], rows: &[Vec<CellText>]) -> String {
    let has_header = heads.iter().any(|head| !head.title.is_empty());
    let titles = heads.iter().map(|head| CellText::from(head.title).toned(Some(Tone::Heading)));
    let titles: Option<Vec<CellText>> = has_header.then(|| titles.collect());
    let all = || titles.iter().chain(rows);
    let (natural, least) = measured(all());
    let is_wide = !has_header || usize::from(screen::width()) >= WIDE;
    match widths(&natural, &least) {
        Some(widths) if is_wide || widths == natural => {
            all().map(|row| beside(row, &widths)).collect()
        }
        _ => rows.iter().map(|row| stacked(row, heads)).collect(),
    }
}

/// Formats names and values, one pair per line.
pub(crate) fn facts<R>(rows: R) -> String
where
    R: IntoIterator<Item = (String, String)>,
{
    columns(rows.into_iter().map(|(name, value)| vec![name, value]))
}

/// Formats rows without a header; the last column holds sentences.
pub(crate) fn columns<R, C>(rows: R) -> String
where
    R: IntoIterator<Item = Vec<C>>,
    C: Into<CellText>,
{
    let rows = rows.into_iter().map(|row| row.into_iter().map(Into::into).collect());
    let rows: Vec<Vec<CellText>> = rows.collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let heads = (1..=count).map(|at| ColumnHead { title: "", is_prose: at == count });
    under_heads(&heads.collect::<Vec<_>>(), &rows)
}

/// Measures each column: its widest line, and its widest word.
fn measured<'r>(rows: impl IntoIterator<Item = &'r Vec<CellText>>) -> (Vec<usize>, Vec<usize>) {
    let (mut natural, mut least) = (Vec::new(), Vec::new());
    for row in rows {
        natural.resize(natural.len().max(row.len()), 0);
        least.resize(natural.len(), 0);
        for ((cell, natural), least) in row.iter().zip(&mut natural).zip(&mut least) {
            for line in &cell.lines {
                *natural = columns_of(line).max(*natural);
                *least = widest_word(line, DIVIDED).max(*least);
            }
        }
    }
    (natural, least)
}

/// Divides the output's width among the columns: each gets its widest word, and the rest goes to those
/// first that need least more. `None` if not even the words fit.
fn widths(natural: &[usize], least: &[usize]) -> Option<Vec<usize>> {
    let gaps = GAP * natural.len().saturating_sub(1);
    let available = usize::from(screen::width()).checked_sub(1 + gaps)?;
    let mut rest = available.checked_sub(least.iter().sum())?;
    let mut widths = least.to_vec();
    let need = |at: usize| natural.get(at).zip(least.get(at)).map_or(0, |(all, some)| all - some);
    let mut order: Vec<usize> = (0..natural.len()).collect();
    order.sort_by_key(|at| need(*at));
    for (done, at) in order.iter().enumerate() {
        let more = need(*at).min(rest / (order.len() - done));
        rest -= more;
        if let Some(width) = widths.get_mut(*at) {
            *width += more;
        }
    }
    Some(widths)
}

/// Formats a row with its cells beside each other.
fn beside(row: &[CellText], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| {
        let lines = cell.lines.iter().flat_map(|line| broken(line, *width));
        lines.collect::<Vec<_>>()
    });
    let cells: Vec<Vec<String>> = cells.collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for at in 0..height {
        let (mut line, mut blank) = (String::new(), 1);
        for ((cell, lines), width) in row.iter().zip(&cells).zip(widths) {
            let content = lines.get(at).map_or("", String::as_str);
            if !content.is_empty() {
                line.push_str(&" ".repeat(blank));
                line.push_str(&cell.painted(content));
                blank = 0;
            }
            blank += width + GAP - columns_of(content).min(*width);
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Formats a row as a line of its short values, with what is longer below it.
fn stacked(row: &[CellText], heads: &[ColumnHead]) -> String {
    let most = usize::from(screen::width()).saturating_sub(INDENT.len());
    let (mut head, mut below) = (ValueLine::default(), String::new());
    for (cell, column) in row.iter().zip(heads) {
        if column.is_prose {
            for piece in cell.lines.iter().flat_map(|line| broken(line, most)) {
                below.push_str(&format!("{INDENT}{}\n", cell.painted(&piece)));
            }
            continue;
        }
        for (number, line) in cell.lines.iter().enumerate() {
            let title = if number == 0 { column.title } else { "" };
            head.add(cell, &labelled(line, title));
        }
    }
    if !head.text.is_empty() {
        head.text.push('\n');
    }
    head.text + &below
}

/// The line of a row: its short values with dots between them, which may need several lines.
#[derive(Default)]
struct ValueLine {
    text: String,
    /// The columns in use of its last line.
    used: usize,
}

impl ValueLine {
    fn add(&mut self, cell: &CellText, value: &str) {
        let width = usize::from(screen::width());
        if self.text.is_empty() {
            self.push(" ");
        } else if self.used + columns_of(DOT) + columns_of(value) <= width {
            self.push(DOT);
        } else {
            self.begin();
        }
        for (number, piece) in broken(value, width.saturating_sub(INDENT.len())).iter().enumerate()
        {
            if number > 0 {
                self.begin();
            }
            self.text.push_str(&cell.painted(piece));
            self.used += columns_of(piece);
        }
    }

    fn begin(&mut self) {
        self.text.push('\n');
        self.used = 0;
        self.push(INDENT);
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.used += columns_of(text);
    }
}

/// Puts the title of a column before a value that would not be understood without it.
fn labelled(value: &str, title: &str) -> String {
    let is_clear = title.is_empty() || value.chars().any(char::is_alphabetic);
    if is_clear { value.to_owned() } else { format!("{title} {value}") }
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

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str =
        "Gesellschaft für angewandte Lagerlogistik und Fördertechnik Oberrhein mbH & Co. KG";

    fn rows() -> Vec<Vec<CellText>> {
        let url = format!("https://acme.example/{}", "news/2026/".repeat(28));
        let cell = |text: &str| CellText::from(text);
        vec![
            vec![cell("1"), CellText::lines([NAME, "lager.example"]), cell("61.3"), cell(&url)],
            vec![
                cell("2"),
                cell("株式会社東京倉庫"),
                cell("7"),
                cell("倉庫管理システムを導入しました。東京都千代田区丸の内の倉庫"),
            ],
            vec![cell("3"), cell("Ace"), cell("-"), CellText::default()],
        ]
    }

    #[tokio::test]
    async fn no_width_breaks_a_word_or_is_exceeded() {
        let heads = ["", "company", "score", "why"]
            .map(|title| ColumnHead { title, is_prose: title == "why" });
        for width in [20, 40, 60, 79, 80, 100, 120, 200] {
            screen::at_width(width, async {
                for text in [
                    under_heads(&heads, &rows()),
                    columns(rows()),
                    table(&["", "company", "score", "why"], rows()),
                ] {
                    let most = text.lines().map(columns_of).max().unwrap();
                    assert!(most <= usize::from(width), "{width}: {most}\n{text}");
                    let words: Vec<&str> = text.split_whitespace().collect();
                    for word in
                        NAME.split(' ').filter(|word| columns_of(word) <= usize::from(width) - 3)
                    {
                        assert!(words.contains(&word), "{width}: {word}\n{text}");
                    }
                    assert!(text.contains("株式会社東京倉庫"), "{width}\n{text}");
                }
            })
            .await;
        }
    }

    #[tokio::test]
    async fn a_row_that_does_not_fit_is_a_line_with_its_sentences_below() {
        let heads = ["day", "company", "visits", "why"]
            .map(|title| ColumnHead { title, is_prose: title == "why" });
        let row = ["2026-11-13", "Acme", "12", "They use Segment on all of their pages"];
        let rows = || vec![row.map(CellText::from).into()];
        let narrow = screen::at_width(40, async { under_heads(&heads, &rows()) }).await;
        let lines: Vec<&str> = narrow.lines().collect();
        assert_eq!(
            lines,
            [
                " day 2026-11-13 · Acme · visits 12",
                "   They use Segment on all of their",
                "   pages"
            ]
        );
        let wide = screen::at_width(100, async { under_heads(&heads, &rows()) }).await;
        assert!(
            wide.ends_with(
                " 2026-11-13  Acme     12      They use Segment on all of their pages\n"
            ),
            "{wide}"
        );
    }
}
