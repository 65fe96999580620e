//! Finds the header of a list: its line, its delimiter, and the meaning of its columns.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use any_ascii::any_ascii;
use lexicon::WordList;
use lexicon::account_columns as titles;
use unicode_normalization::UnicodeNormalization;

use super::rows::{AccountRow, AccountRows};

/// The delimiters in use; of several that fit equally well, the first one applies.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// The number of rows in which the header is searched for, because titles may precede it.
const ROWS_SEARCHED: usize = 20;

/// What a column says about a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    Domain,
    Website,
    Name,
    BareName,
    Country,
    Industry,
    Employees,
}

const MEANINGS: [(Meaning, &WordList); 7] = [
    (Meaning::Domain, &titles::DOMAIN),
    (Meaning::Website, &titles::WEBSITE),
    (Meaning::Name, &titles::NAME),
    (Meaning::BareName, &titles::BARE_NAME),
    (Meaning::Country, &titles::COUNTRY),
    (Meaning::Industry, &titles::INDUSTRY),
    (Meaning::Employees, &titles::EMPLOYEES),
];

/// The folded titles of all languages, each with its meaning and its place in that list.
static TITLES: LazyLock<BTreeMap<String, (Meaning, usize)>> = LazyLock::new(|| {
    let mut known = BTreeMap::new();
    for (meaning, list) in MEANINGS {
        for (place, title) in list.iter().enumerate() {
            known.entry(folded(title)).or_insert((meaning, place));
        }
    }
    known
});

/// The header of a list.
#[derive(Debug)]
pub(super) struct AccountHeader {
    pub(super) delimiter: u8,
    pub(super) row: AccountRow,
    /// The columns of domains and sites: a row has the company's in the first one with a value.
    pub(super) domains: Vec<usize>,
    pub(super) name: Option<usize>,
    pub(super) country: Option<usize>,
    pub(super) industry: Option<usize>,
    pub(super) employees: Option<usize>,
}

impl AccountHeader {
    /// Returns the field of an account that a column is used for.
    pub(super) fn field(&self, column: usize) -> Option<&'static str> {
        if self.domains.contains(&column) {
            return Some("domain");
        }
        let fields = [
            ("name", self.name),
            ("country", self.country),
            ("industry", self.industry),
            ("employees", self.employees),
        ];
        fields.into_iter().find(|(_, used)| *used == Some(column)).map(|(field, _)| field)
    }

    fn fields_count(&self) -> usize {
        let others = [self.name, self.country, self.industry, self.employees];
        self.domains.len().min(1) + others.into_iter().flatten().count()
    }
}

/// Finds the header, and returns it with the rows behind it. A first line `sep=;` names the
/// delimiter; without one, the delimiter is the one by which most titles are known.
pub(super) fn header(text: &str) -> Option<(AccountHeader, AccountRows<'_>)> {
    let mut best: Option<(AccountHeader, AccountRows<'_>)> = None;
    let (named, start) = named_delimiter(text);
    let delimiters = named.into_iter().chain(DELIMITERS.into_iter().filter(|_| named.is_none()));
    for delimiter in delimiters {
        let mut rows = AccountRows::new(text, start, if start > 0 { 2 } else { 1 }, delimiter);
        for _ in 0..ROWS_SEARCHED {
            let Some(row) = rows.next() else { break };
            let Some(header) = row.ok().and_then(|row| header_of(row, delimiter)) else { continue };
            let size = |header: &AccountHeader| (header.fields_count(), header.row.fields.len());
            if best.as_ref().is_none_or(|(best, _)| size(&header) > size(best)) {
                best = Some((header, rows.clone()));
            }
        }
    }
    best
}

/// Returns the titles of the first row, for the message that none of them is known.
pub(super) fn first_titles(text: &str) -> Vec<String> {
    let (named, start) = named_delimiter(text);
    let delimiters = named.into_iter().chain(DELIMITERS);
    let rows = delimiters.filter_map(|delimiter| {
        AccountRows::new(text, start, 1, delimiter).take(ROWS_SEARCHED).find_map(Result::ok)
    });
    rows.map(|row| row.fields).rev().max_by_key(Vec::len).unwrap_or_default()
}

/// Reads the delimiter from a line such as `sep=;`, which spreadsheets write, and returns the
/// beginning of the next line.
fn named_delimiter(text: &str) -> (Option<u8>, usize) {
    let none = (None, 0);
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let line = text.get(..end).unwrap_or_default();
    let line = line.trim_matches(|c| c == '"' || c == ' ');
    let Some((key, value)) = line.split_once('=') else { return none };
    if !key.trim().eq_ignore_ascii_case("sep") {
        return none;
    }
    // Some programs write the other delimiters behind it: `sep=;;;`.
    let delimiter = match value.as_bytes() {
        [delimiter, others @ ..] if others.iter().all(|other| other == delimiter) => *delimiter,
        b"\\t" => b'\t',
        _ => return none,
    };
    let is_usable = delimiter == b'\t' || (delimiter.is_ascii_punctuation() && delimiter != b'"');
    let rest = text.get(end..).unwrap_or_default();
    let line_end = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    if is_usable { (Some(delimiter), end + line_end) } else { none }
}

/// Reads a row as a header; nothing if it names no domain.
fn header_of(row: AccountRow, delimiter: u8) -> Option<AccountHeader> {
    // The meaning of each column with its rank: a whole title before a part of one.
    let mut columns: Vec<(Meaning, usize, usize, usize)> = Vec::new();
    for (column, title) in row.fields.iter().enumerate() {
        let known = spellings(title).into_iter().enumerate().find_map(|(attempt, title)| {
            TITLES.get(&title).map(|(meaning, place)| (*meaning, attempt, *place, column))
        });
        columns.extend(known);
    }
    columns.sort_unstable();
    let all = |wanted: Meaning| {
        columns.iter().filter(move |(meaning, ..)| *meaning == wanted).map(|(.., column)| *column)
    };
    let first = |meaning: Meaning| all(meaning).next();
    let domains: Vec<usize> = all(Meaning::Domain).chain(all(Meaning::Website)).collect();
    let header = AccountHeader {
        delimiter,
        name: first(Meaning::Name).or_else(|| first(Meaning::BareName)),
        country: first(Meaning::Country),
        industry: first(Meaning::Industry),
        employees: first(Meaning::Employees),
        domains,
        row,
    };
    Some(header).filter(|header| !header.domains.is_empty())
}

/// Returns the folded forms of a title: as it is, without what is in brackets, and without words
/// that add no meaning.
fn spellings(title: &str) -> [String; 3] {
    // The suffix of a custom field in Salesforce.
    let title = title.strip_suffix("__c").unwrap_or(title);
    let open = title.split(['(', '[', '{']).next().unwrap_or_default();
    let is_qualifier = |word: &&str| titles::QUALIFIERS.contains(&word.to_lowercase().as_str());
    let separate = separated(open);
    let others: Vec<&str> =
        separate.split_whitespace().filter(|word| !is_qualifier(word)).collect();
    [folded(title), folded(open), folded(&others.join(" "))]
}

/// Separates the words of a title, also those of `BillingCountry` and `billing_country`.
fn separated(title: &str) -> String {
    let mut text = String::with_capacity(title.len());
    let mut before = ' ';
    for c in title.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            text.push(' ');
        }
        text.push(if c.is_alphanumeric() { c } else { ' ' });
        before = c;
    }
    text
}

/// Folds a title to lower-case ASCII letters and digits, so that its spellings compare equal.
fn folded(title: &str) -> String {
    let title: String = title.chars().take(100).collect::<String>().nfkc().collect();
    let ascii = any_ascii(&title).to_ascii_lowercase();
    ascii.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_has_two_meanings() {
        for (meaning, list) in MEANINGS {
            for title in list.iter() {
                assert_eq!(TITLES[&folded(title)].0, meaning, "{title}");
            }
        }
    }

    #[test]
    fn the_first_line_may_name_the_delimiter() {
        assert_eq!(named_delimiter("sep=;\r\ndomain;name"), (Some(b';'), 7));
        assert_eq!(named_delimiter("\"SEP=|\"\ndomain|name"), (Some(b'|'), 8));
        assert_eq!(named_delimiter("sep=\t\rdomain"), (Some(b'\t'), 6));
        for other in ["domain;name", "sep=ab\n", "sep=\n", "sep=\"\n", "separator=;\n", ""] {
            assert_eq!(named_delimiter(other), (None, 0), "{other}");
        }
    }
}
