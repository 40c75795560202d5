//! The key ring: a file outside of the database, one `kid/base64(32 bytes)` per line, the active key first.

use super::cipher::{self, SealedError};
use crate::randomness;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hkdf::Hkdf;
use sha2::Sha256;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use zeroize::Zeroizing;

/// Longest key id: it stands in every custom reference.
const LONGEST_KID: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum RingError {
    #[error("{path} cannot be read: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("{path} can be read by others (mode {mode:03o}): run `chmod 600 {path}`")]
    OpenToOthers { path: String, mode: u32 },
    #[error("{path} holds no key; each line is `kid/base64 of 32 bytes`, the active key first")]
    Empty { path: String },
    #[error("{path} cannot be replaced: {source}")]
    Unwritable { path: String, source: std::io::Error },
    #[error("line {line} of {path} is not `kid/base64 of 32 bytes`: {what}")]
    Malformed { path: String, line: usize, what: &'static str },
}

/// The keys, the active one first. No `Debug`.
pub struct KeyRing {
    path: PathBuf,
    keys: Vec<RingKey>,
}

/// One key of the ring. Keys for its two uses are derived from it, so neither can be confused with the other.
pub(super) struct RingKey {
    kid: String,
    wrapping: Zeroizing<[u8; 32]>,
    references: Zeroizing<[u8; 32]>,
    /// What was sealed and not yet counted in the database.
    uses: AtomicI64,
}

impl KeyRing {
    /// Reads a key file, and refuses one that others on the machine can read.
    pub fn read(path: &Path) -> Result<Self, RingError> {
        let shown = path.display().to_string();
        let unreadable = |source| RingError::Unreadable { path: shown.clone(), source };
        let mode = std::fs::metadata(path).map_err(unreadable)?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(RingError::OpenToOthers { path: shown, mode });
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(unreadable)?);
        Ok(Self { path: path.to_owned(), keys: parse(&text, &shown)? })
    }

    /// Puts a fresh key in front of the others, which makes it the active one; returns its name.
    pub(super) fn add_key(path: &Path) -> Result<String, RingError> {
        let line = Zeroizing::new(fresh_line());
        rewrite(path, |text| Zeroizing::new(format!("{}{text}", *line)))?;
        Ok(name_of(&line).to_owned())
    }

    /// Removes the line of a key.
    pub(super) fn remove_key(path: &Path, kid: &str) -> Result<(), RingError> {
        rewrite(path, |text| {
            let kept = text.lines().filter(|line| name_of(line) != kid);
            Zeroizing::new(kept.fold(String::new(), |text, line| text + line + "\n"))
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a new file with one fresh key, readable by its owner alone. An existing file is left as it is.
    pub fn create(path: &Path) -> Result<(), RingError> {
        let unreadable = |source| RingError::Unreadable { path: path.display().to_string(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(unreadable)?;
        }
        let line = Zeroizing::new(fresh_line());
        match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(mut file) => file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(unreadable),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(unreadable(error)),
        }
    }

    /// The key that new values are sealed with.
    pub(super) fn active(&self) -> &RingKey {
        &self.keys[0]
    }

    pub(super) fn by_kid(&self, kid: &str) -> Option<&RingKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &RingKey> {
        self.keys.iter()
    }

    pub(super) fn kids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(RingKey::kid)
    }
}

impl RingKey {
    fn derive(kid: &str, master: &[u8]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, master);
        let expand = |info: &[u8]| {
            let mut out = Zeroizing::new([0_u8; 32]);
            // HKDF-SHA256 refuses only outputs of more than 8,160 bytes.
            let _ = hkdf.expand(info, out.as_mut_slice());
            out
        };
        let wrapping = expand(b"anytime-connect/wrapping");
        let references = expand(b"anytime-connect/custom-reference");
        Self { kid: kid.to_owned(), wrapping, references, uses: AtomicI64::new(0) }
    }

    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    /// For opening a reference.
    pub(super) fn reference_key(&self) -> &[u8; 32] {
        &self.references
    }

    /// For sealing one, which counts as a use.
    pub(super) fn use_reference_key(&self) -> &[u8; 32] {
        self.uses.fetch_add(1, Ordering::Relaxed);
        &self.references
    }

    /// What was sealed since the last call.
    pub(super) fn take_uses(&self) -> i64 {
        self.uses.swap(0, Ordering::Relaxed)
    }

    pub(super) fn seal(&self, purpose: &str, row: &str, plain: &[u8]) -> Vec<u8> {
        self.uses.fetch_add(1, Ordering::Relaxed);
        cipher::seal(&self.wrapping, &self.kid, purpose, row, plain)
    }

    pub(super) fn open(&self, purpose: &str, row: &str, sealed: &[u8]) -> Result<Vec<u8>, SealedError> {
        cipher::open(&self.wrapping, &self.kid, purpose, row, sealed)
    }
}

fn fresh_line() -> String {
    let key = Zeroizing::new(randomness::bytes::<32>());
    format!("k{}/{}\n", hex::encode(randomness::bytes::<4>()), BASE64.encode(key.as_slice()))
}

fn parse(text: &str, path: &str) -> Result<Vec<RingKey>, RingError> {
    let mut keys: Vec<RingKey> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = parse_line(line)
            .and_then(
                |key| if keys.iter().any(|k| k.kid == key.kid) { Err("the key id stands twice") } else { Ok(key) },
            )
            .map_err(|what| RingError::Malformed { path: path.to_owned(), line: index + 1, what })?;
        keys.push(key);
    }
    if keys.is_empty() { Err(RingError::Empty { path: path.to_owned() }) } else { Ok(keys) }
}

fn name_of(line: &str) -> &str {
    line.trim().split_once('/').map_or("", |(kid, _)| kid)
}

/// Replaces the file as a whole: whoever reads it meanwhile sees the old one or the new one.
fn rewrite(path: &Path, change: impl FnOnce(&str) -> Zeroizing<String>) -> Result<(), RingError> {
    let unwritable = |source| RingError::Unwritable { path: path.display().to_string(), source };
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(unwritable)?);
    let changed = change(&text);
    // What cannot be read as a ring must not become one.
    parse(&changed, &path.display().to_string())?;
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    // Two who change it at once: the second one is told that the other's file is there.
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).map_err(unwritable)?;
    let written = file.write_all(changed.as_bytes()).and_then(|()| file.sync_all());
    let replaced = written.and_then(|()| std::fs::rename(&new, path)).map_err(unwritable);
    if replaced.is_err() {
        // The first error is the one worth telling.
        let _gone = std::fs::remove_file(&new);
        return replaced;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
}

fn parse_line(line: &str) -> Result<RingKey, &'static str> {
    let (kid, encoded) = line.split_once('/').ok_or("there is no `/`")?;
    let valid = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if kid.is_empty() || kid.len() > LONGEST_KID || !kid.bytes().all(valid) {
        return Err("the key id is not 1 to 32 letters, digits, `-` and `_`");
    }
    let master = Zeroizing::new(BASE64.decode(encoded).map_err(|_| "the key is not base64")?);
    if master.len() != 32 {
        return Err("the key is not 32 bytes");
    }
    Ok(RingKey::derive(kid, &master))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn parse(text: &str) -> Result<Vec<String>, String> {
        super::parse(text, "ring")
            .map(|keys| keys.iter().map(|key| key.kid.clone()).collect())
            .map_err(|e| e.to_string())
    }

    #[test]
    fn the_first_key_is_the_active_one() {
        let key = BASE64.encode([1; 32]);
        assert_eq!(parse(&format!("# ours\nnew/{key}\n\nold/{key}\n")), Ok(vec!["new".into(), "old".into()]));
    }

    #[test]
    fn a_bad_line_is_named() {
        let key = BASE64.encode([1; 32]);
        let short = BASE64.encode([1; 31]);
        for (text, place) in [
            (format!("a/{key}\nb/{short}"), "line 2"),
            ("nothing".to_owned(), "line 1"),
            (format!("../{key}"), "line 1"),
            (format!("a/{key}\na/{key}"), "line 2"),
            ("a/!!!".to_owned(), "line 1"),
            (String::new(), "holds no key"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.contains(place), "{text}: {error}");
        }
    }

    #[test]
    fn keys_come_in_front_and_go_and_the_file_stays_its_owners() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keyring");
        KeyRing::create(&path).unwrap();
        let first = KeyRing::read(&path).unwrap().active().kid.clone();
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"# ours\n").unwrap();
        let second = KeyRing::add_key(&path).unwrap();
        assert_eq!(KeyRing::read(&path).unwrap().kids().collect::<Vec<_>>(), [&second, &first]);
        KeyRing::remove_key(&path, &first).unwrap();
        assert_eq!(KeyRing::read(&path).unwrap().kids().collect::<Vec<_>>(), [&second]);
        assert!(std::fs::read_to_string(&path).unwrap().contains("# ours"));
        assert!(matches!(KeyRing::remove_key(&path, &second), Err(RingError::Empty { .. })), "the last one stays");
        assert!(KeyRing::read(&path).is_ok());
        std::fs::write(folder.path().join("keyring.new"), "").unwrap();
        assert!(matches!(KeyRing::add_key(&path), Err(RingError::Unwritable { .. })), "somebody else is at it");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/keyring");
        KeyRing::create(&path).unwrap();
        let before = std::fs::read(&path).unwrap();
        KeyRing::create(&path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), before, "an existing ring is never replaced");
        assert!(KeyRing::read(&path).is_ok());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(KeyRing::read(&path), Err(RingError::OpenToOthers { mode: 0o640, .. })));
        assert!(matches!(KeyRing::read(&folder.path().join("none")), Err(RingError::Unreadable { .. })));
    }
}
