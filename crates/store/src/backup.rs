//! Files of a backup: copied durably, and verified by their digests.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use model::{Digest, IdHasher};
use serde::{Deserialize, Serialize};

const CHUNK: usize = 1 << 20;

/// A file's size and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// The size in bytes.
    pub bytes: u64,
    /// The digest over its chunks of 1 MiB.
    pub digest: Digest,
}

/// A callback that receives the name of each copied file.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// The permissions of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyMode {
    /// The usual permissions of a new file of this process.
    Usual,
    /// Readable and writable by its owner only.
    Owner,
}

/// Copies a file durably to a path that must not exist yet; creates the folder if it is missing.
///
/// # Errors
/// If the file cannot be read or written.
pub fn copy_file(from: &Path, to: &Path, mode: CopyMode) -> io::Result<FileDigest> {
    let parent = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut source = File::open(from)?;
    let mut target = File::create_new(to)?;
    if mode == CopyMode::Owner {
        target.set_permissions(Permissions::from_mode(0o600))?;
    }
    let copied = each_chunk(&mut source, |chunk| target.write_all(chunk))?;
    target.sync_all()?;
    File::open(parent)?.sync_all()?;
    Ok(copied)
}

/// Computes the size and digest of a file.
///
/// # Errors
/// If the file cannot be read.
pub fn digest_file(path: &Path) -> io::Result<FileDigest> {
    each_chunk(&mut File::open(path)?, |_| Ok(()))
}

fn each_chunk(
    source: &mut File,
    mut with: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<FileDigest> {
    let mut chunk = Vec::with_capacity(CHUNK);
    let (mut bytes, mut hasher) = (0, IdHasher::new("backup"));
    loop {
        chunk.clear();
        // The digest is computed over whole chunks, so a short read must not end one.
        let read = Read::by_ref(source).take(CHUNK as u64).read_to_end(&mut chunk)?;
        if read == 0 {
            return Ok(FileDigest { bytes, digest: hasher.digest() });
        }
        bytes += read as u64;
        hasher = hasher.part(&chunk);
        with(&chunk)?;
    }
}
