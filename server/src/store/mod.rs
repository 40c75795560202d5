//! The store: the only place that knows SQL.
//!
//! One text of SQL serves both engines, `SQLite` and `PostgreSQL`. Times are microseconds since 1970 UTC
//! ([`Moment`](crate::clock::Moment)), amounts minor units of their currency. A look-up that finds nothing answers `None`; a
//! change that does not find its row is an error. Every method that changes something is one transaction: it happens
//! entirely, durably and before the answer, or not at all, and a caller that goes away does not interrupt it.
//!
//! To add a method: write its SQL beside it as a raw string with explicit columns, use `Store::write` for changes, and call
//! it in the story test, which runs on both engines. A test fails when a method is not in the story.
//!
//! Locks are taken in this order, so that writers on `PostgreSQL` wait for each other and never in a circle: the row of a
//! token (`revoked_tokens`), rows of users' feeds by user id, the parking row, then everything else.

mod account;
mod acts;
mod alarms;
mod alerts;
mod api_keys;
mod copy;
mod deliveries;
mod error;
mod feed;
mod funnel;
mod health;
mod intents;
mod keys;
mod links;
mod live;
mod log;
mod mails;
mod marks;
mod migrate;
mod nodes;
mod open;
mod outbox;
mod pauses;
mod payments;
mod people;
mod rebuild;
mod replays;
mod row;
mod sessions;
mod signals;
mod statement;
mod tail;
mod tallies;
mod transaction;
mod users;

pub use account::{
    ConsentRecord, ErasureRecord, Look, LookRecord, NewErasure, NewPasskey, NewReset, PasskeyAdded, PasskeyOf,
    PasskeyRecord, PasskeyUse, TwoStepRecord,
};
pub use acts::{ActRecord, Actor, ChainLink, NewAct};
pub use alarms::AlarmRecord;
pub use alerts::{DeviceRecord, DueDevice, DueReader, NewDevice, RuleOutcome, Unread};
pub use api_keys::ApiKeyRecord;
pub use copy::{Progress, TableSum};
pub use deliveries::{
    Batch, Claim, Claimant, DeliveriesQuery, DeliveryFilter, DeliveryOutcome, DeliveryRecord, DeliveryState,
    DueDelivery, Effects, Lease, NewDelivery, ToldRecord, UsedHash,
};
pub use error::{Result, StoreError};
pub use funnel::{FunnelCount, LinkEventRecord};
pub use intents::IntentRecord;
pub use keys::{RingKeyRecord, WrappedKey};
pub use links::{
    CardRecord, Channel, HistoryStep, KeptOffer, Learned, LearnedAccount, LearnedCard, LinkRecord, Offered, Proven,
    Round, TokenOffer,
};
pub use live::Changed;
pub use mails::{DueMail, NewMail};
pub use nodes::NodeRecord;
pub use outbox::{
    DueSend, EndpointRecord, EventKind, FoundSends, SendFilter, SendRecord, SendState, SendsQuery, Topic, UnnamedEvent,
    Wording,
};
pub use pauses::PauseRecord;
pub use payments::{
    AnybodysPayment, AnybodysPayments, AnybodysQuery, Applied, CardChain, Chained, DashboardRecord, ExportBalance,
    ExportRows, ExportStatement, MOST_FOREIGN, MonthDetails, MonthQuery, MonthSums, NewPayment, PastPayments,
    PaymentPlace, PaymentRecord, PaymentRow, PaymentsQuery,
};
pub use people::{
    FirstPayment, FoundUser, FoundUsers, LookingRecord, NewDeed, NewView, OperatorRecord, RelinkRecord, RoleChange,
    Undertaking, UserSearch, ViewRecord,
};
pub use replays::{Again, Change, GroupDone, NewReplay, Planned, ReplayAct, ReplayGroup, ReplayItem, ReplayRecord};
pub use sessions::{SessionOf, SessionRecord};
pub use signals::{Heard, Work};
pub use tail::{ArrivedRow, PaidRow};
pub use tallies::Tally;
pub use users::{Created, LinkFactsRow, NewUser, UserRecord, UserSummary, UsersQuery};

use crate::secret::Secret;
use domain::ids::UserId;
use sqlx::AnyPool;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};
use tokio_util::task::TaskTracker;

/// Which database is underneath. Callers need it for messages and backups only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Called after a commit for every user whose feed has moved on.
pub type Wake = Arc<dyn Fn(&UserId) + Send + Sync>;

/// A database that is open. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    /// What this process is called among those that serve the database: nobody else ever has this name.
    node: String,
    /// For single statements and for reads of one moment.
    reads: AnyPool,
    /// On `SQLite` exactly one connection, as it has one writer; on `PostgreSQL` the same pool as `reads`.
    writes: AnyPool,
    log: log::Log,
    /// What other nodes are told, and where they are heard; none on `SQLite`, which has no others.
    signals: Option<signals::Signals>,
    listens_at: Option<Secret>,
    /// Among whom arrivals are shared.
    shares: nodes::Shares,
    /// Which kinds of events endpoints want to be told of: bits of `Topic`.
    wanted: AtomicI64,
    /// Transactions under way, which closing waits for.
    tasks: TaskTracker,
    wake: OnceLock<Wake>,
}

impl Store {
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// The name of this process among those that serve the database.
    pub fn node(&self) -> &str {
        &self.inner.node
    }

    /// Sets what is called after each commit for every user whose feed has moved, or of whom a session has ended. It runs on
    /// the task of the transaction, so it must be quick and must not block. Only the first call counts.
    pub fn on_commit(&self, wake: Wake) {
        // A second hook is a mistake of the caller that must not end a running server.
        if self.inner.wake.set(wake).is_err() {
            tracing::warn!("the store has a commit hook already");
        }
    }

    /// Proves that the database can be written to now: makes a row, removes it, and commits both. Only a commit needs room
    /// on the disk, so one that was rolled back would prove nothing.
    pub async fn ping_write(&self) -> Result<()> {
        self.write(|tx| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO revoked_tokens (token_fp, revoked_at)
                     VALUES ('ping', 0)
                     ON CONFLICT (token_fp) DO NOTHING",
                )
                .execute(tx.conn())
                .await?;
                sqlx::query("DELETE FROM revoked_tokens WHERE token_fp = 'ping'").execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    /// Waits for the transactions under way, then closes all connections. Calls after this fail.
    pub async fn close(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.reads.close().await;
        self.inner.log.close().await;
        self.inner.writes.close().await;
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.inner.engine).finish_non_exhaustive()
    }
}
