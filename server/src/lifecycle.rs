//! Tasks with an owner, a stop signal and somebody who waits. Nothing is spawned but here.

use futures::FutureExt as _;
use std::fmt::Display;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::Notify;
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

/// Repeats a step until the shutdown: at once as long as it finds something to do, otherwise after a wake-up, or without one
/// after `poll`. A step that has begun is finished; one that fails is tried again.
pub async fn repeat<F, E>(
    who: &'static str,
    wake: &Notify,
    poll: Duration,
    shutdown: CancellationToken,
    mut step: impl FnMut() -> F,
) where
    F: Future<Output = Result<usize, E>>,
    E: Display,
{
    while !shutdown.is_cancelled() {
        match survive(who, step()).await {
            Some(Ok(1..)) => continue,
            Some(Ok(0)) | None => {}
            Some(Err(error)) => tracing::error!(task.name = who, %error, "a step failed, and is tried again"),
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(poll) => {}
            () = shutdown.cancelled() => return,
        }
    }
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
    async fn a_step_is_repeated_until_the_end_whatever_becomes_of_it() {
        let (wake, end) = (Notify::new(), CancellationToken::new());
        let mut turns = 0;
        let step = || {
            turns += 1;
            let turn = turns;
            if turn == 5 {
                end.cancel();
            }
            async move {
                match turn {
                    2 => Ok(0),
                    3 => Err("no"),
                    4 => panic!("a mistake"),
                    _ => Ok(1),
                }
            }
        };
        repeat("a test", &wake, Duration::ZERO, end.clone(), step).await;
        assert_eq!(turns, 5);
    }

    #[tokio::test]
    async fn a_step_that_found_nothing_is_repeated_when_it_is_woken() {
        let (wake, end) = (Notify::new(), CancellationToken::new());
        let mut turns = 0;
        wake.notify_one();
        let step = || {
            turns += 1;
            if turns == 2 {
                end.cancel();
            }
            std::future::ready(Ok::<_, &str>(0))
        };
        repeat("a test", &wake, Duration::MAX, end.clone(), step).await;
        assert_eq!(turns, 2);
    }

    #[tokio::test]
    async fn a_task_that_does_not_end_is_not_waited_for_longer_than_patience() {
        let tasks = Tasks::default();
        let task = tasks.spawn(std::future::pending::<()>());
        assert!(!tasks.stop(Duration::from_millis(10)).await);
        task.abort();
    }
}
