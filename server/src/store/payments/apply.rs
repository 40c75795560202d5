//! Payments arrive: new ones are stored, known ones move forward.

use super::book::{Book, Known};
use super::{NewPayment, Stored, payment_columns};
use crate::clock::Moment;
use crate::store::feed::Subject;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store, StoreError};
use domain::ids::{CardRef, LinkId, Txid, UserId};
use domain::live::Seq;
use domain::transaction::TxStatus;
use std::collections::BTreeMap;

/// What applying a payment did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    New,
    Changed,
    /// Nothing to write: all of it was known, or its link has been forgotten.
    Same,
    /// It tells of an earlier state than the one that is known, which stays.
    Backwards,
    /// It contradicts what is known, which stays, marked as contested.
    Contested,
}

impl Store {
    /// Stores payments by link, card and `txid`, in one transaction, and answers for each what it did. How one telling changes
    /// another is `domain::standing`'s to say. What a source leaves out does not remove what another one told.
    ///
    /// With `live` each changed row gets its own number and a `transaction` event in its owner's feed, and the balance of its
    /// card follows with a `balance` event. Without (history) the changed rows of a user share one number and no event is
    /// written for them. A link that was merged meanwhile is followed.
    pub async fn apply_payments(&self, payments: &[NewPayment], live: bool, at: Moment) -> Result<Vec<Applied>> {
        let payments = payments.to_vec();
        let news = News { live, confirm_at: None, at };
        self.write(move |tx| Box::pin(apply(tx, payments, news))).await
    }
}

/// How payments are told to their owners.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct News {
    pub(in crate::store) live: bool,
    /// When the bank is to be asked about them, unless it is asked before.
    pub(in crate::store) confirm_at: Option<Moment>,
    pub(in crate::store) at: Moment,
}

/// The body of [`Store::apply_payments`], for a transaction that does more. It locks feeds, so it has to come first.
pub(in crate::store) async fn apply(tx: &mut Tx, payments: Vec<NewPayment>, news: News) -> Result<Vec<Applied>> {
    if payments.is_empty() {
        return Ok(Vec::new());
    }
    tx.lock_feeds(payments.iter().map(|payment| &payment.user_id)).await?;
    let links = follow_links(tx, &payments).await?;
    let payments: Vec<Option<NewPayment>> = payments
        .into_iter()
        .map(|payment| Some(NewPayment { link_id: links.get(&payment.link_id)?.clone(), ..payment }))
        .collect();
    let mut book = Book::new(known(tx, &payments).await?, news.at);
    let applied =
        payments.into_iter().map(|payment| payment.map_or(Applied::Same, |payment| book.enter(payment))).collect();
    let written = write(tx, book.changed(), news).await?;
    if news.live {
        announce(tx, &written, news).await?;
    }
    Ok(applied)
}

static LINKS: Grouped = Grouped::new(
    "WITH wanted (wanted_link) AS (VALUES",
    1,
    ") SELECT wanted.wanted_link, links.id AS link_id
     FROM wanted
     CROSS JOIN links
     WHERE links.id = COALESCE(
        (SELECT link_aliases.link_id FROM link_aliases WHERE link_aliases.id = wanted.wanted_link),
        wanted.wanted_link)
     AND links.forgotten_at IS NULL",
);

/// Where each link lives on; nothing for those that are forgotten.
async fn follow_links(tx: &mut Tx, payments: &[NewPayment]) -> Result<BTreeMap<LinkId, LinkId>> {
    let mut wanted: Vec<&LinkId> = payments.iter().map(|payment| &payment.link_id).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let query = LINKS.rows(&wanted, |row, link| {
        row.text(link.as_str());
    });
    let found = query.fetch(tx.conn()).await?;
    found.iter().map(|row| Ok((row.id("wanted_link")?, row.id("link_id")?))).collect()
}

static KNOWN: Grouped = Grouped::new(
    "WITH wanted (wanted_link, wanted_card, wanted_txid) AS (VALUES",
    3,
    concat!(
        ") SELECT ",
        payment_columns!(),
        " FROM wanted
         CROSS JOIN payments
         WHERE payments.link_id = wanted.wanted_link
         AND payments.card_ref = wanted.wanted_card
         AND payments.txid = wanted.wanted_txid"
    ),
);

async fn known(tx: &mut Tx, payments: &[Option<NewPayment>]) -> Result<Vec<Known>> {
    let wanted: Vec<&NewPayment> = payments.iter().flatten().collect();
    let query = KNOWN.rows(&wanted, |row, payment| {
        row.text(payment.link_id.as_str()).text(payment.card_ref.as_str()).text(payment.txid.as_str());
    });
    let found = query.fetch(tx.conn()).await?;
    found
        .iter()
        .map(|row| {
            let Stored { payment, contested_at, .. } = Stored::read(row)?;
            Ok(Known { payment, contested_at })
        })
        .collect()
}

static PUT: Grouped = Grouped::new(
    "INSERT INTO payments (user_id, link_id, card_ref, txid, amount_minor, currency, fx_amount_minor, fx_currency, fx,
        fx_fee, status, kind, mcc, category, merchant, city, country, description, search, balance_after_minor,
        booked_at, booked_text, failed_reason, confirmed_at, contested_at, seq, created_at)
     VALUES",
    27,
    "ON CONFLICT (link_id, card_ref, txid) DO UPDATE
     SET amount_minor = excluded.amount_minor, currency = excluded.currency,
        fx_amount_minor = excluded.fx_amount_minor, fx_currency = excluded.fx_currency, fx = excluded.fx,
        fx_fee = excluded.fx_fee, status = excluded.status, kind = excluded.kind, mcc = excluded.mcc,
        category = excluded.category, merchant = excluded.merchant, city = excluded.city, country = excluded.country,
        description = excluded.description, search = excluded.search,
        balance_after_minor = excluded.balance_after_minor, booked_at = excluded.booked_at,
        booked_text = excluded.booked_text, failed_reason = excluded.failed_reason,
        confirmed_at = excluded.confirmed_at, contested_at = excluded.contested_at, seq = excluded.seq
     RETURNING id, link_id, card_ref, txid, missing_minor",
);

/// Writes rows under new numbers, and answers them in the order of these.
async fn write(tx: &mut Tx, changed: Vec<Known>, news: News) -> Result<Vec<Stored>> {
    let mut shared: BTreeMap<UserId, Seq> = BTreeMap::new();
    let mut rows = Vec::with_capacity(changed.len());
    for Known { payment, contested_at } in changed {
        let seq = match shared.get(&payment.user_id) {
            Some(seq) if !news.live => *seq,
            _ => tx.next_seq(&payment.user_id)?,
        };
        shared.insert(payment.user_id.clone(), seq);
        rows.push(Stored { id: 0, seq, payment, contested_at, missing_minor: None });
    }
    let put = PUT.rows(&rows, |row, Stored { payment, seq, contested_at, .. }| {
        row.text(payment.user_id.as_str()).text(payment.link_id.as_str()).text(payment.card_ref.as_str());
        row.text(payment.txid.as_str()).number(payment.amount_minor).text(payment.currency.code());
        row.number(payment.fx_amount_minor).text(payment.fx_currency.code()).text(&payment.fx).text(&payment.fx_fee);
        row.text(payment.status.code()).text(payment.kind.code()).text(&payment.mcc).text(payment.category.code());
        row.text(&payment.merchant).text_or_null(payment.city.as_deref()).text_or_null(payment.country.as_deref());
        row.text(&payment.description).text(&payment.search).number_or_null(payment.balance_after_minor);
        row.moment(payment.booked_at).text(&payment.booked_text).text_or_null(payment.failed_reason.as_deref());
        row.moment_or_null(payment.confirmed_at).moment_or_null(*contested_at).number(seq.0).moment(news.at);
    });
    let mut stored: BTreeMap<(LinkId, CardRef, Txid), (i64, Option<i64>)> = BTreeMap::new();
    for row in put.fetch(tx.conn()).await? {
        let key = (row.id("link_id")?, row.id("card_ref")?, row.id("txid")?);
        stored.insert(key, (row.number("id")?, row.number_or_null("missing_minor")?));
    }
    for row in &mut rows {
        let key = (row.payment.link_id.clone(), row.payment.card_ref.clone(), row.payment.txid.clone());
        (row.id, row.missing_minor) = *stored.get(&key).ok_or(StoreError::Missing("payment"))?;
    }
    Ok(rows)
}

/// The bank books by the second, and a balance that was asked for has parts of one: what is booked in the same second comes
/// after it.
static BALANCE: Grouped = Grouped::new(
    "WITH told (told_link, told_card, told_balance, told_at) AS (VALUES",
    4,
    ") UPDATE cards
     SET balance_minor = told.told_balance, balance_at = told.told_at
     FROM told
     WHERE cards.link_id = told.told_link
     AND cards.card_ref = told.told_card
     AND (cards.balance_at IS NULL OR cards.balance_at < told.told_at + 1000000)
     RETURNING user_id, link_id, card_ref",
);

static NEWS: Grouped = Grouped::new(
    "WITH told (told_link, told_at, confirm_at) AS (VALUES",
    3,
    ") UPDATE links
     SET last_news_at = CASE
            WHEN links.last_news_at > told.told_at THEN links.last_news_at
            ELSE told.told_at END,
        next_try_at = CASE
            WHEN told.confirm_at IS NULL OR links.token_sealed IS NULL OR links.refused_at IS NOT NULL
                OR links.next_try_at <= told.confirm_at THEN links.next_try_at
            ELSE told.confirm_at END
     FROM told
     WHERE links.id = told.told_link",
);

/// Tells the owners' feeds of payments and of the balances that they leave.
async fn announce(tx: &mut Tx, written: &[Stored], news: News) -> Result<()> {
    let at = news.at;
    // Of the payments of one second the bank's last one tells the balance, whatever the order that they came in.
    let mut balances: BTreeMap<(&LinkId, &CardRef), (Moment, &Txid, i64)> = BTreeMap::new();
    let mut links: Vec<&LinkId> = Vec::new();
    for Stored { id, seq, payment, .. } in written {
        tx.record(&payment.user_id, *seq, Subject::Payment(*id), at);
        links.push(&payment.link_id);
        if let Some(balance) = payment.balance_after_minor.filter(|_| payment.status != TxStatus::Refused) {
            let told = (payment.booked_at, &payment.txid, balance);
            let newest = balances.entry((&payment.link_id, &payment.card_ref)).or_insert(told);
            *newest = told.max(*newest);
        }
    }
    links.sort_unstable();
    links.dedup();
    let balances: Vec<_> = balances.into_iter().collect();
    let put_balances = BALANCE.rows(&balances, |row, ((link, card), (booked_at, _, balance))| {
        row.text(link.as_str()).text(card.as_str()).number(*balance).moment(*booked_at);
    });
    let put_news = NEWS.rows(&links, |row, link| {
        row.text(link.as_str()).moment(at).moment_or_null(news.confirm_at);
    });
    let mut moved: Vec<(UserId, LinkId, CardRef)> = Vec::new();
    for row in put_balances.fetch(tx.conn()).await? {
        moved.push((row.id("user_id")?, row.id("link_id")?, row.id("card_ref")?));
    }
    moved.sort_unstable();
    for (user, link, card) in moved {
        tx.emit(&user, Subject::Card(link, card), at)?;
    }
    put_news.execute(tx.conn()).await?;
    Ok(())
}
