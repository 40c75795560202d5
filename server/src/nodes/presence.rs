//! Says that this node is there, and looks which others are.

use crate::clock::SharedClock;
use crate::store::{Engine, NodeRecord, Store, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Others count on it.
const EVERY: Duration = Duration::from_millis(500);
/// With `SQLite` there are none.
const EVERY_ALONE: Duration = Duration::from_secs(5);
/// A node that has not said so for this long is given no more arrivals.
const GIVEN_UNTIL: Duration = Duration::from_millis(1_200);
/// A node that has not said so for this long is gone, or cut off.
pub const SILENT_AFTER: Duration = Duration::from_secs(20);
/// After this long it is not listed any more.
pub const GONE_AFTER: Duration = Duration::from_hours(1);
/// Nodes that are listed.
pub const MOST_LISTED: i64 = 64;
/// Leases bear as much. A clock that is further off than that makes nodes take each other's work.
const TOLERATED: Duration = Duration::from_secs(2);

pub struct Presence {
    pub store: Store,
    pub clock: SharedClock,
    /// As it is now.
    pub node: NodeRecord,
    /// This node was told to end.
    pub leaving: CancellationToken,
}

impl Presence {
    /// Runs until the shutdown.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let every = if self.store.engine() == Engine::Sqlite { EVERY_ALONE } else { EVERY };
        loop {
            if let Err(error) = self.say().await {
                tracing::warn!(%error, "this node could not say that it is there");
            }
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                () = self.leaving.cancelled(), if !self.node.draining => {}
                () = shutdown.cancelled() => return,
            }
        }
    }

    /// Says it and looks, once.
    pub async fn say(&mut self) -> Result<(), StoreError> {
        self.node.seen_at = self.clock.now();
        self.node.draining = self.leaving.is_cancelled();
        self.store.note_node(&self.node).await?;
        self.store.share_among_nodes(self.node.seen_at.minus(GIVEN_UNTIL)).await?;
        if let Some(theirs) = self.store.database_time().await? {
            let ours = self.clock.now();
            let off = ours.since(theirs).max(theirs.since(ours));
            if off > TOLERATED {
                tracing::warn!(
                    off_ms = off.as_millis(),
                    "this clock and the database's differ: leases of nodes rely on them"
                );
            }
        }
        Ok(())
    }
}
