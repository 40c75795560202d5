//! `backup` and `restore`: a whole database at one moment.
//!
//! A backup is always a database of `SQLite`, whatever the server runs on. It holds no key: the key ring is kept elsewhere, or who
//! has the one has both.

use super::CliError;
use super::output::Output;
use crate::clock::{Clock as _, SystemClock};
use crate::config;
use crate::config::settings::{DatabaseSettings, KeyringSettings};
use crate::secret::Secret;
use crate::store::{Engine, Progress, Store, TableSum};
use crate::vault::{self, KeyRing};
use clap::Args;
use serde_json::json;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Args)]
pub(super) struct BackupCommand {
    /// A file that does not exist yet
    file: PathBuf,
    /// Read every page again once it is written; that may take longer than writing it
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    database: DatabaseSettings,
}

#[derive(Debug, Args)]
pub(super) struct RestoreCommand {
    /// A file that `backup` has written
    file: PathBuf,
    /// Check that the key ring opens it, and read everything again once it is restored
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    keyring: KeyringSettings,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// Writes a copy of the database into a new file. The server may go on meanwhile.
pub(super) async fn backup(command: &BackupCommand, output: Output) -> Result<(), CliError> {
    let begin = Instant::now();
    let file = &command.file;
    if file.exists() {
        return Err(CliError::FileExists(file.clone()));
    }
    let source = Store::open(&config::database(&command.database)).await?;
    // Under another name until it is whole.
    let part = Part::create(beside(file, ".part"))?;
    match source.engine() {
        Engine::Sqlite => source.vacuum_into(&part.path).await?,
        Engine::Postgres => {
            let target = open_file(&part.path).await?;
            copied(&source, &target).await?;
            target.close().await;
        }
    }
    source.close().await;
    if command.verify {
        let written = open_file(&part.path).await?;
        // Its indexes have been made anew a moment ago.
        written.check_pages().await?;
        written.close().await;
    }
    part.keep(file)?;
    let (file, seconds) = (file.display(), begin.elapsed().as_secs_f64());
    let read_again = if command.verify { " and read again" } else { "" };
    let lines = || format!("{file} was written{read_again} in {seconds:.1} s.");
    output.tell(lines, || json!({ "file": file.to_string(), "verified": command.verify, "seconds": seconds }))
}

/// Fills an empty database from a backup.
pub(super) async fn restore(command: &RestoreCommand, output: Output) -> Result<(), CliError> {
    let begin = Instant::now();
    // The backup stays as it is: what is read is a copy of it, brought up to this program's schema.
    let part = Part::create(beside(&command.file, ".reading"))?;
    std::fs::copy(&command.file, &part.path).map_err(|error| CliError::File(command.file.clone(), error))?;
    let source = open_file(&part.path).await?;
    source.check_pages_and_indexes().await?;
    source.migrate().await?;
    source.must_be_whole().await?;
    if command.verify {
        let ring = KeyRing::read(&config::keyring(&command.keyring)).map_err(vault::VaultError::from)?;
        vault::check(&ring, &source).await?;
    }
    let target = Store::open(&config::database(&command.database)).await?;
    target.migrate().await?;
    let sums = source.copy_into(&target, SystemClock.now(), &progress("written")).await?;
    if command.verify {
        compare(&sums, &target).await?;
    }
    target.close().await;
    source.close().await;
    told(&sums, command.verify, begin, output)
}

/// Fills an empty database, and compares what is in it then.
pub(super) async fn copied(source: &Store, target: &Store) -> Result<Vec<TableSum>, CliError> {
    source.check_schema().await?;
    source.must_be_whole().await?;
    target.migrate().await?;
    let sums = source.copy_into(target, SystemClock.now(), &progress("written")).await?;
    compare(&sums, target).await?;
    Ok(sums)
}

/// Reads what was written, and refuses it unless it is what was read.
async fn compare(wanted: &[TableSum], target: &Store) -> Result<(), CliError> {
    let found = target.sums(&progress("checked")).await?;
    match wanted.iter().zip(&found).find(|(wanted, found)| wanted != found) {
        Some((wanted, found)) => Err(CliError::Differs { table: wanted.table, wanted: wanted.rows, found: found.rows }),
        None => Ok(()),
    }
}

async fn open_file(path: &Path) -> Result<Store, CliError> {
    Ok(Store::open(&Secret::new(format!("sqlite://{}", path.display()))).await?)
}

/// On a terminal, how far it has got; nowhere else.
pub(super) fn progress(what: &'static str) -> Progress {
    let shown = io::stderr().is_terminal();
    Arc::new(move |table, rows| {
        if shown {
            let _nobody_looks = write!(io::stderr(), "\r\x1b[K{what}: {rows} rows of {table}\r");
        }
    })
}

pub(super) fn told(sums: &[TableSum], checked: bool, begin: Instant, output: Output) -> Result<(), CliError> {
    let rows: u64 = sums.iter().map(|sum| sum.rows).sum();
    let (tables, seconds) = (sums.len(), begin.elapsed().as_secs_f64());
    let compared = if checked { ", each of them read again and compared" } else { "" };
    let lines = || format!("{rows} rows of {tables} tables{compared}, in {seconds:.1} s.");
    output.tell(lines, || json!({ "rows": rows, "tables": tables, "compared": checked, "seconds": seconds }))
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A database file that goes again, with what `SQLite` keeps beside it, unless it is kept.
struct Part {
    path: PathBuf,
    /// Locked, as long as somebody is at it.
    _file: File,
}

impl Part {
    /// An empty file, for its owner alone. One that somebody who was killed has left behind is used again.
    fn create(path: PathBuf) -> Result<Self, CliError> {
        match Self::lock(&path) {
            Ok(file) => Ok(Self { path, _file: file }),
            Err(error) => Err(CliError::File(path, error)),
        }
    }

    fn lock(path: &Path) -> io::Result<File> {
        let file = File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        file.try_lock()?;
        // Whoever was at it may have taken it away meanwhile.
        if std::fs::metadata(path)?.ino() != file.metadata()?.ino() {
            return Err(io::ErrorKind::ResourceBusy.into());
        }
        file.set_len(0)?;
        for ending in ["-wal", "-shm"] {
            // What is not there need not go.
            let _gone = std::fs::remove_file(beside(path, ending));
        }
        Ok(file)
    }

    /// Gives it its name, once its bytes are on the disk.
    fn keep(&self, file: &Path) -> Result<(), CliError> {
        let failed = |error| CliError::File(file.to_owned(), error);
        File::open(&self.path).and_then(|part| part.sync_all()).map_err(failed)?;
        // Unlike a renaming, a link never replaces what has come to be there meanwhile.
        std::fs::hard_link(&self.path, file).map_err(failed)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            // What is not there need not go.
            let _gone = std::fs::remove_file(beside(&self.path, ending));
        }
    }
}
