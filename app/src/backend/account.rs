//! What pages about the account itself need from the server.

use super::{BackendError, Cursor, Deed, Page};
use async_trait::async_trait;
use domain::viewer::Viewer;

/// Whether signing in takes a code beside the password.
#[derive(Clone, PartialEq, Eq)]
pub enum TwoStep {
    Off,
    /// A telephone is to be told the secret, and to prove it by a first code.
    Pending(Enrolment),
    On {
        /// RFC 3339, Europe/Paris.
        since: String,
        codes_left: i64,
    },
}

/// What a telephone has to know. No `Debug`: it is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// For who types it: base32 in groups.
    pub secret: String,
    /// The same for an app: `otpauth://…`.
    pub uri: String,
    /// The same for a camera; none where it cannot be drawn.
    pub qr: Option<QrDrawing>,
}

/// A QR code as one path of squares with a side of 1, border included.
#[derive(Clone, PartialEq, Eq)]
pub struct QrDrawing {
    pub size: i32,
    pub path: String,
}

/// One of the viewer's sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Names it for ending it; nobody signs in with it.
    pub key: String,
    /// Families of browser and system, as the server knows them; `other` for what it does not.
    pub browser: String,
    pub system: String,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
    pub seen_at: String,
    /// The one that asks.
    pub this: bool,
}

/// One of the viewer's passkeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Names it in addresses.
    pub id: String,
    pub name: String,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
    pub used_at: Option<String>,
    /// Whether its maker keeps it for all of her devices, as far as it has told.
    pub synced: bool,
}

/// The viewer's passkeys, and what adding one needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkeys {
    /// Oldest first.
    pub rows: Vec<PasskeyRow>,
    /// Families of browser and system of the session that asks: what a new one is called.
    pub browser: String,
    pub system: String,
    /// Whether changes take a code beside the password.
    pub asks_code: bool,
}

/// One passkey, and what changing it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyDetail {
    pub passkey: PasskeyRow,
    pub asks_code: bool,
}

/// Who has looked at what is the viewer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRow {
    /// RFC 3339, Europe/Paris.
    pub at: String,
    pub who: String,
    pub what: LookedAt,
}

/// A page of a person's own that operators can see as she does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnPage {
    Payments,
    Payment,
    Insights,
    Accounts,
}

impl OwnPage {
    pub const ALL: [Self; 4] = [Self::Payments, Self::Payment, Self::Insights, Self::Accounts];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Payments => "payments",
            Self::Payment => "payment",
            Self::Insights => "insights",
            Self::Accounts => "accounts",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.code() == code)
    }
}

/// For how long a user lets operators see her pages as she does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupportTime {
    QuarterHour,
    Hour,
    Day,
}

impl SupportTime {
    pub const ALL: [Self; 3] = [Self::QuarterHour, Self::Hour, Self::Day];

    pub const fn code(self) -> &'static str {
        match self {
            Self::QuarterHour => "15m",
            Self::Hour => "1h",
            Self::Day => "24h",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|time| time.code() == code)
    }
}

/// What a user allows, and who looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Support {
    /// RFC 3339, Europe/Paris; none where she allows nothing.
    pub until: Option<String>,
    /// Who sees her pages at this moment, and since when.
    pub looking: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookedAt {
    /// Her page: accounts, latest payments and notifications.
    Page,
    /// One notification of the bank, by its number.
    Notification(i64),
    /// A token of hers, read by a program of the partner.
    Token,
    /// With her consent, somebody began to see her pages as she does.
    Began,
    /// One of them.
    Own(OwnPage),
    /// More than looked at: something was done about her.
    Done(Deed),
}

/// What is left of somebody who was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub number: String,
    /// RFC 3339, Europe/Paris.
    pub at: String,
    pub links: i64,
    /// Removed so far.
    pub payments: i64,
    /// When the last row was removed; nobody sees them meanwhile.
    pub done_at: Option<String>,
}

#[async_trait]
pub trait AccountBackend: Send + Sync {
    /// Whose password a one-time link may set; not found where it is used or too old.
    async fn reset_email(&self, secret: &str) -> Result<String, BackendError>;

    async fn two_step(&self, viewer: &Viewer) -> Result<TwoStep, BackendError>;

    /// The viewer's sessions, the last used first.
    async fn sessions(&self, viewer: &Viewer) -> Result<Vec<SessionRow>, BackendError>;

    async fn passkeys(&self, viewer: &Viewer) -> Result<Passkeys, BackendError>;

    /// One of the viewer's passkeys.
    async fn passkey(&self, viewer: &Viewer, id: &str) -> Result<PasskeyDetail, BackendError>;

    /// Operators who have looked at what is the viewer's.
    async fn looks(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Page<LookRow>, BackendError>;

    /// Whether the viewer lets operators see her pages as she does, and which of them do.
    async fn support(&self, viewer: &Viewer) -> Result<Support, BackendError>;

    /// A receipt by its number, for whoever knows that.
    async fn receipt(&self, number: &str) -> Result<Receipt, BackendError>;
}
