//! The disk under the server, from outside: `disk/disk.c` is what the server sees of it.

use crate::cut::{self, Cut};
use crate::dice::Dice;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = include_str!("../disk/disk.c");

pub const NO_SPACE: u32 = 28;
pub const IO_ERROR: u32 = 5;
pub const READ_ONLY: u32 = 30;

/// The words of the page that the server's side maps, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Journal,
    WriteError,
    SyncError,
    KillWhat,
    KillAfter,
    Writes,
    MainWrites,
    Syncs,
    Refused,
}

/// What to count until the kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Nothing = 0,
    Write = 1,
    /// A write to the database itself, which only a checkpoint does.
    MainWrite = 2,
    Sync = 3,
    /// A write to the write-ahead log, which every transaction does.
    LogWrite = 4,
}

pub struct Disk {
    /// The files that lie on it.
    pub folder: PathBuf,
    library: PathBuf,
    page: PathBuf,
    journal: PathBuf,
    control: File,
}

impl Disk {
    /// A disk for the files of `folder`; what it needs itself lies beside, in `tools`.
    pub fn new(folder: &Path, tools: &Path) -> Self {
        let (source, library) = (tools.join("disk.c"), tools.join("disk.so"));
        std::fs::write(&source, SOURCE).expect("a folder that can be written to");
        let compiled = Command::new("cc")
            .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-pthread", "-o"])
            .args([&library, &source])
            .status()
            .expect("a C compiler, `cc`");
        assert!(compiled.success(), "disk.c was not compiled");
        let page = tools.join("disk-control");
        let control = File::options().read(true).write(true).create(true).truncate(true).open(&page).expect("a file");
        control.set_len(4_096).expect("a page");
        let journal = tools.join("disk-journal");
        Self { folder: folder.to_owned(), library, page, journal, control }
    }

    /// What the server's environment has to say.
    pub fn variables(&self) -> [(&'static str, &Path); 4] {
        [
            ("LD_PRELOAD", &self.library),
            ("DISK_CONTROL", &self.page),
            ("DISK_JOURNAL", &self.journal),
            ("DISK_FOLDER", &self.folder),
        ]
    }

    /// As new, before a server starts: everything on it is durable, and it obeys.
    pub fn settle(&self) {
        match std::fs::remove_file(&self.journal) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("the journal stays: {error}"),
            _ => {}
        }
        self.control.write_all_at(&[0; 64], 0).expect("the page of control");
        self.set(Word::Journal, 1);
    }

    pub fn set(&self, word: Word, value: u32) {
        self.control.write_all_at(&value.to_ne_bytes(), word as u64 * 4).expect("the page of control");
    }

    pub fn get(&self, word: Word) -> u32 {
        let mut bytes = [0; 4];
        self.control.read_exact_at(&mut bytes, word as u64 * 4).expect("the page of control");
        u32::from_ne_bytes(bytes)
    }

    /// Kills the server when it does this, after so many times.
    pub fn kill_at(&self, what: What, after: u32) {
        self.set(Word::KillAfter, after);
        self.set(Word::KillWhat, what as u32);
    }

    /// Takes the power away, once the server is dead; the number of writes that were not durable.
    pub fn cut(&self, how: Cut, dice: &mut Dice) -> usize {
        let journal = match std::fs::read(&self.journal) {
            Ok(journal) => journal,
            // It was dead before it had opened anything.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return 0,
            Err(error) => panic!("the journal cannot be read: {error}"),
        };
        let undone = cut::apply(&self.folder, &journal, how, dice).expect("files that can be written to");
        // Memory that was shared is gone as well.
        for entry in std::fs::read_dir(&self.folder).expect("the folder").flatten() {
            if entry.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::remove_file(entry.path()).expect("a file that can be removed");
            }
        }
        undone
    }
}
