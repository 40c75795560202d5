//! Hearing what other nodes tell.

use super::{CHANNEL, Work, read};
use crate::secret::Secret;
use crate::store::Store;
use domain::ids::UserId;
use sqlx::postgres::PgListener;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two tries to listen again.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// After so long a silence the connection is tried: one that was cut says nothing either.
const SILENCE: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(5);

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Nothing, for a while: anything may have happened.
    Missed,
    /// Feeds of these users have moved, or sessions of theirs have ended.
    Moved(UserId),
    /// There is some of this: another node has more than it does at once, or has given this one arrivals.
    Work(Work),
}

impl Store {
    /// Tells `ear` what other nodes tell, until the shutdown. A connection that is lost is made anew.
    pub async fn hear_nodes(&self, shutdown: CancellationToken, ear: impl Fn(Heard) + Send + Sync) {
        let Some(address) = &self.inner.listens_at else { return };
        let mut wait = FIRST_WAIT;
        while !shutdown.is_cancelled() {
            let ended = tokio::select! {
                ended = self.listen(address, &ear, &mut wait) => ended,
                () = shutdown.cancelled() => return,
            };
            if let Err(error) = ended {
                tracing::warn!(%error, wait_ms = wait.as_millis(), "other nodes cannot be heard; they are asked each second");
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = shutdown.cancelled() => return,
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Until the connection is lost.
    async fn listen(&self, address: &Secret, ear: &impl Fn(Heard), wait: &mut Duration) -> sqlx::Result<()> {
        let mut listener = PgListener::connect(address.expose()).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        *wait = FIRST_WAIT;
        ear(Heard::Missed);
        loop {
            let Ok(heard) = tokio::time::timeout(SILENCE, listener.try_recv()).await else {
                still_there(&mut listener).await?;
                continue;
            };
            let Some(notification) = heard? else { return Ok(()) };
            let Some(told) = read(&self.inner.node, notification.payload()) else { continue };
            if told.given.contains(&self.inner.node) {
                ear(Heard::Work(Work::Deliveries));
            }
            told.work.into_iter().for_each(|work| ear(Heard::Work(work)));
            told.users.into_iter().for_each(|user| ear(Heard::Moved(user)));
        }
    }
}

async fn still_there(listener: &mut PgListener) -> sqlx::Result<()> {
    let asked = tokio::time::timeout(PATIENCE, sqlx::query("SELECT 1").execute(listener)).await;
    asked.map_or(Err(sqlx::Error::PoolTimedOut), |answered| answered.map(drop))
}
