//! Reads the team's own list of companies, `accounts.csv`.

use std::collections::BTreeMap;

use model::{EntityKind, Note};
use serde::{Deserialize, Serialize};

use crate::country_code::country_code;
use crate::domain::company_at;
use crate::enrich::employees;

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

/// The known columns with their possible titles, the most specific first.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("domain", &["domain", "website", "url", "web site", "homepage", "company domain", "web"]),
    ("name", &["name", "company", "account name", "account", "company name", "organization"]),
    ("country", &["country", "country code", "billing country", "hq country"]),
    ("industry", &["industry", "sector", "branch", "vertical"]),
    (
        "employees",
        &[
            "employees",
            "size",
            "headcount",
            "number of employees",
            "employee count",
            "company size",
        ],
    ),
];

/// Reads the list. Fields are separated by comma, semicolon or tab; the header may have any of the
/// usual column names in any order; quotes and a byte order mark are allowed. Lines without a
/// company's domain are omitted and noted with their line number; if two lines have the same
/// domain, the first one applies.
pub fn accounts(csv_text: &str) -> (Vec<Account>, Vec<Note>) {
    let text = csv_text.strip_prefix('\u{feff}').unwrap_or(csv_text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut notes = Vec::new();
    let columns = match reader.headers() {
        Ok(header) => columns(header),
        Err(error) => {
            return (Vec::new(), vec![Note::new("accounts_unreadable", error.to_string())]);
        }
    };
    if !columns.contains_key("domain") {
        let detail = "line 1: no column called domain, website or url; add one";
        return (Vec::new(), vec![Note::new("accounts_without_domain", detail)]);
    }
    let mut found: BTreeMap<String, Account> = BTreeMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                notes.push(Note::new("account_line_unreadable", error.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        match account(&record, &columns, line, &mut notes) {
            Some(account) if found.contains_key(&account.domain) => {
                let detail = format!("line {line}: {} is already in the list", account.domain);
                notes.push(Note::new("account_repeated", detail));
            }
            Some(account) => {
                found.insert(account.domain.clone(), account);
            }
            None => {}
        }
    }
    (found.into_values().collect(), notes)
}

/// Finds the most frequent delimiter in the header, outside quotes.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let unquoted: String = header.split('"').step_by(2).collect();
    let count = |wanted: u8| unquoted.bytes().filter(|byte| *byte == wanted).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

fn columns(header: &csv::StringRecord) -> BTreeMap<&'static str, usize> {
    let titles: Vec<String> =
        header.iter().map(|title| title.trim().to_lowercase().replace(['_', '-'], " ")).collect();
    let mut columns = BTreeMap::new();
    for (column, names) in COLUMNS {
        let at = names.iter().find_map(|name| titles.iter().position(|title| title == name));
        columns.extend(at.map(|at| (column, at)));
    }
    columns
}

fn account(
    record: &csv::StringRecord,
    columns: &BTreeMap<&'static str, usize>,
    line: u64,
    notes: &mut Vec<Note>,
) -> Option<Account> {
    let field = |column: &str| {
        columns.get(column).and_then(|at| record.get(*at)).filter(|value| !value.is_empty())
    };
    let mut add_note = |code: &'static str, detail: String| {
        notes.push(Note::new(code, format!("line {line}: {detail}")));
    };
    let Some(domain) = field("domain") else {
        add_note("account_without_domain", "no domain; the line was skipped".to_owned());
        return None;
    };
    let Some(entity) = company_at(domain).filter(|entity| entity.kind == EntityKind::Domain) else {
        add_note(
            "account_domain_invalid",
            format!("{domain:?} is not a company's domain; the line was skipped"),
        );
        return None;
    };
    let country = field("country").and_then(country_code);
    if let (None, Some(written)) = (&country, field("country")) {
        add_note(
            "account_country_unknown",
            format!("{written:?} is not a known country; use its ISO 3166 code"),
        );
    }
    let count = field("employees").and_then(employees);
    if let (None, Some(written)) = (count, field("employees")) {
        add_note("account_employees_unclear", format!("{written:?} is not a number of employees"));
    }
    Some(Account {
        domain: entity.value,
        name: field("name").map(str::to_owned),
        country,
        industry: field("industry").map(str::to_owned),
        employees: count,
    })
}

#[cfg(test)]
mod tests;
