//! What is done once for all nodes: by one of them, and by another one when that is gone.
//!
//! Who has a duty may be too late without knowing, if it stood still for longer than its lease. So whatever is done by duty changes
//! nothing when it is done twice; a duty spares work, and is not what makes it right.

use crate::clock::{Moment, SharedClock};
use crate::store::{Engine, Store, StoreError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Without a word for so long, a node has lost its duties. Clocks of nodes may differ by as much less the time of a step.
const LEASE: Duration = Duration::from_secs(30);
/// An answer is good for so long.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// Cheap to clone; clones share what they know.
#[derive(Clone)]
pub struct Duty {
    name: &'static str,
    store: Store,
    clock: SharedClock,
    known: Arc<Mutex<Option<Answer>>>,
}

#[derive(Clone, Copy)]
struct Answer {
    ours: bool,
    at: Moment,
}

impl Duty {
    pub fn new(name: &'static str, store: Store, clock: SharedClock) -> Self {
        Self { name, store, clock, known: Arc::default() }
    }

    /// Whether this node is the one to do it now. With `SQLite` there is no other.
    pub async fn is_ours(&self) -> Result<bool, StoreError> {
        if self.store.engine() == Engine::Sqlite {
            return Ok(true);
        }
        let now = self.clock.now();
        let before = self.known();
        if let Some(answer) = before.filter(|answer| answer.at <= now && now < answer.at.plus(GOOD_FOR)) {
            return Ok(answer.ours);
        }
        let turn = self.store.take_duty(self.name, self.store.node(), now.plus(LEASE), now).await?;
        let answer = Answer { ours: turn.is_some(), at: now };
        if answer.ours != before.is_some_and(|before| before.ours) {
            tracing::info!(duty = self.name, duty.ours = answer.ours, duty.turn = turn, "a duty has changed hands");
        }
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        Ok(answer.ours)
    }

    fn known(&self) -> Option<Answer> {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
