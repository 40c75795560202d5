//! Tasks with an owner, a stop signal and somebody who waits. Nothing is spawned but here.

use futures::FutureExt as _;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;

/// Does a piece of a long work, so that a mistake of ours in it does not end the whole: None if it panicked. What lasts
/// from piece to piece is in the database, which a panic leaves as before the transaction or after it.
pub async fn survive<F: Future>(who: &'static str, piece: F) -> Option<F::Output> {
    let outcome = AssertUnwindSafe(piece).catch_unwind().await;
    if outcome.is_err() {
        tracing::error!(task.name = who, "a task panicked, and goes on");
    }
    outcome.ok()
}

/// A group of tasks that end together. Clones are the same group.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// A group that stops when its owner's signal comes, or when it is told to.
    pub fn under(stop: &CancellationToken) -> Self {
        Self { tracker: TaskTracker::new(), stop: stop.child_token() }
    }

    /// Runs a task in this group. It has to look at [`Tasks::stopping`] if it could run for long.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tracker.spawn(task)
    }

    /// Runs something that computes or blocks, off the threads that serve.
    pub fn spawn_blocking<F, T>(&self, work: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.tracker.spawn_blocking(work)
    }

    /// Resolves when the tasks have to come to an end.
    pub fn stopping(&self) -> WaitForCancellationFutureOwned {
        self.stop.clone().cancelled_owned()
    }

    /// The signal itself, for tasks that hand it on.
    pub fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Tells all tasks to end, and waits for them; false if some were still at work after `patience`.
    pub async fn stop(&self, patience: Duration) -> bool {
        self.stop.cancel();
        self.tracker.close();
        tokio::time::timeout(patience, self.tracker.wait()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn stopping_waits_for_the_last_task() {
        let tasks = Tasks::default();
        let stopping = tasks.stopping();
        let task = tasks.spawn(stopping);
        assert!(tasks.stop(Duration::from_secs(5)).await);
        assert!(task.is_finished());
    }

    #[tokio::test]
    async fn a_task_that_does_not_end_is_not_waited_for_longer_than_patience() {
        let tasks = Tasks::default();
        let task = tasks.spawn(std::future::pending::<()>());
        assert!(!tasks.stop(Duration::from_millis(10)).await);
        task.abort();
    }
}
