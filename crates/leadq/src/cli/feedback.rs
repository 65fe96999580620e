//! `leadq feedback`: its arguments.

use clap::{Args, ValueEnum};

use super::examples;

/// The outcome of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutcomeArg {
    /// A deal was won.
    Won,
    /// A deal was lost.
    Lost,
    /// Not worth a call.
    Ignore,
    /// Not now: the lead comes back after 30 days.
    Snooze,
}

/// `leadq feedback`
#[derive(Debug, Args)]
#[command(after_help = examples::FEEDBACK)]
pub(crate) struct FeedbackArgs {
    /// A signal's id, or a company, which means its strongest signal; a company that is ignored has
    /// all its signals set aside
    #[arg(value_name = "SIGNAL|COMPANY")]
    pub(crate) target: String,
    /// The outcome
    #[arg(value_enum, required_unless_present = "undo")]
    pub(crate) outcome: Option<OutcomeArg>,
    /// The reason, in your words; "wrong company", "not our market", "already in talks", "too old"
    /// and "page was misread" each have an effect of their own
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
    /// The value of the deal, in your currency
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) value: Option<f64>,
    /// Take back the last feedback on it
    #[arg(long, conflicts_with_all = ["outcome", "value"])]
    pub(crate) undo: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
