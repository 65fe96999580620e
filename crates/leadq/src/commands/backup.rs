//! `leadq backup` and `leadq restore`: the data folder as it was at one moment, and back.
//!
//! The database is copied first, then pages and texts: every row speaks of bytes that were on the disk
//! before it. The search index is left out; it makes itself again. The manifest is written last, so a
//! folder without one is no backup.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use model::{Digest, IdHasher, Timestamp};
use serde::{Deserialize, Serialize};
use store::db::{Db, Sqlite};

use super::Answer;
use crate::cli::{Backup, Restore};
use crate::config::Settings;
use crate::show::{self, Progress};
use crate::wiring::{BLOB_FOLDER, House, KEY_FILE, KEY_MODE};

const MANIFEST: &str = "backup.json";
const DATABASE: &str = "leadq.db";
const VERSION: u32 = 1;
const CHUNK: usize = 1 << 20;

/// What a backup holds.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    version: u32,
    at: Timestamp,
    /// Bytes and digest of every file, by its path in the backup.
    files: BTreeMap<String, Kept>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    bytes: u64,
    digest: Digest,
}

/// Makes a backup, also while leadq runs.
pub(super) async fn back_up(house: &House, said: &Backup, quiet: bool) -> anyhow::Result<Answer> {
    let folder = said.folder.as_path();
    make_empty(folder)?;
    house.rooms.db.back_up(&folder.join(DATABASE)).await?;
    // After the database: pages that came meanwhile are too many, never too few.
    let (from, to, at) = (house.folder.clone(), folder.to_owned(), house.rooms.now());
    let written = tokio::task::spawn_blocking(move || copy_files(&from, &to, at, quiet)).await?;
    let manifest = written.with_context(|| format!("the backup {} failed", folder.display()))?;
    let text = match said.json {
        true => show::json(&manifest)?,
        false => format!("backed up to {}: {}\n", folder.display(), in_words(&manifest)),
    };
    Ok(Answer::well(text))
}

/// Makes the data folder from a backup.
pub(super) async fn restore(
    settings: &Settings,
    said: &Restore,
    quiet: bool,
) -> anyhow::Result<Answer> {
    if settings.is_cluster() {
        bail!(
            "restore PostgreSQL with its own tools; a backup of leadq is of the embedded engines"
        );
    }
    let folder = settings.data_dir.as_path();
    if settings.database().exists() {
        bail!("there is a database at {} already: move it away", settings.database().display());
    }
    let manifest = read_manifest(&said.backup)?;
    make_empty(folder)?;
    let (from, to) = (said.backup.clone(), folder.to_owned());
    let manifest = tokio::task::spawn_blocking(move || {
        bring_back(&manifest, &from, &to, quiet).map(|()| manifest)
    })
    .await??;
    fs::rename(folder.join(DATABASE), settings.database())?;
    let db = Db::new(std::sync::Arc::new(Sqlite::open(&settings.database()).await?));
    flow::begin_generation(&db).await?;
    let faults = db.check().await?;
    db.close().await;
    if let Some(fault) = faults.first() {
        bail!("the database of the backup is damaged: {fault}");
    }
    let text = match said.json {
        true => show::json(&manifest)?,
        false => format!(
            "restored to {}, as it was at {}: {}\nnext: `leadq verify` checks every signal's evidence\n",
            folder.display(),
            manifest.at,
            in_words(&manifest)
        ),
    };
    Ok(Answer::well(text))
}

fn in_words(manifest: &Manifest) -> String {
    let bytes: u64 = manifest.files.values().map(|kept| kept.bytes).sum();
    let files = show::count(manifest.files.len(), "file");
    format!("{files}, {} KiB", show::number(bytes.div_ceil(1024)))
}

/// A folder for new things only.
fn make_empty(folder: &Path) -> anyhow::Result<()> {
    let what = || format!("cannot make the folder {}", folder.display());
    fs::create_dir_all(folder).with_context(what)?;
    if fs::read_dir(folder).with_context(what)?.next().is_some() {
        bail!("{} is not empty: name a folder that is, or that does not exist", folder.display());
    }
    Ok(())
}

fn copy_files(from: &Path, to: &Path, at: Timestamp, quiet: bool) -> anyhow::Result<Manifest> {
    let mut names = vec![KEY_FILE.to_owned()];
    for kind in sorted(&from.join(BLOB_FOLDER))? {
        let files = sorted(&from.join(BLOB_FOLDER).join(&kind))?;
        names.extend(files.into_iter().map(|file| format!("{BLOB_FOLDER}/{kind}/{file}")));
    }
    let mut files = BTreeMap::new();
    files.insert(DATABASE.to_owned(), digest_of(&to.join(DATABASE))?);
    let progress = Progress::of_things(names.len(), quiet);
    for (done, name) in (1..).zip(names) {
        let kept = copy(&from.join(&name), &to.join(&name))?;
        progress.at(done, name.clone());
        files.insert(name, kept);
    }
    progress.finish();
    File::open(to.join(DATABASE))?.sync_all()?;
    let manifest = Manifest { version: VERSION, at, files };
    let mut file = File::create_new(to.join(MANIFEST))?;
    file.write_all(show::json(&manifest)?.as_bytes())?;
    file.sync_all()?;
    File::open(to)?.sync_all()?;
    Ok(manifest)
}

fn bring_back(manifest: &Manifest, from: &Path, to: &Path, quiet: bool) -> anyhow::Result<()> {
    let progress = Progress::of_things(manifest.files.len(), quiet);
    for (done, (name, kept)) in (1..).zip(&manifest.files) {
        let found = copy(&from.join(name), &to.join(name))?;
        if found != *kept {
            bail!("{name} is not as it was when the backup was made: take another backup");
        }
        progress.at(done, name.clone());
    }
    progress.finish();
    Ok(File::open(to)?.sync_all()?)
}

fn read_manifest(backup: &Path) -> anyhow::Result<Manifest> {
    let path = backup.join(MANIFEST);
    let text = fs::read(&path).with_context(|| {
        format!("{} is no backup, or one that was not finished: no {MANIFEST}", backup.display())
    })?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    if manifest.version != VERSION {
        bail!("the backup is of version {}, and this leadq reads {VERSION}", manifest.version);
    }
    for name in manifest.files.keys() {
        let is_inside = Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !is_inside {
            bail!("the backup names a file outside itself: {name:?}");
        }
    }
    Ok(manifest)
}

/// File names in a folder, sorted; none when there is no folder.
fn sorted(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Copies a file, durably, and tells what was copied.
fn copy(from: &Path, to: &Path) -> anyhow::Result<Kept> {
    let parent = to.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&parent)?;
    let mut source = File::open(from).with_context(|| format!("cannot read {}", from.display()))?;
    let mut target = File::create_new(to)?;
    if from.ends_with(KEY_FILE) {
        target.set_permissions(fs::Permissions::from_mode(KEY_MODE))?;
    }
    let kept = each_chunk(&mut source, |chunk| target.write_all(chunk))?;
    target.sync_all()?;
    File::open(parent)?.sync_all()?;
    Ok(kept)
}

fn digest_of(path: &Path) -> anyhow::Result<Kept> {
    each_chunk(&mut File::open(path)?, |_| Ok(()))
}

fn each_chunk(
    source: &mut File,
    mut with: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> anyhow::Result<Kept> {
    let mut chunk = Vec::with_capacity(CHUNK);
    let (mut bytes, mut hasher) = (0, IdHasher::new("backup"));
    loop {
        chunk.clear();
        // Whole chunks, whatever a read returns: they are what the digest is made of.
        let read = Read::by_ref(source).take(CHUNK as u64).read_to_end(&mut chunk)?;
        if read == 0 {
            return Ok(Kept { bytes, digest: hasher.digest() });
        }
        bytes += read as u64;
        hasher = hasher.part(&chunk);
        with(&chunk)?;
    }
}
