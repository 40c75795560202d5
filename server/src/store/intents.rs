//! Link intents: single-use attempts of a signed-in user to link.

use super::funnel::{self, Beginning};
use super::row::Columns as _;
use super::statement::storable;
use super::{Result, Store};
use crate::clock::Moment;
use app::backend::FunnelStep;
use domain::ids::{IntentId, UserId};
use domain::lang::Lang;
use sqlx::any::AnyRow;

/// An intent, as stored. A token uses it by [`Store::offer_token`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentRecord {
    pub id: IntentId,
    pub user_id: UserId,
    pub created_at: Moment,
    pub expires_at: Moment,
    pub used_at: Option<Moment>,
    /// The token that used it, so that the other channel can bring the same token again.
    pub token_fp: Option<String>,
}

impl IntentRecord {
    pub(super) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            user_id: row.id("user_id")?,
            created_at: row.moment("created_at")?,
            expires_at: row.moment("expires_at")?,
            used_at: row.moment_or_null("used_at")?,
            token_fp: row.text_or_null("token_fp")?,
        })
    }
}

pub(super) const INTENT_BY_ID: &str = "
    SELECT id, user_id, created_at, expires_at, used_at, token_fp
    FROM link_intents
    WHERE id = $1";

impl Store {
    /// Opens an attempt, which is counted from here on. `browser` is a family, such as Firefox.
    pub async fn add_intent(
        &self,
        id: &IntentId,
        user_id: &UserId,
        now: Moment,
        expires_at: Moment,
        lang: Lang,
        browser: &str,
    ) -> Result<()> {
        let reached = FunnelStep::Shown.with_earlier();
        let browser = storable(browser).into_owned();
        let began = Beginning { at: now, lang: lang.code().to_owned(), browser: browser.clone() };
        let insert = sqlx::query(
            "INSERT INTO link_intents (id, user_id, created_at, expires_at, lang, browser, reached)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.to_string())
        .bind(user_id.to_string())
        .bind(now.0)
        .bind(expires_at.0)
        .bind(lang.code())
        .bind(browser)
        .bind(reached);
        self.write(move |tx| {
            Box::pin(async move {
                insert.execute(tx.conn()).await?;
                funnel::count(tx, &began, reached).await
            })
        })
        .await
    }

    pub async fn intent(&self, id: &IntentId) -> Result<Option<IntentRecord>> {
        let row = sqlx::query(INTENT_BY_ID).bind(id.to_string()).fetch_optional(&self.inner.reads).await?;
        row.as_ref().map(IntentRecord::read).transpose()
    }

    /// Her newest intent that no token has used and whose time has not ended.
    pub async fn newest_open_intent(&self, user_id: &UserId, now: Moment) -> Result<Option<IntentRecord>> {
        let row = sqlx::query(
            "SELECT id, user_id, created_at, expires_at, used_at, token_fp
             FROM link_intents
             WHERE user_id = $1
             AND used_at IS NULL
             AND expires_at > $2
             ORDER BY created_at DESC, id DESC
             LIMIT 1",
        )
        .bind(user_id.to_string())
        .bind(now.0)
        .fetch_optional(&self.inner.reads)
        .await?;
        row.as_ref().map(IntentRecord::read).transpose()
    }

    /// Removes intents whose time ended before this moment, used or not: at most `limit`, and how many.
    pub async fn remove_expired_intents(&self, before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM link_intents
             WHERE id IN (
                SELECT id
                FROM link_intents
                WHERE expires_at < $1
                ORDER BY expires_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(delete).await
    }
}
