//! The commands, one file each. A command reads its arguments, calls other crates, and returns its
//! output.

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
use crate::config::{Config, UsageError};
use crate::control;
use crate::output::Output;
use crate::show;
use crate::wiring::{InUse, Open, Session};

/// Runs the command of this process.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<Output> {
    let config = Config::load(&cli.common);
    let command = cli.command.name();
    match &cli.command {
        Command::Doctor(args) => doctor::run(&config, args.json).await,
        Command::Demo(args) => demo::run(&cli.common, &known(&config)?.settings, args).await,
        Command::Restore(args) => {
            backup::restore(&known(&config)?.settings, args, cli.common.quiet).await
        }
        Command::Up(args) => up::run(&known(&config)?.settings, args).await,
        Command::Serve(args) => roles::serve(&known(&config)?.settings, args).await,
        Command::Work(args) => roles::work(&known(&config)?.settings, *args).await,
        Command::Crawl(args) => roles::crawl(&known(&config)?.settings, *args).await,
        _ => answered(&cli, &SessionSource::Folder { config: &config, command }).await,
    }
}

/// Runs a command of another process in the leadq that holds the data folder.
pub(crate) async fn run_in(session: &Session, cli: &Cli) -> anyhow::Result<Output> {
    answered(cli, &SessionSource::Running(session)).await
}

/// Runs a command, and converts an invalid query to a usage error.
async fn answered(cli: &Cli, visit: &SessionSource<'_>) -> anyhow::Result<Output> {
    dispatch(cli, visit).await.map_err(|error| match error.downcast::<AnswerError>() {
        Ok(AnswerError::UsageError(message)) => UsageError(message).into(),
        Ok(error) => error.into(),
        Err(error) => error,
    })
}

async fn dispatch(cli: &Cli, visit: &SessionSource<'_>) -> anyhow::Result<Output> {
    let quiet = cli.common.quiet;
    let (make, there) = (Open::OrMake, Open::Existing);
    match &cli.command {
        Command::Doctor(_) => visit.only_outside("doctor"),
        Command::Init(args) => visit.change(make, async |h| init::run(h, args, quiet).await).await,
        Command::Ingest(args) => {
            visit.change(make, async |h| ingest::run(h, args, quiet).await).await
        }
        Command::Signals(args) => match args.command {
            Some(SignalsCommand::Test(format)) => signals::test(format.json),
            None => visit.ask(quiet, async |h| signals::run(h, args, quiet).await).await,
        },
        Command::Search(args) => visit.ask(quiet, async |h| search::run(h, args).await).await,
        Command::Today(args) => visit.ask(quiet, async |h| today::run(h, args, quiet).await).await,
        Command::Lead(args) => visit.ask(quiet, async |h| lead::run(h, args, quiet).await).await,
        Command::Why(args) => visit.ask(quiet, async |h| why::run(h, args, quiet).await).await,
        Command::Verify(args) => {
            visit.ask(quiet, async |h| verify::run(h, args.json, quiet).await).await
        }
        Command::Feedback(args) => {
            visit.change(there, async |h| feedback::run(h, args, quiet).await).await
        }
        Command::Joins(args) => {
            visit.change(there, async |h| joins::run(h, args, quiet).await).await
        }
        Command::Dead(args) => visit.change(there, async |h| dead::run(h, args, quiet).await).await,
        Command::Hash(args) => {
            visit.change(there, async |h| hash::run(h, args.json, quiet).await).await
        }
        Command::Status(args) => {
            visit.change(there, async |h| status::run(h, args.json).await).await
        }
        Command::Backup(args) => {
            visit.change(there, async |h| backup::back_up(h, args, quiet).await).await
        }
        Command::MigrateEngine(args) => {
            let SessionSource::Folder { config, .. } = visit else {
                return visit.only_outside("migrate-engine");
            };
            let settings = &known(config)?.settings;
            visit.change(there, async |h| migrate::run(settings, h, args, quiet).await).await
        }
        Command::Restore(_)
        | Command::Up(_)
        | Command::Serve(_)
        | Command::Work(_)
        | Command::Crawl(_)
        | Command::Demo(_) => visit.only_outside(cli.command.name()),
        Command::Watch(args) => visit.change(make, async |h| watch::run(h, args).await).await,
        Command::Token(args) => visit.change(make, async |h| token::run(h, args).await).await,
        Command::Webhooks(args) => {
            visit.change(there, async |h| webhooks::run(h, args).await).await
        }
    }
}

/// The source of a command's session.
enum SessionSource<'a> {
    /// The command opens the folder itself, or sends a request to the leadq that holds it.
    Folder { config: &'a anyhow::Result<Config>, command: &'static str },
    /// The open session of a running leadq.
    Running(&'a Session),
}

impl SessionSource<'_> {
    /// Opens the folder, runs `work` on the session, and closes it.
    async fn change<W>(&self, how: Open, work: W) -> anyhow::Result<Output>
    where
        W: AsyncFnOnce(&Session) -> anyhow::Result<Output>,
    {
        let (config, command) = match self {
            Self::Running(session) => return work(session).await,
            Self::Folder { config, command } => (known(config)?, command),
        };
        let session = match Session::open(&config.settings, command, how).await {
            Err(error) if error.is::<InUse>() => {
                return control::ask(&config.settings.data_dir).await?.ok_or(error);
            }
            session => session?,
        };
        let answer = work(&session).await;
        session.close().await;
        answer
    }

    /// Does the same for a command that only reads, with a hint if records are still waiting.
    async fn ask<W>(&self, quiet: bool, work: W) -> anyhow::Result<Output>
    where
        W: AsyncFnOnce(&Session) -> anyhow::Result<Output>,
    {
        self.change(Open::Existing, async |session| {
            hint_of_backlog(session, quiet).await?;
            work(session).await
        })
        .await
    }

    /// Refuses a command that a running leadq cannot execute for another process.
    fn only_outside(&self, command: &str) -> anyhow::Result<Output> {
        anyhow::bail!("a running leadq cannot execute `leadq {command}`: stop it first")
    }
}

/// Returns the settings, or a copy of the error with the same exit code.
fn known(config: &anyhow::Result<Config>) -> anyhow::Result<&Config> {
    config.as_ref().map_err(|error| match error.downcast_ref::<UsageError>() {
        Some(UsageError(message)) => UsageError(message.clone()).into(),
        None => anyhow::anyhow!("{}", show::causes(error)),
    })
}

/// Shows a hint if records are still waiting, because an answer does not include them.
async fn hint_of_backlog(session: &Session, quiet: bool) -> anyhow::Result<()> {
    let waiting = flow::waiting(&session.context).await?;
    if waiting > 0 && !quiet {
        let waiting = show::number(waiting);
        show::warn(&format!("hint: {waiting} records are waiting; `leadq ingest` processes them"));
    }
    Ok(())
}
