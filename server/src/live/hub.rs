//! Wakes the streams of a user after her feed has moved.

use super::read::{Read, SharedRead};
use domain::ids::UserId;
use domain::live::Seq;
use futures::future::WeakShared;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Streams of one user, and of all. A person has a few tabs and devices; a server has so much memory.
pub(super) const MOST_PER_USER: usize = 6;
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
    /// Users with at least one stream.
    users: HashMap<UserId, Watched>,
    count: usize,
}

#[derive(Default)]
struct Watched {
    /// Counts wake-ups. One may be missed or doubled without harm.
    wake: watch::Sender<u64>,
    /// How far each of her streams has come.
    reached: Vec<Arc<AtomicI64>>,
    /// The latest read of one of her streams, for as long as anybody waits for it.
    reading: Option<Reading>,
}

impl Watched {
    fn wake(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }
}

struct Reading {
    from: ReadFrom,
    read: WeakShared<Read>,
}

/// Where a read begins, and the last wake-up before it: it holds whatever that was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ReadFrom {
    pub after: Seq,
    pub woken: u64,
}

/// A place in the hub, given back when dropped.
pub struct Subscription {
    hub: Hub,
    user: UserId,
    /// Changes when the feed has moved.
    pub changes: watch::Receiver<u64>,
    reached: Arc<AtomicI64>,
}

impl Subscription {
    /// The stream has read everything up to here.
    pub fn reached(&self, seq: Seq) {
        self.reached.store(seq.0, Ordering::Relaxed);
    }

    /// The read that another stream of this user has under way from there, or else a new one.
    pub(super) fn join(&self, from: ReadFrom, begin: impl FnOnce() -> SharedRead) -> SharedRead {
        let mut streams = self.hub.lock();
        let Some(watched) = streams.users.get_mut(&self.user) else { return begin() };
        let under_way = watched.reading.as_ref().filter(|reading| reading.from == from);
        under_way.and_then(|reading| reading.read.upgrade()).unwrap_or_else(|| {
            let read = begin();
            watched.reading = read.downgrade().map(|read| Reading { from, read });
            read
        })
    }
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
        let watched = streams.users.entry(user.clone()).or_default();
        if watched.reached.len() >= self.most_per_user {
            return None;
        }
        let changes = watched.wake.subscribe();
        let reached = Arc::new(AtomicI64::new(0));
        watched.reached.push(Arc::clone(&reached));
        streams.count += 1;
        Some(Subscription { hub: self.clone(), user: user.clone(), changes, reached })
    }

    /// Says that a user's feed has moved. Costs nothing when she is not looking.
    pub fn wake(&self, user: &UserId) {
        if let Some(watched) = self.lock().users.get(user) {
            watched.wake();
        }
    }

    /// The same where one of her streams has not come as far as this.
    pub fn wake_behind(&self, user: &UserId, seq: Seq) {
        if let Some(watched) = self.lock().users.get(user)
            && watched.reached.iter().any(|reached| reached.load(Ordering::Relaxed) < seq.0)
        {
            watched.wake();
        }
    }

    /// Says that anybody's feed may have moved.
    pub fn wake_all(&self) {
        self.lock().users.values().for_each(|watched| {
            watched.wake();
        });
    }

    /// Users with at least one stream.
    pub fn users(&self) -> Vec<UserId> {
        self.lock().users.keys().cloned().collect()
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
        let Some(watched) = streams.users.get_mut(&self.user) else { return };
        watched.reached.retain(|reached| !Arc::ptr_eq(reached, &self.reached));
        if watched.reached.is_empty() {
            streams.users.remove(&self.user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

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
    fn who_has_read_as_far_as_the_feed_stands_is_left_alone() {
        let hub = Hub::default();
        let (mut one, mut two) = (hub.subscribe(&user(1)).unwrap(), hub.subscribe(&user(1)).unwrap());
        let woken = |stream: &mut Subscription| {
            let woken = stream.changes.has_changed().unwrap();
            stream.changes.borrow_and_update();
            woken
        };
        hub.wake_behind(&user(1), Seq(7));
        assert!(woken(&mut one) && woken(&mut two), "nobody has read anything yet");
        one.reached(Seq(7));
        two.reached(Seq(6));
        hub.wake_behind(&user(1), Seq(7));
        assert!(woken(&mut one) && woken(&mut two), "one of them is behind");
        two.reached(Seq(8));
        hub.wake_behind(&user(1), Seq(7));
        assert!(!woken(&mut one) && !woken(&mut two));
        drop(two);
        hub.wake_behind(&user(1), Seq(8));
        assert!(woken(&mut one));
        assert_eq!(hub.users(), [user(1)]);
        hub.wake_all();
        assert!(woken(&mut one));
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

    #[tokio::test]
    async fn streams_that_wait_for_the_same_read_it_once() {
        let hub = Hub::default();
        let (one, two) = (hub.subscribe(&user(1)).unwrap(), hub.subscribe(&user(1)).unwrap());
        let reads = Arc::new(AtomicI64::new(0));
        let begin = || {
            let reads = Arc::clone(&reads);
            let reading = async move {
                reads.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(Arc::default())
            };
            reading.boxed().shared()
        };
        let here = ReadFrom { after: Seq(3), woken: 1 };
        let both = async |a, b| {
            let before = reads.load(Ordering::Relaxed);
            let (a, b) = tokio::join!(one.join(a, begin), two.join(b, begin));
            assert!(a.is_ok() && b.is_ok());
            reads.load(Ordering::Relaxed) - before
        };
        assert_eq!(both(here, here).await, 1);
        assert_eq!(both(here, here).await, 1, "what nobody waits for any more is not handed out");
        assert_eq!(
            both(here, ReadFrom { woken: 2, ..here }).await,
            2,
            "woken later, by what the other read may not hold"
        );
        assert_eq!(both(here, ReadFrom { after: Seq(4), ..here }).await, 2);
    }

    #[test]
    fn nothing_stays_behind_when_streams_end() {
        let hub = Hub::default();
        drop((hub.subscribe(&user(1)), hub.subscribe(&user(1))));
        assert_eq!((hub.streams(), hub.lock().users.len()), (0, 0));
    }
}
