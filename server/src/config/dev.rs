//! What development generates, so that `serve --dev` needs no preparation.

use crate::randomness;
use crate::secret::Secret;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The secret in the path of the callback, kept in `webhook-secret` beside the database.
pub fn webhook_secret(database: &Secret, keyring: &Path) -> io::Result<Secret> {
    let path = folder(database, keyring).join("webhook-secret");
    create(&path, &format!("{}\n", hex::encode(randomness::bytes::<32>())))?;
    let text = std::fs::read_to_string(&path)?;
    let secret = text.trim();
    if secret.len() < 32 {
        return Err(io::Error::other(format!("{} holds no secret", path.display())));
    }
    tracing::info!(file = %path.display(), "the callback's secret is in this file");
    Ok(Secret::new(secret))
}

/// The folder of the database, or of the key ring where the database is no file.
pub(super) fn folder(database: &Secret, keyring: &Path) -> PathBuf {
    let file = database.expose().strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap_or(rest));
    let beside = file.map_or(keyring, Path::new);
    beside.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Writes a new file for its owner alone; false if there is one already.
fn create(path: &Path, content: &str) -> io::Result<bool> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            file.write_all(content.as_bytes())?;
            file.sync_all().map(|()| true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
