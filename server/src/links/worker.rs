//! Takes links further, a step at a time, so that a long history holds up nobody.

use super::Links;
use crate::lifecycle::{repeat, survive};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Links that are taken further at the same time.
const AT_ONCE: i64 = 8;
/// Without a wake-up, the store is looked at this often.
const POLL: Duration = Duration::from_secs(1);

pub struct Worker {
    pub links: Links,
}

impl Worker {
    /// Runs until the shutdown; steps that have begun are finished.
    pub async fn run(self, shutdown: CancellationToken) {
        repeat("the links' worker", &self.links.wake, POLL, shutdown, || self.step()).await;
    }

    /// Takes each due link one step further and returns how many those were.
    pub async fn step(&self) -> Result<usize, crate::store::StoreError> {
        let due = self.links.store.due_links(self.links.clock.now(), AT_ONCE).await?;
        let count = due.len();
        let mut steps = JoinSet::new();
        for link in due {
            let links = self.links.clone();
            steps.spawn(async move {
                match survive("a link", links.advance(&link)).await {
                    Some(Ok(())) => return,
                    Some(Err(error)) => tracing::error!(link.id = %link.id, %error, "a link has to wait"),
                    None => tracing::error!(link.id = %link.id, "a link has to wait"),
                }
                let again = links.clock.now().plus(Duration::from_secs(10));
                if let Err(error) = links.store.postpone_link(&link.id, "internal", again).await {
                    tracing::error!(link.id = %link.id, %error, "a link could not be postponed");
                }
            });
        }
        while steps.join_next().await.is_some() {}
        Ok(count)
    }
}
