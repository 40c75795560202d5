//! Links by which an operator asks somebody to link again.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use domain::ids::UserId;
use sqlx::any::AnyRow;

/// A link for linking again, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelinkRecord {
    pub token_hash: String,
    pub user_id: UserId,
    pub expires_at: Moment,
    /// When she first saw it, signed in as herself.
    pub opened_at: Option<Moment>,
    pub used_at: Option<Moment>,
}

macro_rules! relinks {
    ($rest:literal) => {
        concat!("SELECT token_hash, user_id, expires_at, opened_at, used_at FROM relinks WHERE ", $rest)
    };
}

impl RelinkRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            token_hash: row.text("token_hash")?,
            user_id: row.id("user_id")?,
            expires_at: row.moment("expires_at")?,
            opened_at: row.moment_or_null("opened_at")?,
            used_at: row.moment_or_null("used_at")?,
        })
    }
}

impl Store {
    /// The link with this hash, if it can still be used.
    pub async fn relink(&self, token_hash: &str, now: Moment) -> Result<Option<RelinkRecord>> {
        let row = sqlx::query(relinks!("token_hash = $1 AND used_at IS NULL AND expires_at > $2"))
            .bind(token_hash.to_owned())
            .bind(now.0)
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(RelinkRecord::read).transpose()
    }

    /// A user's links for linking again, newest first.
    pub async fn relinks_of(&self, user_id: &UserId, limit: i64) -> Result<Vec<RelinkRecord>> {
        let rows = sqlx::query(relinks!("user_id = $1 ORDER BY created_at DESC LIMIT $2"))
            .bind(user_id.to_string())
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(RelinkRecord::read).collect()
    }

    /// Notes that she has seen her link. The first time stands.
    pub async fn open_relink(&self, token_hash: &str, user_id: &UserId, at: Moment) -> Result<()> {
        let open = sqlx::query(
            "UPDATE relinks
             SET opened_at = $1
             WHERE token_hash = $2
             AND user_id = $3
             AND opened_at IS NULL",
        )
        .bind(at.0)
        .bind(token_hash.to_owned())
        .bind(user_id.to_string());
        self.change(open).await.map(drop)
    }

    /// Uses a link. False where it is another person's, used, or past its time. Of two uses at once one succeeds.
    pub async fn use_relink(&self, token_hash: &str, user_id: &UserId, at: Moment) -> Result<bool> {
        let using = sqlx::query(
            "UPDATE relinks
             SET used_at = $1, opened_at = COALESCE(opened_at, $1)
             WHERE token_hash = $2
             AND user_id = $3
             AND used_at IS NULL
             AND expires_at > $1",
        )
        .bind(at.0)
        .bind(token_hash.to_owned())
        .bind(user_id.to_string());
        Ok(self.change(using).await? == 1)
    }
}
