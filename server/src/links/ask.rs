//! The bank is asked for news of an account because its owner wants to know.

use super::Links;
use crate::clock::Moment;
use crate::store::StoreError;
use domain::ids::{LinkId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Whoever asks more often has been asked for already.
const REST: Duration = Duration::from_mins(1);

/// Which links were asked for within the last minute, on this node.
#[derive(Clone, Default)]
pub struct AskedFor(Arc<Mutex<HashMap<LinkId, Moment>>>);

impl AskedFor {
    /// Whether it is its turn again.
    fn takes_turn(&self, id: &LinkId, now: Moment) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not make somebody wait for it.
        asked.retain(|_, at| *at <= now && now < at.plus(REST));
        if asked.contains_key(id) {
            return false;
        }
        asked.insert(id.clone(), now);
        true
    }
}

impl Links {
    /// Has the statements of a user's link read through now. False where she has no link that the bank could be asked for.
    pub async fn ask(&self, id: &LinkId, user: &UserId) -> Result<bool, StoreError> {
        let link = self.store.link(id).await?;
        let hers = link.filter(|link| link.user_id == *user && link.forgotten_at.is_none());
        let Some(link) = hers else { return Ok(false) };
        let now = self.clock.now();
        if !self.asked_for.takes_turn(&link.id, now) {
            return Ok(true);
        }
        let asked = self.store.ask_for_link(&link.id, user, now).await?;
        self.wake.notify_one();
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_asked_for_once_a_minute() {
        let (asked, now) = (AskedFor::default(), Moment(1_795_705_000_000_000));
        let link = |n: u32| LinkId::parse(format!("{n:032x}")).unwrap();
        assert!(asked.takes_turn(&link(1), now));
        assert!(!asked.takes_turn(&link(1), now.plus(REST / 2)));
        assert!(asked.takes_turn(&link(2), now.plus(REST / 2)));
        assert!(asked.takes_turn(&link(1), now.plus(REST)));
        assert!(asked.takes_turn(&link(1), now), "whatever happens to the clock");
        assert_eq!(asked.0.lock().unwrap().len(), 1, "and nothing is remembered for longer");
    }
}
