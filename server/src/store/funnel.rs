//! What the bank's script reported while people were linking.

use super::row::Columns as _;
use super::statement::storable;
use super::{Result, Store};
use crate::clock::Moment;
use domain::ids::{IntentId, UserId};
use domain::lang::Lang;
use sqlx::any::AnyRow;

/// One event of the bank's script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEventRecord {
    pub id: i64,
    pub user_id: UserId,
    pub intent_id: Option<IntentId>,
    /// The script's name for it, such as `onDisplayPopup`.
    pub event: String,
    pub at: Moment,
    pub lang: Lang,
    /// Family of the browser, such as Firefox.
    pub browser: String,
}

impl LinkEventRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            user_id: row.id("user_id")?,
            intent_id: row.id_or_null("intent_id")?,
            event: row.text("event")?,
            at: row.moment("at")?,
            lang: row.code("lang", Lang::from_code)?,
            browser: row.text("browser")?,
        })
    }
}

impl Store {
    pub async fn add_link_event(
        &self,
        user_id: &UserId,
        intent_id: Option<&IntentId>,
        event: &str,
        at: Moment,
        lang: Lang,
        browser: &str,
    ) -> Result<()> {
        let insert = sqlx::query(
            "INSERT INTO link_events (user_id, intent_id, event, at, lang, browser)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(user_id.to_string())
        .bind(intent_id.map(ToString::to_string))
        .bind(storable(event).into_owned())
        .bind(at.0)
        .bind(lang.code())
        .bind(storable(browser).into_owned());
        self.change(insert).await.map(drop)
    }

    /// Her events with a lower number than this, newest first.
    pub async fn link_events_of(&self, user_id: &UserId, before: i64, limit: i64) -> Result<Vec<LinkEventRecord>> {
        let rows = sqlx::query(
            "SELECT id, user_id, intent_id, event, at, lang, browser
             FROM link_events
             WHERE user_id = $1
             AND id < $2
             ORDER BY id DESC
             LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(before)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(LinkEventRecord::read).collect()
    }

    /// Her events with a higher number than this, oldest first.
    pub async fn link_events_after(&self, user_id: &UserId, after: i64, limit: i64) -> Result<Vec<LinkEventRecord>> {
        let rows = sqlx::query(
            "SELECT id, user_id, intent_id, event, at, lang, browser
             FROM link_events
             WHERE user_id = $1
             AND id > $2
             ORDER BY id
             LIMIT $3",
        )
        .bind(user_id.to_string())
        .bind(after)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(LinkEventRecord::read).collect()
    }
}
