//! Replays on their way: leased, one group at a time.

use super::changes::written;
use super::group::{Again, Became, When, process};
use super::{ReplayRecord, replay_columns};
use crate::clock::Moment;
use crate::faults;
use crate::store::row::one;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Lease, Result, Store, StoreError};
use app::backend::ReplayState;
use domain::ids::UserId;

/// The next group of a replay.
pub struct ReplayGroup {
    pub replay: i64,
    /// Undone in the end.
    pub trial: bool,
    /// Who has leased it.
    pub holder: String,
    /// Oldest first.
    pub arrivals: Vec<Again>,
    /// The last arrival of this group.
    pub reached: i64,
    /// Whether there is nothing after it.
    pub last: bool,
    /// When the bank is to be asked about payments.
    pub confirm_at: Moment,
    pub at: Moment,
}

/// What a group came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupDone {
    pub seen: i64,
    pub changed: i64,
    pub doubtful: i64,
}

/// The place that a group has reached.
struct Step {
    replay: i64,
    holder: String,
    reached: i64,
    last: bool,
    at: Moment,
}

static ITEMS: Grouped = Grouped::new(
    "INSERT INTO replay_items (replay_id, delivery_id, reference, outcome, claimed, user_id, changes) VALUES",
    7,
    "",
);

impl Store {
    /// Leases the replay that has waited longest for its next group. While effects are paused, trials only.
    pub async fn lease_replay(&self, lease: Lease<'_>, now: Moment) -> Result<Option<ReplayRecord>> {
        let (holder, until) = (lease.holder.to_owned(), lease.until);
        self.write(move |tx| {
            Box::pin(async move {
                let row = sqlx::query(concat!(
                    "UPDATE replays
                     SET leased_by = $1, next_at = $2, attempts = attempts + 1
                     WHERE id = (
                        SELECT id
                        FROM replays
                        WHERE next_at IS NOT NULL
                        AND next_at <= $3
                        AND (dry = 1 OR NOT EXISTS (SELECT 1 FROM pauses WHERE name = 'effects'))
                        ORDER BY next_at, id
                        LIMIT 1)
                     AND next_at <= $3
                     RETURNING ",
                    replay_columns!()
                ))
                .bind(holder)
                .bind(until.0)
                .bind(now.0)
                .fetch_optional(tx.conn())
                .await?;
                row.as_ref().map(ReplayRecord::read).transpose()
            })
        })
        .await
    }

    /// Whether a replay could be leased now. Looked at first, so that an idle server writes nothing.
    pub async fn replay_is_due(&self, now: Moment) -> Result<bool> {
        let row = sqlx::query("SELECT id FROM replays WHERE next_at IS NOT NULL AND next_at <= $1 LIMIT 1")
            .bind(now.0)
            .fetch_optional(&self.inner.reads)
            .await?;
        Ok(row.is_some())
    }

    /// Processes the arrivals of a group, with the place that the replay has reached, in one transaction; of a trial, all but
    /// that place and what would have changed is undone. [`StoreError::LeaseLost`] where the lease has passed to somebody
    /// else, or the replay was cancelled: then nothing was written.
    pub async fn replay_group(&self, group: ReplayGroup) -> Result<GroupDone> {
        let ReplayGroup { replay, trial, holder, arrivals, reached, last, confirm_at, at } = group;
        let step = Step { replay, holder, reached, last, at };
        let when = When { at, confirm_at, trial: trial.then_some(replay) };
        let (step, became) = self
            .write_or_try(trial, move |tx| {
                Box::pin(async move {
                    let became = process(tx, &arrivals, when).await?;
                    if !trial {
                        reach(tx, &step, &became).await?;
                    }
                    faults::point("replay.written");
                    Ok((step, became))
                })
            })
            .await?;
        let done = GroupDone::of(&became);
        if trial {
            self.write(move |tx| Box::pin(async move { reach(tx, &step, &became).await })).await?;
        }
        Ok(done)
    }

    /// Ends a replay that does not work, again and again.
    pub async fn fail_replay(&self, id: i64, holder: &str, at: Moment) -> Result<()> {
        let failing = sqlx::query(
            "UPDATE replays
             SET state = $1, ended_at = $2, next_at = NULL, leased_by = NULL
             WHERE id = $3
             AND leased_by = $4",
        )
        .bind(ReplayState::Failed.code())
        .bind(at.0)
        .bind(id)
        .bind(holder.to_owned());
        self.change(failing).await?;
        Ok(())
    }
}

impl GroupDone {
    fn of(became: &[Became]) -> Self {
        let count =
            |of: fn(&Became) -> bool| became.iter().filter(|one| of(one)).count().try_into().unwrap_or(i64::MAX);
        Self {
            seen: count(|_| true),
            changed: count(|one| !one.changes.is_empty()),
            doubtful: count(Became::is_doubtful),
        }
    }
}

async fn reach(tx: &mut Tx, step: &Step, became: &[Became]) -> Result<()> {
    let done = GroupDone::of(became);
    let state = if step.last { ReplayState::Done } else { ReplayState::Running };
    let reached = sqlx::query(
        "UPDATE replays
         SET reached = $1, seen = seen + $2, changed = changed + $3, doubtful = doubtful + $4, attempts = 0, state = $5,
            ended_at = $6, next_at = $7, leased_by = NULL
         WHERE id = $8
         AND leased_by = $9
         AND state = 'running'",
    )
    .bind(step.reached)
    .bind(done.seen)
    .bind(done.changed)
    .bind(done.doubtful)
    .bind(state.code())
    .bind(step.last.then_some(step.at.0))
    .bind((!step.last).then_some(step.at.0))
    .bind(step.replay)
    .bind(step.holder.clone())
    .execute(tx.conn())
    .await?;
    one(reached.rows_affected(), "replay").map_err(|_| StoreError::LeaseLost)?;
    let told: Vec<&Became> = became.iter().filter(|one| one.is_told()).collect();
    let adding = ITEMS.rows(&told, |row, one| {
        row.number(step.replay).number(one.delivery_id).text(&one.reference).text(&one.outcome);
        row.text_or_null(one.claimed.as_deref()).text_or_null(one.user_id.as_ref().map(UserId::as_str));
        row.text(&written(&one.changes));
    });
    adding.execute(tx.conn()).await?;
    Ok(())
}
