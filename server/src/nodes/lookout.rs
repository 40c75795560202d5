//! Finds what was not heard: once a second, whether the feeds of those who have streams here have moved on without them. That is one
//! look for all of them, however many streams there are, and costs nothing where nobody looks.

use crate::live::Hub;
use crate::store::{Engine, Store, StoreError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(1);

pub struct Lookout {
    pub store: Store,
    pub hub: Hub,
}

impl Lookout {
    /// Runs until the shutdown. With `SQLite` every commit is our own.
    pub async fn run(self, shutdown: CancellationToken) {
        if self.store.engine() == Engine::Sqlite {
            return;
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = shutdown.cancelled() => return,
            }
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "feeds could not be looked at, trying again");
            }
        }
    }

    async fn look(&self) -> Result<(), StoreError> {
        let users = self.hub.users();
        if users.is_empty() {
            return Ok(());
        }
        for (user, seq) in self.store.last_seqs(&users).await? {
            self.hub.wake_behind(&user, seq);
        }
        Ok(())
    }
}
