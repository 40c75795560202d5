//! After a panic: the same deliveries one at a time, so that the one that it is about is known, and the others have their
//! effect.

use super::{BATCH, Worker, done};
use crate::clock::Moment;
use crate::lifecycle::survive;
use crate::store::{DeliveryOutcome, DeliveryState, DueDelivery, StoreError};
use app::backend::Verdict;
use std::time::Duration;

/// A delivery over which we panic again and again is put aside for an operator.
const MOST_PANICS: i64 = 5;

impl Worker {
    /// As a step, but slower.
    pub(super) async fn step_alone(&self, now: Moment) -> Result<usize, StoreError> {
        let due = self.store.due_deliveries(now, BATCH).await?;
        let count = due.len();
        for delivery in due {
            let put_off = put_off(&delivery, now);
            match survive("a delivery", self.take(vec![delivery], now)).await {
                Some(outcome) => {
                    outcome?;
                }
                None => self.store.finish_deliveries(&[put_off]).await?,
            }
        }
        Ok(count)
    }
}

/// Tried again, ever more slowly, until it is given up.
fn put_off(delivery: &DueDelivery, now: Moment) -> DeliveryOutcome {
    let attempts = delivery.attempts + 1;
    if attempts >= MOST_PANICS {
        let dead = done(delivery, Verdict::Quarantined, "gave-up");
        return DeliveryOutcome { state: DeliveryState::Dead, attempts, ..dead };
    }
    let wait = Duration::from_secs(1 << attempts.clamp(0, 8));
    let again = done(delivery, delivery.verdict, "");
    DeliveryOutcome { state: DeliveryState::Pending, next_at: Some(now.plus(wait)), attempts, ..again }
}
