//! How many streams a user has, over all nodes. With `SQLite` there is one, and its hub counts.

use super::hub::{Hub, MOST_PER_USER, Subscription};
use crate::clock::SharedClock;
use crate::lifecycle::Tasks;
use crate::randomness;
use crate::store::{Engine, Store, StoreError};
use domain::ids::UserId;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The places of a node that has not said for so long that it is there are free: its streams have ended, and come back elsewhere. A node that
/// is only slow lets somebody have one stream more for it, which does no harm.
const HELD_FOR: Duration = Duration::from_millis(1_500);
/// Who finds all places taken waits until those of a node that has just died would be free, or of a page that is being loaded anew, instead
/// of being sent away and coming back after a pause of her browser's.
const LOOKS: u32 = 9;
const LOOKS_EVERY: Duration = Duration::from_millis(200);

/// Where places are taken. Cheap to clone.
#[derive(Clone)]
pub struct Places {
    store: Store,
    clock: SharedClock,
    tasks: Tasks,
    left: mpsc::UnboundedSender<Taken>,
}

/// The task that gives places back: a stream ends wherever it is, and waits for nobody.
pub struct Leaver {
    store: Store,
    left: mpsc::UnboundedReceiver<Taken>,
}

/// A place in the store.
struct Taken {
    user: UserId,
    stream: String,
}

/// A place of a stream, given back when dropped.
pub struct Place {
    taken: Option<Taken>,
    left: mpsc::UnboundedSender<Taken>,
}

impl Places {
    pub fn new(store: Store, clock: SharedClock, tasks: Tasks) -> (Self, Leaver) {
        // As many as there are streams, which the hub bounds.
        let (sender, left) = mpsc::unbounded_channel();
        (Self { store: store.clone(), clock, tasks, left: sender }, Leaver { store, left })
    }

    /// A place for one more stream of a user, and what wakes it; none where she, or this node, has as many as may be, and goes on
    /// having them for a moment.
    pub async fn take(&self, user: &UserId, hub: &Hub) -> Result<Option<(Subscription, Place)>, StoreError> {
        for look in 1..=LOOKS {
            if let Some(subscription) = hub.subscribe(user)
                && let Some(place) = self.place(user.clone()).await?
            {
                return Ok(Some((subscription, place)));
            }
            if look < LOOKS {
                tokio::time::sleep(LOOKS_EVERY).await;
            }
        }
        Ok(None)
    }

    async fn place(&self, user: UserId) -> Result<Option<Place>, StoreError> {
        let (store, left) = (self.store.clone(), self.left.clone());
        if store.engine() == Engine::Sqlite {
            return Ok(Some(Place { taken: None, left }));
        }
        let alive = self.clock.now().minus(HELD_FOR);
        // By itself: who goes away in this moment gives back what was taken for her.
        let taking = self.tasks.spawn(async move {
            let (stream, most) = (randomness::id(), i64::try_from(MOST_PER_USER).unwrap_or(i64::MAX));
            let is_taken = store.take_place(&user, &stream, most, alive).await?;
            Ok(is_taken.then(|| Place { taken: Some(Taken { user, stream }), left }))
        });
        match taking.await {
            Ok(place) => place,
            Err(_) => Ok(None),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(taken) = self.taken.take() {
            // Nobody is there at the very end; then the node gives back all at once.
            let _ = self.left.send(taken);
        }
    }
}

impl Leaver {
    /// Runs until the shutdown.
    pub async fn run(mut self, shutdown: CancellationToken) {
        loop {
            let taken = tokio::select! {
                taken = self.left.recv() => taken,
                () = shutdown.cancelled() => return,
            };
            let Some(Taken { user, stream }) = taken else { return };
            if let Err(error) = self.store.leave_place(&user, &stream).await {
                tracing::warn!(%error, "the place of a stream could not be given back");
            }
        }
    }
}
