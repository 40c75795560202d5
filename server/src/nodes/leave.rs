//! Leaving: first nobody sends anything new, then everything ends.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Waits until this node is told to leave, then for as long as whoever shares out requests needs to notice that `/readyz` says no,
/// and then has everything `stop`. Meanwhile all goes on as before.
pub async fn leave(leaving: CancellationToken, time: Duration, stop: CancellationToken) {
    tokio::select! {
        () = leaving.cancelled() => {}
        () = stop.cancelled() => return,
    }
    if !time.is_zero() {
        tracing::info!(seconds = time.as_secs(), "leaving: not ready for more, and still serving");
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = stop.cancelled() => {}
        }
    }
    stop.cancel();
}
