//! Lists of accounts: reading the file, and showing how it was read.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use model::Note;
use resolve::{ACCOUNTS_BYTES_MAX, Account, AccountColumn, AccountList};

use crate::cli::Init;
use crate::config::UsageError;
use crate::output::Output;
use crate::show::{self, CellText};

/// The maximum number of notes that a preview shows.
const NOTES_SHOWN: usize = 20;
/// The maximum number of rows that a preview shows.
const ROWS_SHOWN: usize = 5;
/// The maximum number of ignored columns that are named.
const IGNORED_NAMED: usize = 10;
/// The maximum number of characters of a value in a preview.
const VALUE_CHARS_MAX: usize = 60;

/// Reads a list of accounts with its notes.
///
/// # Errors
///
/// If the file cannot be read, or names no company.
pub(super) fn read(path: &Path) -> anyhow::Result<(AccountList, Vec<Note>)> {
    let (list, notes) = resolve::accounts(&bytes(path)?);
    if list.accounts.is_empty() {
        return Err(unusable(path, &notes).into());
    }
    Ok((list, notes))
}

fn unusable(path: &Path, notes: &[Note]) -> UsageError {
    let why = notes.first().map_or("it has no rows", |note| note.detail.as_str());
    UsageError(format!("{}: {why}", path.display()))
}

/// Reads a file, at most one byte more than a list may have.
fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("cannot read the accounts in {}", path.display());
    let file = File::open(path).with_context(unreadable)?;
    let mut bytes = Vec::new();
    let most = ACCOUNTS_BYTES_MAX as u64 + 1;
    file.take(most).read_to_end(&mut bytes).with_context(unreadable)?;
    Ok(bytes)
}

/// Shows how a list would be read: its form, the use of its columns, the first rows, and what would
/// be left out.
pub(super) fn preview(args: &Init) -> anyhow::Result<Output> {
    let path = args.accounts.as_deref().unwrap_or(Path::new(""));
    let (list, notes) = resolve::accounts(&bytes(path)?);
    if list.columns.is_empty() {
        return Err(unusable(path, &notes).into());
    }
    let delimiter = match list.delimiter {
        '\t' => "tabs".to_owned(),
        delimiter => format!("`{delimiter}`"),
    };
    let (line, encoding) = (show::number(list.header_line), list.encoding);
    let mut text = format!(
        "{}: {encoding}, fields separated by {delimiter}, header in line {line}\n\n",
        show::path(path)
    );
    text.push_str(&column_table(&list.columns));
    text.push('\n');
    text.push_str(&account_table(&list.accounts));
    let read = show::count(list.accounts.len(), "row");
    let rejected = show::number(list.rejected as u64);
    text.push_str(&format!("\n{read} with a company, {rejected} left out\n"));
    for note in notes.iter().take(NOTES_SHOWN) {
        text.push_str(&format!("  {}\n", show::line(&note.detail)));
    }
    if notes.len() > NOTES_SHOWN {
        text.push_str(&format!("  and {} more\n", notes.len() - NOTES_SHOWN));
    }
    text.push_str("nothing was changed; without --dry-run they are stored\n");
    Ok(Output::well(text))
}

fn column_table(columns: &[AccountColumn]) -> String {
    let rows = columns.iter().map(|column| {
        let title = answer::clipped(&column.title, VALUE_CHARS_MAX);
        vec![CellText::from(title), column.field.unwrap_or("(ignored)").into()]
    });
    show::table(&["column", "used as"], rows)
}

fn account_table(accounts: &[Account]) -> String {
    let rows = accounts.iter().take(ROWS_SHOWN).map(|account| {
        let text = |value: &Option<String>| {
            CellText::from(answer::clipped(value.as_deref().unwrap_or("-"), VALUE_CHARS_MAX))
        };
        vec![
            CellText::from(account.domain.as_str()),
            text(&account.name),
            text(&account.country),
            text(&account.industry),
            text(&account.employees.map(|count| count.to_string())),
        ]
    });
    show::table(&["domain", "name", "country", "industry", "employees"], rows)
}

/// Says in one line which columns were used, and which were ignored.
pub(super) fn columns_line(columns: &[AccountColumn]) -> String {
    let title = |column: &AccountColumn| show::line(&answer::clipped(&column.title, 40));
    let used =
        columns.iter().filter_map(|column| Some(format!("{} as {}", title(column), column.field?)));
    let mut line = format!("columns used: {}", used.collect::<Vec<_>>().join(", "));
    let ignored =
        || columns.iter().filter(|column| column.field.is_none() && !column.title.is_empty());
    let named: Vec<String> = ignored().take(IGNORED_NAMED).map(title).collect();
    if !named.is_empty() {
        line.push_str(&format!("; ignored: {}", named.join(", ")));
    }
    let others = ignored().count() - named.len();
    if others > 0 {
        line.push_str(&format!(" and {} more", show::number(others as u64)));
    }
    line.push('\n');
    line
}
