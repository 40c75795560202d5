//! Payments of a card in the order of its balances, and the places where one is missing.

use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::row::{Columns as _, one};
use crate::store::statement::Grouped;
use crate::store::{Result, Store};
use domain::chain::Booking;
use domain::ids::{CardRef, LinkId, Txid, UserId};
use domain::transaction::TxStatus;
use sqlx::any::AnyRow;

/// A card of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardChain {
    pub user_id: UserId,
    pub link_id: LinkId,
    pub card_ref: CardRef,
}

/// A payment as a link of its card's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained {
    pub id: i64,
    pub booked_at: Moment,
    pub txid: Txid,
    pub booking: Booking,
    /// What is marked as missing before it, in minor units.
    pub missing_minor: Option<i64>,
    pub confirmed: bool,
}

const FROM: &str = "SELECT id, booked_at, txid, amount_minor, balance_after_minor, status, missing_minor, confirmed_at
     FROM payments
     WHERE user_id = $1
     AND card_ref = $2
     AND link_id = $3
     AND booked_at >= $4
     ORDER BY booked_at, txid
     LIMIT $5";

const BEFORE: &str =
    "SELECT id, booked_at, txid, amount_minor, balance_after_minor, status, missing_minor, confirmed_at
     FROM payments
     WHERE user_id = $1
     AND card_ref = $2
     AND link_id = $3
     AND booked_at < $4
     ORDER BY booked_at DESC, txid DESC
     LIMIT $5";

const MARKED: &str =
    "SELECT id, booked_at, txid, amount_minor, balance_after_minor, status, missing_minor, confirmed_at
     FROM payments
     WHERE link_id = $1
     AND card_ref = $2
     AND missing_minor IS NOT NULL
     LIMIT $3";

/// Marks of one card that are looked at together.
const MOST_MARKS: i64 = 500;

static MARK: Grouped = Grouped::new(
    "WITH marked (marked_id, marked_minor, marked_seq) AS (VALUES",
    3,
    ") UPDATE payments
     SET missing_minor = marked.marked_minor, seq = marked.marked_seq
     FROM marked
     WHERE payments.id = marked.marked_id",
);

impl Chained {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.number("id")?,
            booked_at: row.moment("booked_at")?,
            txid: row.id("txid")?,
            booking: Booking {
                amount_minor: row.number("amount_minor")?,
                balance_after_minor: row.number_or_null("balance_after_minor")?,
                status: TxStatus::from_code(&row.text("status")?),
            },
            missing_minor: row.number_or_null("missing_minor")?,
            confirmed: row.moment_or_null("confirmed_at")?.is_some(),
        })
    }

    /// The bank's order within a second: its numbers count up.
    fn place(&self) -> (Moment, usize, &str) {
        (self.booked_at, self.txid.as_str().len(), self.txid.as_str())
    }
}

impl Store {
    /// A card's payments from a moment on, oldest first, at most `limit`, after the few before it that its first balance follows
    /// from.
    pub async fn chain(&self, card: &CardChain, from: Moment, limit: i64) -> Result<Vec<Chained>> {
        // Refused payments tell no balance, so one before may not be enough.
        const BEFOREHAND: i64 = 5;
        let mut chain = Vec::new();
        for (sql, limit) in [(BEFORE, BEFOREHAND), (FROM, limit)] {
            let rows = sqlx::query(sql)
                .bind(card.user_id.to_string())
                .bind(card.card_ref.to_string())
                .bind(card.link_id.to_string())
                .bind(from.0)
                .bind(limit)
                .fetch_all(&self.inner.reads)
                .await?;
            chain.extend(rows.iter().map(Chained::read).collect::<Result<Vec<_>>>()?);
        }
        chain.sort_by(|a, b| a.place().cmp(&b.place()));
        Ok(chain)
    }

    /// A card's payments that are marked as having one missing before them.
    pub async fn marked_missing(&self, card: &CardChain) -> Result<Vec<Chained>> {
        let rows = sqlx::query(MARKED)
            .bind(card.link_id.to_string())
            .bind(card.card_ref.to_string())
            .bind(MOST_MARKS)
            .fetch_all(&self.inner.reads)
            .await?;
        rows.iter().map(Chained::read).collect()
    }

    /// Marks payments (by id) as having something missing before them, in minor units, or takes the mark away. Their owner's feed
    /// tells of each.
    pub async fn mark_missing(&self, card: &CardChain, marks: &[(i64, Option<i64>)], at: Moment) -> Result<()> {
        if marks.is_empty() {
            return Ok(());
        }
        let (user, marks) = (card.user_id.clone(), marks.to_vec());
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&user]).await?;
                let mut rows = Vec::with_capacity(marks.len());
                for (id, minor) in marks {
                    rows.push((id, minor, tx.emit(&user, Subject::Payment(id), at)?));
                }
                let marking = MARK.rows(&rows, |row, (id, minor, seq)| {
                    row.number(*id).number_or_null(*minor).number(seq.0);
                });
                marking.execute(tx.conn()).await?;
                Ok(())
            })
        })
        .await
    }

    /// Notes up to when a card's payments are known from the bank's statement. It never goes back.
    pub async fn note_covered(&self, card: &CardChain, covered_at: Moment) -> Result<()> {
        let card = card.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let noted = sqlx::query(
                    "UPDATE cards
                     SET covered_at = CASE WHEN covered_at > $1 THEN covered_at ELSE $1 END
                     WHERE link_id = $2
                     AND card_ref = $3",
                )
                .bind(covered_at.0)
                .bind(card.link_id.to_string())
                .bind(card.card_ref.to_string())
                .execute(tx.conn())
                .await?;
                one(noted.rows_affected(), "card")
            })
        })
        .await
    }

    /// When a card's newest payments were booked, newest first.
    pub async fn newest_bookings(&self, card: &CardChain, limit: i64) -> Result<Vec<Moment>> {
        let rows = sqlx::query(
            "SELECT booked_at
             FROM payments
             WHERE user_id = $1
             AND card_ref = $2
             AND link_id = $3
             ORDER BY booked_at DESC, txid DESC, id DESC
             LIMIT $4",
        )
        .bind(card.user_id.to_string())
        .bind(card.card_ref.to_string())
        .bind(card.link_id.to_string())
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(|row| row.moment("booked_at")).collect()
    }

    /// How many payments of a card the bank's statement has told.
    pub async fn count_payments(&self, card: &CardChain) -> Result<i64> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS payments
             FROM payments
             WHERE user_id = $1
             AND card_ref = $2
             AND link_id = $3
             AND confirmed_at IS NOT NULL",
        )
        .bind(card.user_id.to_string())
        .bind(card.card_ref.to_string())
        .bind(card.link_id.to_string())
        .fetch_one(&self.inner.reads)
        .await?;
        row.number("payments")
    }

    /// How many payments have something missing before them, counted up to `limit`.
    pub async fn count_missing(&self, limit: i64) -> Result<i64> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS missing
             FROM (SELECT id FROM payments WHERE missing_minor IS NOT NULL LIMIT $1) marked",
        )
        .bind(limit)
        .fetch_one(&self.inner.reads)
        .await?;
        row.number("missing")
    }
}
