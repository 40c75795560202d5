//! Codes beside the password, and people who still owe one.

use crate::clock::Moment;
use crate::store::mails::NewMail;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::users::{UserRecord, user_columns};
use crate::store::{Result, Store};
use domain::ids::UserId;

/// What a user's codes are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoStepRecord {
    /// Sealed under her data key.
    pub secret: Vec<u8>,
    pub created_at: Moment,
    /// None until a first code was right.
    pub active_at: Option<Moment>,
    /// Recovery codes that are not used yet.
    pub codes_left: i64,
}

static ADD_CODES: Grouped = Grouped::new("INSERT INTO recovery_codes (user_id, code_mac) VALUES", 2, "");

impl Store {
    /// Keeps a new secret, in place of one that was never active. False where she has an active one.
    pub async fn begin_two_step(&self, user_id: &UserId, secret: &[u8], now: Moment) -> Result<bool> {
        let insert = sqlx::query(
            "INSERT INTO two_step (user_id, secret, created_at)
             VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE
             SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0
             WHERE two_step.active_at IS NULL",
        )
        .bind(user_id.to_string())
        .bind(secret.to_vec())
        .bind(now.0);
        Ok(self.change(insert).await? == 1)
    }

    pub async fn two_step(&self, user_id: &UserId) -> Result<Option<TwoStepRecord>> {
        let row = sqlx::query(
            "SELECT secret, created_at, active_at,
                (SELECT COUNT(*) FROM recovery_codes WHERE recovery_codes.user_id = two_step.user_id) AS codes_left
             FROM two_step
             WHERE user_id = $1",
        )
        .bind(user_id.to_string())
        .fetch_optional(&self.inner.reads)
        .await?;
        row.map(|row| {
            Ok(TwoStepRecord {
                secret: row.bytes("secret")?,
                created_at: row.moment("created_at")?,
                active_at: row.moment_or_null("active_at")?,
                codes_left: row.number("codes_left")?,
            })
        })
        .transpose()
    }

    /// Makes a secret active by the code of a step, with these recovery codes, and has the person told that the mail is to.
    /// False where there is no secret that waits for that, or the step was used.
    pub async fn activate_two_step(&self, step: i64, code_macs: &[String], mail: NewMail, now: Moment) -> Result<bool> {
        let code_macs = code_macs.to_vec();
        self.write(move |tx| {
            Box::pin(async move {
                let activated = sqlx::query(
                    "UPDATE two_step
                     SET active_at = $1, last_step = $2
                     WHERE user_id = $3
                     AND active_at IS NULL
                     AND last_step < $2",
                )
                .bind(now.0)
                .bind(step)
                .bind(mail.user_id.to_string())
                .execute(tx.conn())
                .await?;
                if activated.rows_affected() == 0 {
                    return Ok(false);
                }
                put_codes(tx, &mail.user_id, &code_macs).await?;
                tx.add_mail(&mail).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Uses the code of a step. False where it, or a later one, was used.
    pub async fn use_code(&self, user_id: &UserId, step: i64) -> Result<bool> {
        let update = sqlx::query(
            "UPDATE two_step
             SET last_step = $1
             WHERE user_id = $2
             AND active_at IS NOT NULL
             AND last_step < $1",
        )
        .bind(step)
        .bind(user_id.to_string());
        Ok(self.change(update).await? == 1)
    }

    /// Uses a recovery code. False where she has no such code.
    pub async fn use_recovery_code(&self, user_id: &UserId, code_mac: &str) -> Result<bool> {
        let delete = sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1 AND code_mac = $2")
            .bind(user_id.to_string())
            .bind(code_mac.to_owned());
        Ok(self.change(delete).await? == 1)
    }

    /// Replaces her recovery codes.
    pub async fn replace_recovery_codes(&self, user_id: &UserId, code_macs: &[String]) -> Result<()> {
        let (user_id, code_macs) = (user_id.clone(), code_macs.to_vec());
        self.write(move |tx| Box::pin(async move { put_codes(tx, &user_id, &code_macs).await })).await
    }

    /// Ends codes beside the password of the person that the mail is to. False where she has none.
    pub async fn end_two_step(&self, mail: NewMail) -> Result<bool> {
        self.write(move |tx| {
            Box::pin(async move {
                let user = mail.user_id.to_string();
                let ended = sqlx::query("DELETE FROM two_step WHERE user_id = $1 AND active_at IS NOT NULL")
                    .bind(user.clone())
                    .execute(tx.conn())
                    .await?;
                if ended.rows_affected() == 0 {
                    return Ok(false);
                }
                sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1").bind(user).execute(tx.conn()).await?;
                tx.add_mail(&mail).await?;
                Ok(true)
            })
        })
        .await
    }

    /// Notes that somebody has given the right password.
    pub async fn add_half_sign_in(&self, id_hash: &str, user_id: &UserId, expires_at: Moment) -> Result<()> {
        let insert = sqlx::query("INSERT INTO half_sign_ins (id_hash, user_id, expires_at) VALUES ($1, $2, $3)")
            .bind(id_hash.to_owned())
            .bind(user_id.to_string())
            .bind(expires_at.0);
        self.change(insert).await.map(drop)
    }

    /// Who has given her password, if that was not too long ago.
    pub async fn half_sign_in(&self, id_hash: &str, now: Moment) -> Result<Option<UserRecord>> {
        let row = sqlx::query(concat!(
            "SELECT ",
            user_columns!(),
            " FROM half_sign_ins
             JOIN users ON users.id = half_sign_ins.user_id
             WHERE half_sign_ins.id_hash = $1
             AND half_sign_ins.expires_at > $2
             AND users.disabled_at IS NULL"
        ))
        .bind(id_hash.to_owned())
        .bind(now.0)
        .fetch_optional(&self.inner.reads)
        .await?;
        row.as_ref().map(UserRecord::read).transpose()
    }

    /// Notes a wrong code; after the last one of `most` the password has to be given again.
    pub async fn fail_half_sign_in(&self, id_hash: &str, most: i64) -> Result<()> {
        let id_hash = id_hash.to_owned();
        self.write(move |tx| {
            Box::pin(async move {
                sqlx::query("UPDATE half_sign_ins SET tries = tries + 1 WHERE id_hash = $1")
                    .bind(id_hash.clone())
                    .execute(tx.conn())
                    .await?;
                sqlx::query("DELETE FROM half_sign_ins WHERE id_hash = $1 AND tries >= $2")
                    .bind(id_hash)
                    .bind(most)
                    .execute(tx.conn())
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends it, as the code was right. False where it has ended before: of two at once one succeeds.
    pub async fn end_half_sign_in(&self, id_hash: &str) -> Result<bool> {
        let delete = sqlx::query("DELETE FROM half_sign_ins WHERE id_hash = $1").bind(id_hash.to_owned());
        Ok(self.change(delete).await? == 1)
    }

    /// Removes those whose time ended before this moment: at most `limit`, and how many.
    pub async fn remove_expired_half_sign_ins(&self, before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM half_sign_ins
             WHERE id_hash IN (
                SELECT id_hash
                FROM half_sign_ins
                WHERE expires_at < $1
                ORDER BY expires_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(delete).await
    }
}

async fn put_codes(tx: &mut Tx, user_id: &UserId, code_macs: &[String]) -> Result<()> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1").bind(user_id.to_string()).execute(tx.conn()).await?;
    let adding = ADD_CODES.rows(code_macs, |row, mac| {
        row.text(user_id.as_str()).text(mac);
    });
    adding.execute(tx.conn()).await?;
    Ok(())
}
