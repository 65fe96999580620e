//! Titles of the columns in lists of companies, such as exports of CRM systems. Used by `resolve`.

use crate::word_list::WordList;

/// Titles of the column of domains, the most specific first.
pub static DOMAIN: WordList = WordList::new(|language| &language.account_columns.domain);

/// Titles of the column of addresses of sites, which is used where there is no domain.
pub static WEBSITE: WordList = WordList::new(|language| &language.account_columns.website);

/// Titles of the column of companies' names, the most specific first.
pub static NAME: WordList = WordList::new(|language| &language.account_columns.name);

/// Titles that mean a company's name only if no other column does: in lists of contacts they mean a
/// person's.
pub static BARE_NAME: WordList = WordList::new(|language| &language.account_columns.bare_name);

/// Titles of the column of countries.
pub static COUNTRY: WordList = WordList::new(|language| &language.account_columns.country);

/// Titles of the column of industries.
pub static INDUSTRY: WordList = WordList::new(|language| &language.account_columns.industry);

/// Titles of the column of the numbers of employees.
pub static EMPLOYEES: WordList = WordList::new(|language| &language.account_columns.employees);

/// Words that may precede or follow a title without another meaning: `customer country`.
pub static QUALIFIERS: WordList = WordList::new(|language| &language.account_columns.qualifiers);
