//! What operators have done, and why: rows are added, never changed and never removed.

use super::row::Columns as _;
use super::statement::storable;
use super::transaction::Tx;
use super::{Result, Store};
use crate::clock::Moment;
use domain::ids::UserId;
use sqlx::any::AnyRow;

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// None for the command line.
    pub user_id: Option<UserId>,
    pub name: String,
}

impl Actor {
    /// Whoever has the machine.
    pub fn command_line() -> Self {
        Self { user_id: None, name: "command line".to_owned() }
    }
}

/// Something that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    pub by: Actor,
    /// A short code.
    pub act: &'static str,
    /// `replay:7`, `delivery:42`, `key:KID`, `api-key:ID`, `user:ID`, `user:ID link:ID`.
    pub subject: String,
    pub reason: String,
    pub at: Moment,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRecord {
    pub id: i64,
    pub at: Moment,
    /// As she was called then.
    pub name: String,
    pub act: String,
    pub subject: String,
    pub reason: String,
}

const OLDER: &str = "
    SELECT id, at, user_name, act, subject, reason
    FROM acts
    WHERE id < $1
    ORDER BY id DESC
    LIMIT $2";

const NEWER: &str = "
    SELECT id, at, user_name, act, subject, reason
    FROM acts
    WHERE id > $1
    ORDER BY id
    LIMIT $2";

const ABOUT: &str = "
    SELECT id, at, user_name, act, subject, reason
    FROM acts
    WHERE about = $1
    AND id < $2
    ORDER BY id DESC
    LIMIT $3";

impl ActRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            at: row.moment("at")?,
            name: row.text("user_name")?,
            act: row.text("act")?,
            subject: row.text("subject")?,
            reason: row.text("reason")?,
        })
    }
}

impl Store {
    /// Notes what is done; what it does by itself is noted with it.
    pub async fn note_act(&self, act: NewAct) -> Result<()> {
        self.write(move |tx| Box::pin(async move { note(tx, &act).await })).await
    }

    /// What was done, newest first: what is older than `before`, or the nearest newer than `after`.
    pub async fn acts(&self, before: Option<i64>, after: Option<i64>, limit: i64) -> Result<Vec<ActRecord>> {
        let newer = before.is_none() && after.is_some();
        let rows = sqlx::query(if newer { NEWER } else { OLDER })
            .bind(before.or(after).unwrap_or(i64::MAX))
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        let mut acts = rows.iter().map(ActRecord::read).collect::<Result<Vec<_>>>()?;
        if newer {
            acts.reverse();
        }
        Ok(acts)
    }

    /// What was done about a user, newest first, what has a lower number than `before`.
    pub async fn acts_about(&self, user_id: &UserId, before: i64, limit: i64) -> Result<Vec<ActRecord>> {
        let rows =
            sqlx::query(ABOUT).bind(user_id.to_string()).bind(before).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(ActRecord::read).collect()
    }
}

pub(super) async fn note(tx: &mut Tx, act: &NewAct) -> Result<()> {
    let about = act.subject.split(' ').find_map(|subject| subject.strip_prefix("user:"));
    sqlx::query(
        "INSERT INTO acts (at, user_id, user_name, act, subject, reason, about) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(act.at.0)
    .bind(act.by.user_id.as_ref().map(ToString::to_string))
    .bind(storable(&act.by.name).into_owned())
    .bind(act.act)
    .bind(act.subject.clone())
    .bind(storable(&act.reason).into_owned())
    .bind(about.map(str::to_owned))
    .execute(tx.conn())
    .await?;
    Ok(())
}
