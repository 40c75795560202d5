//! Keeps `SQLite`'s write-ahead log short, beside the one connection that writes.
//!
//! By itself `SQLite` brings the log into the main file at the end of a commit, and whoever waits for that commit waits for
//! the syncs of both files as well. Here another connection does most of it meanwhile; what is left for a commit is little.

use super::row::Columns as _;
use super::{Result, Store};
use sqlx::AnyPool;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Commits after which it is worth the syncs. A busy group of arrivals changes some thirty pages.
const WORTH_IT: u32 = 64;

#[derive(Default)]
pub(super) struct Log {
    /// A connection for nothing else; none on `PostgreSQL`, which has a process for this.
    connection: Option<AnyPool>,
    commits: AtomicU32,
    due: Notify,
}

impl Log {
    pub(super) fn kept_by(connection: AnyPool) -> Self {
        Self { connection: Some(connection), ..Self::default() }
    }

    pub(super) async fn close(&self) {
        if let Some(connection) = &self.connection {
            connection.close().await;
        }
    }

    pub(super) fn committed(&self) {
        if self.commits.fetch_add(1, Ordering::Relaxed) % WORTH_IT == WORTH_IT - 1 {
            self.due.notify_one();
        }
    }
}

impl Store {
    /// Runs until the shutdown. Where it fails the log grows, until a commit brings it in as it would without this.
    pub async fn keep_log_short(self, shutdown: CancellationToken) {
        let Some(connection) = &self.inner.log.connection else { return };
        loop {
            tokio::select! {
                () = self.inner.log.due.notified() => {}
                () = shutdown.cancelled() => return,
            }
            // Passive: waits for nobody, and nobody waits for it.
            if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(connection).await {
                tracing::warn!(%error, "the database's log could not be brought in");
            }
        }
    }

    /// Lets the log begin anew if it has more pages than that. It does so by itself as soon as nobody reads; whoever reads a long time, and
    /// again and again, has to see to it in between, or it grows until the disk is full. Writers wait for the last few pages.
    pub(super) async fn begin_log_anew(&self, pages: i64) -> Result<()> {
        let Some(connection) = &self.inner.log.connection else { return Ok(()) };
        let log = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(connection).await?;
        if log.number("log")? > pages {
            // It waits for readers while no writer can write, so not for long: another time there may be none.
            sqlx::query("PRAGMA busy_timeout = 100").execute(connection).await?;
            sqlx::query("PRAGMA wal_checkpoint(RESTART)").execute(connection).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::secret::Secret;
    use std::time::Duration;

    #[tokio::test]
    async fn what_was_committed_is_brought_into_the_main_file_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.db");
        let store = Store::open(&Secret::new(format!("sqlite://{}", file.display()))).await.unwrap();
        store.migrate().await.unwrap();
        let before = std::fs::read(&file).unwrap();
        let end = CancellationToken::new();
        let keeping = tokio::spawn(store.clone().keep_log_short(end.clone()));
        for n in 0..WORTH_IT {
            store.mark("a commit", Moment(n.into())).await.unwrap();
        }
        let brought_in = async {
            while std::fs::read(&file).unwrap() == before {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), brought_in).await.expect("the log should be brought in");
        end.cancel();
        keeping.await.unwrap();
    }

    #[tokio::test]
    async fn who_wants_the_log_to_begin_anew_holds_up_nobody_for_a_reader_that_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Secret::new(format!("sqlite://{}/log.db", folder.path().display()))).await.unwrap();
        store.migrate().await.unwrap();
        let writing = store.clone();
        let read = store.read(move |reader| {
            Box::pin(async move {
                sqlx::query("SELECT COUNT(*) FROM marks").fetch_one(reader).await?;
                writing.mark("a commit", Moment(0)).await?;
                let begin = std::time::Instant::now();
                writing.begin_log_anew(0).await?;
                Ok(begin.elapsed())
            })
        });
        assert!(read.await.unwrap() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn behind_a_long_reader_the_log_begins_anew() {
        const PAGES: i64 = 50;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.db");
        let store = Store::open(&Secret::new(format!("sqlite://{}", file.display()))).await.unwrap();
        store.migrate().await.unwrap();
        let length = || std::fs::metadata(folder.path().join("log.db-wal")).unwrap().len();
        let mut lengths = Vec::new();
        for round in 0..4_i64 {
            let writing = store.clone();
            let read = store.read(move |reader| {
                Box::pin(async move {
                    sqlx::query("SELECT COUNT(*) FROM marks").fetch_one(reader).await?;
                    for n in 0..PAGES {
                        writing.mark("a commit", Moment(round * PAGES + n)).await?;
                    }
                    Ok(())
                })
            });
            read.await.unwrap();
            store.begin_log_anew(PAGES / 2).await.unwrap();
            lengths.push(length());
        }
        assert_eq!(lengths[3], lengths[1], "{lengths:?}");
    }
}
