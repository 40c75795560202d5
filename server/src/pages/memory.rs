//! What was read of a user's payments, kept for as long as nothing of hers has changed.
//!
//! Her feed's number moves with every change that she can see, so what was read at the number that she is at now is still
//! true, and needs no look at her payments.

use domain::live::Seq;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Begins anew when it is full: reading again costs less than remembering who asked last.
pub(super) struct Memory<K, V> {
    most: usize,
    known: Mutex<HashMap<K, (Seq, V)>>,
}

impl<K: Hash + Eq, V: Clone> Memory<K, V> {
    pub(super) fn of(most: usize) -> Self {
        Self { most, known: Mutex::default() }
    }

    /// What was read at this number.
    pub(super) fn get(&self, key: &K, seq: Seq) -> Option<V> {
        self.known().get(key).filter(|(at, _)| *at == seq).map(|(_, value)| value.clone())
    }

    /// Keeps what was read at a number, unless something newer is known by now.
    pub(super) fn put(&self, key: K, seq: Seq, value: V) {
        let mut known = self.known();
        if known.get(&key).is_some_and(|(at, _)| *at > seq) {
            return;
        }
        if known.len() >= self.most && !known.contains_key(&key) {
            known.clear();
        }
        known.insert(key, (seq, value));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<K, (Seq, V)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Memory<&'static str, u8> {
        Memory::of(2)
    }

    #[test]
    fn what_has_changed_since_is_not_known() {
        let memory = memory();
        memory.put("alice", Seq(7), 1);
        assert_eq!(memory.get(&"alice", Seq(7)), Some(1));
        assert_eq!((memory.get(&"alice", Seq(8)), memory.get(&"bruno", Seq(7))), (None, None));
        memory.put("alice", Seq(8), 2);
        memory.put("alice", Seq(7), 1);
        assert_eq!(memory.get(&"alice", Seq(8)), Some(2), "who is late does not take the newer one away");
    }

    #[test]
    fn it_holds_no_more_than_it_may() {
        let memory = memory();
        for (name, value) in [("alice", 1), ("bruno", 2)] {
            memory.put(name, Seq(1), value);
        }
        memory.put("bruno", Seq(2), 2);
        assert_eq!(memory.get(&"alice", Seq(1)), Some(1));
        memory.put("chloe", Seq(1), 3);
        assert_eq!(memory.known().len(), 1);
        assert_eq!(memory.get(&"chloe", Seq(1)), Some(3));
    }
}
