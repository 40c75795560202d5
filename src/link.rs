//! A link: a user's permission to read her accounts at the bank, and the states that it can be in.

use crate::ids::{AccountId, CardRef, LinkId};
use crate::live::Seq;
use crate::money::Money;
use serde::{Deserialize, Serialize};

/// The state of a link. It is always derived from facts, never set on its own: see [`LinkFacts::status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkStatus {
    /// A token came, and the bank's API has not yet answered with it.
    Pending,
    /// The bank's API has answered with the token.
    Linked,
    /// The customer withdrew the token at the bank.
    Revoked,
    /// The bank refuses the token, or two channels contradict each other.
    Failed,
}

impl LinkStatus {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Linked => "linked",
            Self::Revoked => "revoked",
            Self::Failed => "failed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Pending, Self::Linked, Self::Revoked, Self::Failed].into_iter().find(|status| status.code() == code)
    }
}

/// What is known of one token. Facts only ever become true, so the order in which they arrive does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkFacts {
    /// The bank said that the token is revoked; it stays so, whatever comes later.
    pub revoked: bool,
    /// The bank's API refused the token, or its owner is contested.
    pub refused: bool,
    /// The bank's API has answered with the token.
    pub proven: bool,
}

impl LinkFacts {
    pub const fn status(self) -> LinkStatus {
        if self.revoked {
            LinkStatus::Revoked
        } else if self.refused {
            LinkStatus::Failed
        } else if self.proven {
            LinkStatus::Linked
        } else {
            LinkStatus::Pending
        }
    }
}

/// How far the history of a link has been fetched, in payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HistoryProgress {
    pub done: i64,
    /// As the bank counts them; 0 until it has said so.
    pub total: i64,
    pub complete: bool,
}

/// A card as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardView {
    pub card_ref: CardRef,
    pub acc_id: AccountId,
    /// The name that the customer gave it, else its type, else empty.
    pub name: String,
    pub holder: String,
    /// The vendor's code (`ACT` activated, `BLO` blocked, …), as it came.
    pub status: String,
    pub balance: Option<Money>,
    /// When the bank last told the balance: RFC 3339, Europe/Paris.
    pub balance_at: Option<String>,
}

/// A link as its owner sees it; also the data of the live event `link`. It holds no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    pub id: LinkId,
    pub status: LinkStatus,
    /// Who holds the account at the bank, as the bank says; empty until it has.
    pub holder: String,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
    /// When the bank's second channel agreed: RFC 3339, Europe/Paris.
    pub confirmed_at: Option<String>,
    pub revoked_at: Option<String>,
    /// The last time that the bank told us anything about this link: RFC 3339, Europe/Paris.
    pub last_news_at: Option<String>,
    /// The browser never spoke of it: a link made by a notification alone, to be looked at by its owner.
    pub unseen: bool,
    pub history: HistoryProgress,
    pub cards: Vec<CardView>,
    pub seq: Seq,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_token_stays_revoked_whatever_comes_later() {
        for refused in [false, true] {
            for proven in [false, true] {
                assert_eq!(LinkFacts { revoked: true, refused, proven }.status(), LinkStatus::Revoked);
            }
        }
    }

    #[test]
    fn the_banks_answer_makes_a_link() {
        assert_eq!(LinkFacts::default().status(), LinkStatus::Pending);
        assert_eq!(LinkFacts { proven: true, ..LinkFacts::default() }.status(), LinkStatus::Linked);
        assert_eq!(LinkFacts { refused: true, proven: true, ..LinkFacts::default() }.status(), LinkStatus::Failed);
    }

    #[test]
    fn codes_are_read_back() {
        for status in [LinkStatus::Pending, LinkStatus::Linked, LinkStatus::Revoked, LinkStatus::Failed] {
            assert_eq!(LinkStatus::from_code(status.code()), Some(status));
        }
    }
}
