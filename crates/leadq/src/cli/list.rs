//! The format of a list: an option of every command that prints one.

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum as _};

use crate::show::ListFormat;

/// The environment variable that names the default format.
const FORMAT_VARIABLE: &str = "LEADQ_FORMAT";

/// The format of a list.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct ListArgs {
    /// The format of the list [default: LEADQ_FORMAT, or table on a terminal, or tsv]
    #[arg(long, value_enum, value_name = "FORMAT", overrides_with = "json")]
    format: Option<ListFormat>,
    /// Print the answer as JSON, like --format json
    #[arg(long, overrides_with = "format")]
    json: bool,
}

impl ListArgs {
    /// Returns the format that was asked for, or a table.
    pub(crate) fn format(self) -> ListFormat {
        if self.json { ListFormat::Json } else { self.format.unwrap_or(ListFormat::Table) }
    }

    /// Reports whether the answer is JSON.
    pub(crate) fn is_json(self) -> bool {
        self.format() == ListFormat::Json
    }

    /// Sets the format.
    pub(crate) const fn set(&mut self, format: ListFormat) {
        *self = Self { format: Some(format), json: false };
    }

    /// Chooses a format if none was asked for: the environment's, or one that suits the reader of
    /// standard output, a person or a program.
    ///
    /// # Errors
    ///
    /// The problem, if the environment names no format.
    pub(crate) fn choose(&mut self) -> Result<(), String> {
        if self.json || self.format.is_some() {
            return Ok(());
        }
        let suitable = match std::env::var(FORMAT_VARIABLE) {
            Ok(name) if !name.is_empty() => ListFormat::from_str(&name, true)
                .map_err(|_| format!("{FORMAT_VARIABLE}={name}: write table, csv, tsv or json"))?,
            _ if std::io::stdout().is_terminal() => ListFormat::Table,
            _ => ListFormat::Tsv,
        };
        self.set(suitable);
        Ok(())
    }
}
