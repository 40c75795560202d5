//! Telling the other nodes.

use super::{CHANNEL, Work, written};
use crate::store::{Result, Store};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Commits of one moment are told together.
const GATHER: Duration = Duration::from_millis(3);

impl Store {
    /// There is more of this than this node does at once. Never waits.
    pub fn call_for_help(&self, work: Work) {
        if let Some(signals) = &self.inner.signals {
            signals.too_much(work);
        }
    }

    /// Tells the other nodes of what this one has committed, until the shutdown. What cannot be told is left out: they look by
    /// themselves.
    pub async fn tell_nodes(&self, shutdown: CancellationToken) {
        let Some(signals) = &self.inner.signals else { return };
        loop {
            tokio::select! {
                () = signals.due.notified() => {}
                () = shutdown.cancelled() => return,
            }
            tokio::time::sleep(GATHER).await;
            let told = std::mem::take(&mut *signals.waiting());
            for payload in written(&self.inner.node, &told) {
                if let Err(error) = self.tell(payload).await {
                    tracing::debug!(%error, "other nodes could not be told");
                }
            }
        }
    }

    async fn tell(&self, payload: String) -> Result<()> {
        sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(&self.inner.reads).await?;
        Ok(())
    }
}
