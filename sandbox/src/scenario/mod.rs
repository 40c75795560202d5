//! How the bank misbehaves on demand: a TOML file names what goes wrong and how often, one seeded generator decides when.
//!
//! The books are never touched by it: `GET /control/ledger` tells what a partner ought to show once the weather is fine
//! again. To add a way to misbehave: a field here, its draw in [`play`], what it does where it happens, and a line in one
//! of the files under `scenarios/`.

pub mod chance;
pub mod dice;
pub mod library;
pub mod play;

use std::time::Duration;

use serde::Deserialize;

use crate::{Encoding, php::Precision};
pub use chance::Chance;
pub use play::Play;

/// What goes wrong. Everything is fine by default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    #[serde(skip)]
    pub name: String,
    /// One line for people.
    pub about: String,
    pub notifications: Notifications,
    pub connections: Connections,
    pub api: Api,
    pub books: Books,
    pub popup: Popup,
}

/// What happens to a notification; drawn once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notifications {
    /// Sent twice at once.
    pub duplicate: Chance,
    /// Sent late, by between these milliseconds.
    pub delay: Chance,
    pub delay_ms: Span,
    /// Sent behind the next one, if one follows soon.
    pub reorder: Chance,
    /// Never sent: all three tries are lost.
    pub drop: Chance,
    /// A digit of the hash is wrong, in every try.
    pub flip_hash: Chance,
    /// Carries the timestamp and hash of an earlier notification.
    pub reuse_signature: Chance,
    /// Each try is signed anew.
    pub resign: Chance,
    /// Retries tell another amount than the first try.
    pub change_retry: Chance,
    /// Another notification follows that tells a settled payment as merely authorised.
    pub backwards: Chance,
    /// Written as a form in ISO 8859-1.
    pub latin_1: Chance,
    /// One of these each time; the configured one if there are none.
    pub encodings: Vec<Encoding>,
    pub precisions: Vec<Precision>,
}

/// What happens on the way to the partner, to the first tries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Connections {
    /// Headers and half a body, then the line is cut.
    pub cut: Chance,
    /// The partner's answer gets lost.
    pub lose_answer: Chance,
    /// How many tries of the notification suffer from these two.
    pub tries: u32,
    /// The body comes in small pieces, so long apart.
    pub slow: Chance,
    pub slow_ms: u64,
}

/// What happens to a call of the API.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Api {
    /// 429 without a word about when to come back.
    pub too_many: Chance,
    /// 429 with `Retry-After`.
    pub too_many_for_now: Chance,
    pub retry_after_s: u64,
    /// 500.
    pub error: Chance,
    /// 503.
    pub down: Chance,
    /// 200, and the first half of the JSON.
    pub half_json: Chance,
    /// No answer: after this long the connection is closed.
    pub silence: Chance,
    pub silence_ms: u64,
    /// The right answer, after this long.
    pub slow: Chance,
    pub slow_ms: u64,
    /// The answer about an account is about another customer's.
    pub other_account: Chance,
    /// The answer about a card, its payments too, is about another customer's.
    pub other_card: Chance,
}

/// Oddities of the books themselves, which a partner has to show as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Books {
    /// A payment gets the transaction id of another card's.
    pub same_txid: Chance,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Popup {
    /// The customer takes access back while the popup still shows that it was granted.
    pub revoke: Chance,
}

/// From so many to so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Span(pub u64, pub u64);

#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    #[error("there is no scenario {0:?}; there are: {names}", names = library::names().join(", "))]
    Unknown(String),
    #[error("the scenario cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
}

impl Scenario {
    /// Reads a file's text.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        Ok(Self { name: name.to_owned(), ..toml::from_str(text)? })
    }

    /// The bank as it ought to be.
    pub fn fine() -> Self {
        library::find(library::FINE).unwrap_or_default()
    }
}

impl Default for Span {
    fn default() -> Self {
        Self(20, 200)
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self { cut: Chance::Never, lose_answer: Chance::Never, tries: 1, slow: Chance::Never, slow_ms: 20 }
    }
}

impl Default for Api {
    fn default() -> Self {
        Self {
            too_many: Chance::Never,
            too_many_for_now: Chance::Never,
            retry_after_s: 1,
            error: Chance::Never,
            down: Chance::Never,
            half_json: Chance::Never,
            silence: Chance::Never,
            silence_ms: 300,
            slow: Chance::Never,
            slow_ms: 300,
            other_account: Chance::Never,
            other_card: Chance::Never,
        }
    }
}

impl Connections {
    pub const fn pause(&self) -> Duration {
        Duration::from_millis(self.slow_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Scenario};

    #[test]
    fn chances_are_shares_or_every_so_many_times() {
        let read = |text: &str| Scenario::parse("x", &format!("[notifications]\nduplicate = {text}"));
        assert_eq!(read("0.25").unwrap().notifications.duplicate, Chance::Share(250_000));
        assert_eq!(read("1").unwrap().notifications.duplicate, Chance::ALWAYS);
        assert_eq!(read("{ every = 3 }").unwrap().notifications.duplicate, Chance::Every(3));
        for wrong in ["1.5", "-0.1", "nan", "{ every = 0 }", "{ every = 2, of = 3 }", "\"often\"", "true"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_slip_of_the_keyboard_is_told() {
        let error = Scenario::parse("x", "[notifications]\nduplicat = 1").unwrap_err().to_string();
        assert!(error.contains("duplicat"), "{error}");
        assert!(Scenario::parse("x", "[weather]").is_err());
    }
}
