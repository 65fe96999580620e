//! Colours: when there are any, and those of help.

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use clap::builder::Styles;

/// The colours of help, as few as those of answers.
pub(super) const HELP: Styles = Styles::styled()
    .header(Style::new().bold())
    .usage(Style::new().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(Style::new())
    .error(AnsiColor::Red.on_default().bold())
    .valid(AnsiColor::Green.on_default())
    .invalid(AnsiColor::Yellow.on_default());

/// When output has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColourChoice {
    /// On a terminal, unless NO_COLOR, CLICOLOR=0 or TERM=dumb is set
    #[default]
    Auto,
    /// Also in a pipe or a file
    Always,
    /// Not at all
    Never,
}

impl ColourChoice {
    /// Makes this the choice for everything that the process prints.
    pub(super) fn set(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// Finds the value of `--color` in arguments that are not parsed yet.
pub(super) fn asked_for(args: impl IntoIterator<Item = String>) -> ColourChoice {
    let mut args = args.into_iter().take_while(|arg| arg != "--");
    let mut choice = ColourChoice::default();
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix("--color") {
            Some("") => args.next(),
            Some(value) => value.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(value) = value {
            choice = ColourChoice::from_str(&value, false).unwrap_or(choice);
        }
    }
    choice
}
