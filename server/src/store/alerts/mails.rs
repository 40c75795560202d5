//! Users whom mail has to be written to.

use super::told::{alert_columns, read_alert};
use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{NewMail, Result, Store};
use domain::alerts::AlertView;
use domain::ids::{RuleId, UserId};
use domain::lang::Lang;

/// Somebody whom a mail has to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueReader {
    pub user_id: UserId,
    pub lang: Lang,
    /// The last alert that mail has told.
    pub told: i64,
    /// Names this turn: whoever writes moves it.
    pub due_at: Moment,
}

static CALL: Grouped = Grouped::new(
    "WITH called (owner, call_at) AS (VALUES",
    2,
    ") UPDATE alert_mails
     SET due_at = CASE WHEN alert_mails.not_before > called.call_at THEN alert_mails.not_before ELSE called.call_at END
     FROM called
     WHERE alert_mails.user_id = called.owner
     AND alert_mails.due_at IS NULL",
);

const WAITING: &str = concat!(
    "SELECT ",
    alert_columns!(),
    ", alerts.rule_id FROM alerts
     WHERE user_id = $1
     AND id > $2
     AND by_mail = 1
     ORDER BY id
     LIMIT $3"
);

/// Has these users written to at a moment, or as soon as the limit allows. Who is to be written to sooner stays so.
pub(super) async fn call_readers(tx: &mut Tx, users: &[&UserId], at: Moment) -> Result<()> {
    let calling = CALL.rows(users, |row, user| {
        row.text(user.as_str()).moment(at);
    });
    calling.execute(tx.conn()).await?;
    Ok(())
}

/// A rule of hers writes mails from now on, in this language.
pub(super) async fn will_write(tx: &mut Tx, user_id: &UserId, lang: Lang) -> Result<()> {
    sqlx::query(
        "INSERT INTO alert_mails (user_id, told, due_at, not_before, lang)
         VALUES ($1, COALESCE((SELECT MAX(id) FROM alerts WHERE user_id = $1), 0), NULL, 0, $2)
         ON CONFLICT (user_id) DO UPDATE SET lang = excluded.lang",
    )
    .bind(user_id.to_string())
    .bind(lang.code().to_owned())
    .execute(tx.conn())
    .await?;
    Ok(())
}

impl Store {
    /// Whom mail has to be written to by now, the longest waiting first.
    pub async fn due_readers(&self, now: Moment, limit: i64) -> Result<Vec<DueReader>> {
        let rows = sqlx::query(
            "SELECT user_id, lang, told, due_at
             FROM alert_mails
             WHERE due_at <= $1
             ORDER BY due_at
             LIMIT $2",
        )
        .bind(now.0)
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DueReader {
                    user_id: row.id("user_id")?,
                    lang: row.code("lang", Lang::from_code)?,
                    told: row.number("told")?,
                    due_at: row.moment("due_at")?,
                })
            })
            .collect()
    }

    /// What mail has not told, oldest first, each with its rule.
    pub async fn alerts_to_mail(&self, user_id: &UserId, told: i64, limit: i64) -> Result<Vec<(RuleId, AlertView)>> {
        let rows =
            sqlx::query(WAITING).bind(user_id.to_string()).bind(told).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(|row| Ok((row.id("rule_id")?, read_alert(row)?))).collect()
    }

    /// Takes a mail along, if there is something to say, and notes that it tells everything up to this alert: both or neither. What
    /// came since goes from `not_before` on. False where somebody else was quicker; nothing was written then.
    pub async fn note_mailed(
        &self,
        reader: &DueReader,
        up_to: i64,
        mail: Option<NewMail>,
        not_before: Moment,
    ) -> Result<bool> {
        let reader = reader.clone();
        self.write(move |tx| {
            Box::pin(async move {
                // Who tells her something at this moment is waited for, and would not call her.
                tx.lock_feeds([&reader.user_id]).await?;
                let noted = sqlx::query(
                    "UPDATE alert_mails
                     SET told = $1, not_before = $2,
                        due_at = CASE WHEN EXISTS (
                            SELECT 1
                            FROM alerts
                            WHERE alerts.user_id = $3
                            AND alerts.id > $1
                            AND alerts.by_mail = 1)
                        THEN $2 ELSE NULL END
                     WHERE user_id = $3
                     AND due_at = $4",
                )
                .bind(up_to)
                .bind(not_before.0)
                .bind(reader.user_id.to_string())
                .bind(reader.due_at.0)
                .execute(tx.conn())
                .await?;
                if noted.rows_affected() == 0 {
                    return Ok(false);
                }
                if let Some(mail) = mail {
                    tx.add_mail(&mail).await?;
                }
                Ok(true)
            })
        })
        .await
    }
}
