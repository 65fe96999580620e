//! Free space and file system of the disk that holds the data folder.

use std::path::Path;

/// File systems whose locks and flushes a database cannot rely on.
const NETWORK_FILE_SYSTEMS: [&str; 11] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "fuse.sshfs",
    "davfs",
];

/// Returns the free bytes on the disk of a folder, or nothing if the system does not report them.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Returns the network file system a folder is on; nothing if it is on none or that is unknown.
pub(crate) fn network_file_system(folder: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let folder = folder.canonicalize().ok()?;
    let kind = file_system(&mounts, &folder)?;
    NETWORK_FILE_SYSTEMS.contains(&kind).then(|| kind.to_owned())
}

/// Returns the file system type of the innermost mount that contains a path.
fn file_system<'m>(mounts: &'m str, path: &Path) -> Option<&'m str> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            let mount_point = fields.next()?.replace("\\040", " ");
            Some((mount_point, fields.next()?))
        })
        .filter(|(mount_point, _)| path.starts_with(mount_point))
        // The last of equal ones, because a later mount covers an earlier one.
        .max_by_key(|(mount_point, _)| mount_point.len())
        .map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_counts() {
        let mounts = "/dev/vda1 / ext4 rw 0 0\nhost:/share /srv/my\\040team nfs4 rw 0 0\n";
        assert_eq!(file_system(mounts, Path::new("/srv/other")), Some("ext4"));
        assert_eq!(file_system(mounts, Path::new("/srv/my team/data")), Some("nfs4"));
    }
}
