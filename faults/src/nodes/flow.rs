//! The bank as many machines: a notification sets out when it is due, whatever has become of those before.

use crate::client::Connection;
use crate::load::{Load, MOST_TRIES};
use crate::nodes::BANK;
use crate::nodes::pace::{Pace, Spread};
use crate::notification::Notification;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Before the second try and the third.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// The bank does not wait longer for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Cheap to clone.
#[derive(Clone)]
pub struct Flow {
    pub load: Load,
    address: SocketAddr,
    pace: Arc<Pace>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

/// What as many as possible came to.
#[derive(Debug, Clone, Copy)]
pub struct Rush {
    pub acknowledged: u64,
    pub took: Duration,
    pub answers: Spread,
}

impl Rush {
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    pub fn per_second(&self) -> f64 {
        self.acknowledged as f64 / self.took.as_secs_f64()
    }
}

impl Flow {
    pub fn new(load: Load, address: SocketAddr, pace: Arc<Pace>) -> Self {
        Self { load, address, pace, idle: Arc::default() }
    }

    /// Posts `rate` notifications each second until told to stop, and then what is left to be tried again.
    pub async fn run(self, rate: u64, stop: CancellationToken) {
        let (begin, mut under_way) = (Instant::now(), JoinSet::new());
        for turn in 0_u64.. {
            let due = begin + Duration::from_micros(1_000_000 * turn / rate);
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = tokio::time::sleep_until(due) => {}
            }
            while let Some(ended) = under_way.try_join_next() {
                ended.expect("a notification's task");
            }
            under_way.spawn(self.clone().deliver());
        }
        while let Some(ended) = under_way.join_next().await {
            ended.expect("a notification's task");
        }
    }

    /// Posts as many as are answered, over so many connections, for so long.
    pub async fn rush(&self, connections: usize, time: Duration) -> Rush {
        let (begin, mut under_way) = (Instant::now(), JoinSet::new());
        let before = self.load.sum().acknowledged;
        for _ in 0..connections {
            let flow = self.clone();
            under_way.spawn(async move {
                let mut answers = Vec::new();
                while begin.elapsed() < time {
                    let (notification, sent) = (flow.load.next(), Instant::now());
                    let status = flow.attempt(&notification, 1).await;
                    flow.load.enter(&notification, 1, status);
                    answers.push(sent.elapsed());
                }
                answers
            });
        }
        let answers = under_way.join_all().await.concat();
        let acknowledged = self.load.sum().acknowledged - before;
        Rush { acknowledged, took: begin.elapsed(), answers: Spread::of(answers) }
    }

    /// Until it is acknowledged, or given up.
    async fn deliver(self) {
        let notification = self.load.next();
        self.pace.sent(notification.number);
        for current_try in 1..=MOST_TRIES {
            let status = self.attempt(&notification, current_try).await;
            if self.load.enter(&notification, current_try, status) {
                return;
            }
            if let Some(pause) = PAUSES.get(current_try as usize - 1) {
                tokio::time::sleep(*pause).await;
            }
        }
    }

    /// The status of the answer, 0 for none.
    async fn attempt(&self, notification: &Notification, current_try: u32) -> u16 {
        let attempt = async {
            let idle = self.idle().pop();
            let mut open = match idle {
                Some(open) => open,
                None => Connection::open_from(BANK, self.address).await?,
            };
            let (status, _) = self.load.send(&mut open, notification, current_try).await?;
            if status == 200 {
                self.idle().push(open);
            }
            std::io::Result::Ok(status)
        };
        tokio::time::timeout(PATIENCE, attempt).await.map_or(0, |answer| answer.unwrap_or(0))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
