//! What the machine says about the disk the data folder is on.

use std::path::Path;

/// File systems whose locks and flushes a database cannot rely on.
const NETWORK: [&str; 11] = [
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

/// Bytes that are free on the disk of a folder, when the system tells.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// The network file system a folder is on; nothing when it is on none, or nobody tells.
pub(crate) fn network_file_system(folder: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let folder = folder.canonicalize().ok()?;
    let kind = file_system(&mounts, &folder)?;
    NETWORK.contains(&kind).then(|| kind.to_owned())
}

/// The kind of the innermost mount a path lies under.
fn file_system<'m>(mounts: &'m str, path: &Path) -> Option<&'m str> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            let place = words.next()?.replace("\\040", " ");
            Some((place, words.next()?))
        })
        .filter(|(place, _)| path.starts_with(place))
        // The last of equals: a later mount covers an earlier one.
        .max_by_key(|(place, _)| place.len())
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
