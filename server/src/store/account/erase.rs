//! The end of an account: at once for everybody who could look, a few rows at a time for the disk.

use crate::clock::Moment;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use domain::ids::{CardRef, UserId};
use sqlx::any::AnyRow;
use std::collections::HashSet;

/// Somebody who wants to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewErasure {
    /// Of the receipt.
    pub number: String,
    pub user_id: UserId,
    /// Owner of her data key.
    pub key_owner: String,
    pub at: Moment,
}

/// A receipt, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureRecord {
    pub number: String,
    pub at: Moment,
    pub links: i64,
    /// Removed so far.
    pub payments: i64,
    /// None while rows are left, which nobody sees.
    pub done_at: Option<Moment>,
}

impl ErasureRecord {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            number: row.text("number")?,
            at: row.moment("at")?,
            links: row.number("links")?,
            payments: row.number("payments")?,
            done_at: row.moment_or_null("done_at")?,
        })
    }
}

static REVOKE: Grouped =
    Grouped::new("INSERT INTO revoked_tokens (token_fp, revoked_at) VALUES", 2, "ON CONFLICT (token_fp) DO NOTHING");

static BURY: Grouped = Grouped::new(
    "INSERT INTO erased_cards (card_mac, at) VALUES",
    2,
    "ON CONFLICT (card_mac) DO UPDATE SET at = excluded.at",
);

static BURIED: Grouped = Grouped::new(
    "WITH wanted (wanted_mac) AS (VALUES",
    1,
    ") SELECT erased_cards.card_mac
     FROM wanted
     CROSS JOIN erased_cards
     WHERE erased_cards.card_mac = wanted.wanted_mac",
);

/// Nothing of these is of use to anybody once she has gone.
const AT_ONCE: [&str; 18] = [
    "DELETE FROM sessions WHERE user_id = $1",
    "DELETE FROM half_sign_ins WHERE user_id = $1",
    "DELETE FROM mails WHERE user_id = $1",
    "DELETE FROM password_resets WHERE user_id = $1",
    "DELETE FROM set_up_links WHERE user_id = $1",
    "DELETE FROM relinks WHERE user_id = $1",
    "DELETE FROM support_views WHERE user_id = $1",
    "DELETE FROM support_consents WHERE user_id = $1",
    "DELETE FROM link_intents WHERE user_id = $1",
    "DELETE FROM recovery_codes WHERE user_id = $1",
    "DELETE FROM two_step WHERE user_id = $1",
    "DELETE FROM passkeys WHERE user_id = $1",
    "DELETE FROM alert_rules WHERE user_id = $1",
    "DELETE FROM alert_mails WHERE user_id = $1",
    "DELETE FROM push_devices WHERE user_id = $1",
    "DELETE FROM events_out WHERE user_id = $1",
    "DELETE FROM replay_items WHERE user_id = $1",
    "UPDATE replays
     SET attach_to = NULL, next_at = NULL, ended_at = COALESCE(ended_at, created_at),
        state = CASE WHEN ended_at IS NULL THEN 'cancelled' ELSE state END
     WHERE attach_to = $1",
];

/// What the bank told of her, without what it told. Those with something left to be done find no owner when their turn comes.
const FORGET_DELIVERIES: &str = "
    UPDATE deliveries
    SET body = NULL, body_key = NULL, user_id = NULL, card_ref = NULL, txid = NULL, ask_at = NULL, reason = 'erased'
    WHERE id IN (SELECT id FROM deliveries WHERE user_id = $1 AND next_at IS NULL LIMIT $2)";

/// The same for what had no effect and names only her card, unless somebody else has linked it too.
const FORGET_DELIVERIES_OF_CARDS: &str = "
    UPDATE deliveries
    SET body = NULL, body_key = NULL, user_id = NULL, card_ref = NULL, txid = NULL, ask_at = NULL, reason = 'erased'
    WHERE id IN (
        SELECT deliveries.id
        FROM cards
        CROSS JOIN deliveries
        WHERE cards.user_id = $1
        AND deliveries.card_ref = cards.card_ref
        AND deliveries.verdict <> 'accepted'
        AND deliveries.next_at IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM cards twin WHERE twin.card_ref = cards.card_ref AND twin.user_id <> cards.user_id)
        LIMIT $2)";

const REMOVE_PAYMENTS: &str = "
    DELETE FROM payments
    WHERE id IN (SELECT id FROM payments WHERE user_id = $1 LIMIT $2)";

/// The rest that may be much.
const REMOVE: [&str; 6] = [
    "DELETE FROM own_words
     WHERE user_id = $1
     AND (card_ref, txid) IN (SELECT card_ref, txid FROM own_words WHERE user_id = $1 LIMIT $2)",
    "DELETE FROM live_events
     WHERE user_id = $1
     AND seq IN (SELECT seq FROM live_events WHERE user_id = $1 LIMIT $2)",
    "DELETE FROM link_events WHERE id IN (SELECT id FROM link_events WHERE user_id = $1 LIMIT $2)",
    "DELETE FROM looks WHERE id IN (SELECT id FROM looks WHERE user_id = $1 LIMIT $2)",
    "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE user_id = $1 LIMIT $2)",
    "DELETE FROM known_merchants
     WHERE user_id = $1
     AND merchant IN (SELECT merchant FROM known_merchants WHERE user_id = $1 LIMIT $2)",
];

impl Store {
    /// Ends an account for everybody to see, in one transaction: her data key, her password and sessions, her tokens, and
    /// that she could be found. Her tokens and cards are remembered by keyed hashes alone, so that nothing that comes later
    /// brings them back; `mac` makes those of cards. False where she has gone already.
    pub async fn begin_erasure<M>(&self, erasure: NewErasure, mac: M) -> Result<bool>
    where
        M: Fn(&CardRef) -> String + Send + 'static,
    {
        self.write(move |tx| {
            Box::pin(async move {
                let links = revoke_all(tx, &erasure).await?;
                tx.lock_feeds([&erasure.user_id]).await?;
                if !hide(tx, &erasure).await? {
                    return Ok(false);
                }
                bury_cards(tx, &erasure, mac).await?;
                for sql in AT_ONCE {
                    sqlx::query(sql).bind(erasure.user_id.to_string()).execute(tx.conn()).await?;
                }
                tx.sessions_ended(&erasure.user_id);
                sqlx::query("DELETE FROM data_keys WHERE owner = $1")
                    .bind(erasure.key_owner)
                    .execute(tx.conn())
                    .await?;
                sqlx::query("INSERT INTO erasures (number, at, links, user_id) VALUES ($1, $2, $3, $4)")
                    .bind(erasure.number)
                    .bind(erasure.at.0)
                    .bind(links)
                    .bind(erasure.user_id.to_string())
                    .execute(tx.conn())
                    .await?;
                Ok(true)
            })
        })
        .await
    }

    /// Receipts whose rows are not all removed, oldest first, and whose rows they are.
    pub async fn erasures_under_way(&self, limit: i64) -> Result<Vec<(String, UserId)>> {
        let rows = sqlx::query(
            "SELECT number, user_id
             FROM erasures
             WHERE done_at IS NULL
             ORDER BY at, number
             LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.inner.reads)
        .await?;
        rows.iter().map(|row| Ok((row.text("number")?, row.id("user_id")?))).collect()
    }

    /// Removes at most `limit` rows of each kind of somebody who has gone, and how many those were. With none left,
    /// [`Store::finish_erasure`] removes the rest; none are left where that was done already.
    pub async fn erase_some(&self, number: &str, user_id: &UserId, limit: i64) -> Result<u64> {
        let (number, user_id) = (number.to_owned(), user_id.clone());
        self.write(move |tx| {
            Box::pin(async move {
                if is_closed(tx, &number).await? {
                    return Ok(0);
                }
                // Those who enter payments for her take turns with this.
                tx.lock_feeds([&user_id]).await?;
                let mut removed = 0;
                for sql in [FORGET_DELIVERIES, FORGET_DELIVERIES_OF_CARDS].into_iter().chain(REMOVE) {
                    removed += remove(tx, sql, &user_id, limit).await?;
                }
                let payments = remove(tx, REMOVE_PAYMENTS, &user_id, limit).await?;
                sqlx::query("UPDATE erasures SET payments = payments + $1 WHERE number = $2")
                    .bind(i64::try_from(payments).unwrap_or(i64::MAX))
                    .bind(number)
                    .execute(tx.conn())
                    .await?;
                Ok(removed + payments)
            })
        })
        .await
    }

    /// Removes the person herself with what is left of hers, and closes the receipt. False where that was done already.
    pub async fn finish_erasure(&self, number: &str, user_id: &UserId, key_owner: &str, now: Moment) -> Result<bool> {
        let (number, user_id, key_owner) = (number.to_owned(), user_id.clone(), key_owner.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                if is_closed(tx, &number).await? {
                    return Ok(false);
                }
                tx.lock_feeds([&user_id]).await?;
                // Somebody may have sealed a last thing for her.
                sqlx::query("DELETE FROM data_keys WHERE owner = $1").bind(key_owner).execute(tx.conn()).await?;
                sqlx::query("DELETE FROM users WHERE id = $1 AND erased_at IS NOT NULL")
                    .bind(user_id.to_string())
                    .execute(tx.conn())
                    .await?;
                let closed = sqlx::query(
                    "UPDATE erasures
                     SET user_id = NULL, done_at = $1
                     WHERE number = $2
                     AND done_at IS NULL",
                )
                .bind(now.0)
                .bind(number)
                .execute(tx.conn())
                .await?;
                Ok(closed.rows_affected() == 1)
            })
        })
        .await
    }

    pub async fn erasure(&self, number: &str) -> Result<Option<ErasureRecord>> {
        let row = sqlx::query("SELECT number, at, links, payments, done_at FROM erasures WHERE number = $1")
            .bind(number.to_owned())
            .fetch_optional(&self.inner.reads)
            .await?;
        row.as_ref().map(ErasureRecord::read).transpose()
    }

    /// Which of these cards were somebody's who has gone.
    pub async fn erased_cards(&self, card_macs: &[String]) -> Result<HashSet<String>> {
        if card_macs.is_empty() {
            return Ok(HashSet::new());
        }
        let card_macs = card_macs.to_vec();
        self.read(move |connection| {
            Box::pin(async move {
                let query = BURIED.rows(&card_macs, |row, mac| {
                    row.text(mac);
                });
                query.fetch(connection).await?.iter().map(|row| row.text("card_mac")).collect()
            })
        })
        .await
    }
}

async fn is_closed(tx: &mut Tx, number: &str) -> Result<bool> {
    let row = sqlx::query("SELECT number FROM erasures WHERE number = $1 AND done_at IS NOT NULL")
        .bind(number.to_owned())
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.is_some())
}

/// Whatever the bank still says of her tokens, they are over. How many there were.
async fn revoke_all(tx: &mut Tx, erasure: &NewErasure) -> Result<i64> {
    let rows = sqlx::query("SELECT token_fp FROM links WHERE user_id = $1 ORDER BY token_fp")
        .bind(erasure.user_id.to_string())
        .fetch_all(tx.conn())
        .await?;
    let tokens = rows.iter().map(|row| row.text("token_fp")).collect::<Result<Vec<_>>>()?;
    let revoking = REVOKE.rows(&tokens, |row, token| {
        row.text(token).moment(erasure.at);
    });
    revoking.execute(tx.conn()).await?;
    Ok(i64::try_from(tokens.len()).unwrap_or(i64::MAX))
}

/// From here on nobody finds her: not by her address, which is free for somebody new, nor by her links.
async fn hide(tx: &mut Tx, erasure: &NewErasure) -> Result<bool> {
    let user = erasure.user_id.to_string();
    let hidden = sqlx::query(
        "UPDATE users
         SET erased_at = $1, disabled_at = $1, email = '', email_key = $2, name = '', name_key = '', password_hash = NULL
         WHERE id = $3
         AND erased_at IS NULL",
    )
    .bind(erasure.at.0)
    // No address is like that.
    .bind(format!("erased:{user}"))
    .bind(user.clone())
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "UPDATE links
         SET forgotten_at = $1, token_sealed = NULL, next_try_at = NULL, reconcile_at = NULL, holder = ''
         WHERE user_id = $2",
    )
    .bind(erasure.at.0)
    .bind(user)
    .execute(tx.conn())
    .await?;
    Ok(hidden.rows_affected() == 1)
}

async fn bury_cards(tx: &mut Tx, erasure: &NewErasure, mac: impl Fn(&CardRef) -> String) -> Result<()> {
    let rows = sqlx::query("SELECT DISTINCT card_ref FROM cards WHERE user_id = $1")
        .bind(erasure.user_id.to_string())
        .fetch_all(tx.conn())
        .await?;
    let macs = rows.iter().map(|row| Ok(mac(&row.id::<CardRef>("card_ref")?))).collect::<Result<Vec<_>>>()?;
    let burying = BURY.rows(&macs, |row, mac| {
        row.text(mac).moment(erasure.at);
    });
    burying.execute(tx.conn()).await?;
    Ok(())
}

async fn remove(tx: &mut Tx, sql: &'static str, user_id: &UserId, limit: i64) -> Result<u64> {
    let removed = sqlx::query(sql).bind(user_id.to_string()).bind(limit).execute(tx.conn()).await?;
    Ok(removed.rows_affected())
}
