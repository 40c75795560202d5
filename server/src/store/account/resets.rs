//! New passwords: by a one-time link, or by the old one.

use crate::clock::Moment;
use crate::secret::Secret;
use crate::store::mails::NewMail;
use crate::store::row::{Columns as _, one};
use crate::store::transaction::Tx;
use crate::store::users::{UserRecord, user_columns};
use crate::store::{Result, Store};
use domain::ids::UserId;

/// A link to be stored, with the mail that brings it.
pub struct NewReset {
    pub token_hash: String,
    pub user_id: UserId,
    pub now: Moment,
    pub expires_at: Moment,
    /// So many links since this moment are enough.
    pub most: i64,
    pub since: Moment,
    pub mail: NewMail,
}

impl Store {
    /// Stores a link and its mail. False where she has had enough of them; then nothing is written.
    pub async fn add_reset(&self, reset: NewReset) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                let user = reset.user_id.to_string();
                let recent = sqlx::query(
                    "SELECT COUNT(*) AS recent
                     FROM (SELECT 1 FROM password_resets WHERE user_id = $1 AND created_at > $2 LIMIT $3) asked",
                )
                .bind(user.clone())
                .bind(reset.since.0)
                .bind(reset.most)
                .fetch_one(tx.conn())
                .await?;
                if recent.number("recent")? >= reset.most {
                    return Ok(false);
                }
                sqlx::query(
                    "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at)
                     VALUES ($1, $2, $3, $4)",
                )
                .bind(reset.token_hash)
                .bind(user)
                .bind(reset.now.0)
                .bind(reset.expires_at.0)
                .execute(tx.conn())
                .await?;
                tx.add_mail(&reset.mail).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Whose password a link may set; none where it is unknown, used or past its time.
    pub async fn reset_user(&self, token_hash: &str, now: Moment) -> Result<Option<UserRecord>> {
        let row = sqlx::query(concat!(
            "SELECT ",
            user_columns!(),
            " FROM password_resets
             JOIN users ON users.id = password_resets.user_id
             WHERE password_resets.token_hash = $1
             AND password_resets.expires_at > $2
             AND users.disabled_at IS NULL"
        ))
        .bind(token_hash.to_owned())
        .bind(now.0)
        .fetch_optional(&self.inner.reads)
        .await?;
        row.as_ref().map(UserRecord::read).transpose()
    }

    /// Uses a link: sets the password, ends all sessions and all other links of the person, and has her told. False where the
    /// link is unknown, used, another's or past its time; then nothing changes. Of two that use it at once one succeeds.
    pub async fn use_reset(
        &self,
        token_hash: &str,
        password_hash: &Secret,
        mail: NewMail,
        now: Moment,
    ) -> Result<bool> {
        let take = sqlx::query(
            "DELETE FROM password_resets
             WHERE token_hash = $1
             AND user_id = $2
             AND expires_at > $3",
        )
        .bind(token_hash.to_owned())
        .bind(mail.user_id.to_string())
        .bind(now.0);
        let password_hash = password_hash.clone();
        self.write(move |tx| {
            Box::pin(async move {
                if take.execute(tx.conn()).await?.rows_affected() == 0 {
                    return Ok(false);
                }
                set_password(tx, &mail.user_id, &password_hash).await?;
                for sql in [
                    "DELETE FROM password_resets WHERE user_id = $1",
                    "DELETE FROM half_sign_ins WHERE user_id = $1",
                    "DELETE FROM sessions WHERE user_id = $1",
                ] {
                    sqlx::query(sql).bind(mail.user_id.to_string()).execute(tx.conn()).await?;
                }
                tx.sessions_ended(&mail.user_id);
                tx.add_mail(&mail).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Replaces the password of the person that the mail is to, ends her sessions but for the one that she does it in, and
    /// has her told. Links for choosing another one stop working.
    pub async fn change_password(&self, password_hash: &Secret, kept_session: &str, mail: NewMail) -> Result<()> {
        let (password_hash, kept) = (password_hash.clone(), kept_session.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                let user = mail.user_id.to_string();
                set_password(tx, &mail.user_id, &password_hash).await?;
                sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id_hash <> $2")
                    .bind(user.clone())
                    .bind(kept)
                    .execute(tx.conn())
                    .await?;
                for sql in
                    ["DELETE FROM password_resets WHERE user_id = $1", "DELETE FROM half_sign_ins WHERE user_id = $1"]
                {
                    sqlx::query(sql).bind(user.clone()).execute(tx.conn()).await?;
                }
                tx.sessions_ended(&mail.user_id);
                tx.add_mail(&mail).await
            })
        })
        .await
    }

    /// Removes links whose time ended before this moment: at most `limit`, and how many.
    pub async fn remove_expired_resets(&self, before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM password_resets
             WHERE token_hash IN (
                SELECT token_hash
                FROM password_resets
                WHERE expires_at < $1
                ORDER BY expires_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(delete).await
    }
}

async fn set_password(tx: &mut Tx, user: &UserId, password_hash: &Secret) -> Result<()> {
    let updated = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2 AND erased_at IS NULL")
        .bind(password_hash.expose().to_owned())
        .bind(user.to_string())
        .execute(tx.conn())
        .await?;
    one(updated.rows_affected(), "user")
}
