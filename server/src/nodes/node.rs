//! What a server does because it may be one of several.

use super::{Bells, Ear, Lookout, Presence, leave};
use crate::live::{Hub, Leaver};
use crate::metrics;
use crate::services::Services;
use crate::store::{NodeRecord, Wake};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The others find out by themselves who has ended.
const PATIENCE: Duration = Duration::from_secs(2);

pub struct Node {
    ear: Ear,
    lookout: Lookout,
    leaver: Leaver,
    presence: Presence,
    /// Has everything end, once this node has left.
    stop: CancellationToken,
}

impl Node {
    /// `hubs` are those of users and of operators; `wake` is what happens after a commit of our own.
    pub fn new(
        services: &Services,
        [users, operators]: [Hub; 2],
        wake: Wake,
        bells: Bells,
        leaver: Leaver,
        stop: CancellationToken,
    ) -> Self {
        let store = services.store.clone();
        let node = NodeRecord {
            id: store.node().to_owned(),
            name: services.config.node.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: services.started_at,
            seen_at: services.started_at,
            draining: false,
        };
        let leaving = services.leaving.clone();
        Self {
            lookout: Lookout { store: store.clone(), hub: users.clone() },
            ear: Ear { store: store.clone(), wake, hubs: [users, operators], bells, vault: services.vault.clone() },
            leaver,
            presence: Presence { store, clock: services.clock.clone(), node, leaving },
            stop,
        }
    }

    /// Is there from now on, until the server's tasks end.
    pub async fn begin(self, services: &Services) {
        let Self { ear, lookout, leaver, mut presence, stop } = self;
        metrics::node(&services.config.node.name);
        // Before the first stream: its place is a living node's.
        if let Err(error) = presence.say().await {
            tracing::error!(%error, "this node could not say that it is there, and tries again");
        }
        let (tasks, store) = (&services.tasks, services.store.clone());
        tasks.spawn(leave(services.leaving.clone(), services.config.node.drain, stop));
        tasks.spawn(presence.run(tasks.token()));
        tasks.spawn(ear.run(tasks.token()));
        tasks.spawn(lookout.run(tasks.token()));
        tasks.spawn(leaver.run(tasks.token()));
        let ending = tasks.token();
        tasks.spawn(async move { store.tell_nodes(ending).await });
    }
}

/// After the last task: gives up what this node had, so that nobody waits for its leases.
pub async fn has_ended(services: &Services) {
    let store = &services.store;
    match tokio::time::timeout(PATIENCE, store.remove_node(store.node())).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "this node could not say that it is gone"),
        Err(_) => tracing::warn!("this node could not say that it is gone"),
    }
}
