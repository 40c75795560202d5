//! What pages need from the server, as a port. The server implements it; tests give pages a fake.
//!
//! Every call names the viewer, and the implementation decides in one place what she may see: what she may not see is
//! [`BackendError::NotFound`], as if it did not exist.

mod account;
mod alarms;
mod alerts;
mod api;
mod deliveries;
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
pub use alarms::{AlarmKind, AlarmList, AlarmRow};
pub use alerts::{Alerts, CardChoice, Device, RuleDetail};
pub use api::{ApiField, ApiOperation, ApiParameter, ApiReference};
pub use deliveries::{
    DeliveryDetail, DeliveryQuery, DeliveryRow, FoundDeliveries, FoundIn, Pause, Processing, Signal, Verdict,
};
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
    Deed, Fact, FoundBy, LinkAgain, OperatorLink, PeopleBackend, SeeAs, Story, StoryLine, Team, TeamRow, Told,
    UserDetail, UserList, UserQuery, UserRow,
};
pub use watch::WatchBackend;

use async_trait::async_trait;
use domain::alerts::RuleView;
use domain::filter::Filter;
use domain::ids::{LinkId, PaymentKey, RuleId, UserId};
use domain::link::LinkView;
use domain::live::Seq;
use domain::transaction::Transaction;
use domain::viewer::Viewer;
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
