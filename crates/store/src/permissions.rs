//! Permissions of stored files: only their owner has access.
//!
//! The program also sets its umask, which covers the files that libraries create; everything that
//! this crate creates itself is private without it.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _,
    PermissionsExt as _,
};
use std::path::Path;

/// The permissions of a file.
pub const FILE_MODE: u32 = 0o600;
/// The permissions of a folder.
pub const FOLDER_MODE: u32 = 0o700;
/// The permissions of everybody but the owner.
const OTHERS: u32 = 0o077;
/// The mark of a folder that belongs to everybody, such as `/tmp`.
const STICKY: u32 = 0o1000;

/// Returns options that create a file with access for its owner only.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(FILE_MODE);
    options
}

/// Creates a folder and its missing parents with access for their owner only.
///
/// # Errors
/// If a folder cannot be created.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder)
}

/// Returns the permissions of a file or folder if others than its owner have access; `None` if they
/// have not, or if there is no such file.
///
/// # Errors
/// If the file system does not respond.
pub fn exposed(path: &Path) -> io::Result<Option<u32>> {
    match fs::metadata(path) {
        Ok(file) => Ok(Some(file.mode() & 0o777).filter(|mode| mode & OTHERS != 0)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Withdraws the access of others from a folder, and before that from the entries in it that
/// `is_ours` selects by name, with everything below them. Does nothing if the folder is private
/// already, because then nobody else can reach what is in it; if it belongs to another user; or if
/// it belongs to everybody. Links are not followed.
///
/// # Errors
/// If permissions cannot be read or changed.
pub fn make_private(folder: &Path, owner: u32, is_ours: impl Fn(&str) -> bool) -> io::Result<()> {
    let metadata = fs::metadata(folder)?;
    let mode = metadata.mode();
    if mode & OTHERS == 0 || mode & STICKY != 0 || metadata.uid() != owner {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_ours(&entry.file_name().to_string_lossy()) {
            withdraw(&entry.path(), owner)?;
        }
    }
    fs::set_permissions(folder, Permissions::from_mode(mode & 0o7700))
}

/// Withdraws the access of others from a file, or from a folder and everything below it.
fn withdraw(path: &Path, owner: u32) -> io::Result<()> {
    let metadata = match fs::symlink_metadata(path) {
        // Another process has removed it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        metadata => metadata?,
    };
    let kind = metadata.file_type();
    if metadata.uid() != owner || !(kind.is_dir() || kind.is_file() || kind.is_socket()) {
        return Ok(());
    }
    if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            withdraw(&entry?.path(), owner)?;
        }
    }
    match metadata.mode() {
        mode if mode & OTHERS == 0 => Ok(()),
        mode => fs::set_permissions(path, Permissions::from_mode(mode & 0o7700)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_others_can_read_becomes_private_with_what_is_ours_in_it() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("data");
        let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode));
        let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().mode() & 0o7777;
        fs::create_dir_all(folder.join("blobs/raw")).unwrap();
        for (file, mode) in [("blobs/raw/1", 0o644), ("key", 0o640), ("notes.txt", 0o664)] {
            fs::write(folder.join(file), "").unwrap();
            set(&folder.join(file), mode).unwrap();
        }
        for (inner, mode) in [("blobs/raw", 0o755), ("blobs", 0o755), ("", 0o2775)] {
            set(&folder.join(inner), mode).unwrap();
        }
        let owner = fs::metadata(&folder).unwrap().uid();
        let is_ours = |name: &str| name != "notes.txt";
        make_private(&folder, owner + 1, is_ours).unwrap();
        assert_eq!(exposed(&folder).unwrap(), Some(0o775), "it belongs to another user");
        make_private(&folder, owner, is_ours).unwrap();
        assert_eq!([mode(""), mode("blobs"), mode("blobs/raw")], [0o2700, 0o700, 0o700]);
        assert_eq!([mode("blobs/raw/1"), mode("key"), mode("notes.txt")], [0o600, 0o600, 0o664]);
        assert_eq!(exposed(&folder).unwrap(), None);
        set(&folder, 0o1777).unwrap();
        make_private(&folder, owner, is_ours).unwrap();
        assert_eq!(mode(""), 0o1777, "it belongs to everybody");
        assert_eq!(exposed(&folder.join("missing")).unwrap(), None);
    }
}
