//! Reads the team's own list of companies, `accounts.csv`.

mod decoding;
mod header;
mod rows;

use std::collections::BTreeSet;

use lexicon::country_code::country_code;
use model::{EntityKind, Note};
use serde::{Deserialize, Serialize};

use crate::domain::company_at;
use crate::enrich::{employees, plain};
use header::{AccountHeader, header};
use rows::{AccountRow, AccountRows};

/// The maximum size of a list, in bytes. Larger ones are not read.
pub const ACCOUNTS_BYTES_MAX: usize = 24 << 20;
/// The maximum number of notes about single rows; one more has the number of the others.
const NOTES_MAX: usize = 1_000;
/// The number of titles that a note names.
const TITLES_NAMED: usize = 10;
/// What programs write into fields without a value.
const NO_VALUES: [&str; 8] = ["-", "–", "—", "n/a", "#n/a", "null", "(null)", "\\n"];

/// A company that the team knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    /// Its registrable domain.
    pub domain: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// ISO 3166 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
    /// Its industry as written in the list.
    #[serde(default)]
    pub industry: Option<String>,
    /// The number of employees; for a range its middle.
    #[serde(default)]
    pub employees: Option<i64>,
}

/// A list of companies as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountList {
    /// The companies in the order of the list, each domain once.
    pub accounts: Vec<Account>,
    /// The columns in their order.
    pub columns: Vec<AccountColumn>,
    /// The number of the header's line, from 1; 0 if there is none.
    pub header_line: u64,
    /// The character between the fields.
    pub delimiter: char,
    /// The name of the encoding.
    pub encoding: &'static str,
    /// The number of rows that name no company or could not be read; each is noted.
    pub rejected: usize,
}

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountColumn {
    /// Its title as written.
    pub title: String,
    /// The field of [`Account`] that it is used for; nothing if it is ignored.
    pub field: Option<&'static str>,
}

/// The notes about a list, the first of which are kept.
#[derive(Default)]
struct ListNotes {
    notes: Vec<Note>,
    others: usize,
}

impl ListNotes {
    fn add(&mut self, code: &'static str, line: u64, detail: &str) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(Note::new(code, format!("line {line}: {detail}")));
        } else {
            self.others += 1;
        }
    }

    fn finish(mut self) -> Vec<Note> {
        if self.others > 0 {
            let detail = format!("{} more lines have notes", self.others);
            self.notes.push(Note::new("accounts_notes_cut", detail));
        }
        self.notes
    }
}

/// Reads the list, in any encoding of the Web or UTF-16, with fields separated by comma, semicolon,
/// tab, bar, or the character of a first line such as `sep=;`. Titles may precede the header, which
/// may have any of the usual column names of many languages in any order. Rows without a company's
/// domain, and rows that cannot be read, are left out and noted with their line number; if two rows
/// have the same domain, the first one applies.
pub fn accounts(list: &[u8]) -> (AccountList, Vec<Note>) {
    if list.len() > ACCOUNTS_BYTES_MAX {
        let detail = format!(
            "the list is larger than {} MiB; split it, or leave out columns that are not used",
            ACCOUNTS_BYTES_MAX >> 20
        );
        return (AccountList::default(), vec![Note::new("accounts_too_large", detail)]);
    }
    let (text, encoding) = decoding::decode(list);
    let text = text.trim_start_matches('\u{feff}');
    let Some((header, rows)) = header(text) else {
        return (AccountList { encoding, ..AccountList::default() }, vec![no_domain(text)]);
    };
    let titles = header.row.fields.iter().enumerate();
    let mut found = AccountList {
        columns: titles
            .map(|(at, title)| AccountColumn { title: title.clone(), field: header.field(at) })
            .collect(),
        header_line: header.row.line,
        delimiter: char::from(header.delimiter),
        encoding,
        ..AccountList::default()
    };
    let mut notes = ListNotes::default();
    read_rows(&header, rows, &mut found, &mut notes);
    (found, notes.finish())
}

/// Says that no column has domains, and which columns there are.
fn no_domain(text: &str) -> Note {
    let titles: Vec<String> = header::first_titles(text)
        .into_iter()
        .take(TITLES_NAMED)
        .map(|title| format!("{:?}", title.chars().take(40).collect::<String>()))
        .collect();
    let found = match titles.as_slice() {
        [] => "the list is empty".to_owned(),
        titles => format!("the first columns are {}", titles.join(", ")),
    };
    let detail = format!("line 1: no column called domain, website or url; add one ({found})");
    Note::new("accounts_without_domain", detail)
}

fn read_rows(
    header: &AccountHeader,
    mut rows: AccountRows<'_>,
    found: &mut AccountList,
    notes: &mut ListNotes,
) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(row) = rows.next() {
        let row = match row {
            // A quote that is closed by chance, in a later row, would swallow the rows between.
            Ok(row) if has_another_row(header, &rows, &row) => {
                rows.continue_in(&row);
                Err((row.line, rows::RowProblem::UnclosedQuote))
            }
            row => row,
        };
        let account = match row {
            Ok(row) => account(header, &row, notes).map(|account| (account, row.line)),
            Err((line, problem)) => {
                let detail = format!("{}; the line was skipped", problem.as_str());
                notes.add("account_line_unreadable", line, &detail);
                None
            }
        };
        match account {
            Some((account, _)) if seen.insert(account.domain.clone()) => {
                found.accounts.push(account);
            }
            Some((account, line)) => {
                found.rejected += 1;
                let detail = format!("{} is already in the list", account.domain);
                notes.add("account_repeated", line, &detail);
            }
            None => found.rejected += 1,
        }
    }
}

/// Reports whether a line in a row of several lines is a row by itself.
fn has_another_row(header: &AccountHeader, rows: &AccountRows<'_>, row: &AccountRow) -> bool {
    let width = header.row.fields.len();
    width > 1
        && rows.later_lines(row).any(|line| {
            let fields = rows.of_line(line).filter(|fields| fields.len() == width);
            fields.is_some_and(|fields| {
                domain_field(header, &fields).is_some_and(|domain| company(domain).is_some())
            })
        })
}

/// Returns the value of a column, unless it has none.
fn value(fields: &[String], column: usize) -> Option<&str> {
    let value = fields.get(column)?.as_str();
    let is_value = !value.is_empty() && !NO_VALUES.contains(&value.to_lowercase().as_str());
    is_value.then_some(value)
}

/// Returns the first value of the columns with domains and sites that is a company's.
fn domain_field<'r>(header: &AccountHeader, fields: &'r [String]) -> Option<&'r str> {
    let values = || header.domains.iter().filter_map(|column| value(fields, *column));
    values().find(|value| company(value).is_some()).or_else(|| values().next())
}

/// Returns the registrable domain of a company's site.
fn company(address: &str) -> Option<String> {
    let owner = company_at(address).filter(|owner| owner.kind == EntityKind::Domain)?;
    Some(owner.value)
}

fn account(header: &AccountHeader, row: &AccountRow, notes: &mut ListNotes) -> Option<Account> {
    let line = row.line;
    let field = |column: Option<usize>| value(&row.fields, column?);
    let Some(written) = domain_field(header, &row.fields) else {
        notes.add("account_without_domain", line, "no domain; the line was skipped");
        return None;
    };
    let Some(domain) = company(written) else {
        let detail = format!("{} is not a company's domain; the line was skipped", shown(written));
        notes.add("account_domain_invalid", line, &detail);
        return None;
    };
    let country = field(header.country).and_then(country_code);
    if let (None, Some(written)) = (&country, field(header.country)) {
        let hint = "is not a known country; use its ISO 3166 code";
        notes.add("account_country_unknown", line, &format!("{} {hint}", shown(written)));
    }
    let count = field(header.employees).and_then(employees);
    if let (None, Some(written)) = (count, field(header.employees)) {
        let detail = format!("{} is not a number of employees", shown(written));
        notes.add("account_employees_unclear", line, &detail);
    }
    let mut text = |column: Option<usize>, what: &str| {
        let written = field(column)?;
        let text = plain(written);
        if text.is_none() {
            let detail = format!("{} is no {what}; it was left out", shown(written));
            notes.add("account_value_unusable", line, &detail);
        }
        text
    };
    let (name, industry) = (text(header.name, "name"), text(header.industry, "industry"));
    Some(Account { domain, name, country, industry, employees: count })
}

/// Quotes the beginning of a value for a note.
fn shown(value: &str) -> String {
    let beginning: String = value.chars().take(60).collect();
    let dots = if beginning.len() < value.len() { "…" } else { "" };
    format!("{beginning:?}{dots}")
}

#[cfg(test)]
mod tests;
