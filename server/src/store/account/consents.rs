//! What a user allows: that operators see her pages as she does, for a while.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use domain::ids::UserId;
use domain::lang::Lang;
use sqlx::any::AnyRow;

/// A consent that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRecord {
    pub id: String,
    pub given_at: Moment,
    pub ends_at: Moment,
    /// Of what she is told about it.
    pub lang: Lang,
}

impl ConsentRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            given_at: row.moment("given_at")?,
            ends_at: row.moment("ends_at")?,
            lang: row.code("lang", Lang::from_code)?,
        })
    }
}

impl Store {
    /// Lets operators look until then. One that holds is given another end, and stays the same one.
    pub async fn allow_support(
        &self,
        id: &str,
        user_id: &UserId,
        lang: Lang,
        at: Moment,
        ends_at: Moment,
    ) -> Result<()> {
        let allow = sqlx::query(
            "INSERT INTO support_consents (user_id, id, given_at, ends_at, lang)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id) DO UPDATE SET
                id = CASE WHEN support_consents.ends_at > excluded.given_at THEN support_consents.id ELSE excluded.id END,
                given_at = excluded.given_at,
                ends_at = excluded.ends_at,
                lang = excluded.lang",
        )
        .bind(user_id.to_string())
        .bind(id.to_owned())
        .bind(at.0)
        .bind(ends_at.0)
        .bind(lang.code());
        self.change(allow).await.map(drop)
    }

    /// Takes it back, and with it every look under way. False where there is nothing to take back.
    pub async fn withdraw_support(&self, user_id: &UserId, at: Moment) -> Result<bool> {
        let withdraw = sqlx::query("UPDATE support_consents SET ends_at = $1 WHERE user_id = $2 AND ends_at > $1")
            .bind(at.0)
            .bind(user_id.to_string());
        Ok(self.change(withdraw).await? == 1)
    }

    /// What a user allows at this moment.
    pub async fn support_consent(&self, user_id: &UserId, now: Moment) -> Result<Option<ConsentRecord>> {
        let row = sqlx::query(
            "SELECT id, given_at, ends_at, lang
             FROM support_consents
             WHERE user_id = $1
             AND ends_at > $2",
        )
        .bind(user_id.to_string())
        .bind(now.0)
        .fetch_optional(&self.inner.reads)
        .await?;
        row.as_ref().map(ConsentRecord::read).transpose()
    }
}
