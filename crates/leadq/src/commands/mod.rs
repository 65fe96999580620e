//! The commands, one file each. A command reads, asks the rooms, and returns what to print.

mod dead;
mod doctor;
mod feedback;
mod hash;
mod ingest;
mod init;
mod joins;
mod lead;
mod profile;
mod signals;
mod status;
mod today;
mod token;
mod up;
mod verify;
mod why;

use crate::cli::{Cli, Command, SignalsCommand};
use crate::config::{Config, Misunderstood};
use crate::show;
use crate::wiring::{House, Open};

/// What a command has to say.
pub(crate) struct Answer {
    pub(crate) text: String,
    /// Whether all is well: the exit code 0 or 1.
    pub(crate) is_well: bool,
}

impl Answer {
    pub(crate) fn well(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_well: true }
    }
}

/// Runs what the user said.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<Answer> {
    let config = Config::load(&cli.common);
    let quiet = cli.common.quiet;
    let open = Visit { config: &config, command: cli.command.name(), quiet };
    let (make, there) = (Open::OrMake, Open::Existing);
    match &cli.command {
        Command::Doctor(said) => doctor::run(&config, said.json).await,
        Command::Init(said) => open.change(make, async |h| init::run(h, said, quiet).await).await,
        Command::Ingest(said) => {
            open.change(make, async |h| ingest::run(h, said, quiet).await).await
        }
        Command::Signals(said) => match said.command {
            Some(SignalsCommand::Test(format)) => signals::test(format.json),
            None => open.ask(async |h| signals::run(h, said, quiet).await).await,
        },
        Command::Today(said) => open.ask(async |h| today::run(h, said, quiet).await).await,
        Command::Lead(said) => open.ask(async |h| lead::run(h, said, quiet).await).await,
        Command::Why(said) => open.ask(async |h| why::run(h, said, quiet).await).await,
        Command::Verify(said) => open.ask(async |h| verify::run(h, said.json, quiet).await).await,
        Command::Feedback(said) => {
            open.change(there, async |h| feedback::run(h, said, quiet).await).await
        }
        Command::Joins(said) => {
            open.change(there, async |h| joins::run(h, said, quiet).await).await
        }
        Command::Dead(said) => open.change(there, async |h| dead::run(h, said, quiet).await).await,
        Command::Hash(said) => {
            open.change(there, async |h| hash::run(h, said.json, quiet).await).await
        }
        Command::Status(said) => {
            open.change(there, async |h| status::run(h, said.json).await).await
        }
        Command::Up(said) => open.change(make, async |h| up::run(h, said).await).await,
        Command::Token(said) => open.change(make, async |h| token::run(h, said).await).await,
    }
}

/// How a command visits the data folder.
struct Visit<'a> {
    config: &'a anyhow::Result<Config>,
    command: &'static str,
    quiet: bool,
}

impl Visit<'_> {
    /// Opens the folder, works in it, and lets go of it.
    async fn change<W>(&self, how: Open, work: W) -> anyhow::Result<Answer>
    where
        W: AsyncFnOnce(&House) -> anyhow::Result<Answer>,
    {
        let config = match self.config {
            Ok(config) => config,
            Err(error) => return Err(again(error)),
        };
        let house = House::open(&config.settings, self.command, how).await?;
        let answer = work(&house).await;
        house.close().await;
        answer
    }

    /// The same for a command that only reads: it says when it does not know of everything yet.
    async fn ask<W>(&self, work: W) -> anyhow::Result<Answer>
    where
        W: AsyncFnOnce(&House) -> anyhow::Result<Answer>,
    {
        self.change(Open::Existing, async |house| {
            hint_of_backlog(house, self.quiet).await?;
            work(house).await
        })
        .await
    }
}

/// The same error once more, and with the same exit code.
fn again(error: &anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<Misunderstood>() {
        Some(Misunderstood(message)) => Misunderstood(message.clone()).into(),
        None => anyhow::anyhow!("{error:#}"),
    }
}

/// Says so when an answer does not know yet of everything that was taken in.
async fn hint_of_backlog(house: &House, quiet: bool) -> anyhow::Result<()> {
    let waiting: u64 = flow::backlog(&house.rooms).await?.iter().map(|(_, waiting)| waiting).sum();
    if waiting > 0 && !quiet {
        let waiting = show::number(waiting);
        show::warn(&format!("hint: {waiting} records are on their way; `leadq ingest` finishes"));
    }
    Ok(())
}
