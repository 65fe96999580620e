//! The files of an index. The configured folder may contain files of the user, which stay.
//!
//! An index of another version is moved into a folder of its own, its `meta.json` last: the move
//! was complete if that file is there, and is continued otherwise.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::permissions::create_private_folder;

/// The file that an index always has.
const META_FILE: &str = "meta.json";
/// The folder of an index of another version.
const OLD_FOLDER: &str = "old";

/// Returns the folder of an index of another version.
pub(super) fn old_folder(folder: &Path) -> PathBuf {
    folder.join(OLD_FOLDER)
}

/// Reports whether a folder has an index.
pub(super) fn has_index(folder: &Path) -> bool {
    folder.join(META_FILE).exists()
}

/// Reads the text that the last commit stored; `None` if there is none, or the file is damaged.
pub(super) fn payload_of(folder: &Path) -> Option<String> {
    let meta = fs::read(folder.join(META_FILE)).ok()?;
    let meta: serde_json::Value = serde_json::from_slice(&meta).ok()?;
    Some(meta.get("payload")?.as_str()?.to_owned())
}

/// Moves the index in a folder into that of the old one. If there is an old one already, this one
/// may not be complete and is removed.
pub(super) fn set_aside(folder: &Path) -> io::Result<()> {
    let old = old_folder(folder);
    if has_index(&old) {
        return remove_index(folder);
    }
    create_private_folder(&old)?;
    for name in files_of(folder)?.iter().filter(|name| *name != META_FILE) {
        fs::rename(folder.join(name), old.join(name))?;
    }
    fs::rename(folder.join(META_FILE), old.join(META_FILE))
}

/// Removes the files of the index of another version, and its folder if nothing else is in it.
pub(super) fn remove_old(folder: &Path) -> io::Result<()> {
    let old = old_folder(folder);
    remove_index(&old)?;
    match fs::remove_dir(&old) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::DirectoryNotEmpty
                    | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(())
        }
        removed => removed,
    }
}

/// Removes the files of an index.
pub(super) fn remove_index(folder: &Path) -> io::Result<()> {
    for name in files_of(folder)? {
        fs::remove_file(folder.join(name))?;
    }
    Ok(())
}

/// Lists the names of the files of an index.
fn files_of(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(Vec::new());
        }
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_of_index(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Returns whether a file belongs to an index: `meta.json`, tantivy's own lists and locks, and
/// segments, which are 32 hexadecimal digits and an extension.
fn is_of_index(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let is_segment = stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_segment || name == META_FILE || name == ".managed.json" || name.starts_with(".tantivy")
}
