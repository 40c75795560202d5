//! What was sent lately, and what waits while sending is paused.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::oneshot;

use super::{Notification, sign::Signature};
use crate::clock;

/// Older deliveries are forgotten.
const KEPT: usize = 5_000;

/// One try and how it was answered.
#[derive(Debug, Clone, Serialize)]
pub struct Try {
    /// The HTTP status, or null when there was no answer.
    pub status: Option<u16>,
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Try {
    pub fn new(at: Timestamp, answer: Result<u16, String>) -> Self {
        let at = clock::iso8601(at);
        match answer {
            Ok(status) => Self { status: Some(status), at, error: None },
            Err(error) => Self { status: None, at, error: Some(error) },
        }
    }

    pub fn accepted(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// A notification with the tries made so far.
#[derive(Debug)]
pub struct Delivery {
    pub notification: Notification,
    /// What is sent once this one has been accepted.
    pub then: Option<Arc<Delivery>>,
    /// What it was first signed with; whoever sends the same again sends it as it was.
    pub signature: OnceLock<Signature>,
    tries: Mutex<Vec<Try>>,
}

/// A delivery as control calls answer it.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub reference: String,
    pub event_name: &'static str,
    pub created_at: String,
    pub tries: Vec<Try>,
}

impl Delivery {
    pub fn new(notification: Notification) -> Arc<Self> {
        Arc::new(Self { notification, then: None, signature: OnceLock::new(), tries: Mutex::default() })
    }

    pub fn followed_by(notification: Notification, then: Arc<Self>) -> Arc<Self> {
        Arc::new(Self { notification, then: Some(then), signature: OnceLock::new(), tries: Mutex::default() })
    }

    pub fn record(&self, attempt: Try) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).push(attempt);
    }

    pub fn report(&self) -> Report {
        Report {
            reference: self.notification.reference.clone(),
            event_name: self.notification.event.name(),
            created_at: clock::iso8601(self.notification.created_at),
            tries: self.tries.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

#[derive(Debug, Default)]
pub struct Outbox {
    /// Oldest first.
    recent: VecDeque<Arc<Delivery>>,
    paused: bool,
    waiting: Vec<Arc<Delivery>>,
    /// Notifications that wait for the next one; dropping these lets them go.
    behind: Vec<oneshot::Sender<()>>,
}

impl Outbox {
    /// Remembers the delivery; false means that it has to wait.
    pub fn admit(&mut self, delivery: &Arc<Delivery>) -> bool {
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back(Arc::clone(delivery));
        if self.paused {
            self.waiting.push(Arc::clone(delivery));
        }
        !self.paused
    }

    /// Resolves once the next notification has been tried.
    pub fn wait_for_the_next(&mut self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.behind.push(sender);
        receiver
    }

    /// Those that wait for the notification that is about to be sent.
    pub fn those_behind(&mut self) -> Vec<oneshot::Sender<()>> {
        std::mem::take(&mut self.behind)
    }

    pub fn is_paused(&self) -> bool {
        self.paused
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Lets sending go on and hands over what waited.
    pub fn resume(&mut self) -> Vec<Arc<Delivery>> {
        self.paused = false;
        std::mem::take(&mut self.waiting)
    }

    pub fn find(&self, reference: &str) -> Option<Arc<Delivery>> {
        self.recent.iter().rev().find(|delivery| delivery.notification.reference == reference).cloned()
    }

    /// Newest first.
    pub fn recent(&self, limit: usize) -> Vec<Report> {
        self.recent.iter().rev().take(limit).map(|delivery| delivery.report()).collect()
    }
}
