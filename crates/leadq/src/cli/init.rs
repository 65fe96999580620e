//! `leadq init`: what a user sells, and to whom.

use std::path::PathBuf;

use clap::Args;

use super::examples;

/// `leadq init`
#[derive(Debug, Default, Args)]
#[command(after_help = examples::INIT)]
pub(crate) struct Init {
    /// Print the present profile as TOML, and change nothing
    #[arg(long, conflicts_with_all = ["from", "product", "accounts"])]
    pub(crate) show: bool,
    /// Read what you sell from a TOML file with [[product]] tables
    #[arg(long, value_name = "FILE", conflicts_with = "product")]
    pub(crate) from: Option<PathBuf>,
    /// Read the companies you know from a CSV file with a column `domain`
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    /// What you sell
    #[arg(long, value_name = "NAME")]
    pub(crate) product: Option<String>,
    /// The role to ask for at a customer
    #[arg(long, value_name = "ROLE", requires = "product")]
    pub(crate) role: Option<String>,
    /// A country you sell in, ISO 3166 (several times, or with commas)
    #[arg(long, value_name = "CODE", value_delimiter = ',', requires = "product")]
    pub(crate) country: Vec<String>,
    /// A word in your customers' industry (several times, or with commas)
    #[arg(long, value_name = "WORD", value_delimiter = ',', requires = "product")]
    pub(crate) industry: Vec<String>,
    /// How many people your customers employ: 50-500, 50- or -500
    #[arg(long, value_name = "RANGE", value_parser = employees, requires = "product", allow_hyphen_values = true)]
    pub(crate) employees: Option<Employees>,
    /// A tool whose adoption speaks for a purchase (several times, or with commas)
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "product")]
    pub(crate) tool: Vec<String>,
    /// A job title whose hiring speaks for a purchase (several times, or with commas)
    #[arg(long, value_name = "TITLE", value_delimiter = ',', requires = "product")]
    pub(crate) hiring_role: Vec<String>,
    /// The smallest public tender worth a call, in euro
    #[arg(long, value_name = "EURO", requires = "product")]
    pub(crate) tender_min_eur: Option<i64>,
}

/// A range of employees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Employees {
    pub(crate) least: Option<i64>,
    pub(crate) most: Option<i64>,
}

/// Reads `50-500`, `50-` or `-500`.
pub(crate) fn employees(text: &str) -> Result<Employees, String> {
    let wrong = || format!("not a range: {text:?}; write 50-500, 50- or -500");
    let (least, most) = text.trim().split_once('-').ok_or_else(wrong)?;
    let number = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<i64>().map(Some).map_err(|_| wrong()),
    };
    let range = Employees { least: number(least)?, most: number(most)? };
    match (range.least, range.most) {
        (None, None) => Err(wrong()),
        (Some(least), Some(most)) if least > most => Err(wrong()),
        _ => Ok(range),
    }
}
