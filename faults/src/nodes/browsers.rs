//! A crowd of browsers that keep their dashboards open through everything, and come back as the page's script does.

use crate::client::Connection;
use crate::dice::Dice;
use crate::nodes::BROWSER;
use crate::nodes::pace::Pace;
use crate::nodes::people::Linked;
use crate::watch::{Notice, Watch};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A lost stream is opened again after this long, once more after as long, and then after a time that doubles; the page does the same.
const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 30_000;
/// Even the slowest machine brings all streams back in this time.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Browsers {
    seats: Vec<Arc<Seat>>,
    seen: Arc<Seen>,
    watching: JoinSet<(usize, Watch)>,
    /// Moves when all pages are loaded anew.
    loads: watch::Sender<u64>,
    stop: CancellationToken,
}

/// What all of them have seen.
struct Seen {
    pace: Arc<Pace>,
    breaks: Mutex<Vec<Break>>,
    in_vain: Mutex<Vain>,
}

/// How often a try to open a stream again was answered by this status, or by none.
pub type Vain = BTreeMap<Option<u16>, usize>;

/// One browser, as it can be seen from outside.
struct Seat {
    person: usize,
    cookie: String,
    /// The number that its stream has come to.
    last: AtomicI64,
    /// Payments that it has told.
    told: AtomicU64,
    /// Whether it is connected, and has caught up since.
    whole: AtomicBool,
    /// In vain, one after the other.
    failures: AtomicU32,
}

/// A time in which a browser was without its stream.
#[derive(Debug, Clone, Copy)]
struct Break {
    began: Instant,
    ended: Instant,
}

/// What breaks came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Breaks {
    pub count: usize,
    /// From a given moment until the last stream was whole.
    pub whole_after: Duration,
    /// The longest that one browser was without.
    pub longest: Duration,
}

impl Browsers {
    /// So many browsers for each of these people, all through one address.
    pub async fn open(address: SocketAddr, people: &[Linked], each: usize, pace: &Arc<Pace>) -> Self {
        let seen = Arc::new(Seen { pace: Arc::clone(pace), breaks: Mutex::default(), in_vain: Mutex::default() });
        let stop = CancellationToken::new();
        let loads = watch::Sender::new(0);
        let (mut seats, mut watching) = (Vec::new(), JoinSet::new());
        for n in 0..people.len() * each {
            let person = n % people.len();
            let seat = Arc::new(Seat {
                person,
                cookie: people[person].cookie.clone(),
                last: AtomicI64::new(0),
                told: AtomicU64::new(0),
                whole: AtomicBool::new(false),
                failures: AtomicU32::new(0),
            });
            seats.push(Arc::clone(&seat));
            let (seen, stop) = (Arc::clone(&seen), stop.clone());
            let (dice, loads) = (Dice::seeded(n as u64), loads.subscribe());
            watching.spawn(async move {
                let mut watch = Watch::default();
                tokio::select! {
                    () = seat.keep_open(&mut watch, address, &seen, loads, dice) => {}
                    () = stop.cancelled() => {}
                }
                (person, watch)
            });
        }
        let browsers = Self { seats, seen, watching, loads, stop };
        browsers.until_whole().await;
        browsers
    }

    /// Waits until each stream is connected and has caught up.
    pub async fn until_whole(&self) {
        let broken = || self.seats.iter().filter(|seat| !seat.whole.load(Ordering::Relaxed)).count();
        until_none("streams are not whole", broken).await;
    }

    /// Waits until each stream has told another payment.
    pub async fn until_all_tell(&self) {
        let told = |seat: &Arc<Seat>| seat.told.load(Ordering::Relaxed);
        let before: Vec<u64> = self.seats.iter().map(told).collect();
        let silent = || self.seats.iter().zip(&before).filter(|(seat, before)| told(seat) == **before).count();
        until_none("streams have told nothing more", silent).await;
    }

    /// All pages are loaded anew, which shares streams out among the nodes that there are.
    pub async fn reload(&self) {
        self.seats.iter().for_each(|seat| seat.whole.store(false, Ordering::Relaxed));
        self.loads.send_modify(|loads| *loads += 1);
        self.until_whole().await;
    }

    /// Of streams that have broken since then, and are whole again.
    pub fn breaks_since(&self, begin: Instant) -> Breaks {
        let breaks = self.seen.breaks.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = Breaks::default();
        for one in breaks.iter().filter(|one| one.began >= begin) {
            sum.count += 1;
            sum.whole_after = sum.whole_after.max(one.ended - begin);
            sum.longest = sum.longest.max(one.ended - one.began);
        }
        sum
    }

    /// Tries to open a stream again that came to nothing, since it was asked last.
    pub fn tries_in_vain(&self) -> Vain {
        std::mem::take(&mut *self.seen.in_vain.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many have not come to the last number of their user's feed.
    pub fn behind(&self, people: &[Linked], last_numbers: &BTreeMap<String, i64>) -> usize {
        let last = |seat: &Seat| last_numbers.get(&people[seat.person].user_id).copied().unwrap_or_default();
        self.seats.iter().filter(|seat| seat.last.load(Ordering::Relaxed) < last(seat)).count()
    }

    /// What each has seen, with the place of its user among the people.
    pub async fn close(self) -> Vec<(usize, Watch)> {
        self.stop.cancel();
        self.watching.join_all().await
    }
}

async fn until_none(what: &str, left: impl Fn() -> usize) {
    let begin = Instant::now();
    while left() > 0 {
        assert!(begin.elapsed() < PATIENCE, "{} {what} after a minute", left());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Seat {
    async fn keep_open(
        &self,
        watch: &mut Watch,
        address: SocketAddr,
        seen: &Seen,
        mut loads: watch::Receiver<u64>,
        mut dice: Dice,
    ) {
        let mut began = Instant::now();
        loop {
            let tell = |notice: Notice<'_>| match notice {
                Notice::Payment(txid) => {
                    self.told.fetch_add(1, Ordering::Relaxed);
                    seen.pace.seen(txid);
                }
                Notice::At(number) => self.last.store(number, Ordering::Relaxed),
                Notice::CaughtUp => {
                    self.failures.store(0, Ordering::Relaxed);
                    self.whole.store(true, Ordering::Relaxed);
                    let whole = Break { began, ended: Instant::now() };
                    seen.breaks.lock().unwrap_or_else(PoisonError::into_inner).push(whole);
                }
            };
            let connection = Connection::open_from(BROWSER, address).await;
            let answer = tokio::select! {
                answer = watch.follow_and_tell(connection, &self.cookie, &tell) => answer,
                _ = loads.changed() => continue,
            };
            if self.whole.swap(false, Ordering::Relaxed) {
                began = Instant::now();
            } else {
                *seen.in_vain.lock().unwrap_or_else(PoisonError::into_inner).entry(answer).or_default() += 1;
            }
            let failures = self.failures.fetch_add(1, Ordering::Relaxed);
            let full = (FIRST_WAIT_MS << failures.saturating_sub(1).min(5)).min(LONGEST_WAIT_MS);
            tokio::time::sleep(Duration::from_millis(full * 3 / 4 + dice.below(full / 2))).await;
        }
    }
}
