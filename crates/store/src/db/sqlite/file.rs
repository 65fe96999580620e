//! The database's file as the file system shows it: its creation, and the checks that need no SQL.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::permissions::private_file;
use crate::{Result, StoreError};

/// The first bytes of every database file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The file of an open database.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    pub(super) path: PathBuf,
    /// Device and inode, by which a file is recognized although another has its name.
    identity: (u64, u64),
}

impl DatabaseFile {
    /// Describes the file that a connection was opened to.
    pub(super) fn of(path: &Path) -> Result<Self> {
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self { path: path.to_owned(), identity: (metadata.dev(), metadata.ino()) })
    }

    /// Checks that the file still has its name and begins like a database.
    pub(super) fn check(&self) -> Result<()> {
        check(&self.path)?;
        if Self::of(&self.path)?.identity == self.identity {
            return Ok(());
        }
        Err(damaged(&self.path, "was replaced while leadq was running"))
    }

    /// Adds the name of the file to an error that reports damage.
    pub(super) fn named(&self, error: StoreError) -> StoreError {
        named(&self.path, error)
    }
}

/// Adds the name of the file to an error that reports damage.
pub(super) fn named(path: &Path, error: StoreError) -> StoreError {
    if !error.is_damage() {
        return error;
    }
    damaged(path, &format!("is damaged ({error})")).with_source(error)
}

fn damaged(path: &Path, finding: &str) -> StoreError {
    StoreError::damaged(format!("the database {} {finding}", path.display()))
}

fn unreadable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::retryable(format!("the database {} cannot be read: {error}", path.display()))
}

/// Creates the file, still empty, if there is none. SQLite gives the files beside it, such as the
/// write-ahead log, the same permissions.
pub(super) fn create(path: &Path) -> Result<()> {
    match private_file().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        created => created.map(drop).map_err(|error| {
            StoreError::retryable(format!(
                "the database {} cannot be created: {error}",
                path.display()
            ))
        }),
    }
}

/// Checks a file that must hold the data of an earlier run, without changing anything.
pub(super) fn check_before_reopening(path: &Path) -> Result<()> {
    check(path)?;
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    // SQLite creates the log before its index and removes it after it.
    if beside("-shm").exists() && !beside("-wal").exists() {
        return Err(damaged(path, "has lost its write-ahead log, the file with the ending -wal"));
    }
    Ok(())
}

fn check(path: &Path) -> Result<()> {
    let mut begin = Vec::new();
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(damaged(path, "is missing"));
        }
        opened => opened
            .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut begin))
            .map_err(|error| unreadable(path, &error))?,
    };
    match begin.as_slice() {
        [] => Err(damaged(path, "is empty")),
        begin if begin == MAGIC => Ok(()),
        _ => Err(damaged(path, "is not a database: its first bytes are damaged")),
    }
}
