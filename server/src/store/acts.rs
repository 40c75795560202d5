//! What operators have done, and why: rows are added, never changed and never removed.
//!
//! They are chained: each carries its number, which has no gaps, and a hash of itself and of the one before
//! ([`crate::audit`] says how it is made, and checks it).

use super::row::Columns as _;
use super::statement::storable;
use super::transaction::Tx;
use super::{Result, Store};
use crate::audit::hash;
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
    /// None for the command line. Text, as what was stored is what was hashed.
    pub user_id: Option<String>,
    /// As she was called then.
    pub name: String,
    pub act: String,
    pub subject: String,
    pub reason: String,
    /// None where it was done before acts were chained.
    pub link: Option<ChainLink>,
}

/// An act's place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainLink {
    /// From 1 on, without gaps.
    pub number: i64,
    /// SHA-256 in hexadecimal.
    pub hash: String,
}

impl ActRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        let link = match (row.number_or_null("number")?, row.text_or_null("hash")?) {
            (Some(number), Some(hash)) => Some(ChainLink { number, hash }),
            _ => None,
        };
        Ok(Self {
            id: row.number("id")?,
            at: row.moment("at")?,
            user_id: row.text_or_null("user_id")?,
            name: row.text("user_name")?,
            act: row.text("act")?,
            subject: row.text("subject")?,
            reason: row.text("reason")?,
            link,
        })
    }
}

const OLDER: &str = "
    SELECT id, at, user_id, user_name, act, subject, reason, number, hash
    FROM acts
    WHERE id < $1
    ORDER BY id DESC
    LIMIT $2";

const NEWER: &str = "
    SELECT id, at, user_id, user_name, act, subject, reason, number, hash
    FROM acts
    WHERE id > $1
    ORDER BY id
    LIMIT $2";

const ABOUT: &str = "
    SELECT id, at, user_id, user_name, act, subject, reason, number, hash
    FROM acts
    WHERE about = $1
    AND id < $2
    ORDER BY id DESC
    LIMIT $3";

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

    /// The last link of the chain; number 0 and no hash where there is none.
    pub async fn end_of_acts(&self) -> Result<ChainLink> {
        let row =
            sqlx::query("SELECT number, hash FROM acts_chain WHERE id = 1").fetch_optional(&self.inner.reads).await?;
        row.map_or_else(
            || Ok(ChainLink::default()),
            |row| Ok(ChainLink { number: row.number("number")?, hash: row.text("hash")? }),
        )
    }

    /// What was done about a user, newest first, what has a lower number than `before`.
    pub async fn acts_about(&self, user_id: &UserId, before: i64, limit: i64) -> Result<Vec<ActRecord>> {
        let rows =
            sqlx::query(ABOUT).bind(user_id.to_string()).bind(before).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(ActRecord::read).collect()
    }
}

pub(super) async fn note(tx: &mut Tx, act: &NewAct) -> Result<()> {
    // Its row is locked from here on: whoever else notes something waits for the commit.
    let row = sqlx::query(
        "INSERT INTO acts_chain (id, number, hash)
         VALUES (1, 1, '')
         ON CONFLICT (id) DO UPDATE SET number = acts_chain.number + 1
         RETURNING number, hash",
    )
    .fetch_one(tx.conn())
    .await?;
    let number = row.number("number")?;
    let stored = ActRecord {
        id: 0,
        at: act.at,
        user_id: act.by.user_id.as_ref().map(ToString::to_string),
        name: storable(&act.by.name).into_owned(),
        act: act.act.to_owned(),
        subject: storable(&act.subject).into_owned(),
        reason: storable(&act.reason).into_owned(),
        link: None,
    };
    let about = act.subject.split(' ').find_map(|subject| subject.strip_prefix("user:"));
    let hash = hash(&row.text("hash")?, number, &stored);
    sqlx::query(
        "INSERT INTO acts (at, user_id, user_name, act, subject, reason, number, hash, about)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(stored.at.0)
    .bind(stored.user_id)
    .bind(stored.name)
    .bind(stored.act)
    .bind(stored.subject)
    .bind(stored.reason)
    .bind(number)
    .bind(hash.clone())
    .bind(about.map(str::to_owned))
    .execute(tx.conn())
    .await?;
    sqlx::query("UPDATE acts_chain SET hash = $1 WHERE id = 1").bind(hash).execute(tx.conn()).await?;
    Ok(())
}
