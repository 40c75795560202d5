//! Mail that waits to be sent.

use super::row::Columns as _;
use super::transaction::Tx;
use super::{Result, Store};
use crate::clock::Moment;
use domain::ids::UserId;
use domain::lang::Lang;
use sqlx::any::AnyRow;

/// A mail to be stored, sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMail {
    pub id: String,
    pub user_id: UserId,
    pub kind: &'static str,
    pub lang: Lang,
    /// Owner of the data key that the content is under.
    pub content_key: String,
    pub content: Vec<u8>,
    pub created_at: Moment,
    /// Of no use to anybody after this.
    pub good_until: Option<Moment>,
}

/// A mail whose time has come, with the address that it goes to.
#[derive(Clone, PartialEq, Eq)]
pub struct DueMail {
    pub id: String,
    pub user_id: UserId,
    /// As typed.
    pub email: String,
    pub kind: String,
    pub lang: Lang,
    pub content_key: String,
    pub content: Vec<u8>,
    pub created_at: Moment,
    pub good_until: Option<Moment>,
    /// Earlier tries.
    pub attempts: i64,
    /// Names this turn: whoever leases it moves it.
    pub next_at: Moment,
}

impl DueMail {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            user_id: row.id("user_id")?,
            email: row.text("email")?,
            kind: row.text("kind")?,
            lang: row.code("lang", Lang::from_code)?,
            content_key: row.text("content_key")?,
            content: row.bytes("content")?,
            created_at: row.moment("created_at")?,
            good_until: row.moment_or_null("good_until")?,
            attempts: row.number("attempts")?,
            next_at: row.moment("next_at")?,
        })
    }
}

impl Tx {
    /// Adds a mail to what a transaction does: it is sent if that happens, and not otherwise.
    pub(super) async fn add_mail(&mut self, mail: &NewMail) -> Result<()> {
        sqlx::query(
            "INSERT INTO mails (id, user_id, kind, lang, content_key, content, created_at, good_until, next_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)",
        )
        .bind(mail.id.clone())
        .bind(mail.user_id.to_string())
        .bind(mail.kind)
        .bind(mail.lang.code())
        .bind(mail.content_key.clone())
        .bind(mail.content.clone())
        .bind(mail.created_at.0)
        .bind(mail.good_until.map(|until| until.0))
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

impl Store {
    /// Stores a mail that nothing else is written with.
    pub async fn add_mail(&self, mail: NewMail) -> Result<()> {
        self.write(move |tx| Box::pin(async move { tx.add_mail(&mail).await })).await
    }

    /// Mails to send by now, the longest waiting first.
    pub async fn due_mails(&self, now: Moment, limit: i64) -> Result<Vec<DueMail>> {
        let rows = sqlx::query(
            "SELECT mails.id, mails.user_id, users.email, mails.kind, mails.lang, mails.content_key, mails.content,
                mails.created_at, mails.good_until, mails.attempts, mails.next_at
             FROM mails
             JOIN users ON users.id = mails.user_id
             WHERE mails.next_at <= $1
             ORDER BY mails.next_at, mails.id
             LIMIT $2",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(DueMail::read).collect()
    }

    /// Takes a mail for sending until then, and counts the try. False where somebody else was quicker. What it is leased until
    /// is the name of the lease.
    pub async fn lease_mail(&self, mail: &DueMail, until: Moment) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE mails
             SET next_at = $1, attempts = attempts + 1
             WHERE id = $2
             AND next_at = $3",
        )
        .bind(until.0)
        .bind(mail.id.clone())
        .bind(mail.next_at.0);
        Ok(self.change(update).await? == 1)
    }

    /// Removes a mail that was sent. False where the lease has passed to somebody else, or she was erased.
    pub async fn mail_sent(&self, id: &str, lease: Moment) -> Result<bool> {
        let delete = sqlx::query("DELETE FROM mails WHERE id = $1 AND next_at = $2").bind(id.to_owned()).bind(lease.0);
        Ok(self.change(delete).await? == 1)
    }

    /// Puts a leased mail off, and why.
    pub async fn postpone_mail(&self, id: &str, lease: Moment, reason: &str, again: Moment) -> Result<bool> {
        let update = sqlx::query("UPDATE mails SET next_at = $1, reason = $2 WHERE id = $3 AND next_at = $4")
            .bind(again.0)
            .bind(reason.to_owned())
            .bind(id.to_owned())
            .bind(lease.0);
        Ok(self.change(update).await? == 1)
    }

    /// Gives a leased mail up: its content goes, the reason stays.
    pub async fn give_up_mail(&self, id: &str, lease: Moment, reason: &str, now: Moment) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE mails
             SET next_at = NULL, content_key = NULL, content = NULL, given_up_at = $1, reason = $2
             WHERE id = $3
             AND next_at = $4",
        )
        .bind(now.0)
        .bind(reason.to_owned())
        .bind(id.to_owned())
        .bind(lease.0);
        Ok(self.change(update).await? == 1)
    }

    /// How many mails wait, and how many were given up and are still remembered, each counted up to `limit`.
    pub async fn count_mails(&self, limit: i64) -> Result<(i64, i64)> {
        let row = sqlx::query(
            "SELECT
                (SELECT COUNT(*) FROM (SELECT id FROM mails WHERE next_at IS NOT NULL LIMIT $1) a) AS waiting,
                (SELECT COUNT(*) FROM (SELECT id FROM mails WHERE given_up_at IS NOT NULL LIMIT $1) b) AS given_up",
        )
        .bind(limit)
        .fetch_one(&self.inner.reads)
        .await?;
        Ok((row.number("waiting")?, row.number("given_up")?))
    }

    /// Forgets mails that were given up before this moment: at most `limit`, and how many.
    pub async fn remove_given_up_mails(&self, before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM mails
             WHERE id IN (
                SELECT id
                FROM mails
                WHERE given_up_at < $1
                ORDER BY given_up_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(delete).await
    }
}
