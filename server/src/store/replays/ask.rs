//! Replays as operators ask for them, look at them and end them.

use super::changes::read_changes;
use super::{ReplayAct, ReplayItem, ReplayRecord, replay_columns};
use crate::clock::Moment;
use crate::store::acts::{Actor, NewAct, note};
use crate::store::deliveries::DeliveryFilter;
use crate::store::row::Columns as _;
use crate::store::statement::storable;
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use app::backend::{ReplayState, Verdict};

/// What an operator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReplay {
    pub by: Actor,
    /// Empty for a trial.
    pub reason: String,
    pub act: ReplayAct,
    pub dry: bool,
    pub filter: DeliveryFilter,
    /// The newest arrival that is meant.
    pub upto: i64,
    pub total: i64,
    /// Whether it waits until a second person agrees.
    pub proposed: bool,
    pub at: Moment,
}

impl NewReplay {
    const fn act_code(&self) -> &'static str {
        match (&self.act, self.dry, self.proposed) {
            (_, true, _) => "trial",
            (ReplayAct::Replay, ..) => "replay",
            (ReplayAct::Release, _, false) => "release",
            (ReplayAct::Release, _, true) => "propose-release",
            (ReplayAct::Attach(_), _, false) => "attach",
            (ReplayAct::Attach(_), _, true) => "propose-attach",
        }
    }
}

const OLDER: &str = concat!("SELECT ", replay_columns!(), " FROM replays WHERE id < $1 ORDER BY id DESC LIMIT $2");
const NEWER: &str = concat!("SELECT ", replay_columns!(), " FROM replays WHERE id > $1 ORDER BY id LIMIT $2");

impl Store {
    /// Asks for arrivals to be processed again, and notes who did. Its number.
    pub async fn add_replay(&self, new: NewReplay) -> Result<i64> {
        self.write(move |tx| {
            Box::pin(async move {
                let id = insert(tx, &new).await?;
                let subject = match new.filter.id {
                    Some(delivery) => format!("replay:{id} delivery:{delivery}"),
                    None => format!("replay:{id}"),
                };
                let (act, by) = (new.act_code(), new.by);
                note(tx, &NewAct { by, act, subject, reason: new.reason, at: new.at }).await?;
                Ok(id)
            })
        })
        .await
    }

    pub async fn replay(&self, id: i64) -> Result<Option<ReplayRecord>> {
        let row = sqlx::query(concat!("SELECT ", replay_columns!(), " FROM replays WHERE id = $1"))
            .bind(id)
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(ReplayRecord::read).transpose()
    }

    /// Replays, newest first: those older than `before`, or the nearest newer than `after`.
    pub async fn replays(&self, before: Option<i64>, after: Option<i64>, limit: i64) -> Result<Vec<ReplayRecord>> {
        let newer = before.is_none() && after.is_some();
        let rows = sqlx::query(if newer { NEWER } else { OLDER })
            .bind(before.or(after).unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        let mut replays = rows.iter().map(ReplayRecord::read).collect::<Result<Vec<_>>>()?;
        if newer {
            replays.reverse();
        }
        Ok(replays)
    }

    /// What was asked for one arrival, newest first.
    pub async fn replays_of_delivery(&self, delivery: i64, limit: i64) -> Result<Vec<ReplayRecord>> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            replay_columns!(),
            " FROM replays WHERE delivery_id = $1 AND delivery_id > 0 ORDER BY id DESC LIMIT $2"
        ))
        .bind(delivery)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(ReplayRecord::read).collect()
    }

    /// What waits for a second person, oldest first.
    pub async fn proposed_replays(&self, limit: i64) -> Result<Vec<ReplayRecord>> {
        let rows = sqlx::query(concat!(
            "SELECT ",
            replay_columns!(),
            " FROM replays WHERE state = 'proposed' ORDER BY id LIMIT $1"
        ))
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(ReplayRecord::read).collect()
    }

    /// What a replay has made of its arrivals, by arrival, beyond one of them.
    pub async fn replay_items(&self, replay: i64, after: i64, limit: i64) -> Result<Vec<ReplayItem>> {
        let rows = sqlx::query(
            "SELECT delivery_id, reference, outcome, user_id, changes
             FROM replay_items
             WHERE replay_id = $1
             AND delivery_id > $2
             ORDER BY delivery_id
             LIMIT $3",
        )
        .bind(replay)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ReplayItem {
                    delivery_id: row.number("delivery_id")?,
                    reference: row.text("reference")?,
                    outcome: row.text("outcome")?,
                    user_id: row.id_or_null("user_id")?,
                    changes: read_changes(&row.text("changes")?)?,
                })
            })
            .collect()
    }

    /// Ends a replay after the group that is under way, which is undone. What was done before stays. False where it has ended.
    pub async fn cancel_replay(&self, id: i64, by: Actor, at: Moment) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                let ended = sqlx::query(
                    "UPDATE replays
                     SET state = $1, ended_at = $2, next_at = NULL, leased_by = NULL
                     WHERE id = $3
                     AND state IN ('proposed', 'running')",
                )
                .bind(ReplayState::Cancelled.code())
                .bind(at.0)
                .bind(id)
                .execute(tx.conn())
                .await?
                .rows_affected();
                if ended == 0 {
                    return Ok(false);
                }
                note(tx, &of_replay("cancel", id, by, String::new(), at)).await?;
                Ok(true)
            })
        })
        .await
    }

    /// A second person agrees with what one has proposed, or does not. False where she is the same, or it does not wait any more.
    pub async fn answer_replay(&self, id: i64, agrees: bool, by: Actor, reason: String, at: Moment) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                let (state, next_at, ended_at) = if agrees {
                    (ReplayState::Running, Some(at.0), None)
                } else {
                    (ReplayState::Declined, None, Some(at.0))
                };
                let person = by.user_id.as_ref().map(ToString::to_string);
                let answered = sqlx::query(
                    "UPDATE replays
                     SET state = $1, next_at = $2, ended_at = $3, second_id = $4, second_name = $5
                     WHERE id = $6
                     AND state = 'proposed'
                     AND user_id <> $4",
                )
                .bind(state.code())
                .bind(next_at)
                .bind(ended_at)
                .bind(person)
                .bind(storable(&by.name).into_owned())
                .bind(id)
                .execute(tx.conn())
                .await?
                .rows_affected();
                if answered == 0 {
                    return Ok(false);
                }
                note(tx, &of_replay(if agrees { "agree" } else { "decline" }, id, by, reason, at)).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Removes replays that ended before this moment, with what they tell of arrivals: at most `limit`, and how many.
    pub async fn remove_replays(&self, before: Moment, limit: i64) -> Result<u64> {
        let remove = sqlx::query(
            "DELETE FROM replays
             WHERE id IN (
                SELECT id
                FROM replays
                WHERE ended_at < $1
                ORDER BY ended_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(remove).await
    }
}

fn of_replay(act: &'static str, id: i64, by: Actor, reason: String, at: Moment) -> NewAct {
    NewAct { by, act, subject: format!("replay:{id}"), reason, at }
}

async fn insert(tx: &mut Tx, new: &NewReplay) -> Result<i64> {
    let filter = &new.filter;
    let word = |word: &Option<String>| storable(word.as_deref().unwrap_or_default()).into_owned();
    let attach_to = match &new.act {
        ReplayAct::Attach(user) => user.as_ref().map(ToString::to_string),
        ReplayAct::Replay | ReplayAct::Release => None,
    };
    let state = if new.proposed { ReplayState::Proposed } else { ReplayState::Running };
    sqlx::query(
        "INSERT INTO replays (created_at, user_id, user_name, reason, act, dry, attach_to, delivery_id, verdict,
            event_name, reference, peer, current_try, state_wanted, since, until, reached, upto, total, state, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $17, $18, $19, $20)
         RETURNING id",
    )
    .bind(new.at.0)
    .bind(new.by.user_id.as_ref().map(ToString::to_string))
    .bind(storable(&new.by.name).into_owned())
    .bind(storable(&new.reason).into_owned())
    .bind(new.act.code())
    .bind(i64::from(new.dry))
    .bind(attach_to)
    .bind(filter.id.unwrap_or_default())
    .bind(filter.verdict.map_or("", Verdict::code))
    .bind(word(&filter.event_name))
    .bind(word(&filter.reference))
    .bind(word(&filter.peer))
    .bind(filter.current_try.unwrap_or_default())
    .bind(if filter.parked { "parked" } else { "" })
    .bind(filter.since.map_or(0, |since| since.0))
    .bind(filter.until.map_or(0, |until| until.0))
    .bind(new.upto)
    .bind(new.total)
    .bind(state.code())
    .bind((!new.proposed).then_some(new.at.0))
    .fetch_one(tx.conn())
    .await?
    .number("id")
}
