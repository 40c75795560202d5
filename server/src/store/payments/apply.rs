//! Payments arrive: new ones are stored, known ones move forward.

use super::book::{Book, Known};
use super::{NewPayment, Stored, payment_columns, search_text};
use crate::clock::Moment;
use crate::store::alerts::{self, Balance, Moved};
use crate::store::feed::Subject;
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store, StoreError};
use domain::ids::{CardRef, LinkId, Txid, UserId};
use domain::live::Seq;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, BTreeSet};

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
    /// With `live` each changed row gets its own number and a `transaction` event in its owner's feed. Without (history) the
    /// changed rows of a user share one number and no event is written for them. Either way the balance of a card follows its
    /// newest payment, with a `balance` event if that changes it. A link that was merged meanwhile is followed.
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
    let mut book = Book::new(known_payments(tx.conn(), &payments.iter().flatten().collect::<Vec<_>>()).await?, news.at);
    let applied =
        payments.into_iter().map(|payment| payment.map_or(Applied::Same, |payment| book.enter(payment))).collect();
    let (changed, was): (Vec<Known>, Vec<Option<NewPayment>>) = book.changed().into_iter().unzip();
    let written = write(tx, changed, news).await?;
    if news.live {
        announce(tx, &written, &was, news).await?;
    }
    let moved = follow_balances(tx, &written, news.at).await?;
    alerts::tell(tx, &written, &was, &moved, news).await?;
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

/// Those of these payments that are stored, as they are.
pub(in crate::store) async fn known_payments(
    connection: &mut AnyConnection,
    wanted: &[&NewPayment],
) -> Result<Vec<Known>> {
    let query = KNOWN.rows(wanted, |row, payment| {
        row.text(payment.link_id.as_str()).text(payment.card_ref.as_str()).text(payment.txid.as_str());
    });
    let found = query.fetch(connection).await?;
    found
        .iter()
        .map(|row| {
            let Stored { payment, contested_at, .. } = Stored::read(row)?;
            Ok(Known { payment, contested_at })
        })
        .collect()
}

/// Those of these payments that are not stored.
pub(in crate::store) async fn without_known(tx: &mut Tx, payments: &[NewPayment]) -> Result<Vec<NewPayment>> {
    let key = |payment: &NewPayment| (payment.link_id.clone(), payment.card_ref.clone(), payment.txid.clone());
    let known = known_payments(tx.conn(), &payments.iter().collect::<Vec<_>>()).await?;
    let known: BTreeSet<_> = known.iter().map(|known| key(&known.payment)).collect();
    Ok(payments.iter().filter(|payment| !known.contains(&key(payment))).cloned().collect())
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
        let search = search_text(&payment.merchant, &payment.description, payment.city.as_deref());
        row.text(payment.user_id.as_str()).text(payment.link_id.as_str()).text(payment.card_ref.as_str());
        row.text(payment.txid.as_str()).number(payment.amount_minor).text(payment.currency.code());
        row.number(payment.fx_amount_minor).text(payment.fx_currency.code()).text(&payment.fx).text(&payment.fx_fee);
        row.text(payment.status.code()).text(payment.kind.code()).text(&payment.mcc).text(payment.category.code());
        row.text(&payment.merchant).text_or_null(payment.city.as_deref()).text_or_null(payment.country.as_deref());
        row.text(&payment.description).text(&search).number_or_null(payment.balance_after_minor);
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

/// The newest payment of a card tells its balance, not the one that was told last: a payment may be late, or be settled long
/// after the next one. Of the payments of one second it is the bank's last. The bank books by the second, and a balance
/// that was asked for has parts of one: what is booked in the same second comes after it. Only what may come after the balance that
/// the card has is looked at, however many payments there are.
static BALANCE: Grouped = Grouped::new(
    "WITH touched (touched_user, touched_link, touched_card) AS (VALUES",
    3,
    ") UPDATE cards
     SET balance_minor = newest.newest_balance, balance_at = newest.newest_at
     FROM touched
     CROSS JOIN (
        SELECT id AS newest_id, booked_at AS newest_at, balance_after_minor AS newest_balance
        FROM payments) newest
     WHERE cards.link_id = touched.touched_link
     AND cards.card_ref = touched.touched_card
     AND newest.newest_id = (
        SELECT told.id
        FROM payments told
        WHERE told.user_id = touched.touched_user
        AND told.card_ref = touched.touched_card
        AND told.link_id = touched.touched_link
        AND told.booked_at > COALESCE(cards.balance_at, 0) - 1000000
        AND told.status <> 'R'
        AND told.balance_after_minor IS NOT NULL
        ORDER BY told.booked_at DESC, told.txid DESC
        LIMIT 1)
     AND (cards.balance_at IS NULL OR cards.balance_at < newest.newest_at + 1000000)
     AND (cards.balance_at IS NULL OR cards.balance_minor IS NULL
        OR cards.balance_at <> newest.newest_at OR cards.balance_minor <> newest.newest_balance)
     RETURNING user_id, link_id, card_ref, balance_minor, balance_at",
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
            ELSE told.confirm_at END,
        fresh_at = CASE
            WHEN told.confirm_at IS NULL OR links.fresh_at <= told.confirm_at THEN links.fresh_at
            ELSE told.confirm_at END
     FROM told
     WHERE links.id = told.told_link",
);

/// Tells the owners' feeds of payments.
async fn announce(tx: &mut Tx, written: &[Stored], was: &[Option<NewPayment>], news: News) -> Result<()> {
    let at = news.at;
    let mut links: Vec<&LinkId> = Vec::new();
    for (Stored { id, seq, payment, .. }, was) in written.iter().zip(was) {
        tx.record(&payment.user_id, *seq, Subject::Payment(*id), was.is_none(), at);
        links.push(&payment.link_id);
    }
    links.sort_unstable();
    links.dedup();
    let put_news = NEWS.rows(&links, |row, link| {
        row.text(link.as_str()).moment(at).moment_or_null(news.confirm_at);
    });
    put_news.execute(tx.conn()).await?;
    Ok(())
}

/// Brings the balances of the cards that were written to in line, and tells their owners' feeds of those that moved.
async fn follow_balances(tx: &mut Tx, written: &[Stored], at: Moment) -> Result<Vec<Moved>> {
    let mut touched: Vec<(&UserId, &LinkId, &CardRef)> =
        written.iter().map(|Stored { payment, .. }| (&payment.user_id, &payment.link_id, &payment.card_ref)).collect();
    touched.sort_unstable();
    touched.dedup();
    let put_balances = BALANCE.rows(&touched, |row, (user, link, card)| {
        row.text(user.as_str()).text(link.as_str()).text(card.as_str());
    });
    let mut moved: Vec<(UserId, LinkId, CardRef, Balance)> = Vec::new();
    for row in put_balances.fetch(tx.conn()).await? {
        let balance = Balance { minor: row.number("balance_minor")?, at: row.moment("balance_at")? };
        moved.push((row.id("user_id")?, row.id("link_id")?, row.id("card_ref")?, balance));
    }
    moved.sort_unstable();
    let mut cards = Vec::with_capacity(moved.len());
    for (user_id, link, card_ref, balance) in moved {
        tx.emit(&user_id, Subject::Card(link, card_ref.clone()), at)?;
        cards.push(Moved { user_id, card_ref, balance });
    }
    // Several links may see one card.
    cards.sort_unstable();
    cards.dedup();
    Ok(cards)
}
