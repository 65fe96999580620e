//! `leadq backup` and `leadq restore`: a consistent copy of the data folder, and its restoration.
//!
//! The database is copied first, then pages and texts, because every row refers to bytes that were
//! on the disk before it. The search index is omitted, because it is rebuilt automatically. The
//! manifest is written last, so a folder without one is not a backup.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, bail};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use store::backup::{FileDigest, copy_file, digest_file};
use store::engines;
use store::permissions::{create_private_folder, private_file};

use crate::cli::{BackupArgs, RestoreArgs};
use crate::config::Settings;
use crate::output::Output;
use crate::show::{self, ProgressDisplay};
use crate::wiring::{KEY_FILE, Session};

const MANIFEST: &str = "backup.json";
const DATABASE: &str = "leadq.db";
const BLOBS: &str = "blobs";
const VERSION: u32 = 1;

/// The content of a backup.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    version: u32,
    at: Timestamp,
    /// Bytes and digest of every file, by its path in the backup.
    files: BTreeMap<String, FileDigest>,
}

/// Creates a backup, also while leadq runs.
pub(super) async fn back_up(
    session: &Session,
    args: &BackupArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    let folder = args.folder.as_path();
    make_empty(folder)?;
    session.context.db.back_up(&folder.join(DATABASE)).await?;
    let written = write_files(session, folder, quiet).await;
    let manifest = written.with_context(|| format!("the backup {} failed", folder.display()))?;
    session.remember_backup(folder).await?;
    let text = match args.json {
        true => show::json(&manifest)?,
        false => format!("backed up to {}: {}\n", show::path(folder), to_text(&manifest)),
    };
    Ok(Output::well(text))
}

/// Creates the data folder from a backup.
pub(super) async fn restore(
    settings: &Settings,
    args: &RestoreArgs,
    quiet: bool,
) -> anyhow::Result<Output> {
    if settings.is_cluster() {
        bail!(
            "restore PostgreSQL with its own tools: backups of leadq are of the embedded engines"
        );
    }
    let folder = settings.data_dir.as_path();
    let database = settings.database()?;
    if database.exists() {
        bail!("a database already exists at {}: move it away", database.display());
    }
    let manifest = read_manifest(&args.backup)?;
    make_empty(folder)?;
    let (from, to) = (args.backup.clone(), folder.to_owned());
    let manifest = tokio::task::spawn_blocking(move || {
        copy_files(&manifest, &from, &to, quiet).map(|()| manifest)
    })
    .await??;
    fs::rename(folder.join(DATABASE), &database)?;
    let db = engines::open_db(&settings.db, folder).await?;
    flow::begin_generation(&db).await?;
    let faults = db.check().await?;
    db.close().await;
    if let Some(fault) = faults.first() {
        bail!("the database of the backup is damaged: {fault}");
    }
    let text = match args.json {
        true => show::json(&manifest)?,
        false => format!(
            "restored to {}, as it was at {}: {}\nnext: `leadq verify` checks every signal's evidence\n",
            show::path(folder),
            manifest.at,
            to_text(&manifest)
        ),
    };
    Ok(Output::well(text))
}

fn to_text(manifest: &Manifest) -> String {
    let bytes: u64 = manifest.files.values().map(|file| file.bytes).sum();
    let files = show::count(manifest.files.len(), "file");
    format!("{files}, {} KiB", show::number(bytes.div_ceil(1024)))
}

/// Creates a folder, or checks that an existing one is empty.
fn make_empty(folder: &Path) -> anyhow::Result<()> {
    let context = || format!("cannot create the folder {}", folder.display());
    create_private_folder(folder).with_context(context)?;
    if fs::read_dir(folder).with_context(context)?.next().is_some() {
        bail!(
            "{} is not empty: move it away, or choose a folder that is empty or does not exist",
            folder.display()
        );
    }
    Ok(())
}

/// Copies everything besides the database, and writes the manifest.
async fn write_files(session: &Session, to: &Path, quiet: bool) -> anyhow::Result<Manifest> {
    // After the database: pages stored meanwhile are additional, and no referenced page is missing.
    let at = session.context.now();
    let segments = session.context.blobs.segments().await?.len();
    let progress = Arc::new(ProgressDisplay::of_things(segments, quiet));
    let (display, count) = (Arc::clone(&progress), AtomicU64::new(0));
    let report = move |name: &str| {
        display.at(count.fetch_add(1, Ordering::Relaxed) + 1, name.to_owned());
    };
    let blobs = session.context.blobs.back_up(&to.join(BLOBS), Arc::new(report)).await?;
    progress.finish();
    let (from, to) = (session.folder.clone(), to.to_owned());
    tokio::task::spawn_blocking(move || write_manifest(&from, &to, at, blobs)).await?
}

/// Copies the key, and writes the manifest last.
fn write_manifest(
    from: &Path,
    to: &Path,
    at: Timestamp,
    blobs: BTreeMap<String, FileDigest>,
) -> anyhow::Result<Manifest> {
    let in_backup = |(name, digest)| (format!("{BLOBS}/{name}"), digest);
    let mut files: BTreeMap<String, FileDigest> = blobs.into_iter().map(in_backup).collect();
    files.insert(KEY_FILE.to_owned(), copy(&from.join(KEY_FILE), &to.join(KEY_FILE))?);
    files.insert(DATABASE.to_owned(), digest_file(&to.join(DATABASE))?);
    File::open(to.join(DATABASE))?.sync_all()?;
    let manifest = Manifest { version: VERSION, at, files };
    let mut file = private_file().write(true).create_new(true).open(to.join(MANIFEST))?;
    file.write_all(show::json(&manifest)?.as_bytes())?;
    file.sync_all()?;
    File::open(to)?.sync_all()?;
    Ok(manifest)
}

fn copy_files(manifest: &Manifest, from: &Path, to: &Path, quiet: bool) -> anyhow::Result<()> {
    let progress = ProgressDisplay::of_things(manifest.files.len(), quiet);
    for (position, (name, expected)) in (1..).zip(&manifest.files) {
        let copied = copy(&from.join(name), &to.join(name))?;
        if copied != *expected {
            bail!("{name} differs from the manifest of the backup: use another backup");
        }
        progress.at(position, name.clone());
    }
    progress.finish();
    Ok(File::open(to)?.sync_all()?)
}

fn read_manifest(backup: &Path) -> anyhow::Result<Manifest> {
    let path = backup.join(MANIFEST);
    let text = fs::read(&path).with_context(|| {
        format!("{} is not a complete backup: it has no {MANIFEST}", backup.display())
    })?;
    let manifest = serde_json::from_slice::<Manifest>(&text);
    let Ok(manifest) = manifest else {
        bail!("{} is damaged, or no manifest of leadq: use another backup", path.display());
    };
    if manifest.version != VERSION {
        bail!(
            "the backup has version {}, but this leadq reads version {VERSION}",
            manifest.version
        );
    }
    for name in manifest.files.keys() {
        let is_inside = Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !is_inside {
            bail!("the manifest names a file outside the backup: {name:?}");
        }
    }
    Ok(manifest)
}

/// Copies a file durably.
fn copy(from: &Path, to: &Path) -> anyhow::Result<FileDigest> {
    copy_file(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}
