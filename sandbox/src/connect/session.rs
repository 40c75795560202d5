//! What the popup remembers between its pages.

use std::collections::{HashMap, VecDeque};

use crate::world::rng::Rng;

/// Popups that nobody finished are forgotten after this many newer ones.
const KEPT: usize = 1_000;

#[derive(Debug, Clone, Default)]
pub struct Session {
    pub custom_reference: Option<String>,
    /// What client.js calls this popup; repeated in every message.
    pub channel: String,
    pub customer: Option<usize>,
}

#[derive(Debug)]
pub struct Sessions {
    ids: Rng,
    open: HashMap<String, Session>,
    order: VecDeque<String>,
}

impl Sessions {
    pub fn new(seed: u64) -> Self {
        Self { ids: Rng::new(seed, "popups"), open: HashMap::new(), order: VecDeque::new() }
    }

    pub fn open(&mut self, session: Session) -> String {
        if self.order.len() == KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        let id = self.ids.hex(32);
        self.order.push_back(id.clone());
        self.open.insert(id.clone(), session);
        id
    }

    pub fn get(&self, id: &str) -> Option<Session> {
        self.open.get(id).cloned()
    }

    /// The customer proved who they are; the session gets a new id.
    pub fn sign_in(&mut self, id: &str, customer: usize) -> Option<String> {
        let session = self.open.remove(id)?;
        Some(self.open(Session { customer: Some(customer), ..session }))
    }

    /// Ends the session: a decision is made once.
    pub fn take(&mut self, id: &str) -> Option<Session> {
        self.open.remove(id)
    }
}
