//! Wakes the streams of a user after her feed has moved.

use domain::ids::UserId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Streams of one user, and of all. A person has a few tabs and devices; a server has so much memory.
const MOST_PER_USER: usize = 6;
const MOST: usize = 10_000;

/// Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Mutex<Streams>>,
    most_per_user: usize,
    most: usize,
}

impl Default for Hub {
    fn default() -> Self {
        Self::bounded(MOST_PER_USER, MOST)
    }
}

#[derive(Default)]
struct Streams {
    /// Users with at least one stream. The value carries nothing: a wake-up may be missed or doubled without harm.
    users: HashMap<UserId, watch::Sender<()>>,
    count: usize,
}

/// A place in the hub, given back when dropped.
pub struct Subscription {
    hub: Hub,
    user: UserId,
    /// Changes when the feed has moved.
    pub changes: watch::Receiver<()>,
}

impl Hub {
    /// For so many streams of one user, and of all.
    pub fn bounded(most_per_user: usize, most: usize) -> Self {
        Self { inner: Arc::default(), most_per_user, most }
    }

    /// A place for one stream; none when the user or the server has too many.
    pub fn subscribe(&self, user: &UserId) -> Option<Subscription> {
        let mut streams = self.lock();
        if streams.count >= self.most {
            return None;
        }
        let sender = streams.users.entry(user.clone()).or_insert_with(|| watch::channel(()).0);
        if sender.receiver_count() >= self.most_per_user {
            return None;
        }
        let changes = sender.subscribe();
        streams.count += 1;
        Some(Subscription { hub: self.clone(), user: user.clone(), changes })
    }

    /// Says that a user's feed has moved. Costs nothing when she is not looking.
    pub fn wake(&self, user: &UserId) {
        if let Some(sender) = self.lock().users.get(user) {
            sender.send_replace(());
        }
    }

    /// Open streams, for metrics.
    pub fn streams(&self) -> usize {
        self.lock().count
    }

    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut streams = self.hub.lock();
        streams.count = streams.count.saturating_sub(1);
        // This receiver still counts itself.
        if streams.users.get(&self.user).is_some_and(|sender| sender.receiver_count() <= 1) {
            streams.users.remove(&self.user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u8) -> UserId {
        UserId::parse(format!("{n:032x}")).unwrap()
    }

    #[test]
    fn a_wake_up_reaches_its_user_alone() {
        let hub = Hub::default();
        let (mut alice, bruno) = (hub.subscribe(&user(1)).unwrap(), hub.subscribe(&user(2)).unwrap());
        hub.wake(&user(1));
        assert!(alice.changes.has_changed().unwrap());
        assert!(!bruno.changes.has_changed().unwrap());
        alice.changes.borrow_and_update();
        assert!(!alice.changes.has_changed().unwrap());
    }

    #[test]
    fn pc_02_the_seventh_stream_of_a_user_is_refused_until_one_ends() {
        let hub = Hub::default();
        let mut open: Vec<_> = (0..MOST_PER_USER).map(|_| hub.subscribe(&user(1)).unwrap()).collect();
        assert!(hub.subscribe(&user(1)).is_none());
        assert!(hub.subscribe(&user(2)).is_some());
        open.pop();
        assert!(hub.subscribe(&user(1)).is_some());
    }

    #[test]
    fn nothing_stays_behind_when_streams_end() {
        let hub = Hub::default();
        drop((hub.subscribe(&user(1)), hub.subscribe(&user(1))));
        assert_eq!((hub.streams(), hub.lock().users.len()), (0, 0));
    }
}
