//! The data folder on the disk: its creation, its permissions, and what an earlier run has left.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use store::StoreError;
use store::blob::SegmentKind;
use store::engines::EngineRole;
use store::permissions;

use crate::config::Settings;

pub(crate) const KEY_FILE: &str = "key";
pub(crate) const KEY_MODE: u32 = permissions::FILE_MODE;
pub(crate) const LOCK_FILE: &str = "lock";
/// The file of the tantivy index that exists as soon as there is an index.
const INDEX_FILE: &str = "meta.json";

/// Whether a command may create the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Open {
    /// The folder is created if it does not exist.
    OrMake,
    /// The folder must exist.
    Existing,
}

/// Sets the permissions of every file that this process creates: for its owner only. It is called
/// before the first thread starts. Standard output is not affected.
pub(crate) fn create_private_files() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

/// Creates the data folder if the command may, and withdraws the access of other users from one
/// that an earlier version created.
pub(crate) fn make(settings: &Settings, mode: Open) -> anyhow::Result<()> {
    let folder = settings.data_dir.as_path();
    if !folder.is_dir() {
        if mode == Open::Existing {
            bail!(
                "the data folder {} does not exist: start with `leadq init` or `leadq ingest FILE`, \
                 or choose another with --data-dir",
                folder.display()
            );
        }
        return permissions::create_private_folder(folder)
            .with_context(|| format!("cannot create the data folder {}", folder.display()));
    }
    let us = rustix::process::geteuid().as_raw();
    let is_ours = |name: &str| is_ours(settings, name);
    if let Err(error) = permissions::make_private(folder, us, is_ours) {
        tracing::warn!(
            folder = %folder.display(), %error,
            "other users may read the data folder; see `leadq doctor`"
        );
    }
    Ok(())
}

/// Returns whether an entry of the data folder is leadq's own.
fn is_ours(settings: &Settings, name: &str) -> bool {
    let roles = [
        (EngineRole::Db, settings.db.as_str()),
        (EngineRole::Search, settings.search.as_str()),
        (EngineRole::Blobs, settings.blobs()),
    ];
    let of_engine = roles.into_iter().any(|(role, url)| {
        let path = role.path(url, Path::new("")).unwrap_or_default();
        // A database has files beside it, such as the write-ahead log: `leadq.db-wal`.
        let rest = path.to_str().and_then(|path| name.strip_prefix(path));
        rest.is_some_and(|rest| name != rest && (rest.is_empty() || rest.starts_with('-')))
    });
    of_engine || [KEY_FILE, LOCK_FILE, "socket", "demo.json"].contains(&name)
}

/// The data of an earlier run in a data folder, besides its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remains(String);

impl Remains {
    /// Looks for them. They exist as soon as the first start has completed: it creates the folders of
    /// the segments last, after the database holds the digest of the key. A key alone may have been
    /// put there by the user, or by a first start that was interrupted.
    ///
    /// # Errors
    ///
    /// If the folder cannot be read.
    pub(crate) fn of(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let folder = settings.data_dir.as_path();
        let unreadable = || format!("cannot read the data folder {}", folder.display());
        let blobs = EngineRole::Blobs.path(settings.blobs(), folder)?;
        let (mut is_used, mut segments) = (false, 0);
        for kind in SegmentKind::ALL {
            let files = match fs::read_dir(blobs.join(kind.as_str())) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                files => files.with_context(unreadable)?,
            };
            is_used = true;
            for file in files {
                let metadata = file.and_then(|file| file.metadata()).with_context(unreadable)?;
                segments += usize::from(metadata.len() > 0);
            }
        }
        let has_index = index_file(settings)?.exists();
        if !is_used && !has_index {
            return Ok(None);
        }
        let mut parts = vec![crate::show::count(segments, "segment") + " of pages and texts"];
        if folder.join(KEY_FILE).exists() {
            parts.push("a key".to_owned());
        }
        if has_index {
            parts.push("a search index".to_owned());
        }
        Ok(Some(Self(parts.join(", "))))
    }

    /// Adds to an error of the database what else the folder holds, if the database is damaged or
    /// gone.
    pub(crate) fn explain(&self, error: StoreError, folder: &Path) -> anyhow::Error {
        if !error.is_damage() {
            return error.into();
        }
        let held = format!(
            "{} holds the data of an earlier run ({}), but not its database",
            folder.display(),
            self.0
        );
        anyhow::Error::new(error).context(held)
    }
}

fn index_file(settings: &Settings) -> anyhow::Result<PathBuf> {
    let folder = EngineRole::Search.path(&settings.search, &settings.data_dir)?;
    Ok(folder.join(INDEX_FILE))
}
