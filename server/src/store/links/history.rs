//! How far the past payments of a link have been fetched.

use super::{LinkRecord, lock};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::row::{Columns as _, one};
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store, StoreError};
use domain::ids::{CardRef, LinkId};

/// A page of a card's past payments that has been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryStep {
    pub link_id: LinkId,
    pub card_ref: CardRef,
    /// Payments of this card, as the bank counts them.
    pub total: i64,
    /// Payments in this page.
    pub fetched: i64,
    /// This was the last page.
    pub complete: bool,
    /// The link's, as it was taken.
    pub turn: i64,
    pub at: Moment,
}

impl Store {
    /// Counts a page of history, on the card and on its link, and tells the user's feed. While history is missing the link is
    /// due again, behind the links that are due already; nothing is due once all its cards are complete. A link that has
    /// ended meanwhile is left alone. [`StoreError::LeaseLost`] where somebody else has taken it since: a page counts once.
    pub async fn note_history(&self, step: &HistoryStep) -> Result<()> {
        let step = step.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let link = lock(tx, &step.link_id).await?;
                if link.has_ended() {
                    return Ok(());
                }
                if link.turn != step.turn {
                    return Err(StoreError::LeaseLost);
                }
                count(tx, &link, &step).await?;
                let seq = tx.emit(&link.user_id, Subject::Link(link.id.clone()), step.at)?;
                sqlx::query("UPDATE links SET attempts = 0, last_news_at = $1, seq = $2 WHERE id = $3")
                    .bind(step.at.0)
                    .bind(seq.0)
                    .bind(link.id.to_string())
                    .execute(tx.conn())
                    .await?;
                add_up_history(tx, &link.id, step.at).await
            })
        })
        .await
    }
}

async fn count(tx: &mut Tx, link: &LinkRecord, step: &HistoryStep) -> Result<()> {
    let known = sqlx::query("SELECT history_done FROM cards WHERE link_id = $1 AND card_ref = $2")
        .bind(link.id.to_string())
        .bind(step.card_ref.to_string())
        .fetch_optional(tx.conn())
        .await?
        .ok_or(StoreError::Missing("card"))?;
    // A page that is fetched a second time, after a crash, must not count beyond the whole.
    let done = known.number("history_done")?.saturating_add(step.fetched).min(step.total.max(step.fetched));
    let updated = sqlx::query(
        "UPDATE cards
         SET history_total = $1, history_done = $2, history_complete_at = COALESCE(history_complete_at, $3)
         WHERE link_id = $4
         AND card_ref = $5",
    )
    .bind(step.total)
    .bind(done)
    .bind(step.complete.then_some(step.at.0))
    .bind(link.id.to_string())
    .bind(step.card_ref.to_string())
    .execute(tx.conn())
    .await?;
    one(updated.rows_affected(), "card")
}

/// Brings a link's counts in line with its cards', and decides whether it is due.
pub(super) async fn add_up_history(tx: &mut Tx, id: &LinkId, at: Moment) -> Result<()> {
    let sums = sqlx::query(
        "SELECT COUNT(*) AS cards, COUNT(history_complete_at) AS complete,
            CAST(COALESCE(SUM(history_total), 0) AS BIGINT) AS total,
            CAST(COALESCE(SUM(history_done), 0) AS BIGINT) AS done
         FROM cards
         WHERE link_id = $1",
    )
    .bind(id.to_string())
    .fetch_one(tx.conn())
    .await?;
    let complete = sums.number("cards")? == sums.number("complete")?;
    sqlx::query(
        "UPDATE links
         SET history_total = $1, history_done = $2, next_try_at = $3, fresh_at = $3, taken_until = NULL,
            history_complete_at = CASE WHEN $4 = 1 THEN COALESCE(history_complete_at, $5) END
         WHERE id = $6",
    )
    .bind(sums.number("total")?)
    .bind(sums.number("done")?)
    .bind((!complete).then_some(at.0))
    .bind(i64::from(complete))
    .bind(at.0)
    .bind(id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

static KEPT: Grouped = Grouped::new(
    "WITH told (told_card, told_user) AS (VALUES",
    2,
    ") SELECT cards.link_id, cards.card_ref
     FROM told
     CROSS JOIN cards
     JOIN links ON links.id = cards.link_id
     WHERE cards.card_ref = told.told_card
     AND cards.user_id = told.told_user
     AND links.forgotten_at IS NOT NULL",
);

/// Moves payments of these cards that a forgotten link of the same user kept to this link: else fetching the history again
/// would show each of them twice.
pub(super) async fn take_back_history(tx: &mut Tx, link: &LinkRecord, cards: &[CardRef]) -> Result<()> {
    let user = link.user_id.as_str();
    let query = KEPT.rows(cards, |row, card| {
        row.text(card.as_str()).text(user);
    });
    for kept in query.fetch(tx.conn()).await? {
        for sql in [
            "UPDATE payments
             SET link_id = $1
             WHERE link_id = $2
             AND card_ref = $3
             AND NOT EXISTS (
                SELECT 1
                FROM payments known
                WHERE known.link_id = $1
                AND known.card_ref = payments.card_ref
                AND known.txid = payments.txid)",
            // What both had is one payment.
            "DELETE FROM payments WHERE link_id = $2 AND card_ref = $3 AND link_id <> $1",
            "DELETE FROM cards WHERE link_id = $2 AND card_ref = $3 AND link_id <> $1",
        ] {
            sqlx::query(sql)
                .bind(link.id.to_string())
                .bind(kept.text("link_id")?)
                .bind(kept.text("card_ref")?)
                .execute(tx.conn())
                .await?;
        }
    }
    Ok(())
}
