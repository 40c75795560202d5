//! How often something goes wrong.

use serde::Deserialize;

/// A share of all times, or every so many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Written")]
pub enum Chance {
    #[default]
    Never,
    /// Of a million times.
    Share(u64),
    /// The nth time and each nth after it.
    Every(u64),
}

pub const OF: u64 = 1_000_000;

/// `0.25` or `{ every = 3 }`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Share(f64),
    Every(Every),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Every {
    every: u64,
}

impl Chance {
    pub const ALWAYS: Self = Self::Share(OF);
}

impl TryFrom<Written> for Chance {
    type Error = &'static str;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is from 0 to 1")]
    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written::Share(share) if (0.0..=1.0).contains(&share) => Ok(Self::Share((share * 1e6).round() as u64)),
            Written::Share(_) => Err("a share is a number from 0 to 1"),
            Written::Every(Every { every: 0 }) => Err("every 0th time is never"),
            Written::Every(Every { every }) => Ok(Self::Every(every)),
        }
    }
}
