//! The start waits for the database: machines that are started together come up in any order.

use crate::secret::Secret;
use crate::store::{Store, StoreError};
use std::time::{Duration, Instant};

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Opens a database; where it does not answer yet, again and again, for at most this long.
pub async fn open_when_there(address: &Secret, longest: Duration) -> Result<Store, StoreError> {
    let began = Instant::now();
    let mut wait = FIRST_WAIT;
    loop {
        match Store::open(address).await {
            Err(error) if error.may_pass() && began.elapsed() + wait < longest => {
                let left_s = longest.saturating_sub(began.elapsed()).as_secs();
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    wait_ms = wait.as_millis(),
                    left_s,
                    "the database does not answer yet, waiting for it"
                );
            }
            opened => return opened,
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_what_will_never_be_there() {
        for (address, longest) in
            [("mysql://x/y", 60), ("sqlite:///proc/no/such.db", 60), ("postgres://u@127.0.0.1:1/d", 0)]
        {
            let began = Instant::now();
            assert!(open_when_there(&Secret::new(address), Duration::from_secs(longest)).await.is_err());
            assert!(began.elapsed() < Duration::from_secs(5), "{address}");
        }
    }
}
