//! The seeds of a target: small handwritten files in `fuzz/seeds/<target>/`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;

/// Reads the seeds of a target, ordered by name.
///
/// # Errors
/// Returns an error if the folder cannot be read or is empty, because a target without a seed finds
/// nothing.
pub(crate) fn of(target: &str) -> Result<Vec<Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    if paths.is_empty() {
        return Err(format!("{} holds no seed", folder.display()).into());
    }
    Ok(paths.iter().map(fs::read).collect::<std::io::Result<_>>()?)
}
