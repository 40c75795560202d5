//! The disk under a database that is a file.

use crate::secret::Secret;
use std::io;
use std::path::{Path, PathBuf};

/// Less free room than this is too little: a backup and a day of notifications.
pub const LEAST: u64 = 1024 * 1024 * 1024;

/// The file of a database; none where the database is a server of its own.
pub fn file_of(url: &Secret) -> Option<PathBuf> {
    let path = url.expose().strip_prefix("sqlite:")?.trim_start_matches("//");
    Some(PathBuf::from(path.split('?').next().unwrap_or_default()))
}

/// The folder that a file is in, or will be.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| folder.exists()).unwrap_or(Path::new("."))
}

/// Bytes that are free in a folder for who is no administrator.
pub fn free_in(folder: &Path) -> io::Result<u64> {
    let room = rustix::fs::statvfs(folder)?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_folder_and_a_server_has_its_own() {
        let file = file_of(&Secret::new("sqlite://data/a.db?mode=rwc")).unwrap();
        assert_eq!(file, PathBuf::from("data/a.db"));
        assert_eq!(folder_of(Path::new("/nowhere-at-all/a.db")), Path::new("."));
        assert!(free_in(Path::new(".")).unwrap() > 0);
        assert_eq!(file_of(&Secret::new("postgres://x/y")), None);
    }
}
