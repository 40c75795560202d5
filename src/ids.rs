//! Identifiers that cannot be mixed up.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// Which kind was wanted, for a message.
    pub kind: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is not a {}", self.kind)
    }
}

impl std::error::Error for InvalidId {}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a text that has the shape of this identifier.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err(InvalidId { kind: $kind }) }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

fn is_random_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

text_id!(
    /// One of our users: 32 lower-case hexadecimal digits, random.
    UserId, "user id", is_random_id
);
text_id!(
    /// One link between a user and her bank accounts: 32 lower-case hexadecimal digits, random.
    LinkId, "link id", is_random_id
);
text_id!(
    /// A link intent: what a `data-custom-ref` names. 32 lower-case hexadecimal digits, random.
    IntentId, "link intent id", is_random_id
);
text_id!(
    /// A rule of alerts: 32 lower-case hexadecimal digits, random.
    RuleId, "rule id", is_random_id
);
text_id!(
    /// The bank's name of an account (`acc_id`): opaque, numeric in the vendor's API, `xxx` in its sample.
    AccountId, "account id", |text| (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
);
text_id!(
    /// The bank's name of a card (`card_ref`): 6 to 32 capitals and digits.
    CardRef, "card reference", |text| (6..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
);
text_id!(
    /// The bank's name of a payment (`txid`), kept as the text that came. It is unique on its card only.
    Txid, "transaction id", |text| (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
);

impl CardRef {
    /// The last four characters behind dots, as cards are shown to people.
    pub fn masked(&self) -> String {
        let tail = self.0.len().saturating_sub(4);
        format!("•••• {}", self.0.get(tail..).unwrap_or_default())
    }
}

/// A payment's name in addresses: `CARD_REF-TXID`. A card reference holds no dash, so the first one divides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PaymentKey {
    pub card_ref: CardRef,
    pub txid: Txid,
}

impl PaymentKey {
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let (card, txid) = text.split_once('-').ok_or(InvalidId { kind: "payment" })?;
        Ok(Self { card_ref: CardRef::parse(card)?, txid: Txid::parse(txid)? })
    }
}

impl fmt::Display for PaymentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.card_ref, self.txid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_references_follow_their_grammar() {
        assert!(CardRef::parse("ANY0000000000").is_ok());
        for bad in ["", "ANY", "any0000000000", "../../etc", "ANY 000000000", &"A".repeat(300)] {
            assert!(CardRef::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn transaction_ids_stay_text() {
        assert_eq!(Txid::parse("00011").map(String::from), Ok("00011".to_owned()));
        assert!(Txid::parse("9223372036854775808").is_ok());
        assert!(Txid::parse("1; DROP TABLE").is_err());
    }

    #[test]
    fn a_payment_key_survives_its_text() {
        let key = PaymentKey::parse("ANY0000000000-a-b").unwrap();
        assert_eq!((key.card_ref.as_str(), key.txid.as_str()), ("ANY0000000000", "a-b"));
        assert_eq!(key.to_string(), "ANY0000000000-a-b");
    }
}
