//! How many exports run at once for one person. Whoever takes hers slowly keeps a list of numbers in memory for so long.

use domain::ids::UserId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One in each format.
const MOST_PER_USER: usize = 3;

#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<UserId, usize>>>);

/// An export that runs, until this is dropped.
pub(super) struct Turn {
    turns: Turns,
    user: UserId,
}

impl Turns {
    /// None where this user has enough of them.
    pub(super) fn take(&self, user: &UserId) -> Option<Turn> {
        let mut running = self.lock();
        let count = running.entry(user.clone()).or_default();
        if *count >= MOST_PER_USER {
            return None;
        }
        *count += 1;
        Some(Turn { turns: self.clone(), user: user.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        // A count is right whoever panicked elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.turns.lock();
        if let Some(count) = running.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_ends_makes_room_and_nobody_waits_for_others() {
        let user = |n: u8| UserId::parse(format!("{n:032x}")).unwrap();
        let turns = Turns::default();
        let mut held: Vec<Turn> = (0..MOST_PER_USER).map(|_| turns.take(&user(1)).unwrap()).collect();
        assert!(turns.take(&user(1)).is_none());
        assert!(turns.take(&user(2)).is_some());
        held.pop();
        assert!(turns.take(&user(1)).is_some());
        drop(held);
        assert!(turns.lock().is_empty());
    }
}
