//! The log of what operators have done, for whoever has to believe it.
//!
//! Each act's hash is the SHA-256, in hexadecimal, of eight netstrings one after the other: the hash of the act before (empty for
//! the first), the act's number, its time in microseconds since 1970 UTC, the operator's id (empty for programs), her name, the act, its
//! subject, the reason. Whoever can write to the database could write the whole chain anew; whoever has kept a hash from before sees
//! that. So the end of the chain is told once a day in the server's own log, and wherever the log is exported.

mod csv;
mod lines;
mod reading;
mod verify;

pub use csv::router;
pub use lines::write_lines;
pub use verify::{Broken, Verified, verify};

use crate::store::ActRecord;
use sha2::{Digest as _, Sha256};

/// The hash of an act with this number, behind the one with that hash.
pub fn hash(before: &str, number: i64, act: &ActRecord) -> String {
    let mut sum = Sha256::new();
    let mut add = |text: &str| {
        sum.update(text.len().to_string());
        sum.update(":");
        sum.update(text);
        sum.update(",");
    };
    add(before);
    add(&number.to_string());
    add(&act.at.0.to_string());
    add(act.user_id.as_deref().unwrap_or_default());
    for text in [&act.name, &act.act, &act.subject, &act.reason] {
        add(text);
    }
    hex::encode(sum.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;

    fn act() -> ActRecord {
        ActRecord {
            id: 9,
            at: Moment(1_486_041_288_000_000),
            user_id: None,
            name: "command line".into(),
            act: "close".into(),
            subject: "delivery:1".into(),
            reason: "spam".into(),
            link: None,
        }
    }

    /// `printf '0:,1:1,16:1486041288000000,0:,12:command line,5:close,10:delivery:1,4:spam,' | sha256sum`
    #[test]
    fn it_is_what_anybody_can_calculate() {
        let expected = "db54085d7bd87f25e95047c3f5de0cdf91290c0dc740cbb50989c0f497f6c118";
        assert_eq!(hash("", 1, &act()), expected);
    }

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let others = [
            hash("a", 1, &act()),
            hash("", 2, &act()),
            hash("", 1, &ActRecord { at: Moment(1), ..act() }),
            hash("", 1, &ActRecord { user_id: Some("0".into()), ..act() }),
            hash("", 1, &ActRecord { name: "command".into(), act: " lineclose".into(), ..act() }),
            hash("", 1, &ActRecord { subject: String::new(), ..act() }),
            hash("", 1, &ActRecord { reason: "spam ".into(), ..act() }),
        ];
        assert!(others.iter().all(|other| *other != hash("", 1, &act())));
        assert_eq!(hash("", 1, &ActRecord { id: 1, ..act() }), hash("", 1, &act()), "a copy may count rows otherwise");
    }
}
