//! What this node does with what it hears from the others.

use crate::live::Hub;
use crate::store::{Heard, Store, Wake, Work};
use crate::vault::Vault;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What wakes the workers of this node.
#[derive(Clone)]
pub struct Bells {
    pub deliveries: Arc<Notify>,
    pub links: Arc<Notify>,
    pub mails: Arc<Notify>,
    pub events: Arc<Notify>,
}

impl Bells {
    fn ring(&self, work: Work) {
        match work {
            Work::Deliveries => self.deliveries.notify_one(),
            Work::Links => self.links.notify_one(),
            Work::Mails => self.mails.notify_one(),
            Work::Events => self.events.notify_one(),
        }
    }
}

/// Hears the other nodes.
pub struct Ear {
    pub store: Store,
    /// What is called for a user after a commit of our own.
    pub wake: Wake,
    /// Whose streams look again when something was missed.
    pub hubs: [Hub; 2],
    pub bells: Bells,
    pub vault: Vault,
}

impl Ear {
    /// Runs until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        self.store.hear_nodes(shutdown, |heard| self.hear(heard)).await;
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Moved(user) => {
                // She may have been erased there: nothing of hers can be opened here any more.
                self.vault.forget_user_key(&user);
                (self.wake)(&user);
            }
            Heard::Work(work) => self.bells.ring(work),
            Heard::Missed => {
                self.vault.forget_keys();
                self.hubs.iter().for_each(Hub::wake_all);
                for work in Work::ALL {
                    self.bells.ring(work);
                }
            }
        }
    }
}
