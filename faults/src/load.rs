//! The bank's side of a constant rate: what was not acknowledged comes again, three tries at most.

use crate::client::Connection;
use crate::ledger::Ledger;
use crate::notification::{Notification, Notifications};
use crate::product::hook;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const CONNECTIONS: u64 = 8;
pub(crate) const MOST_TRIES: u32 = 3;
/// One in so many is sent in two pieces.
const IN_PIECES: u64 = 8;

/// Cheap to clone.
#[derive(Clone)]
pub struct Load(Arc<Inner>);

struct Inner {
    notifications: Notifications,
    ledger: Ledger,
    books: Mutex<Books>,
    /// Told at each acknowledgement.
    acknowledged: Notify,
}

#[derive(Default)]
struct Books {
    /// To be tried again, and which try that will be.
    again: VecDeque<(Notification, u32)>,
    acknowledged: u64,
    given_up: u64,
    statuses: BTreeMap<u16, u64>,
    not_asked_back: u64,
    slowest: Duration,
}

/// What a load has come to.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    pub acknowledged: u64,
    pub given_up: u64,
    /// How often each status was answered; 0 stands for no answer.
    pub statuses: BTreeMap<u16, u64>,
    /// Answers 503 that did not say when to come back.
    pub not_asked_back: u64,
    /// The longest that an answer took.
    pub slowest: Duration,
    pub waiting: usize,
}

impl Load {
    pub fn new(notifications: Notifications, ledger: Ledger) -> Self {
        Self(Arc::new(Inner { notifications, ledger, books: Mutex::default(), acknowledged: Notify::new() }))
    }

    /// Posts `rate` notifications each second, until told to stop or until the server is gone.
    pub async fn run(&self, address: SocketAddr, rate: u64, stop: CancellationToken) {
        let (begin, turn) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let mut connections = tokio::task::JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (load, turn, stop) = (self.clone(), Arc::clone(&turn), stop.clone());
            connections.spawn(async move {
                let mut connection = None;
                loop {
                    let due = begin + Duration::from_micros(1_000_000 / rate * turn.fetch_add(1, Ordering::Relaxed));
                    tokio::select! {
                        biased;
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep_until(due) => {}
                    }
                    if !load.post(address, &mut connection).await {
                        return;
                    }
                }
            });
        }
        while let Some(ended) = connections.join_next().await {
            ended.expect("a connection's task");
        }
    }

    /// Posts what is next. False if nobody listens.
    async fn post(&self, address: SocketAddr, connection: &mut Option<Connection>) -> bool {
        let mut open = match connection.take() {
            Some(open) => open,
            None => match Connection::open(address).await {
                Ok(open) => open,
                Err(_) => return false,
            },
        };
        let again = self.books().again.pop_front();
        let (notification, current_try) = again.unwrap_or_else(|| (self.0.notifications.next(), 1));
        let begin = Instant::now();
        let status = match self.send(&mut open, &notification, current_try).await {
            Ok((status, asked_back)) => {
                *connection = Some(open);
                let mut books = self.books();
                books.not_asked_back += u64::from(status == 503 && !asked_back);
                books.slowest = books.slowest.max(begin.elapsed());
                status
            }
            Err(_) => 0,
        };
        if !self.enter(&notification, current_try, status) && current_try < MOST_TRIES {
            self.books().again.push_back((notification, current_try + 1));
        }
        true
    }

    /// One that was never sent before.
    pub(crate) fn next(&self) -> Notification {
        self.0.notifications.next()
    }

    /// The status of the answer to a try, and whether it said when to come back.
    pub(crate) async fn send(
        &self,
        open: &mut Connection,
        n: &Notification,
        current_try: u32,
    ) -> std::io::Result<(u16, bool)> {
        let request = hook(&self.0.notifications.body(n, current_try));
        let middle = request.len() - 300;
        if n.number.is_multiple_of(IN_PIECES) {
            open.send(&request[..middle]).await?;
            tokio::time::sleep(Duration::from_millis(1)).await;
            open.send(&request[middle..]).await?;
        } else {
            open.send(&request).await?;
        }
        let answer = open.answer().await?;
        Ok((answer.status, answer.header("retry-after").is_some()))
    }

    /// Writes down what came of a try, 0 for no answer; whether it was acknowledged.
    pub(crate) fn enter(&self, notification: &Notification, current_try: u32, status: u16) -> bool {
        self.0.ledger.note(notification, current_try, status);
        let acknowledged = status == 200;
        let mut books = self.books();
        *books.statuses.entry(status).or_default() += 1;
        books.acknowledged += u64::from(acknowledged);
        books.given_up += u64::from(!acknowledged && current_try == MOST_TRIES);
        if acknowledged {
            self.0.acknowledged.notify_waiters();
        }
        acknowledged
    }

    /// Resolves when so many more have been acknowledged.
    pub async fn acknowledged(&self, more: u64) {
        let goal = self.books().acknowledged + more;
        loop {
            let next = self.0.acknowledged.notified();
            tokio::pin!(next);
            next.as_mut().enable();
            if self.books().acknowledged >= goal {
                return;
            }
            next.await;
        }
    }

    pub fn sum(&self) -> Sum {
        let books = self.books();
        Sum {
            acknowledged: books.acknowledged,
            given_up: books.given_up,
            statuses: books.statuses.clone(),
            not_asked_back: books.not_asked_back,
            slowest: books.slowest,
            waiting: books.again.len(),
        }
    }

    /// Ends it; the ledger as it is on the disk.
    pub fn close(self) -> BTreeMap<String, crate::ledger::Told> {
        Arc::into_inner(self.0).expect("nobody posts any more").ledger.close()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
