//! What pages need from the server, as a port. The server implements it; tests give pages a fake.
//!
//! Every call names the viewer, and the implementation decides in one place what she may see: what she may not see is
//! [`BackendError::NotFound`], as if it did not exist.

mod account;
mod alerts;
mod api;
mod desk;
mod events;
mod funnel;
mod health;
mod insights;
mod keys;
mod links;
mod payments;
mod people;
mod watch;

pub use account::{
    AccountBackend, Enrolment, LookRow, LookedAt, OwnPage, PasskeyDetail, PasskeyRow, Passkeys, QrDrawing, Receipt,
    SessionRow, Support, SupportTime, TwoStep,
};
pub use alerts::{Alerts, CardChoice, Device, RuleDetail};
pub use api::{ApiField, ApiOperation, ApiParameter, ApiReference};
pub use desk::{
    ActList, ActRow, Change, DeskBackend, Difference, Doubt, Doubtful, DoubtfulRow, Movable, ReplayDetail, ReplayItem,
    ReplayOffer, ReplayRow, ReplayState, Try,
};
pub use events::{EVENT_KINDS, EndpointRow, Events, EventsQuery, SendDetail, SendRow, SendStanding};
pub use funnel::{BROWSERS, Funnel, FunnelDay, FunnelQuery, FunnelStep, MOST_DAYS, USUAL_DAYS};
pub use health::{Condition, Health, NodeLine, NodeState, Reading, Vital, VitalLine};
pub use insights::{Glance, Insights, InsightsQuery};
pub use keys::{KeyList, KeyRefusal, KeyRow};
pub use links::{LinkList, Silent};
pub use payments::{PaymentLine, PaymentLines, PaymentLinesQuery};
pub use people::{
    Deed, Fact, FoundBy, LinkAgain, PeopleBackend, SeeAs, Story, StoryLine, Team, TeamRow, Told, UserList, UserQuery,
};
pub use watch::WatchBackend;

use async_trait::async_trait;
use domain::alerts::RuleView;
use domain::filter::Filter;
use domain::ids::{LinkId, PaymentKey, RuleId, UserId};
use domain::link::{LinkStatus, LinkView};
use domain::live::Seq;
use domain::transaction::Transaction;
use domain::viewer::{Role, Viewer};
use std::borrow::Cow;
use std::sync::Arc;

/// The port as it stands in the context of a page.
pub type SharedBackend = Arc<dyn Backend>;

/// Why a page cannot be shown. Details are in the server's log, never here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// It does not exist, or not for this viewer.
    #[error("not found")]
    NotFound,
    /// Something on our side does not work at the moment.
    #[error("unavailable")]
    Unavailable,
}

/// Where a keyset page begins: the opaque text of an earlier page's `newer` or `older`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cursor {
    /// The newest rows.
    #[default]
    Start,
    /// Rows older than this (`?before=`).
    Before(String),
    /// Rows newer than this (`?after=`).
    After(String),
}

/// Rows of a list, newest first, with the way to its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// For `?after=`; none on the first page.
    pub newer: Option<String>,
    /// For `?before=`; none on the last page.
    pub older: Option<String>,
}

/// What the dashboard shows, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    pub links: Vec<LinkView>,
    /// Those of them that are silent.
    pub silent: Vec<Silent>,
    pub payments: Page<Transaction>,
    /// The current month; above the newest payments of all only.
    pub glance: Option<Glance>,
    /// Where the live stream goes on.
    pub seq: Seq,
}

/// One payment, and when what happened to it: RFC 3339, Europe/Paris.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentDetail {
    pub payment: Transaction,
    /// When we first heard of it.
    pub told_at: String,
    pub confirmed_at: Option<String>,
    /// Since when its tellings contradict each other.
    pub contested_at: Option<String>,
    /// When the viewer last wrote on it.
    pub own_at: Option<String>,
}

/// What the bank's button needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectOffer {
    /// For `data-custom-ref`: opaque, and different at every call.
    pub custom_ref: String,
    /// Address of `client.js`.
    pub script: String,
}

/// One user in the operators' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// RFC 3339, Europe/Paris.
    pub created_at: String,
    /// Of her most recent link.
    pub link_status: Option<LinkStatus>,
    pub cards: i64,
    pub last_news_at: Option<String>,
    /// Somebody should look at her.
    pub marked: bool,
    /// Since when nobody can sign in to her account.
    pub paused_at: Option<String>,
    /// In what a search has found.
    pub found_by: Option<FoundBy>,
}

/// Everything that operators see of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDetail {
    pub user: UserRow,
    pub links: Vec<OperatorLink>,
    /// The most recent ones.
    pub payments: Vec<Transaction>,
    pub story: Story,
    /// Whether the viewer may do something about her.
    pub may_act: bool,
    /// Until when she lets operators see her pages as she does: RFC 3339, Europe/Paris.
    pub support_until: Option<String>,
}

/// A link with what only operators see of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorLink {
    pub link: LinkView,
    /// First characters of the token's keyed fingerprint; never the token.
    pub fingerprint: String,
    pub browser_at: Option<String>,
    pub notified_at: Option<String>,
    /// Why the link is not (yet) usable, in words of the log.
    pub problem: Option<String>,
}

/// What became of a notification (contract: `verdict`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Duplicate,
    Held,
    Quarantined,
    Rejected,
}

impl Verdict {
    pub const ALL: [Self; 5] = [Self::Accepted, Self::Duplicate, Self::Held, Self::Quarantined, Self::Rejected];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Held => "held",
            Self::Quarantined => "quarantined",
            Self::Rejected => "rejected",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// One arrival of a notification in the operators' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    pub id: i64,
    /// The bank's `reference`; empty where the body could not be read.
    pub reference: String,
    /// Empty where the body could not be read.
    pub event_name: String,
    pub verdict: Verdict,
    /// A short code of why, such as `hash-mismatch`; empty when accepted.
    pub reason: String,
    /// What processing made of it: `pending`, `done`, `parked` or `dead`.
    pub state: String,
    /// RFC 3339, Europe/Paris.
    pub received_at: String,
    pub current_try: Option<i64>,
    pub max_tries: Option<i64>,
    pub peer: String,
    /// Where a text that was looked for stands in it.
    pub found: Option<FoundIn>,
}

/// A value of a notification in which a text was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundIn {
    /// Its path; empty where the body cannot be read.
    pub field: String,
    /// The value, masked.
    pub shown: String,
}

/// Deliveries in whose content a text was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDeliveries {
    pub page: Page<DeliveryRow>,
    /// How far back it was looked for, where there is more to look at: RFC 3339, Europe/Paris.
    pub looked_to: Option<String>,
}

/// One piece of evidence of a trust card: its letter and name in `security.md`'s sense, and whether it speaks for the delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// `path`, `address`, `hash`, `fresh`, `new`, `webhook` or `confirmed`.
    pub name: Cow<'static, str>,
    /// None where it could not be judged.
    pub good: Option<bool>,
    /// What was seen, in a few words, without secrets.
    pub detail: String,
}

/// One delivery with its evidence and its content, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryDetail {
    pub row: DeliveryRow,
    pub content_type: String,
    pub trust: Vec<Signal>,
    /// The body as it came, tokens, hashes and custom references masked; none where its retention has ended.
    pub body: Option<String>,
    pub user: Option<UserRow>,
    /// The status of our answer.
    pub answered: i64,
    /// All arrivals of the same reference, oldest first; none where there is only this one.
    pub tries: Vec<Try>,
    /// What was asked for this one, newest first.
    pub replays: Vec<ReplayRow>,
    pub movable: Movable,
}

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

/// Whether notifications have their effect at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Processing {
    pub paused: Option<Pause>,
    /// Whether the viewer may pause and resume it.
    pub may_switch: bool,
}

/// A pause that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// RFC 3339, Europe/Paris.
    pub since: String,
    /// Who began it, if that is known.
    pub by: Option<String>,
}

/// Which deliveries an operator wants to see. An empty field does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryQuery {
    pub verdict: Option<Verdict>,
    pub event_name: Option<String>,
    pub reference: Option<String>,
    /// Of those that were not accepted, the ones from this address.
    pub peer: Option<String>,
    /// The bank's number of the try.
    pub current_try: Option<i64>,
    /// First and last day, as the bank counts them: `2017-02-02`.
    pub from: Option<String>,
    pub to: Option<String>,
}

#[async_trait]
pub trait Backend: AccountBackend + DeskBackend + PeopleBackend + WatchBackend + Send + Sync {
    /// The viewer's balances, links and payments, and the place in her feed that they were read at.
    async fn dashboard(&self, viewer: &Viewer, filter: &Filter, cursor: &Cursor) -> Result<Dashboard, BackendError>;

    /// What the viewer's payments of a month come to.
    async fn insights(&self, viewer: &Viewer, query: &InsightsQuery) -> Result<Insights, BackendError>;

    /// One of the viewer's payments.
    async fn payment(&self, viewer: &Viewer, key: &PaymentKey) -> Result<PaymentDetail, BackendError>;

    /// The viewer's links.
    async fn links(&self, viewer: &Viewer) -> Result<LinkList, BackendError>;

    async fn link(&self, viewer: &Viewer, id: &LinkId) -> Result<LinkView, BackendError>;

    /// The viewer's rules, and what she was told.
    async fn alerts(&self, viewer: &Viewer, cursor: &Cursor) -> Result<Alerts, BackendError>;

    /// One of the viewer's rules.
    async fn alert_rule(&self, viewer: &Viewer, id: &RuleId) -> Result<RuleDetail, BackendError>;

    /// Rules whose mails a link ends, whoever has the link.
    async fn stopping(&self, token: &str) -> Result<Vec<RuleView>, BackendError>;

    /// Opens a single-use link intent for the viewer.
    async fn offer(&self, viewer: &Viewer) -> Result<ConnectOffer, BackendError>;

    /// What other systems can ask.
    fn api(&self) -> ApiReference;

    /// Whether a one-time set-up link can still be used, and for which address.
    async fn set_up_email(&self, token: &str) -> Result<String, BackendError>;

    /// Users by address, or those that a search finds; for operators.
    async fn users(&self, viewer: &Viewer, query: &UserQuery, cursor: &Cursor) -> Result<UserList, BackendError>;

    /// One user, with a page of what happened to her.
    async fn user(&self, viewer: &Viewer, id: &UserId, cursor: &Cursor) -> Result<UserDetail, BackendError>;

    /// Notifications as they came, newest first; with a text, those in whose content it stands, as it is shown.
    async fn deliveries(
        &self,
        viewer: &Viewer,
        query: &DeliveryQuery,
        text: &str,
        cursor: &Cursor,
    ) -> Result<FoundDeliveries, BackendError>;

    async fn delivery(&self, viewer: &Viewer, id: i64) -> Result<DeliveryDetail, BackendError>;

    async fn processing(&self, viewer: &Viewer) -> Result<Processing, BackendError>;

    async fn alarms(&self, viewer: &Viewer) -> Result<AlarmList, BackendError>;

    async fn keys(&self, viewer: &Viewer) -> Result<KeyList, BackendError>;
}
