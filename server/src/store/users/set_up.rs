//! One-time links by which an operator chooses her password.

use super::{UserRecord, user_columns};
use crate::clock::Moment;
use crate::secret::Secret;
use crate::store::row::{Columns as _, one};
use crate::store::{Result, Store};
use domain::ids::UserId;

impl Store {
    /// Stores a link by the SHA-256 of its token. Her earlier links that nobody has used stop working.
    pub async fn add_set_up_link(&self, token_hash: &str, user_id: &UserId, expires_at: Moment) -> Result<()> {
        let remove = sqlx::query(
            "DELETE FROM set_up_links
             WHERE user_id = $1
             AND used_at IS NULL",
        )
        .bind(user_id.to_string());
        let insert = sqlx::query(
            "INSERT INTO set_up_links (token_hash, user_id, expires_at)
             VALUES ($1, $2, $3)",
        )
        .bind(token_hash.to_owned())
        .bind(user_id.to_string())
        .bind(expires_at.0);
        self.write(|tx| {
            Box::pin(async move {
                remove.execute(tx.conn()).await?;
                insert.execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    /// Whose password a link may set; none where it is unknown, used or past its time.
    pub async fn set_up_user(&self, token_hash: &str, now: Moment) -> Result<Option<UserRecord>> {
        let row = sqlx::query(concat!(
            "SELECT ",
            user_columns!(),
            " FROM set_up_links
             JOIN users ON users.id = set_up_links.user_id
             WHERE set_up_links.token_hash = $1
             AND set_up_links.used_at IS NULL
             AND set_up_links.expires_at > $2
             AND users.disabled_at IS NULL"
        ))
        .bind(token_hash.to_owned())
        .bind(now.0)
        .fetch_optional(&self.inner.reads)
        .await?;
        row.as_ref().map(UserRecord::read).transpose()
    }

    /// Uses a link: sets the password and ends all sessions of the person, who is returned. None where the link is unknown,
    /// used or past its time; then nothing changes. Of two that use it at once one succeeds.
    pub async fn use_set_up_link(
        &self,
        token_hash: &str,
        password_hash: &Secret,
        now: Moment,
    ) -> Result<Option<UserId>> {
        let take = sqlx::query(
            "UPDATE set_up_links
             SET used_at = $1
             WHERE token_hash = $2
             AND used_at IS NULL
             AND expires_at > $1
             RETURNING user_id",
        )
        .bind(now.0)
        .bind(token_hash.to_owned());
        let password_hash = password_hash.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let Some(row) = take.fetch_optional(tx.conn()).await? else { return Ok(None) };
                let user: UserId = row.id("user_id")?;
                let updated = sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
                    .bind(password_hash.expose().to_owned())
                    .bind(user.to_string())
                    .execute(tx.conn())
                    .await?;
                one(updated.rows_affected(), "user")?;
                sqlx::query("DELETE FROM sessions WHERE user_id = $1")
                    .bind(user.to_string())
                    .execute(tx.conn())
                    .await?;
                tx.sessions_ended(&user);
                Ok(Some(user))
            })
        })
        .await
    }
}
