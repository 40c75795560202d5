//! What a disk without power has done with what was not synced, read from the journal of `disk/disk.c`.

use crate::dice::Dice;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Disks write sectors whole.
const SECTOR: usize = 512;
/// `struct entry` and `enum kind` of `disk/disk.c`.
const HEAD: usize = 64;
const WRITE: u32 = 1;
const TRUNCATE: u32 = 2;
const SYNCED: u32 = 3;
const LOST: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing of it has reached the disk.
    Forgotten,
    /// Some sectors have, in any order.
    Torn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No sync has covered it yet.
    Open,
    Durable,
    /// The sync that should have covered it failed: a later one does not help.
    Lost,
}

#[derive(Debug)]
struct Write<'j> {
    truncates: bool,
    offset: u64,
    old_size: u64,
    old: &'j [u8],
    new: &'j [u8],
    state: State,
}

/// Brings the files of a folder into a state that they may have after a loss of power; the number of writes that were not
/// durable.
pub fn apply(folder: &Path, journal: &[u8], how: Cut, dice: &mut Dice) -> io::Result<usize> {
    let mut undone = 0;
    for (name, writes) in read(journal) {
        // A file that was removed at a proper end has nothing to lose.
        let file = match File::options().read(true).write(true).open(folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        undone += writes.iter().filter(|write| write.state != State::Durable).count();
        for write in writes.iter().rev() {
            write.undo(&file)?;
        }
        for write in &writes {
            // Of what was open a disk may have written all, some or nothing.
            let share = dice.below(3);
            match (write.state, how) {
                (State::Durable, _) => write.redo(&file, || true)?,
                (State::Open, Cut::Torn) => write.redo(&file, || share == 0 || (share == 1 && dice.once_in(2)))?,
                (State::Open, Cut::Forgotten) | (State::Lost, _) => {}
            }
        }
    }
    Ok(undone)
}

/// Each file's writes since everything of it was durable, in their order. An entry that is not whole was never followed by
/// its write.
fn read(journal: &[u8]) -> BTreeMap<&str, Vec<Write<'_>>> {
    let mut files: BTreeMap<&str, Vec<Write<'_>>> = BTreeMap::new();
    let mut rest = journal;
    while let Some((head, after)) = rest.split_at_checked(HEAD) {
        let word = |at: usize| u32::from_ne_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let long = |at: usize| u64::from_ne_bytes(head[at..at + 8].try_into().unwrap_or_default());
        let Some((old, after)) = after.split_at_checked(word(4) as usize) else { break };
        let Some((new, after)) = after.split_at_checked(word(8) as usize) else { break };
        rest = after;
        let name = head[32..].split(|byte| *byte == 0).next().unwrap_or_default();
        let writes = files.entry(std::str::from_utf8(name).unwrap_or_default()).or_default();
        let becomes = match word(0) {
            SYNCED => State::Durable,
            LOST => State::Lost,
            kind => {
                let truncates = kind == TRUNCATE;
                debug_assert!(truncates || kind == WRITE);
                let (offset, old_size) = (long(16), long(24));
                writes.push(Write { truncates, offset, old_size, old, new, state: State::Open });
                continue;
            }
        };
        writes.iter_mut().filter(|write| write.state == State::Open).for_each(|write| write.state = becomes);
    }
    files
}

impl Write<'_> {
    fn undo(&self, file: &File) -> io::Result<()> {
        file.write_all_at(self.old, self.offset)?;
        file.set_len(self.old_size)
    }

    /// Does it again, but for the sectors that the disk has not `kept`.
    fn redo(&self, file: &File, mut kept: impl FnMut() -> bool) -> io::Result<()> {
        if self.truncates {
            return if kept() { file.set_len(self.offset) } else { Ok(()) };
        }
        let mut at = self.offset;
        for sector in self.new.chunks(SECTOR) {
            if kept() {
                file.write_all_at(sector, at)?;
            }
            at += sector.len() as u64;
        }
        Ok(())
    }
}
