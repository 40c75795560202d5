//! Transactions that end well whatever happens to the caller.

use super::feed::Feeds;
use super::statement::Prepared;
use super::{Engine, Result, Store, StoreError};
use crate::faults;
use domain::ids::UserId;
use futures::future::BoxFuture;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Transaction};
use std::sync::atomic::Ordering;

/// One statement with its values.
type Statement = Query<'static, Any, AnyArguments>;

/// A transaction under way, with the places in users' feeds that it has taken.
pub(super) struct Tx {
    inner: Transaction<'static, Any>,
    pub(super) feeds: Feeds,
    /// Kinds of events that are wanted outside: bits of `outbox::Topic`.
    pub(super) wanted: i64,
    /// Whose streams look again after the commit, though their feeds have not moved.
    woken: Vec<UserId>,
}

impl Tx {
    pub(super) fn conn(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Sessions of a user have ended: her streams have to look whether theirs has.
    pub(super) fn sessions_ended(&mut self, user: &UserId) {
        self.woken.push(user.clone());
    }
}

impl Store {
    /// Runs one change in a transaction, commits it, then wakes those whose feed has moved.
    ///
    /// It runs on a task of its own. So a request that is cancelled interrupts no statement, and no connection returns to
    /// the pool with a transaction left open, which cancelling `begin` itself would do on `PostgreSQL`.
    pub(super) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        self.write_or_try(false, work).await
    }

    /// The same, or everything but the commit: what a change would come to. Nobody else has seen it, and nobody is woken.
    pub(super) async fn write_or_try<T, W>(&self, trial: bool, work: W) -> Result<T>
    where
        W: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let store = self.clone();
        self.spawned(async move {
            let mut tx = store.begin_write().await?;
            let outcome = async {
                let value = work(&mut tx).await?;
                tx.write_feeds().await?;
                Ok(value)
            }
            .await;
            let value = match outcome {
                Ok(value) => value,
                Err(error) => return Err(roll_back(tx, error).await),
            };
            if trial {
                tx.inner.rollback().await?;
                return Ok(value);
            }
            tx.inner.commit().await?;
            store.inner.log.committed();
            if let Some(signals) = &store.inner.signals {
                signals.moved(tx.feeds.moved().chain(&tx.woken));
            }
            let Some(wake) = store.inner.wake.get() else { return Ok(value) };
            tx.feeds.moved().for_each(|user| {
                faults::point("effect.committed");
                wake(user);
            });
            tx.woken.iter().for_each(|user| wake(user));
            Ok(value)
        })
        .await
    }

    /// Runs a change that is one statement, and says how many rows it changed.
    pub(super) async fn change(&self, statement: Statement) -> Result<u64> {
        self.write(|tx| Box::pin(async move { Ok(statement.execute(tx.conn()).await?.rows_affected()) })).await
    }

    /// The same for rows that have had their time.
    pub(super) async fn remove(&self, statement: Statement) -> Result<u64> {
        self.write(|tx| {
            Box::pin(async move {
                let removed = statement.execute(tx.conn()).await?.rows_affected();
                faults::point("upkeep.removed");
                Ok(removed)
            })
        })
        .await
    }

    /// Runs what is a change by itself. Where it fits into one statement, that is its own transaction: one trip to the database
    /// instead of three.
    pub(super) async fn write_alone(&self, change: Prepared) -> Result<u64> {
        if !change.is_one_statement() {
            return self.write(|tx| Box::pin(async move { change.execute(tx.conn()).await })).await;
        }
        let store = self.clone();
        self.spawned(async move {
            let mut connection = store.inner.writes.acquire().await?;
            let changed = change.execute(&mut connection).await?;
            store.inner.log.committed();
            Ok(changed)
        })
        .await
    }

    /// Runs reads that must see one moment of the database.
    pub(super) async fn read<T, W>(&self, work: W) -> Result<T>
    where
        W: for<'t> FnOnce(&'t mut AnyConnection) -> BoxFuture<'t, Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let store = self.clone();
        self.spawned(async move {
            let begin = match store.inner.engine {
                Engine::Sqlite => "BEGIN DEFERRED",
                Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            };
            let mut tx = store.inner.reads.begin_with(begin).await?;
            let outcome = work(&mut tx).await;
            tx.rollback().await?;
            outcome
        })
        .await
    }

    async fn begin_write(&self) -> Result<Tx> {
        let begin = match self.inner.engine {
            // Takes the write lock at once: a transaction that first reads could otherwise fail when it begins to write.
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        };
        let inner = self.inner.writes.begin_with(begin).await?;
        let wanted = self.inner.wanted.load(Ordering::Relaxed);
        Ok(Tx { inner, feeds: Feeds::default(), wanted, woken: Vec::new() })
    }

    async fn spawned<T>(&self, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T>
    where
        T: Send + 'static,
    {
        match self.inner.tasks.spawn(work).await {
            Ok(outcome) => outcome,
            Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
            // The runtime is going down.
            Err(_) => Err(StoreError::Database(sqlx::Error::PoolClosed)),
        }
    }
}

/// Undoes a transaction that failed. The first error is the one worth telling.
async fn roll_back(tx: Tx, error: StoreError) -> StoreError {
    if let Err(second) = tx.inner.rollback().await {
        tracing::warn!(error = %second, "a failed transaction could not be rolled back");
    }
    error
}
