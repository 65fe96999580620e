//! `leadq init`: arguments that describe a product and its customers.

use std::path::PathBuf;

use clap::Args;

use super::examples;

/// `leadq init`
#[derive(Debug, Default, Args)]
#[command(after_help = examples::INIT)]
pub(crate) struct Init {
    /// Print the current profile as TOML and change nothing
    #[arg(long, conflicts_with_all = ["from", "product", "accounts"])]
    pub(crate) show: bool,
    /// Read your products from a TOML file with [[product]] tables
    #[arg(long, value_name = "FILE", conflicts_with = "product")]
    pub(crate) from: Option<PathBuf>,
    /// Read the companies you already know from a CSV file with a column of domains or websites
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,
    /// Show how the accounts would be read, column by column, and change nothing
    #[arg(long, requires = "accounts", conflicts_with_all = ["show", "from", "product"])]
    pub(crate) dry_run: bool,
    /// Replace the products you described before without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// The name of a product you sell
    #[arg(long, value_name = "NAME")]
    pub(crate) product: Option<String>,
    /// The role to contact at a customer
    #[arg(long, value_name = "ROLE", requires = "product")]
    pub(crate) role: Option<String>,
    /// A country you sell in, by its name or ISO 3166 code (repeatable, or comma-separated)
    #[arg(long, value_name = "COUNTRY", value_delimiter = ',', requires = "product")]
    pub(crate) country: Vec<String>,
    /// A keyword of your customers' industry (repeatable, or comma-separated)
    #[arg(long, value_name = "WORD", value_delimiter = ',', requires = "product")]
    pub(crate) industry: Vec<String>,
    /// The number of employees of your customers: 50-500, 50- or -500
    #[arg(long, value_name = "RANGE", value_parser = employees, requires = "product", allow_hyphen_values = true)]
    pub(crate) employees: Option<Employees>,
    /// A tool whose adoption indicates a purchase (repeatable, or comma-separated)
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "product")]
    pub(crate) tool: Vec<String>,
    /// A job title whose hiring indicates a purchase (repeatable, or comma-separated)
    #[arg(long, value_name = "TITLE", value_delimiter = ',', requires = "product")]
    pub(crate) hiring_role: Vec<String>,
    /// The smallest public tender worth a call, in euros
    #[arg(long, value_name = "EURO", requires = "product")]
    pub(crate) tender_min_eur: Option<i64>,
}

/// A range of employee counts, open at either end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Employees {
    pub(crate) least: Option<i64>,
    pub(crate) most: Option<i64>,
}

/// Parses `50-500`, `50-` or `-500`.
pub(crate) fn employees(text: &str) -> Result<Employees, String> {
    let invalid = || format!("not a range: {text:?}; write 50-500, 50- or -500");
    let (least, most) = text.trim().split_once('-').ok_or_else(invalid)?;
    let bound = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse::<i64>().map(Some).map_err(|_| invalid()),
    };
    let range = Employees { least: bound(least)?, most: bound(most)? };
    match (range.least, range.most) {
        (None, None) => Err(invalid()),
        (Some(least), Some(most)) if least > most => Err(invalid()),
        _ => Ok(range),
    }
}
