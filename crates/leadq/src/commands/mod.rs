//! The commands, one file each. A command reads its arguments, calls other crates, and returns its
//! output.

mod accounts;
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
mod manual;
mod migrate;
mod profile;
mod reread;
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
use crate::show::{self, ListFormat};
use crate::wiring::{InUse, Open, Session};

/// Runs the command of this process.
pub(crate) async fn run(mut cli: Cli) -> anyhow::Result<Output> {
    match &cli.command {
        Command::Completions(args) => return manual::completions(*args),
        Command::Man(args) => return manual::man(args),
        _ => {}
    }
    if let Some(list) = cli.command.list_mut() {
        list.choose().map_err(UsageError)?;
    }
    let config = Config::load(&cli.common);
    let command = cli.command.name();
    let args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned());
    let mut words: Vec<String> = args.collect();
    let answers = match &mut cli.command {
        Command::Init(args) => init::prompt(args)?,
        _ => None,
    };
    if let Some(answers) = &answers {
        words.extend(["--from".to_owned(), answers.path().to_string_lossy().into_owned()]);
    }
    let list = cli.command.list_mut().map(|list| list.format());
    match &cli.command {
        Command::Doctor(args) => doctor::run(&config, args.format()).await,
        Command::Demo(args) => demo::run(&cli.common, &loaded(&config)?.settings, args).await,
        Command::Restore(args) => {
            backup::restore(&loaded(&config)?.settings, args, cli.common.quiet).await
        }
        Command::Up(args) => up::run(&loaded(&config)?.settings, args).await,
        Command::Serve(args) => roles::serve(&loaded(&config)?.settings, args).await,
        Command::Work(args) => roles::work(&loaded(&config)?.settings, *args).await,
        Command::Crawl(args) => roles::crawl(&loaded(&config)?.settings, *args).await,
        Command::Init(args) if args.dry_run => accounts::preview(args),
        _ => {
            let source = SessionSource::Folder { config: &config, command, words, list };
            let output = run_from(&cli, &source).await;
            if output.is_err()
                && let Some(answers) = answers
            {
                init::keep(answers)?;
            }
            output
        }
    }
}

/// Runs a command of another process in the leadq that holds the data folder.
pub(crate) async fn run_in(session: &Session, cli: &Cli) -> anyhow::Result<Output> {
    run_from(cli, &SessionSource::Running(session)).await
}

/// Runs a command, and converts an invalid query to a usage error.
async fn run_from(cli: &Cli, source: &SessionSource<'_>) -> anyhow::Result<Output> {
    dispatch(cli, source).await.map_err(|error| match error.downcast::<AnswerError>() {
        Ok(AnswerError::UsageError(message)) => UsageError(message).into(),
        Ok(error) => error.into(),
        Err(error) => error,
    })
}

async fn dispatch(cli: &Cli, source: &SessionSource<'_>) -> anyhow::Result<Output> {
    let quiet = cli.common.quiet;
    let (create, existing) = (Open::OrMake, Open::Existing);
    match &cli.command {
        Command::Doctor(_) => match source {
            SessionSource::Running(session) => doctor::run_in(session).await,
            SessionSource::Folder { .. } => source.refuse("doctor"),
        },
        Command::Init(args) => source.run(create, async |s| init::run(s, args, quiet).await).await,
        Command::Ingest(args) => {
            source.run(create, async |s| ingest::run(s, args, quiet).await).await
        }
        Command::Signals(args) => match args.command {
            Some(SignalsCommand::Test { json }) => signals::test(json),
            None => source.read(quiet, async |s| signals::run(s, args, quiet).await).await,
        },
        Command::Search(args) => source.read(quiet, async |s| search::run(s, args).await).await,
        Command::Today(args) => {
            source.read(quiet, async |s| today::run(s, args, quiet).await).await
        }
        Command::Lead(args) => source.read(quiet, async |s| lead::run(s, args, quiet).await).await,
        Command::Why(args) => source.read(quiet, async |s| why::run(s, args, quiet).await).await,
        Command::Verify(args) => {
            source.read(quiet, async |s| verify::run(s, *args, quiet).await).await
        }
        Command::Reread(args) => {
            reread::check(args)?;
            source.run(existing, async |s| reread::run(s, args, quiet).await).await
        }
        Command::Feedback(args) => {
            source.run(existing, async |s| feedback::run(s, args, quiet).await).await
        }
        Command::Joins(args) => {
            source.run(existing, async |s| joins::run(s, args, quiet).await).await
        }
        Command::Dead(args) => {
            source.run(existing, async |s| dead::run(s, args, quiet).await).await
        }
        Command::Hash(args) => {
            source.run(existing, async |s| hash::run(s, args.format(), quiet).await).await
        }
        Command::Status(args) => {
            source.run(existing, async |s| status::run(s, args.format()).await).await
        }
        Command::Backup(args) => {
            source.run(existing, async |s| backup::back_up(s, args, quiet).await).await
        }
        Command::MigrateEngine(args) => {
            let SessionSource::Folder { config, .. } = source else {
                return source.refuse("migrate-engine");
            };
            let settings = &loaded(config)?.settings;
            source.run(existing, async |s| migrate::run(settings, s, args, quiet).await).await
        }
        Command::Restore(_)
        | Command::Up(_)
        | Command::Serve(_)
        | Command::Work(_)
        | Command::Crawl(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Demo(_) => source.refuse(cli.command.name()),
        Command::Watch(args) => source.run(create, async |s| watch::run(s, args).await).await,
        Command::Token(args) => source.run(create, async |s| token::run(s, args).await).await,
        Command::Webhooks(args) => {
            source.run(existing, async |s| webhooks::run(s, args).await).await
        }
    }
}

/// The source of a command's session.
enum SessionSource<'a> {
    /// The command opens the folder itself, or sends its words to the leadq that holds it.
    Folder {
        config: &'a anyhow::Result<Config>,
        command: &'static str,
        words: Vec<String>,
        /// The format of the list that the command prints, if it prints one.
        list: Option<ListFormat>,
    },
    /// The open session of a running leadq.
    Running(&'a Session),
}

impl SessionSource<'_> {
    /// Opens the folder, runs `work` on the session, and closes it.
    async fn run<W>(&self, mode: Open, work: W) -> anyhow::Result<Output>
    where
        W: AsyncFnOnce(&Session) -> anyhow::Result<Output>,
    {
        let (config, command, words, list) = match self {
            Self::Running(session) => return work(session).await,
            Self::Folder { config, command, words, list } => {
                (loaded(config)?, command, words, *list)
            }
        };
        let session = match Session::open(&config.settings, command, mode).await {
            Err(error) if error.is::<InUse>() => {
                return control::ask(&config.settings.data_dir, words.clone(), list)
                    .await?
                    .ok_or(error);
            }
            session => session?,
        };
        let answer = work(&session).await;
        session.close().await;
        answer
    }

    /// Does the same for a command that only reads, with a hint if records are still waiting.
    async fn read<W>(&self, quiet: bool, work: W) -> anyhow::Result<Output>
    where
        W: AsyncFnOnce(&Session) -> anyhow::Result<Output>,
    {
        self.run(Open::Existing, async |session| {
            hint_of_backlog(session, quiet).await?;
            work(session).await
        })
        .await
    }

    /// Refuses a command that a running leadq cannot execute for another process.
    fn refuse(&self, command: &str) -> anyhow::Result<Output> {
        anyhow::bail!("a running leadq cannot execute `leadq {command}`: stop it first")
    }
}

/// Returns the settings, or a copy of the error with the same exit code.
fn loaded(config: &anyhow::Result<Config>) -> anyhow::Result<&Config> {
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
