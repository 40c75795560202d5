//! Telling the other nodes.

use super::{CHANNEL, Waiting, Work, written};
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
            self.tell(&told).await;
        }
    }

    /// Has the other nodes look for work of each kind: this one has ended, and does none any more.
    pub(in crate::store) async fn leave_work_to_others(&self) {
        if self.inner.signals.is_some() {
            self.tell(&Waiting { work: Work::ALL.into(), ..Waiting::default() }).await;
        }
    }

    async fn tell(&self, told: &Waiting) {
        for payload in written(&self.inner.node, told) {
            if let Err(error) = self.notify(payload).await {
                tracing::debug!(%error, "other nodes could not be told");
            }
        }
    }

    async fn notify(&self, payload: String) -> Result<()> {
        sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(&self.inner.reads).await?;
        Ok(())
    }
}
