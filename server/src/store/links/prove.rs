//! The bank's API has answered with a token: what it told about accounts and cards.

use super::history::{add_up_history, take_back_history};
use super::merge::{merge, older_link};
use super::{LinkRecord, lock};
use crate::clock::Moment;
use crate::store::deliveries::{lock_parking, wake_parked};
use crate::store::feed::Subject;
use crate::store::statement::Grouped;
use crate::store::transaction::Tx;
use crate::store::{Result, Store, StoreError};
use domain::ids::{AccountId, CardRef, LinkId};
use domain::money::Currency;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedAccount {
    pub acc_id: AccountId,
    pub acc_type: String,
    pub currency: Currency,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedCard {
    pub card_ref: CardRef,
    pub acc_id: AccountId,
    pub name: String,
    pub holder: String,
    /// The vendor's code, as it came.
    pub status: String,
    pub currency: Currency,
    /// Minor units of `currency`. None where the bank did not say: the balance that is known stays.
    pub balance_minor: Option<i64>,
}

/// What the bank told about a token.
#[derive(Debug, Clone, Copy)]
pub struct Learned<'a> {
    pub link_id: &'a LinkId,
    /// The token that was asked with. If the link has another by now, nothing is written.
    pub token_fp: &'a str,
    pub holder: &'a str,
    pub accounts: &'a [LearnedAccount],
    pub cards: &'a [LearnedCard],
    /// The link's, as it was taken. If somebody else has taken it since, nothing is written.
    pub turn: i64,
    pub at: Moment,
}

/// What proving a link came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proven {
    Linked(LinkId),
    /// An older link of the same user shares an account: it has taken over the token, and the new link's id leads to it.
    Merged {
        into: LinkId,
    },
    /// Revoked or forgotten meanwhile, under another token, or taken by somebody else by now; nothing was written.
    Gone,
}

/// What was learned, for a task of its own.
struct Told {
    link_id: LinkId,
    token_fp: String,
    holder: String,
    accounts: Vec<LearnedAccount>,
    cards: Vec<LearnedCard>,
    turn: i64,
    at: Moment,
}

impl Store {
    /// Notes that the bank has answered with a link's token, and what it told. One transaction: accounts and cards are brought
    /// up to date (what is no longer listed stays), history that an earlier, forgotten link kept of these cards comes back,
    /// notifications that are parked for these cards come alive, and the link is due again if history is to be fetched.
    pub async fn prove_link(&self, learned: &Learned<'_>) -> Result<Proven> {
        let told = Told {
            link_id: learned.link_id.clone(),
            token_fp: learned.token_fp.to_owned(),
            holder: learned.holder.to_owned(),
            accounts: learned.accounts.to_vec(),
            cards: learned.cards.to_vec(),
            turn: learned.turn,
            at: learned.at,
        };
        self.write(move |tx| {
            Box::pin(async move {
                let link = match lock(tx, &told.link_id).await {
                    Ok(link) if !link.has_ended() && link.token_fp == told.token_fp && link.turn == told.turn => link,
                    Ok(_) | Err(StoreError::Missing(_)) => return Ok(Proven::Gone),
                    Err(error) => return Err(error),
                };
                let older = if link.proven_at.is_none() { older_link(tx, &link, &told.accounts).await? } else { None };
                let into = match &older {
                    Some(older) => merge(tx, link, older, told.at).await?,
                    None => link,
                };
                learn(tx, &into, &told).await?;
                Ok(if older.is_some() { Proven::Merged { into: into.id } } else { Proven::Linked(into.id) })
            })
        })
        .await
    }
}

async fn learn(tx: &mut Tx, link: &LinkRecord, told: &Told) -> Result<()> {
    put_accounts_and_cards(tx, link, told).await?;
    let cards: Vec<CardRef> = told.cards.iter().map(|card| card.card_ref.clone()).collect();
    take_back_history(tx, link, &cards).await?;
    lock_parking(tx).await?;
    wake_parked(tx, &cards, told.at).await?;
    let seq = tx.emit(&link.user_id, Subject::Link(link.id.clone()), told.at)?;
    sqlx::query(
        "UPDATE links
         SET holder = $1, proven_at = COALESCE(proven_at, $2), last_news_at = $2, problem = '', attempts = 0, seq = $3
         WHERE id = $4",
    )
    .bind(told.holder.clone())
    .bind(told.at.0)
    .bind(seq.0)
    .bind(link.id.to_string())
    .execute(tx.conn())
    .await?;
    add_up_history(tx, &link.id, told.at).await
}

static PUT_ACCOUNTS: Grouped = Grouped::new(
    "INSERT INTO accounts (link_id, acc_id, acc_type, currency, name) VALUES",
    5,
    "ON CONFLICT (link_id, acc_id) DO UPDATE
     SET acc_type = excluded.acc_type, currency = excluded.currency, name = excluded.name",
);

static PUT_CARDS: Grouped = Grouped::new(
    "INSERT INTO cards (link_id, card_ref, user_id, acc_id, name, holder, status, currency, balance_minor, balance_at)
     VALUES",
    10,
    "ON CONFLICT (link_id, card_ref) DO UPDATE
     SET acc_id = excluded.acc_id, name = excluded.name, holder = excluded.holder, status = excluded.status,
        currency = excluded.currency,
        balance_minor = COALESCE(excluded.balance_minor, cards.balance_minor),
        balance_at = COALESCE(excluded.balance_at, cards.balance_at)",
);

async fn put_accounts_and_cards(tx: &mut Tx, link: &LinkRecord, told: &Told) -> Result<()> {
    let (link_id, user_id) = (link.id.as_str(), link.user_id.as_str());
    let accounts = by_key(&told.accounts, |account| &account.acc_id);
    let cards = by_key(&told.cards, |card| &card.card_ref);
    let put_accounts = PUT_ACCOUNTS.rows(&accounts, |row, account| {
        row.text(link_id).text(account.acc_id.as_str()).text(&account.acc_type);
        row.text(account.currency.code()).text(&account.name);
    });
    let put_cards = PUT_CARDS.rows(&cards, |row, card| {
        row.text(link_id).text(card.card_ref.as_str()).text(user_id).text(card.acc_id.as_str()).text(&card.name);
        row.text(&card.holder).text(&card.status).text(card.currency.code());
        row.number_or_null(card.balance_minor).moment_or_null(card.balance_minor.map(|_| told.at));
    });
    put_accounts.execute(tx.conn()).await?;
    put_cards.execute(tx.conn()).await?;
    Ok(())
}

/// The last of each key, in the order of keys: a statement cannot write one row twice.
fn by_key<'r, T, K: Ord + 'r>(rows: &'r [T], key: impl Fn(&'r T) -> &'r K) -> Vec<&'r T> {
    let last: BTreeMap<&K, &T> = rows.iter().map(|row| (key(row), row)).collect();
    last.into_values().collect()
}
