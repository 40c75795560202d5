//! Sessions of people who are signed in, by the SHA-256 of their id.

use super::alerts::unread;
use super::row::{Columns as _, one};
use super::users::{UserRecord, user_columns};
use super::{Result, Store};
use crate::clock::Moment;
use crate::faults;
use domain::ids::UserId;
use domain::live::Seq;

/// A session and whose it is. Whether it still counts (its times, a disabled user) is the caller's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    pub user: UserRecord,
    pub created_at: Moment,
    /// Last use that was noted.
    pub seen_at: Moment,
    pub expires_at: Moment,
    /// Alerts that she has not seen: every page shows it, so it is read with the session.
    pub unread: i64,
    /// Where her feed stood then.
    pub feed: Seq,
    /// She has a passkey, or gives a code beside her password. Asked of operators only; of everybody else it says nothing.
    pub second_factor: bool,
}

/// One of a person's sessions, as she sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOf {
    pub id_hash: String,
    /// Family of the browser and of its system: `Firefox/Android`.
    pub device: String,
    pub created_at: Moment,
    pub seen_at: Moment,
    pub expires_at: Moment,
}

impl Store {
    /// `device` is the family of the browser and of its system.
    pub async fn create_session(
        &self,
        id_hash: &str,
        user_id: &UserId,
        device: &str,
        now: Moment,
        expires_at: Moment,
    ) -> Result<()> {
        let insert = sqlx::query(
            "INSERT INTO sessions (id_hash, user_id, device, created_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $4, $5)",
        )
        .bind(id_hash.to_owned())
        .bind(user_id.to_string())
        .bind(device.to_owned())
        .bind(now.0)
        .bind(expires_at.0);
        let seen = sqlx::query("UPDATE users SET seen_at = $1 WHERE id = $2 AND role <> 'user'")
            .bind(now.0)
            .bind(user_id.to_string());
        self.write(|tx| {
            Box::pin(async move {
                insert.execute(tx.conn()).await?;
                seen.execute(tx.conn()).await?;
                faults::point("session.written");
                Ok(())
            })
        })
        .await
    }

    pub async fn session(&self, id_hash: &str) -> Result<Option<SessionRecord>> {
        let row = sqlx::query(concat!(
            "SELECT ",
            user_columns!(),
            ", sessions.created_at AS session_created_at, sessions.seen_at, sessions.expires_at,
                COALESCE(feeds.last_seq, 0) AS last_seq, ",
            unread!(),
            " AS unread,
                CASE
                    WHEN users.role = 'user' THEN 0
                    WHEN EXISTS (SELECT 1 FROM passkeys WHERE passkeys.user_id = users.id) THEN 1
                    WHEN EXISTS (
                        SELECT 1 FROM two_step WHERE two_step.user_id = users.id AND two_step.active_at IS NOT NULL) THEN 1
                    ELSE 0 END AS second_factor
             FROM sessions
             JOIN users ON users.id = sessions.user_id
             LEFT JOIN feeds ON feeds.user_id = sessions.user_id
             WHERE sessions.id_hash = $1"
        ))
        .bind(id_hash.to_owned())
        .fetch_optional(&self.inner.reads)
        .await?;
        row.map(|row| {
            Ok(SessionRecord {
                user: UserRecord::read(&row)?,
                created_at: row.moment("session_created_at")?,
                seen_at: row.moment("seen_at")?,
                expires_at: row.moment("expires_at")?,
                unread: row.number("unread")?,
                feed: Seq(row.number("last_seq")?),
                second_factor: row.number("second_factor")? != 0,
            })
        })
        .transpose()
    }

    /// Notes a use, and of operators that they were here. A session that has ended meanwhile is
    /// [`Missing`](super::StoreError::Missing).
    pub async fn touch_session(&self, id_hash: &str, now: Moment) -> Result<()> {
        let update =
            sqlx::query("UPDATE sessions SET seen_at = $1 WHERE id_hash = $2").bind(now.0).bind(id_hash.to_owned());
        let seen = sqlx::query(
            "UPDATE users
             SET seen_at = $1
             WHERE id = (SELECT user_id FROM sessions WHERE id_hash = $2)
             AND role <> 'user'",
        )
        .bind(now.0)
        .bind(id_hash.to_owned());
        self.write(|tx| {
            Box::pin(async move {
                one(update.execute(tx.conn()).await?.rows_affected(), "session")?;
                seen.execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends a session, which may have ended already.
    pub async fn end_session(&self, id_hash: &str) -> Result<()> {
        let delete = sqlx::query("DELETE FROM sessions WHERE id_hash = $1 RETURNING user_id").bind(id_hash.to_owned());
        self.write(|tx| {
            Box::pin(async move {
                if let Some(row) = delete.fetch_optional(tx.conn()).await? {
                    tx.sessions_ended(&row.id("user_id")?);
                }
                Ok(())
            })
        })
        .await
    }

    /// Ends all sessions of a person.
    pub async fn end_sessions_of(&self, user_id: &UserId) -> Result<()> {
        let user = user_id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let delete = sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(user.to_string());
                delete.execute(tx.conn()).await?;
                tx.sessions_ended(&user);
                Ok(())
            })
        })
        .await
    }

    /// A person's sessions, the last used first. Whether they still count is the caller's decision.
    pub async fn sessions_of(&self, user_id: &UserId, limit: i64) -> Result<Vec<SessionOf>> {
        let rows = sqlx::query(
            "SELECT id_hash, device, created_at, seen_at, expires_at
             FROM sessions
             WHERE user_id = $1
             ORDER BY seen_at DESC, id_hash
             LIMIT $2",
        )
        .bind(user_id.to_string())
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(SessionOf {
                    id_hash: row.text("id_hash")?,
                    device: row.text("device")?,
                    created_at: row.moment("created_at")?,
                    seen_at: row.moment("seen_at")?,
                    expires_at: row.moment("expires_at")?,
                })
            })
            .collect()
    }

    /// Ends one of a person's sessions; false where she has no such session.
    pub async fn end_session_of(&self, user_id: &UserId, id_hash: &str) -> Result<bool> {
        let delete = sqlx::query("DELETE FROM sessions WHERE id_hash = $1 AND user_id = $2")
            .bind(id_hash.to_owned())
            .bind(user_id.to_string());
        let user = user_id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                tx.sessions_ended(&user);
                Ok(delete.execute(tx.conn()).await?.rows_affected() == 1)
            })
        })
        .await
    }

    /// Ends all sessions of a person but this one, and how many.
    pub async fn end_other_sessions(&self, user_id: &UserId, kept: &str) -> Result<u64> {
        let delete = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id_hash <> $2")
            .bind(user_id.to_string())
            .bind(kept.to_owned());
        let user = user_id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                tx.sessions_ended(&user);
                Ok(delete.execute(tx.conn()).await?.rows_affected())
            })
        })
        .await
    }

    /// Removes sessions whose time has ended by `now`, or that were last used before `idle_before`: at most `limit`, and how
    /// many.
    pub async fn remove_expired_sessions(&self, now: Moment, idle_before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM sessions
             WHERE id_hash IN (
                SELECT id_hash
                FROM sessions
                WHERE expires_at <= $1
                OR seen_at < $2
                LIMIT $3)",
        )
        .bind(now.0)
        .bind(idle_before.0)
        .bind(limit);
        self.remove(delete).await
    }
}
