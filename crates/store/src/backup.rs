//! Files of a backup: copied durably, and verified by their digests.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;
use std::sync::Arc;

use model::{Digest, IdHasher};
use serde::{Deserialize, Serialize};

use crate::permissions::{create_private_folder, private_file};

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

/// Copies a file durably to a path that must not exist yet; creates the folder if it is missing.
/// Only the owner of the copy has access to it.
///
/// # Errors
/// If the file cannot be read or written.
pub fn copy_file(from: &Path, to: &Path) -> io::Result<FileDigest> {
    let parent = to.parent().unwrap_or(Path::new("."));
    create_private_folder(parent)?;
    let mut source = File::open(from)?;
    let mut target = private_file().write(true).create_new(true).open(to)?;
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
