//! The commands, one file each. A command reads, asks the rooms, and returns what to print.

mod backup;
mod dead;
mod demo;
mod doctor;
mod feedback;
mod hash;
mod ingest;
mod init;
mod joins;
mod lead;
mod migrate;
mod profile;
mod roles;
mod search;
mod signals;
mod status;
mod today;
mod token;
mod up;
mod verify;
mod watch;
mod webhooks;
mod why;

use answer::AnswerError;

use crate::cli::{Cli, Command, SignalsCommand};
use crate::config::{Config, Misunderstood};
use crate::show;
use crate::talk;
use crate::wiring::{House, InUse, Open};

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
    let command = cli.command.name();
    match &cli.command {
        Command::Doctor(said) => doctor::run(&config, said.json).await,
        Command::Demo(said) => demo::run(&cli.common, &known(&config)?.settings, said).await,
        Command::Restore(said) => {
            backup::restore(&known(&config)?.settings, said, cli.common.quiet).await
        }
        Command::Up(said) => up::run(&known(&config)?.settings, said).await,
        Command::Serve(said) => roles::serve(&known(&config)?.settings, said).await,
        Command::Work(said) => roles::work(&known(&config)?.settings, *said).await,
        Command::Crawl(said) => roles::crawl(&known(&config)?.settings, *said).await,
        _ => answered(&cli, &Visit::Folder { config: &config, command }).await,
    }
}

/// Runs what somebody said to the leadq that has the data folder open.
pub(crate) async fn run_in(house: &House, cli: &Cli) -> anyhow::Result<Answer> {
    answered(cli, &Visit::Running(house)).await
}

/// Runs a command; a question that cannot be understood is the user's mistake.
async fn answered(cli: &Cli, visit: &Visit<'_>) -> anyhow::Result<Answer> {
    dispatch(cli, visit).await.map_err(|error| match error.downcast::<AnswerError>() {
        Ok(AnswerError::Misunderstood(message)) => Misunderstood(message).into(),
        Ok(error) => error.into(),
        Err(error) => error,
    })
}

async fn dispatch(cli: &Cli, visit: &Visit<'_>) -> anyhow::Result<Answer> {
    let quiet = cli.common.quiet;
    let (make, there) = (Open::OrMake, Open::Existing);
    match &cli.command {
        Command::Doctor(_) => visit.only_outside("doctor"),
        Command::Init(said) => visit.change(make, async |h| init::run(h, said, quiet).await).await,
        Command::Ingest(said) => {
            visit.change(make, async |h| ingest::run(h, said, quiet).await).await
        }
        Command::Signals(said) => match said.command {
            Some(SignalsCommand::Test(format)) => signals::test(format.json),
            None => visit.ask(quiet, async |h| signals::run(h, said, quiet).await).await,
        },
        Command::Search(said) => visit.ask(quiet, async |h| search::run(h, said).await).await,
        Command::Today(said) => visit.ask(quiet, async |h| today::run(h, said, quiet).await).await,
        Command::Lead(said) => visit.ask(quiet, async |h| lead::run(h, said, quiet).await).await,
        Command::Why(said) => visit.ask(quiet, async |h| why::run(h, said, quiet).await).await,
        Command::Verify(said) => {
            visit.ask(quiet, async |h| verify::run(h, said.json, quiet).await).await
        }
        Command::Feedback(said) => {
            visit.change(there, async |h| feedback::run(h, said, quiet).await).await
        }
        Command::Joins(said) => {
            visit.change(there, async |h| joins::run(h, said, quiet).await).await
        }
        Command::Dead(said) => visit.change(there, async |h| dead::run(h, said, quiet).await).await,
        Command::Hash(said) => {
            visit.change(there, async |h| hash::run(h, said.json, quiet).await).await
        }
        Command::Status(said) => {
            visit.change(there, async |h| status::run(h, said.json).await).await
        }
        Command::Backup(said) => {
            visit.change(there, async |h| backup::back_up(h, said, quiet).await).await
        }
        Command::MigrateEngine(said) => {
            let Visit::Folder { config, .. } = visit else {
                return visit.only_outside("migrate-engine");
            };
            let settings = &known(config)?.settings;
            visit.change(there, async |h| migrate::run(settings, h, said, quiet).await).await
        }
        Command::Restore(_)
        | Command::Up(_)
        | Command::Serve(_)
        | Command::Work(_)
        | Command::Crawl(_)
        | Command::Demo(_) => visit.only_outside(cli.command.name()),
        Command::Watch(said) => visit.change(make, async |h| watch::run(h, said).await).await,
        Command::Token(said) => visit.change(make, async |h| token::run(h, said).await).await,
        Command::Webhooks(said) => {
            visit.change(there, async |h| webhooks::run(h, said).await).await
        }
    }
}

/// How a command visits the data folder.
enum Visit<'a> {
    /// It opens the folder itself, or asks the leadq that has it.
    Folder { config: &'a anyhow::Result<Config>, command: &'static str },
    /// The folder is open, and the journey runs.
    Running(&'a House),
}

impl Visit<'_> {
    /// Opens the folder, works in it, and lets go of it.
    async fn change<W>(&self, how: Open, work: W) -> anyhow::Result<Answer>
    where
        W: AsyncFnOnce(&House) -> anyhow::Result<Answer>,
    {
        let (config, command) = match self {
            Self::Running(house) => return work(house).await,
            Self::Folder { config, command } => (known(config)?, command),
        };
        let house = match House::open(&config.settings, command, how).await {
            Err(error) if error.is::<InUse>() => {
                return talk::ask(&config.settings.data_dir).await?.ok_or(error);
            }
            house => house?,
        };
        let answer = work(&house).await;
        house.close().await;
        answer
    }

    /// The same for a command that only reads: it says when it does not know of everything yet.
    async fn ask<W>(&self, quiet: bool, work: W) -> anyhow::Result<Answer>
    where
        W: AsyncFnOnce(&House) -> anyhow::Result<Answer>,
    {
        self.change(Open::Existing, async |house| {
            hint_of_backlog(house, quiet).await?;
            work(house).await
        })
        .await
    }

    /// For what a running leadq cannot do for somebody else.
    fn only_outside(&self, command: &str) -> anyhow::Result<Answer> {
        anyhow::bail!("`leadq {command}` is not for a leadq that runs already")
    }
}

/// The settings, or the same error once more, with the same exit code.
fn known(config: &anyhow::Result<Config>) -> anyhow::Result<&Config> {
    config.as_ref().map_err(|error| match error.downcast_ref::<Misunderstood>() {
        Some(Misunderstood(message)) => Misunderstood(message.clone()).into(),
        None => anyhow::anyhow!("{}", show::causes(error)),
    })
}

/// Says so when an answer does not know yet of everything that was taken in.
async fn hint_of_backlog(house: &House, quiet: bool) -> anyhow::Result<()> {
    let waiting = flow::waiting(&house.rooms).await?;
    if waiting > 0 && !quiet {
        let waiting = show::number(waiting);
        show::warn(&format!("hint: {waiting} records are on their way; `leadq ingest` finishes"));
    }
    Ok(())
}
