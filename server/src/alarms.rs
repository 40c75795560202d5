//! Alarms: what an operator has to know, noticed anywhere and written down by one task, off the way of the data.

use crate::clock::{Moment, SharedClock};
use crate::store::Store;
pub use app::backend::AlarmKind as Kind;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Alarms that may wait to be written. More at once say nothing new.
const QUEUE: usize = 256;
/// The same alarm is written at most this often.
const AGAIN: Duration = Duration::from_secs(10);
/// Alarms that are remembered for that.
const MOST_REMEMBERED: usize = 1_000;

#[derive(Debug)]
struct Notice {
    kind: Kind,
    subject: String,
    /// None ends the alarm.
    detail: Option<String>,
}

/// Where alarms are raised. Cheap to clone; never waits.
#[derive(Debug, Clone)]
pub struct Alarms {
    notices: mpsc::Sender<Notice>,
}

/// The task that writes them down.
pub struct Keeper {
    store: Store,
    clock: SharedClock,
    notices: mpsc::Receiver<Notice>,
    /// What was written last, and when.
    written: HashMap<(Kind, String), (bool, Moment)>,
}

impl Alarms {
    pub fn new(store: Store, clock: SharedClock) -> (Self, Keeper) {
        let (sender, notices) = mpsc::channel(QUEUE);
        (Self { notices: sender }, Keeper { store, clock, notices, written: HashMap::new() })
    }

    /// `detail` is a code, with a value after a colon where it needs one; nothing secret.
    pub fn raise(&self, kind: Kind, subject: impl Into<String>, detail: impl Into<String>) {
        self.send(Notice { kind, subject: subject.into(), detail: Some(detail.into()) });
    }

    /// It is as it should be again.
    pub fn end(&self, kind: Kind, subject: impl Into<String>) {
        self.send(Notice { kind, subject: subject.into(), detail: None });
    }

    fn send(&self, notice: Notice) {
        if let Err(error) = self.notices.try_send(notice) {
            tracing::debug!(%error, "an alarm among too many was left out");
        }
    }
}

impl Keeper {
    /// Runs until the shutdown, and then until nothing waits.
    pub async fn run(mut self, shutdown: CancellationToken) {
        loop {
            let notice = tokio::select! {
                biased;
                notice = self.notices.recv() => notice,
                () = shutdown.cancelled() => {
                    self.notices.close();
                    self.notices.recv().await
                }
            };
            let Some(notice) = notice else { return };
            self.note(notice).await;
        }
    }

    /// Writes down what waits; for tests, which step through time.
    pub async fn step(&mut self) {
        while let Ok(notice) = self.notices.try_recv() {
            self.note(notice).await;
        }
    }

    async fn note(&mut self, notice: Notice) {
        let now = self.clock.now();
        let key = (notice.kind, notice.subject);
        let raised = notice.detail.is_some();
        let known = self.written.get(&key).is_some_and(|(was, at)| *was == raised && now < at.plus(AGAIN));
        if known {
            return;
        }
        let (kind, subject) = (key.0.code(), key.1.as_str());
        let outcome = match &notice.detail {
            Some(detail) => self.store.raise_alarm(kind, subject, detail, now).await.map(|new| {
                if new {
                    tracing::warn!(alarm.kind = kind, alarm.subject = subject, alarm.detail = detail, "an alarm");
                }
            }),
            None => self.store.end_alarm(kind, subject, now).await.map(|ended| {
                if ended {
                    tracing::info!(alarm.kind = kind, alarm.subject = subject, "an alarm is over");
                }
            }),
        };
        if let Err(error) = outcome {
            tracing::error!(alarm.kind = kind, alarm.subject = subject, %error, "an alarm could not be stored");
            return;
        }
        if self.written.len() >= MOST_REMEMBERED {
            self.written.clear();
        }
        self.written.insert(key, (raised, now));
    }
}
