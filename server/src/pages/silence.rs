//! Accounts of a user that have gone silent.

use super::Pages;
use crate::store::{CardRecord, LinkRecord, StoreError};
use app::backend::Silent;
use domain::link::LinkStatus;
use domain::silence::{LOOKED_AT, is_silent, patience};
use std::time::Duration;

impl Pages {
    /// Those of her links that the bank has told nothing of for longer than is usual for them.
    pub(super) async fn silent(&self, links: &[LinkRecord], cards: &[CardRecord]) -> Result<Vec<Silent>, StoreError> {
        let now = self.services.clock.now();
        let mut silent = Vec::new();
        for link in links.iter().filter(|link| is_followed(link)) {
            let Some(last) = link.last_news_at else { continue };
            // What is too short to speak of for anybody needs no look at her payments.
            let too_long = |patience| is_silent(last.0, now.0, patience);
            if too_long(self.services.config.watch.quiet_after) && too_long(self.patience_with(link, cards).await?) {
                silent.push(Silent { link: link.id.clone(), holder: link.holder.clone(), since: last.bank_text() });
            }
        }
        Ok(silent)
    }

    async fn patience_with(&self, link: &LinkRecord, cards: &[CardRecord]) -> Result<Duration, StoreError> {
        let mut booked = Vec::new();
        for card in cards.iter().filter(|card| card.link_id == link.id) {
            booked.extend(self.services.store.newest_bookings(&card.chain(), LOOKED_AT).await?);
        }
        let booked: Vec<i64> = booked.into_iter().map(|moment| moment.0).collect();
        Ok(patience(self.services.config.watch.quiet_after, &booked))
    }
}

/// News are to be expected of it: neither its beginning nor its end says something of its own.
fn is_followed(link: &LinkRecord) -> bool {
    link.status() == LinkStatus::Linked && link.history_complete_at.is_some()
}
