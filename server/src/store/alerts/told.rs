//! What users were told.

use super::KNOWS_MERCHANTS;
use super::rules::{learn_merchants, read_limit};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use domain::alerts::{AlertNews, AlertView, RuleKind};
use domain::ids::{LinkId, UserId};
use domain::money::Money;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// How many alerts a user has not seen, counted up to a hundred, and the last one that she has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unread {
    pub count: i64,
    pub seen: i64,
}

macro_rules! alert_columns {
    () => {
        "alerts.id, alerts.user_id, alerts.kind, alerts.limit_minor, alerts.limit_currency, alerts.card_ref, alerts.txid,
         alerts.merchant, alerts.amount_minor, alerts.currency, alerts.balance_minor, alerts.booked_text, alerts.told_at"
    };
}
pub(super) use alert_columns;

/// How many alerts the owner of a feed has not seen. Nobody counts beyond a hundred.
macro_rules! unread {
    () => {
        "(SELECT COUNT(*)
          FROM (
            SELECT 1
            FROM alerts unseen
            WHERE unseen.user_id = feeds.user_id
            AND unseen.id > feeds.seen_alert
            LIMIT 100) counted)"
    };
}
pub(in crate::store) use unread;

const OLDER: &str = concat!(
    "SELECT ",
    alert_columns!(),
    " FROM alerts
     WHERE user_id = $1
     AND id < $2
     ORDER BY id DESC
     LIMIT $3"
);

const NEWER: &str = concat!(
    "SELECT ",
    alert_columns!(),
    " FROM alerts
     WHERE user_id = $1
     AND id > $2
     ORDER BY id
     LIMIT $3"
);

/// With how many their owners have not seen.
static BY_ID: Grouped = Grouped::new(
    concat!(
        "SELECT ",
        alert_columns!(),
        ", ",
        unread!(),
        " AS unread FROM alerts JOIN feeds ON feeds.user_id = alerts.user_id WHERE alerts.id IN (VALUES"
    ),
    1,
    ")",
);

pub(super) fn read_alert(row: &AnyRow) -> Result<AlertView> {
    let currency = row.currency("currency")?;
    Ok(AlertView {
        id: row.number("id")?,
        kind: row.code("kind", RuleKind::from_code)?,
        limit: read_limit(row)?,
        card_ref: row.id("card_ref")?,
        txid: row.id("txid")?,
        merchant: row.text("merchant")?,
        amount: Money::new(row.number("amount_minor")?, currency),
        balance: row.number_or_null("balance_minor")?.map(|minor| Money::new(minor, currency)),
        booked_at: row.text("booked_text")?,
        told_at: row.moment("told_at")?.bank_text(),
    })
}

/// Alerts with their owners, for their streams.
pub(in crate::store) async fn read_alert_news(
    connection: &mut AnyConnection,
    ids: &[i64],
) -> Result<Vec<(UserId, AlertNews)>> {
    let query = BY_ID.rows(ids, |row, id| {
        row.number(*id);
    });
    let found = query.fetch(connection).await?;
    found
        .iter()
        .map(|row| Ok((row.id("user_id")?, AlertNews { alert: read_alert(row)?, unread: row.number("unread")? })))
        .collect()
}

impl Store {
    /// What a user was told, newest first, before this one.
    pub async fn alerts_before(&self, user_id: &UserId, before: i64, limit: i64) -> Result<Vec<AlertView>> {
        let rows =
            sqlx::query(OLDER).bind(user_id.to_string()).bind(before).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(read_alert).collect()
    }

    /// The next ones after this one, newest first.
    pub async fn alerts_after(&self, user_id: &UserId, after: i64, limit: i64) -> Result<Vec<AlertView>> {
        let rows =
            sqlx::query(NEWER).bind(user_id.to_string()).bind(after).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().rev().map(read_alert).collect()
    }

    pub async fn unread_alerts(&self, user_id: &UserId) -> Result<Unread> {
        let row = sqlx::query(concat!("SELECT ", unread!(), " AS unread, seen_alert FROM feeds WHERE user_id = $1"))
            .bind(user_id.to_string())
            .fetch_optional(&self.inner.reads)
            .await?;
        let read = |row: AnyRow| Ok(Unread { count: row.number("unread")?, seen: row.number("seen_alert")? });
        row.map_or_else(|| Ok(Unread::default()), read)
    }

    /// Notes that a user has seen what she was told up to this one, and tells her other pages.
    pub async fn see_alerts(&self, user_id: &UserId, up_to: i64, at: Moment) -> Result<()> {
        let user_id = user_id.clone();
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&user_id]).await?;
                let seen =
                    sqlx::query("SELECT id FROM alerts WHERE user_id = $1 AND id <= $2 ORDER BY id DESC LIMIT 1")
                        .bind(user_id.to_string())
                        .bind(up_to)
                        .fetch_optional(tx.conn())
                        .await?;
                let Some(seen) = seen else { return Ok(()) };
                let seen = seen.number("id")?;
                let noted = sqlx::query("UPDATE feeds SET seen_alert = $1 WHERE user_id = $2 AND seen_alert < $1")
                    .bind(seen)
                    .bind(user_id.to_string())
                    .execute(tx.conn())
                    .await?;
                if noted.rows_affected() > 0 {
                    tx.emit(&user_id, Subject::Alert(seen), at)?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Removes what was told before this moment, oldest first: at most `limit`, and how many.
    pub async fn remove_alerts(&self, before: Moment, limit: i64) -> Result<u64> {
        let delete = sqlx::query(
            "DELETE FROM alerts
             WHERE id IN (
                SELECT id
                FROM alerts
                WHERE told_at < $1
                ORDER BY told_at
                LIMIT $2)",
        )
        .bind(before.0)
        .bind(limit);
        self.remove(delete).await
    }
}

/// Removes what a user was told of the payments of a link that no other link of hers shows, and where she paid with it. Before the
/// payments themselves go; [`Tx`] holds her feed.
pub(in crate::store) async fn erase_alerts(tx: &mut Tx, user_id: &UserId, link_id: &LinkId) -> Result<()> {
    sqlx::query(
        "DELETE FROM alerts
         WHERE user_id = $1
         AND EXISTS (
            SELECT 1
            FROM payments
            WHERE payments.link_id = $2
            AND payments.card_ref = alerts.card_ref
            AND payments.txid = alerts.txid)
         AND NOT EXISTS (
            SELECT 1
            FROM links
            CROSS JOIN payments
            WHERE links.user_id = $1
            AND links.id <> $2
            AND payments.link_id = links.id
            AND payments.card_ref = alerts.card_ref
            AND payments.txid = alerts.txid)",
    )
    .bind(user_id.to_string())
    .bind(link_id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Merchants are known from payments that are still there.
pub(in crate::store) async fn relearn_merchants(tx: &mut Tx, user_id: &UserId) -> Result<()> {
    if tx.watched(user_id) & KNOWS_MERCHANTS == 0 {
        return Ok(());
    }
    sqlx::query("DELETE FROM known_merchants WHERE user_id = $1").bind(user_id.to_string()).execute(tx.conn()).await?;
    learn_merchants(tx, user_id).await
}
