//! What happened to a user: one read for each source, each with its index and a limit. They are merged by who asks.

use crate::clock::Moment;
use crate::store::alarms::AlarmRecord;
use crate::store::links::{LinkRecord, link_columns};
use crate::store::row::Columns as _;
use crate::store::{Result, Store};
use domain::ids::{CardRef, LinkId, PaymentKey, Txid, UserId};
use domain::money::{Currency, Money};

/// The first payment on a card after its link was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstPayment {
    pub link_id: LinkId,
    pub key: PaymentKey,
    pub merchant: String,
    pub amount: Money,
    pub booked_at: Moment,
}

const LINKS_EVER: &str = concat!(
    "SELECT ",
    link_columns!(),
    " FROM links
     WHERE links.user_id = $1
     ORDER BY links.created_at DESC, links.id DESC
     LIMIT $2"
);

/// The bank tells of a payment to the second: one in the second of the link is after it.
const FIRST_PAYMENTS: &str = "
    SELECT links.id AS link_id, payments.card_ref, payments.txid, payments.merchant, payments.amount_minor,
        payments.currency, payments.booked_at
    FROM links
    JOIN cards ON cards.link_id = links.id
    JOIN payments ON payments.id = (
        SELECT known.id
        FROM payments known
        WHERE known.user_id = cards.user_id
        AND known.card_ref = cards.card_ref
        AND known.link_id = cards.link_id
        AND known.booked_at >= links.created_at - 999999
        ORDER BY known.booked_at, known.txid, known.id
        LIMIT 1)
    WHERE links.user_id = $1
    LIMIT $2";

const ALARMS_OF_LINKS: &str = "
    SELECT alarms.id, alarms.kind, alarms.subject, alarms.detail, alarms.times, alarms.first_at, alarms.last_at,
        alarms.ended_at
    FROM links
    CROSS JOIN alarms
    WHERE links.user_id = $1
    AND alarms.subject = links.id
    AND alarms.id < $2
    ORDER BY alarms.id DESC
    LIMIT $3";

impl Store {
    /// A user's links, newest first, forgotten ones among them.
    pub async fn links_ever_of(&self, user_id: &UserId, limit: i64) -> Result<Vec<LinkRecord>> {
        let rows = sqlx::query(LINKS_EVER).bind(user_id.to_string()).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter().map(LinkRecord::read).collect()
    }

    /// The first payment on each card of each of her links, of those that were made since it was linked.
    pub async fn first_payments(&self, user_id: &UserId, limit: i64) -> Result<Vec<FirstPayment>> {
        let rows =
            sqlx::query(FIRST_PAYMENTS).bind(user_id.to_string()).bind(limit).fetch_all(&self.inner.reads).await?;
        rows.iter()
            .map(|row| {
                let currency: Currency = row.currency("currency")?;
                let (card_ref, txid): (CardRef, Txid) = (row.id("card_ref")?, row.id("txid")?);
                Ok(FirstPayment {
                    link_id: row.id("link_id")?,
                    key: PaymentKey { card_ref, txid },
                    merchant: row.text("merchant")?,
                    amount: Money::new(row.number("amount_minor")?, currency),
                    booked_at: row.moment("booked_at")?,
                })
            })
            .collect()
    }

    /// Alarms about her links, newest first, those with a lower number than `before`.
    pub async fn alarms_of_links(&self, user_id: &UserId, before: i64, limit: i64) -> Result<Vec<AlarmRecord>> {
        let rows = sqlx::query(ALARMS_OF_LINKS)
            .bind(user_id.to_string())
            .bind(before)
            .bind(limit)
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(AlarmRecord::read).collect()
    }
}
