//! Where the server is killed.

use crate::dice::Dice;
use crate::disk::{IO_ERROR, NO_SPACE, What, Word};

/// How a life is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// At a fail point of the server, when it has been passed up to so many times.
    Point(&'static str, u64),
    /// By the disk, in the middle of what it does, up to so many later.
    Disk(What, u64),
    /// In the first start of a new database, by the disk.
    Migration,
    /// Some time after the disk has refused something for a while, with this error.
    Refusal(Word, u32),
    /// With a backup under way, which dies too.
    Backup,
    /// Once an answer has reached us.
    Answer,
    /// Whenever.
    Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kill {
    pub key: &'static str,
    pub place: &'static str,
    pub way: Way,
}

const fn at(key: &'static str, place: &'static str, way: Way) -> Kill {
    Kill { key, place, way }
}

/// In the order of a notification's way.
pub const ALL: [Kill; 22] = [
    at("K1", "after accept", Way::Point("listener.accepted", 8)),
    at("K2", "headers read", Way::Point("request.begun", 60)),
    at("K3", "half a body read", Way::Point("webhook.piece", 60)),
    at("K4", "verified, before BEGIN", Way::Point("webhook.judged", 60)),
    at("K5", "between INSERT and COMMIT, in a write to the log", Way::Disk(What::LogWrite, 600)),
    at("K6", "after COMMIT, before 200", Way::Point("inbox.committed", 50)),
    at("K7", "after 200", Way::Answer),
    at("K8", "picked by the worker", Way::Point("worker.picked", 50)),
    at("K9a", "claimed, before the effect", Way::Point("effect.claimed", 40)),
    at("K9b", "effect written, before COMMIT", Way::Point("effect.written", 40)),
    at("K10", "after COMMIT, before the stream", Way::Point("effect.committed", 40)),
    at("K11", "in a checkpoint", Way::Disk(What::MainWrite, 120)),
    at("K12", "in a migration", Way::Migration),
    at("K13", "between data keys that are brought under a new key", Way::Point("key.rewrapped", 3)),
    at("K14", "in a backup", Way::Backup),
    at("K15", "in the upkeep's deletes", Way::Point("upkeep.removed", 6)),
    at("K16", "in the write of a session", Way::Point("session.written", 1)),
    at("D1", "in any write to the disk", Way::Disk(What::Write, 1_500)),
    at("D2", "in any sync of the disk", Way::Disk(What::Sync, 150)),
    at("D3", "after syncs that failed", Way::Refusal(Word::SyncError, IO_ERROR)),
    at("D4", "after writes for which there was no room", Way::Refusal(Word::WriteError, NO_SPACE)),
    at("R", "at a random moment", Way::Moment),
];

impl Kill {
    /// What `FAILPOINTS` says for this kill.
    pub fn failpoints(&self, dice: &mut Dice) -> String {
        match self.way {
            Way::Point(name, most) => match dice.below(most) {
                0 => format!("{name}=return(abort)"),
                passes => format!("{name}={passes}*off->return(abort)"),
            },
            _ => String::new(),
        }
    }
}
