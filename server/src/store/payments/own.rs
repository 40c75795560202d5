//! What users write on their payments, and payments with it.

use super::{FIELD_END, NewPayment, Stored};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::row::Columns as _;
use crate::store::statement::storable;
use crate::store::transaction::Tx;
use crate::store::{Result, Store};
use domain::category::Category;
use domain::ids::{LinkId, PaymentKey, UserId};
use domain::own::{Own, Writing};
use domain::transaction::Transaction;
use sqlx::any::AnyRow;

/// A payment with what its owner wrote on it: what she sees. It is put together when it is read, so nothing that the bank tells
/// has to know of her words.
#[derive(Debug, Clone)]
pub(in crate::store) struct Shown {
    pub(in crate::store) stored: Stored,
    category: Option<Category>,
    note: Option<String>,
    tags: Vec<String>,
}

/// The columns that `Shown::read` reads, of `shown_payments!`.
macro_rules! shown_columns {
    () => {
        concat!(
            $crate::store::payments::payment_columns!(),
            ", own_words.category AS own_category, own_words.note AS own_note, own_words.tags AS own_tags"
        )
    };
}

/// What stands after FROM, perhaps after other tables.
macro_rules! shown_payments {
    () => {
        "payments
         LEFT JOIN own_words
         ON own_words.user_id = payments.user_id
         AND own_words.card_ref = payments.card_ref
         AND own_words.txid = payments.txid"
    };
}
pub(in crate::store) use {shown_columns, shown_payments};

impl Shown {
    pub(in crate::store) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            stored: Stored::read(row)?,
            // A category of a newer version is not known here, and the bank's stands meanwhile.
            category: row.text_or_null("own_category")?.and_then(|code| Category::from_code(&code)),
            note: row.text_or_null("own_note")?.filter(|note| !note.is_empty()),
            tags: read_tags(&row.text_or_null("own_tags")?.unwrap_or_default()),
        })
    }

    pub(in crate::store) const fn payment(&self) -> &NewPayment {
        &self.stored.payment
    }

    /// As it travels to its owner.
    pub(in crate::store) fn into_transaction(self) -> Transaction {
        let told = self.stored.into_transaction();
        let own = Own { category_bank: self.category.map(|_| told.category), note: self.note, tags: self.tags };
        Transaction { category: self.category.unwrap_or(told.category), own, ..told }
    }
}

fn read_tags(text: &str) -> Vec<String> {
    text.split(FIELD_END).filter(|tag| !tag.is_empty()).map(ToOwned::to_owned).collect()
}

/// Tags between separators, so that one is found whole.
fn write_tags(tags: &[String]) -> String {
    if tags.is_empty() {
        return String::new();
    }
    let mut text = String::from(FIELD_END);
    for tag in tags {
        text.push_str(tag);
        text.push(FIELD_END);
    }
    text
}

/// What is found of a note and tags: the note, then the tags, in small letters.
fn searchable(writing: &Writing) -> String {
    format!("{}{}", writing.note.as_deref().unwrap_or_default(), write_tags(&writing.tags)).to_lowercase()
}

/// The part of `search` that holds a tag.
pub(super) fn tag_in_search(tag: &str) -> String {
    write_tags(&[tag.to_lowercase()])
}

/// Every row that shows this payment: several links may see one card.
const ROWS_OF: &str = "
    SELECT payments.id
    FROM links
    CROSS JOIN payments
    WHERE links.user_id = $1
    AND payments.link_id = links.id
    AND payments.card_ref = $2
    AND payments.txid = $3
    ORDER BY payments.id";

const PUT: &str = "
    INSERT INTO own_words (user_id, card_ref, txid, category, note, tags, search, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (user_id, card_ref, txid) DO UPDATE
    SET category = excluded.category, note = excluded.note, tags = excluded.tags, search = excluded.search,
        changed_at = excluded.changed_at
    WHERE own_words.note <> excluded.note
    OR own_words.tags <> excluded.tags
    OR COALESCE(own_words.category, '') <> COALESCE(excluded.category, '')";

impl Store {
    /// Keeps what a user writes on one of her payments, in place of what she wrote before, and tells her feed. The same again
    /// changes nothing. False where she has no such payment.
    pub async fn write_own(&self, user_id: &UserId, key: &PaymentKey, writing: &Writing, at: Moment) -> Result<bool> {
        let (user_id, key, writing) = (user_id.clone(), key.clone(), writing.clone());
        self.write(move |tx| {
            Box::pin(async move {
                tx.lock_feeds([&user_id]).await?;
                let rows = sqlx::query(ROWS_OF)
                    .bind(user_id.to_string())
                    .bind(key.card_ref.to_string())
                    .bind(key.txid.to_string())
                    .fetch_all(tx.conn())
                    .await?;
                if rows.is_empty() {
                    return Ok(false);
                }
                if put(tx, &user_id, &key, &writing, at).await? {
                    for row in rows {
                        tell(tx, &user_id, row.number("id")?, at).await?;
                    }
                }
                Ok(true)
            })
        })
        .await
    }
}

/// Whether that changed anything.
async fn put(tx: &mut Tx, user_id: &UserId, key: &PaymentKey, writing: &Writing, at: Moment) -> Result<bool> {
    let (user, card, txid) = (user_id.to_string(), key.card_ref.to_string(), key.txid.to_string());
    let query = if writing.is_empty() {
        sqlx::query("DELETE FROM own_words WHERE user_id = $1 AND card_ref = $2 AND txid = $3")
            .bind(user)
            .bind(card)
            .bind(txid)
    } else {
        sqlx::query(PUT)
            .bind(user)
            .bind(card)
            .bind(txid)
            .bind(writing.category.map(|category| category.code().to_owned()))
            .bind(storable(writing.note.as_deref().unwrap_or_default()).into_owned())
            .bind(storable(&write_tags(&writing.tags)).into_owned())
            .bind(storable(&searchable(writing)).into_owned())
            .bind(at.0)
    };
    Ok(query.execute(tx.conn()).await?.rows_affected() > 0)
}

async fn tell(tx: &mut Tx, user_id: &UserId, id: i64, at: Moment) -> Result<()> {
    let seq = tx.emit_to_her(user_id, Subject::Payment(id), at)?;
    sqlx::query("UPDATE payments SET seq = $1 WHERE id = $2").bind(seq.0).bind(id).execute(tx.conn()).await?;
    Ok(())
}

/// Removes a user's words on the payments of a link that no other link of hers shows.
pub(in crate::store) async fn erase_own(tx: &mut Tx, user_id: &UserId, link_id: &LinkId) -> Result<()> {
    sqlx::query(
        "DELETE FROM own_words
         WHERE user_id = $1
         AND EXISTS (
            SELECT 1
            FROM payments
            WHERE payments.link_id = $2
            AND payments.card_ref = own_words.card_ref
            AND payments.txid = own_words.txid)
         AND NOT EXISTS (
            SELECT 1
            FROM links
            CROSS JOIN payments
            WHERE links.user_id = $1
            AND links.id <> $2
            AND payments.link_id = links.id
            AND payments.card_ref = own_words.card_ref
            AND payments.txid = own_words.txid)",
    )
    .bind(user_id.to_string())
    .bind(link_id.to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}
