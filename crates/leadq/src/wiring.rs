//! The session: the data folder under its lock, with its key and its engines.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use flow::{Context, EngineStatus, JourneyEngine, Role};
use ingest::{PageCache, Readers};
use model::{Clock, Digest, InstallKey, SystemClock};
use net::Door;
use store::StoreError;
use store::db::{Db, Urgency};
use store::engines;
use store::permissions::private_file;

use crate::config::Settings;
use crate::disk;
use crate::folder::{self, LOCK_FILE, Remains};
pub(crate) use crate::folder::{KEY_FILE, KEY_MODE, Open};

const MIGRATE_COMMAND: &str = "migrate-engine";
const SEARCH_COMMANDS: [&str; 3] = ["serve", "up", "search"];
/// The size up to which a long-running process checks the whole database when it starts: a second or
/// two of work. `leadq doctor` checks a database of any size.
const CHECKED_BYTES_MAX: u64 = 1 << 30;
/// The size up to which `leadq status` checks the whole database: a moment of work.
const CONFIRMED_BYTES_MAX: u64 = 64 << 20;
/// The name of the database setting that holds the folder of the last backup.
const BACKUP_SETTING: &str = "backup";
/// The name of the database setting that holds a digest of the key.
const KEY_SETTING: &str = "key";

/// The open data folder. This process holds its lock until the session is dropped.
pub(crate) struct Session {
    pub(crate) context: Arc<Context>,
    /// The context from which answers are computed.
    pub(crate) answers: answer::ReadContext,
    /// The path of the data folder.
    pub(crate) folder: PathBuf,
    /// The file of the embedded database.
    pub(crate) database: Option<PathBuf>,
    /// The permanent engine of a long-running process; a command starts an engine of its own.
    engine: Option<Arc<JourneyEngine>>,
    _lock: File,
}

/// A running engine: the command's own, or the permanent one.
pub(crate) enum EngineHandle {
    Own(Box<JourneyEngine>),
    Shared(Arc<JourneyEngine>),
}

impl Deref for EngineHandle {
    type Target = JourneyEngine;

    fn deref(&self) -> &JourneyEngine {
        match self {
            Self::Own(engine) => engine,
            Self::Shared(engine) => engine,
        }
    }
}

impl EngineHandle {
    /// Returns whether the engine runs on after the command has ended.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }

    /// Stops the engine if it is the command's own.
    pub(crate) async fn stop(&self) {
        if let Self::Own(engine) = self {
            engine.stop().await;
        }
    }
}

/// The error when another process holds the lock of the data folder.
#[derive(Debug, thiserror::Error)]
#[error("{holder} is using the data folder {folder}: wait until it has ended, or stop it")]
pub(crate) struct InUse {
    holder: String,
    folder: String,
}

/// The resources of a process besides the data folder.
pub(crate) struct ProcessResources {
    /// The source of the current time.
    pub(crate) clock: Arc<dyn Clock>,
    /// The door to the network; a short-lived command has none.
    pub(crate) door: Option<Door>,
}

impl Session {
    /// Opens the data folder for a command.
    pub(crate) async fn open(
        settings: &Settings,
        command: &str,
        mode: Open,
    ) -> anyhow::Result<Self> {
        let resources = ProcessResources { clock: Arc::new(SystemClock), door: None };
        Self::open_with(settings, command, mode, resources).await
    }

    /// Opens the data folder for a long-running process.
    pub(crate) async fn open_with(
        settings: &Settings,
        command: &str,
        mode: Open,
        ProcessResources { clock, door }: ProcessResources,
    ) -> anyhow::Result<Self> {
        let folder = settings.data_dir.as_path();
        folder::make(settings, mode)?;
        let is_cluster = settings.is_cluster();
        if let Some(kind) = disk::network_file_system(folder)
            && !is_cluster
        {
            bail!(
                "the data folder {} is on a network file system ({kind}), which is unsafe for a \
                 database: choose a local disk with --data-dir",
                folder.display()
            );
        }
        // Moving to other engines needs the lock exclusively: the data must not change meanwhile.
        let lock = lock(folder, command, is_cluster && command != MIGRATE_COMMAND)?;
        // Before the database is opened: a concurrent first start stores the digest of its key
        // before it creates the folders of the segments.
        let remains = Remains::of(settings)?;
        let db = match &remains {
            None => engines::open_db(&settings.db, folder).await?,
            Some(remains) => engines::reopen_db(&settings.db, folder)
                .await
                .map_err(|error| remains.explain(error, folder))?,
        };
        let log = engines::open_log(&settings.log, &db)?;
        let key = agreed_key(settings, remains.as_ref(), &db).await?;
        // The last step of a first start.
        let blobs = engines::open_blobs(settings.blobs(), folder, is_cluster, &clock)?;
        // The embedded index has one owner; in a cluster only processes that search open it.
        let uses_search = !is_cluster || SEARCH_COMMANDS.contains(&command);
        let search =
            uses_search.then(|| engines::open_search(&settings.search, folder)).transpose()?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let context = Context {
            db,
            log,
            blobs,
            search,
            outside: flow::Outside {
                door,
                channels: settings.channels.clone(),
                public_url: settings.public_url.clone(),
            },
            key,
            packs: Arc::new(detect::Packs::builtin()),
            clock,
            limits: settings.limits(),
            readers: Readers::new(cores)?,
            pages: PageCache::default(),
        };
        Ok(Self {
            answers: context.answers(),
            context: Arc::new(context),
            folder: folder.to_owned(),
            database: (!is_cluster).then(|| settings.database()).transpose()?,
            engine: None,
            _lock: lock,
        })
    }

    /// Sets the address that messages link to, unless the settings name one. It must be called before
    /// anything runs in this session.
    pub(crate) fn listens_on(&mut self, address: SocketAddr) {
        if let Some(context) = Arc::get_mut(&mut self.context) {
            let own = || flow::PublicUrl::of_listener(address);
            context.outside.public_url = context.outside.public_url.take().or_else(own);
        }
    }

    /// Starts the journey, or returns the engine that already runs it.
    pub(crate) async fn start(&self) -> anyhow::Result<EngineHandle> {
        self.start_as(Role::All).await
    }

    /// Starts a part of the journey, or returns the engine that already runs it.
    pub(crate) async fn start_as(&self, role: Role) -> anyhow::Result<EngineHandle> {
        match &self.engine {
            Some(engine) => Ok(EngineHandle::Shared(Arc::clone(engine))),
            None => {
                let engine = JourneyEngine::start_as(role, Arc::clone(&self.context)).await?;
                Ok(EngineHandle::Own(Box::new(engine)))
            }
        }
    }

    /// Starts the journey, or a part of it, permanently: every later command shares this engine.
    pub(crate) async fn keep_running(&mut self, role: Role) -> anyhow::Result<Arc<JourneyEngine>> {
        let engine = Arc::new(JourneyEngine::start_as(role, Arc::clone(&self.context)).await?);
        self.engine = Some(Arc::clone(&engine));
        self.check_database();
        Ok(engine)
    }

    /// Returns the state of the engine that runs permanently in this process; nothing in a command of
    /// its own, which can ask its user.
    pub(crate) fn running(&self) -> Option<&EngineStatus> {
        self.engine.as_ref().map(|engine| engine.pulse().as_ref())
    }

    /// Checks the file of the database while the journey runs, unless that would take long. If it
    /// finds damage, the database refuses to write from then on.
    fn check_database(&self) {
        let bytes = self.database.as_ref().and_then(|path| fs::metadata(path).ok());
        if bytes.is_some_and(|file| file.len() <= CHECKED_BYTES_MAX) {
            let db = self.context.db.clone();
            tokio::spawn(async move {
                if let Err(error) = db.check().await {
                    tracing::warn!(%error, "the database was not checked");
                }
            });
        }
    }

    /// Checks that the database is where it was opened and, if that takes no time worth mentioning,
    /// that its file is not damaged.
    ///
    /// # Errors
    ///
    /// If it is damaged or gone.
    pub(crate) async fn confirm_database(&self) -> anyhow::Result<()> {
        let db = &self.context.db;
        db.check_place().await?;
        let bytes = self.database.as_ref().and_then(|path| fs::metadata(path).ok());
        if bytes.is_some_and(|file| file.len() <= CONFIRMED_BYTES_MAX) {
            db.check().await?;
        }
        match db.damage() {
            Some(damage) => bail!("{damage}"),
            None => Ok(()),
        }
    }

    /// Stores the folder of the last backup, so that `leadq doctor` can check who may read it.
    pub(crate) async fn remember_backup(&self, folder: &Path) -> anyhow::Result<()> {
        let folder = std::path::absolute(folder)?.to_string_lossy().into_owned();
        let write = self.context.db.write(Urgency::Urgent, move |tx| {
            Box::pin(async move { tx.set_setting(BACKUP_SETTING, &folder).await })
        });
        Ok(write.await?)
    }

    /// Returns the folder of the last backup.
    pub(crate) async fn last_backup(&self) -> anyhow::Result<Option<PathBuf>> {
        let read = self.context.db.read(|tx| Box::pin(tx.setting(BACKUP_SETTING)));
        Ok(read.await?.map(PathBuf::from))
    }

    /// Closes the database.
    pub(crate) async fn close(&self) {
        self.context.db.close().await;
    }
}

/// Locks the folder for this process, and writes the holder to the lock file. In a cluster the lock
/// is shared, because other processes use the folder too.
fn lock(folder: &Path, command: &str, is_shared: bool) -> anyhow::Result<File> {
    let path = folder.join(LOCK_FILE);
    let mut file =
        private_file()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("cannot write to the data folder {}", folder.display()))?;
    match if is_shared { file.try_lock_shared() } else { file.try_lock() } {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // The error is correct even without the holder's name.
            let _ = file.read_to_string(&mut holder);
            let holder = holder.trim();
            let holder = if holder.is_empty() { "another leadq" } else { holder };
            let folder = folder.display().to_string();
            return Err(InUse { holder: holder.to_owned(), folder }.into());
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).context(format!("cannot lock {}", path.display()));
        }
    }
    if is_shared {
        return Ok(file);
    }
    let content = format!("`leadq {command}` (process {})\n", std::process::id());
    // Best effort: it is only for the error message of another process.
    let _ = file.set_len(0).and_then(|()| file.write_all(content.as_bytes()));
    Ok(file)
}

/// Reads or creates the installation's key, and checks it against the digest in the database. Ids
/// are derived from the key, so under another key no company would be recognized.
async fn agreed_key(
    settings: &Settings,
    remains: Option<&Remains>,
    db: &Db,
) -> anyhow::Result<InstallKey> {
    let folder = settings.data_dir.as_path();
    let read = db.read(|tx| {
        Box::pin(async move { Ok((tx.setting(KEY_SETTING).await?, tx.is_blank().await?)) })
    });
    let (stored, is_blank) = read.await?;
    if is_blank && let Some(remains) = remains {
        db.close().await;
        return Err(remains.explain(blank(settings)?, folder));
    }
    // A first start that was interrupted before it made the key has left a blank database.
    let key = key(folder, !is_blank)?;
    let digest = Digest::of(&key.0).to_string();
    let stored = match stored {
        Some(stored) => stored,
        None => {
            let own_digest = digest.clone();
            // A concurrent process may have stored the digest of its own key first.
            let write = db.write(Urgency::Urgent, move |tx| {
                Box::pin(async move { tx.begin_setting(KEY_SETTING, &own_digest).await })
            });
            write.await?
        }
    };
    if stored != digest {
        bail!(
            "the key {} does not match the database: restore the key it was created with, or the \
             database of this key",
            folder.join(KEY_FILE).display()
        );
    }
    Ok(key)
}

/// Builds the error for a database that has its tables, but no row.
fn blank(settings: &Settings) -> anyhow::Result<StoreError> {
    Ok(match settings.is_cluster() {
        true => StoreError::new(
            store::ErrorKind::Damaged,
            "the database of the settings holds no data: check `db`, or restore the database with \
             PostgreSQL's own tools",
        ),
        false => {
            let path = settings.database()?;
            StoreError::damaged(format!("the database {} holds no data", path.display()))
        }
    })
}

/// Reads the key in the folder, or creates it if there is neither a key nor any data yet.
fn key(folder: &Path, has_data: bool) -> anyhow::Result<InstallKey> {
    let path = folder.join(KEY_FILE);
    match fs::read(&path) {
        Ok(bytes) => match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(key) => Ok(InstallKey(key)),
            Err(_) => bail!(
                "the key {} has {} bytes instead of 32: restore it from a backup",
                path.display(),
                bytes.len()
            ),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !has_data => {
            make_key(folder).with_context(|| format!("cannot write the key {}", path.display()))
        }
        Err(error) => Err(error).context(format!(
            "cannot read the key {}, which the database depends on: restore it from a backup",
            path.display()
        )),
    }
}

/// Creates the key, under a temporary name first, so that a key file is complete or absent.
fn make_key(folder: &Path) -> anyhow::Result<InstallKey> {
    let mut key = [0u8; 32];
    getrandom::fill(&mut key)
        .map_err(|error| anyhow::anyhow!("cannot read random bytes: {error}"))?;
    let mut name = [0u8; 8];
    getrandom::fill(&mut name)
        .map_err(|error| anyhow::anyhow!("cannot read random bytes: {error}"))?;
    let temporary = folder.join(format!("key.{:016x}", u64::from_le_bytes(name)));
    let mut file = private_file().write(true).create_new(true).open(&temporary)?;
    file.write_all(&key)?;
    file.sync_all()?;
    // A link instead of a rename: if a concurrent process was faster, its key is kept.
    let linked = fs::hard_link(&temporary, folder.join(KEY_FILE));
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        linked => linked?,
    }
    File::open(folder)?.sync_all()?;
    let key = fs::read(folder.join(KEY_FILE))?;
    Ok(InstallKey(<[u8; 32]>::try_from(key.as_slice())?))
}
