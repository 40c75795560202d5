//! What a group of arrivals changes: what it is about is looked at before and after, and compared.

use super::group::Again;
use crate::clock::Moment;
use crate::store::deliveries::DeliveryState;
use crate::store::links::{CARDS_BY_KEY, CardRecord, LinkRecord, find_by_token};
use crate::store::payments::{Known, NewPayment, known_payments};
use crate::store::row::Columns as _;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, StoreError};
use app::backend::Verdict;
use domain::ids::{CardRef, LinkId, Txid, UserId};
use domain::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One field of something, before and after. None where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `delivery`, `payment`, `link` or `balance`.
    pub what: String,
    /// Its number, `CARD/TXID`, or the card.
    pub subject: String,
    /// A code, such as `status`.
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

pub(super) fn read_changes(text: &str) -> Result<Vec<Change>> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("changes"))
}

pub(super) fn written(changes: &[Change]) -> String {
    serde_json::to_string(changes).unwrap_or_else(|_| "[]".to_owned())
}

/// An arrival as it stands, locked until the end of the transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stands {
    pub(super) verdict: Verdict,
    pub(super) reason: String,
    pub(super) state: DeliveryState,
    pub(super) user_id: Option<UserId>,
}

type PaymentKey = (LinkId, CardRef, Txid);

/// What the arrivals of a group are about, at one moment.
pub(super) struct Picture {
    deliveries: BTreeMap<i64, Stands>,
    payments: BTreeMap<PaymentKey, Known>,
    links: BTreeMap<String, LinkRecord>,
    balances: BTreeMap<(LinkId, CardRef), Option<Money>>,
}

/// Nobody processes it: locked by writing what is there.
static STANDS: Grouped = Grouped::new(
    "UPDATE deliveries SET attempts = attempts WHERE id IN (VALUES",
    1,
    ") AND next_at IS NULL RETURNING id, verdict, reason, state, user_id",
);

/// Locks those that nobody processes, and tells how they stand. The others are left out.
pub(super) async fn lock_idle(tx: &mut Tx, ids: &[i64]) -> Result<BTreeMap<i64, Stands>> {
    let locking = STANDS.rows(ids, |row, id| {
        row.number(*id);
    });
    stands(locking.fetch(tx.conn()).await?)
}

static STAND_NOW: Grouped =
    Grouped::new("SELECT id, verdict, reason, state, user_id FROM deliveries WHERE id IN (VALUES", 1, ")");

fn stands(rows: Vec<sqlx::any::AnyRow>) -> Result<BTreeMap<i64, Stands>> {
    rows.iter()
        .map(|row| {
            let stands = Stands {
                verdict: row.code("verdict", Verdict::from_code)?,
                reason: row.text("reason")?,
                state: row.code("state", DeliveryState::from_code)?,
                user_id: row.id_or_null("user_id")?,
            };
            Ok((row.number("id")?, stands))
        })
        .collect()
}

impl Picture {
    pub(super) async fn take(tx: &mut Tx, group: &[Again]) -> Result<Self> {
        let ids: Vec<i64> = group.iter().map(|again| again.claimant.id).collect();
        let reading = STAND_NOW.rows(&ids, |row, id| {
            row.number(*id);
        });
        let deliveries = stands(reading.fetch(tx.conn()).await?)?;
        let payments: Vec<&NewPayment> = group.iter().flat_map(Again::payments).collect();
        let mut links = BTreeMap::new();
        for token in group.iter().filter_map(Again::token) {
            if let Some(link) = find_by_token(tx.conn(), token).await? {
                links.insert(token.to_owned(), link);
            }
        }
        Ok(Self { deliveries, balances: balances(tx, &payments).await?, payments: paid(tx, &payments).await?, links })
    }

    /// What this arrival has changed, and whom it is about.
    pub(super) fn changes(&self, after: &Self, again: &Again) -> (Vec<Change>, Option<UserId>) {
        let mut found = Changes::default();
        let id = again.claimant.id;
        if let (Some(was), Some(is)) = (self.deliveries.get(&id), after.deliveries.get(&id)) {
            found.delivery(id, was, is);
        }
        for payment in again.payments() {
            let key = (payment.link_id.clone(), payment.card_ref.clone(), payment.txid.clone());
            found.payment(self.payments.get(&key), after.payments.get(&key));
            let card = (payment.link_id.clone(), payment.card_ref.clone());
            let balance = |picture: &Self| picture.balances.get(&card).copied().flatten();
            found.add("balance", payment.card_ref.as_str(), "balance", amount(balance(self)), amount(balance(after)));
        }
        if let Some(token) = again.token() {
            found.link(self.links.get(token), after.links.get(token));
        }
        let user = again.payments().map(|payment| payment.user_id.clone()).next();
        let user = user.or_else(|| after.deliveries.get(&id).and_then(|stands| stands.user_id.clone()));
        (found.0, user)
    }
}

async fn paid(tx: &mut Tx, payments: &[&NewPayment]) -> Result<BTreeMap<PaymentKey, Known>> {
    let known = known_payments(tx.conn(), payments).await?;
    let key =
        |known: &Known| (known.payment.link_id.clone(), known.payment.card_ref.clone(), known.payment.txid.clone());
    Ok(known.into_iter().map(|known| (key(&known), known)).collect())
}

async fn balances(tx: &mut Tx, payments: &[&NewPayment]) -> Result<BTreeMap<(LinkId, CardRef), Option<Money>>> {
    let mut cards: Vec<(&LinkId, &CardRef)> =
        payments.iter().map(|payment| (&payment.link_id, &payment.card_ref)).collect();
    cards.sort_unstable();
    cards.dedup();
    let reading = CARDS_BY_KEY.rows(&cards, |row, (link, card)| {
        row.text(link.as_str()).text(card.as_str());
    });
    reading
        .fetch(tx.conn())
        .await?
        .iter()
        .map(|row| {
            let card = CardRecord::read(row)?;
            let balance = card.balance_minor.map(|minor| Money::new(minor, card.currency));
            Ok(((card.link_id, card.card_ref), balance))
        })
        .collect()
}

#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn add(&mut self, what: &str, subject: &str, field: &str, before: Option<String>, after: Option<String>) {
        if before != after {
            let (what, subject, field) = (what.to_owned(), subject.to_owned(), field.to_owned());
            self.0.push(Change { what, subject, field, before, after });
        }
    }

    fn delivery(&mut self, id: i64, was: &Stands, is: &Stands) {
        let subject = id.to_string();
        let mut field = |name, of: fn(&Stands) -> String| {
            let some = |stands: &Stands| Some(of(stands)).filter(|text| !text.is_empty());
            self.add("delivery", &subject, name, some(was), some(is));
        };
        field("verdict", |stands| stands.verdict.code().to_owned());
        field("reason", |stands| stands.reason.clone());
        field("state", |stands| stands.state.code().to_owned());
        field("user", |stands| stands.user_id.as_ref().map(ToString::to_string).unwrap_or_default());
    }

    fn payment(&mut self, was: Option<&Known>, is: Option<&Known>) {
        let Some(subject) = is.or(was).map(|known| format!("{}/{}", known.payment.card_ref, known.payment.txid)) else {
            return;
        };
        let mut field = |name, of: fn(&Known) -> Option<String>| {
            self.add("payment", &subject, name, was.and_then(of), is.and_then(of));
        };
        field("status", |known| Some(known.payment.status.code().to_owned()));
        field("amount", |known| Some(written_amount(known.payment.amount_minor, known.payment.currency)));
        field("balance", |known| Some(written_amount(known.payment.balance_after_minor?, known.payment.currency)));
        field("failed-reason", |known| known.payment.failed_reason.clone());
        field("confirmed", |known| known.payment.confirmed_at.map(Moment::bank_text));
        field("contested", |known| known.contested_at.map(Moment::bank_text));
    }

    fn link(&mut self, was: Option<&LinkRecord>, is: Option<&LinkRecord>) {
        let Some(subject) = is.or(was).map(|link| link.id.to_string()) else { return };
        let mut field = |name, of: fn(&LinkRecord) -> Option<String>| {
            self.add("link", &subject, name, was.and_then(of), is.and_then(of));
        };
        field("status", |link| Some(link.status().code().to_owned()));
        field("user", |link| Some(link.user_id.to_string()));
        field("problem", |link| Some(link.problem.clone()).filter(|problem| !problem.is_empty()));
        field("notified", |link| link.notified_at.map(Moment::bank_text));
        field("revoked", |link| link.revoked_at.map(Moment::bank_text));
    }
}

fn amount(money: Option<Money>) -> Option<String> {
    money.map(|money| written_amount(money.minor, money.currency))
}

/// `-12.40 EUR`
fn written_amount(minor: i64, currency: Currency) -> String {
    format!("{} {}", Money::new(minor, currency).decimal(), currency.code())
}
