//! What the partner's other systems were told, as operators see it.

use super::Page;
use domain::ids::UserId;

/// Where events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointRow {
    pub id: String,
    pub url: String,
    /// `link`, `transaction`, `alarm`.
    pub events: Vec<String>,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
    /// Until when messages are signed with the secret before, too.
    pub old_secret_until: Option<String>,
    /// When, and whether it was `removed` or is `gone`.
    pub ended: Option<(String, String)>,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendStanding {
    Waiting,
    Sent,
    /// Given up.
    Dead,
}

impl SendStanding {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Sent, Self::Dead];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }
}

/// What messages can be about, as they call it themselves.
pub const EVENT_KINDS: [&str; 4] = ["transaction.created", "transaction.updated", "link.updated", "alarms.changed"];

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendRow {
    pub id: i64,
    /// `transaction.created`
    pub kind: String,
    pub message_id: String,
    /// When it happened: RFC 3339, Europe/Paris.
    pub at: String,
    pub url: String,
    pub standing: SendStanding,
    pub tries: i64,
    pub next_at: Option<String>,
    pub tried_at: Option<String>,
    /// Of the last answer.
    pub status: Option<i64>,
    /// A short code of why there was none that helps.
    pub reason: String,
}

/// Which messages an operator wants to see. An empty field does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventsQuery {
    /// `transaction.created`
    pub kind: Option<String>,
    /// Id of an endpoint.
    pub endpoint: Option<String>,
    pub standing: Option<SendStanding>,
    /// Address or id of whose it is.
    pub user: Option<String>,
    /// First and last day on which it happened, as the bank counts them: `2017-02-02`.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// The endpoints, and what they were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// Newest first.
    pub endpoints: Vec<EndpointRow>,
    pub log: Page<SendRow>,
    /// How far the log was looked through for what was asked, where there is more to look at: RFC 3339, Europe/Paris.
    pub looked_to: Option<String>,
}

/// One message. What it says is sealed, and not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendDetail {
    pub row: SendRow,
    /// Whose it is.
    pub user_id: Option<UserId>,
    /// Whether the viewer may send it again.
    pub may_send: bool,
}
