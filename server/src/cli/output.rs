//! What a command tells: lines for people, one object of JSON for programs.

use super::CliError;
use serde_json::Value;
use std::io::Write as _;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Lines,
    Json,
}

impl Output {
    pub(super) const fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Lines }
    }

    pub(super) fn is_json(self) -> bool {
        self == Self::Json
    }

    /// Tells what came of a command: its lines, or the same as an object.
    pub(super) fn tell(self, lines: impl FnOnce() -> String, object: impl FnOnce() -> Value) -> Result<(), CliError> {
        let text = match self {
            Self::Lines => lines(),
            Self::Json => object().to_string(),
        };
        Ok(writeln!(std::io::stdout(), "{}", text.trim_end())?)
    }
}
