//! Commands to the leadq that holds the data folder: while `leadq up` runs, it executes a command,
//! and the process of the command prints the response.
//!
//! They communicate by a socket in the data folder that only its owner can use: one line of JSON as
//! the request, one as the response.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::Parser as _;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::cli::{Cli, Command};
use crate::config::UsageError;
use crate::output::Output;
use crate::show::{self, ListFormat};
use crate::wiring::Session;

const SOCKET_FILE: &str = "socket";
const SOCKET_MODE: u32 = 0o600;
const REQUEST_BYTES_MAX: u64 = 1 << 20;
/// The maximum number of concurrent commands.
const COMMANDS_MAX: usize = 8;

/// The arguments of a command, the folder it was started in, and the form of its output.
#[derive(Debug, Serialize, Deserialize)]
struct Request {
    words: Vec<String>,
    folder: PathBuf,
    /// In columns.
    width: u16,
    /// The format of the list that the command prints, if it prints one.
    list: Option<ListFormat>,
}

/// The result of a command.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Response {
    Output { text: String, is_well: bool },
    Failed { message: String, misunderstood: bool },
}

/// Sends a command, as the words behind `leadq`, to the leadq that holds the folder, and returns its
/// response; nothing if that leadq does not listen. `list` is the format of a list.
pub(crate) async fn ask(
    data_dir: &Path,
    words: Vec<String>,
    list: Option<ListFormat>,
) -> anyhow::Result<Option<Output>> {
    let Ok(stream) = UnixStream::connect(data_dir.join(SOCKET_FILE)).await else {
        return Ok(None);
    };
    let request = Request { words, folder: std::env::current_dir()?, width: show::width(), list };
    let response = exchange(stream, &request).await;
    match response
        .context("the leadq that uses the data folder did not respond; it may be stopping")?
    {
        Response::Output { text, is_well } => Ok(Some(Output { text, is_well })),
        Response::Failed { message, misunderstood: true } => Err(UsageError(message).into()),
        Response::Failed { message, .. } => bail!(message),
    }
}

async fn exchange(mut stream: UnixStream, request: &Request) -> anyhow::Result<Response> {
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await?;
    Ok(serde_json::from_slice(&response)?)
}

/// Carries a command out in the session of the process that listens.
pub(crate) type CarryOut =
    for<'a> fn(&'a Session, &'a Cli) -> BoxFuture<'a, anyhow::Result<Output>>;

/// Takes commands and carries them out, until the task is dropped.
pub(crate) struct Listener(UnixListener);

impl Listener {
    /// Opens the socket. An existing socket is stale, because this process holds the folder.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(SOCKET_FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let listener = UnixListener::bind(&path)
            .with_context(|| format!("cannot listen for commands at {}", path.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(SOCKET_MODE))?;
        Ok(Self(listener))
    }

    /// Answers every command that arrives.
    pub(crate) async fn run(self, session: Arc<Session>, carry_out: CarryOut) {
        let permits = Arc::new(Semaphore::new(COMMANDS_MAX));
        loop {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
            match self.0.accept().await {
                Ok((stream, _)) => {
                    let session = Arc::clone(&session);
                    tokio::spawn(async move {
                        let _permit = permit;
                        if let Err(error) = answer(stream, &session, carry_out).await {
                            tracing::warn!(%error, "a command could not be answered");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept commands; retrying");
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
            }
        }
    }
}

async fn answer(stream: UnixStream, session: &Session, carry_out: CarryOut) -> anyhow::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut line = Vec::new();
    BufReader::new(reader.take(REQUEST_BYTES_MAX)).read_until(b'\n', &mut line).await?;
    let response = match run(&line, session, carry_out).await {
        Ok(Output { text, is_well }) => Response::Output { text, is_well },
        Err(error) => Response::Failed {
            message: show::causes(&error),
            misunderstood: error.is::<UsageError>(),
        },
    };
    writer.write_all(&serde_json::to_vec(&response)?).await?;
    Ok(writer.shutdown().await?)
}

async fn run(line: &[u8], session: &Session, carry_out: CarryOut) -> anyhow::Result<Output> {
    let Request { words, folder, width, list } = serde_json::from_slice(line)?;
    let args = std::iter::once("leadq".to_owned()).chain(words);
    let mut cli = Cli::try_parse_from(args)?;
    // Hints and progress would appear at the running leadq and not at the caller.
    cli.common.quiet = true;
    if let (Some(args), Some(format)) = (cli.command.list_mut(), list) {
        args.set(format);
    }
    from_folder(&mut cli.command, &folder)?;
    show::at_width(width, carry_out(session, &cli)).await
}

/// Resolves paths relative to the caller's folder.
///
/// # Errors
///
/// If only the process of the caller itself can execute the command.
fn from_folder(command: &mut Command, folder: &Path) -> anyhow::Result<()> {
    match command {
        Command::Ingest(args) => {
            if args.acks || args.files.iter().any(|file| file.as_os_str() == "-") {
                bail!(
                    "leadq is running and takes only files: send JSON lines to \
                     POST /api/v1/ingest/webhook, or stop it first"
                );
            }
            for file in &mut args.files {
                *file = folder.join(&*file);
            }
        }
        Command::Backup(args) => args.folder = folder.join(&args.folder),
        Command::Reread(args) if !args.dry_run && !args.yes => {
            bail!("leadq is running and cannot ask: use --dry-run, then --yes")
        }
        Command::MigrateEngine(_) => bail!("leadq is running: stop it before moving engines"),
        Command::Init(args) => {
            for file in [&mut args.from, &mut args.accounts].into_iter().flatten() {
                *file = folder.join(&*file);
            }
        }
        _ => {}
    }
    Ok(())
}
