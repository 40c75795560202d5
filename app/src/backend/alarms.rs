//! What operators are told that is not as it should be.

/// What is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlarmKind {
    /// The bank has tried for the last time. About the reference.
    LastTry,
    /// No notification has come for long, though accounts are linked.
    Silence,
    /// Somebody with the right path comes from another address. About the address.
    ForeignAddress,
    /// One hash comes with many references.
    ReusedHash,
    /// So many refused notifications that not all are kept.
    Flood,
    /// A delivery was given up. About the reference.
    GaveUp,
    /// Two notifications of one reference contradict each other. About the reference.
    Conflict,
    /// The bank still honours a token that is said to be revoked. About the link.
    FalseRevocation,
    /// The bank's statement does not show payments that were notified. About the link.
    Unconfirmed,
    /// The bank refuses us, whatever the token: address, signature, version.
    PartnerRefused,
    /// The bank's API does not answer.
    BankDown,
    /// The server was not running for longer than the bank tries.
    Downtime,
    /// A mail could not be sent.
    Mail,
    /// So much was sealed with a key that it should be replaced. About the key.
    WornKey,
    /// An endpoint does not take what it is told. About the endpoint.
    Events,
}

impl AlarmKind {
    pub const ALL: [Self; 15] = [
        Self::LastTry,
        Self::Silence,
        Self::ForeignAddress,
        Self::ReusedHash,
        Self::Flood,
        Self::GaveUp,
        Self::Conflict,
        Self::FalseRevocation,
        Self::Unconfirmed,
        Self::PartnerRefused,
        Self::BankDown,
        Self::Downtime,
        Self::Mail,
        Self::WornKey,
        Self::Events,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::LastTry => "last-try",
            Self::Silence => "silence",
            Self::ForeignAddress => "foreign-address",
            Self::ReusedHash => "reused-hash",
            Self::Flood => "flood",
            Self::GaveUp => "gave-up",
            Self::Conflict => "conflict",
            Self::FalseRevocation => "false-revocation",
            Self::Unconfirmed => "unconfirmed",
            Self::PartnerRefused => "partner-refused",
            Self::BankDown => "bank-down",
            Self::Downtime => "downtime",
            Self::Mail => "mail",
            Self::WornKey => "worn-key",
            Self::Events => "events",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether its subject is the reference of a delivery.
    pub const fn is_about_a_reference(self) -> bool {
        matches!(self, Self::LastTry | Self::GaveUp | Self::Conflict)
    }
}

/// An alarm that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmRow {
    pub id: i64,
    pub kind: AlarmKind,
    /// What it is about; empty for the whole server.
    pub subject: String,
    /// How often it was noticed.
    pub times: i64,
    /// RFC 3339, Europe/Paris.
    pub first_at: String,
    pub last_at: String,
}

/// The alarms that are open, and whether the viewer may end them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmList {
    /// Newest first.
    pub rows: Vec<AlarmRow>,
    pub may_end: bool,
}
