//! The few file operations that segments need, behind a trait so that tests can make each of them
//! fail and can simulate a loss of power between any two.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::permissions::{create_private_folder, private_file};

/// A disk. Only synced data is guaranteed to survive.
pub(super) trait Disk: Send + Sync + 'static {
    /// Creates a folder with its parents, durably.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;
    /// Lists file names and sizes in a folder.
    fn list(&self, folder: &Path) -> io::Result<Vec<(String, u64)>>;
    /// Creates a file that must not exist yet.
    fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>>;
    /// Makes created and removed names of a folder durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Removes a file; durable after [`Disk::sync_folder`].
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Truncates a file to zero bytes durably and keeps its name.
    fn empty(&self, path: &Path) -> io::Result<()>;
    /// Returns the bytes that can still be written to the disk of a folder, or an error if nothing
    /// can be written.
    fn room(&self, folder: &Path) -> io::Result<u64>;
    /// Reads up to `length` bytes from `offset`; `None` if the file does not exist or is empty.
    fn read(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>>;
}

/// A file that is being appended to.
pub(super) trait SegmentFile: Send {
    /// Appends all of `bytes`.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes everything appended so far durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Truncates the file to `length` bytes.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// The machine's own file system.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalDisk;

impl Disk for LocalDisk {
    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        let made: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
        create_private_folder(folder)?;
        for parent in made.iter().filter_map(|path| path.parent()) {
            self.sync_folder(parent)?;
        }
        Ok(())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, u64)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                files.push((entry.file_name().to_string_lossy().into_owned(), metadata.len()));
            }
        }
        Ok(files)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        let file = private_file().append(true).create_new(true).open(path)?;
        Ok(Box::new(LocalFile(file)))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // A relative path of one component has the parent "", which is the working folder.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        // Windows cannot open a folder as a file; its file system journals names by itself.
        if cfg!(windows) { Ok(()) } else { File::open(folder)?.sync_all() }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn empty(&self, path: &Path) -> io::Result<()> {
        let file = OpenOptions::new().write(true).truncate(true).open(path)?;
        file.sync_all()
    }

    fn room(&self, folder: &Path) -> io::Result<u64> {
        let disk = rustix::fs::statvfs(folder)?;
        if disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY) {
            return Err(io::ErrorKind::ReadOnlyFilesystem.into());
        }
        match (disk.f_blocks, disk.f_files, disk.f_favail) {
            // Some file systems in user space do not report their size.
            (0, _, _) => Ok(u64::MAX),
            // There may be free bytes but no free inode for a file.
            (_, 1.., 0) => Ok(0),
            _ => Ok(disk.f_bavail.saturating_mul(disk.f_frsize)),
        }
    }

    fn read(&self, path: &Path, offset: u64, length: u64) -> io::Result<Option<Vec<u8>>> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let size = file.metadata()?.len();
        if size == 0 {
            return Ok(None);
        }
        file.seek(SeekFrom::Start(offset))?;
        let length = length.min(size.saturating_sub(offset));
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.take(length).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }
}

struct LocalFile(File);

impl SegmentFile for LocalFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        // fdatasync also writes the size, which is enough to read the data back.
        self.0.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
}
