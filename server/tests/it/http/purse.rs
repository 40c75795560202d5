//! Somebody with payments, straight from the store: the bank is another test's business.

use super::world::World;
use domain::category::Category;
use domain::ids::{AccountId, CardRef, LinkId, PaymentKey, Txid, UserId};
use domain::money::Currency;
use domain::transaction::{TxStatus, TxType};
use server::clock::Moment;
use server::store::{Channel, Learned, LearnedAccount, LearnedCard, NewPayment, Offered, Proven, Store, TokenOffer};
use std::time::Duration;

/// Everybody's.
pub(super) const TOKEN: &str = "a-token-of-the-bank";

pub(super) struct Purse {
    pub cookie: String,
    pub user: UserId,
    pub link: LinkId,
    pub card: CardRef,
    /// The link's, as this has taken it.
    pub turn: i64,
    store: Store,
    begins: Moment,
}

impl Purse {
    /// A new user with a card, and nothing paid.
    pub(super) async fn of(world: &World, email: &str) -> Self {
        let cookie = world.sign_up(email).await;
        let store = world.services.store.clone();
        let user = store.user_by_email_key(email).await.unwrap().unwrap().id;
        let begins = Moment::from_bank_text("2026-01-01 09:00:00").unwrap();
        let card = CardRef::parse("ANY0000000001").unwrap();
        let key = world.services.vault.user_key(&user).await.unwrap();
        let sealed = key.seal("token", email, TOKEN.as_bytes());
        let link = link(&store, &user, (email, &sealed), &card, begins).await;
        let turn = take(&store, &link).await;
        Self { cookie, user, link, card, turn, store, begins }
    }

    pub(super) fn key(&self, n: usize) -> PaymentKey {
        PaymentKey { card_ref: self.card.clone(), txid: Txid::parse(format!("{n:011}")).unwrap() }
    }

    /// The nth payment, an hour after the one before.
    pub(super) fn payment(&self, n: usize, merchant: &str, minor: i64) -> NewPayment {
        let booked_at = self.begins.plus(Duration::from_hours(n as u64));
        NewPayment {
            link_id: self.link.clone(),
            user_id: self.user.clone(),
            card_ref: self.card.clone(),
            txid: self.key(n).txid,
            amount_minor: minor,
            currency: Currency::EUR,
            fx_amount_minor: minor,
            fx_currency: Currency::EUR,
            fx: "1.000000".to_owned(),
            fx_fee: "0".to_owned(),
            status: TxStatus::Settled,
            kind: if minor < 0 { TxType::Debit } else { TxType::Credit },
            mcc: "5942".to_owned(),
            category: Category::Books,
            merchant: merchant.to_owned(),
            city: Some("Paris".to_owned()),
            country: Some("FRA".to_owned()),
            description: format!("{merchant} - RUE DES BATEAUX"),
            balance_after_minor: Some(1_000_000),
            booked_at,
            booked_text: booked_at.bank_text(),
            failed_reason: None,
            confirmed_at: Some(booked_at),
        }
    }

    pub(super) async fn pay(&self, payments: &[NewPayment]) {
        self.store.apply_payments(payments, false, self.begins).await.unwrap();
    }

    /// So many payments, of one cent, two cents, three cents….
    pub(super) async fn pay_many(&self, count: usize) {
        let payments: Vec<_> =
            (1..=count).map(|n| self.payment(n, "FNAC DIRECT", -i64::try_from(n).unwrap())).collect();
        for group in payments.chunks(5_000) {
            self.pay(group).await;
        }
    }
}

async fn link(store: &Store, user: &UserId, (token, sealed): (&str, &[u8]), card: &CardRef, at: Moment) -> LinkId {
    let offer = TokenOffer {
        new_link_id: &LinkId::parse(user.as_str()).unwrap(),
        user_id: user,
        token_fp: token,
        token_sealed: sealed,
        channel: Channel::Browser,
        intent_id: None,
        at,
    };
    let Offered::New(link) = store.offer_token(&offer).await.unwrap() else { panic!("a new link") };
    let acc_id = AccountId::parse("1001").unwrap();
    let account = LearnedAccount {
        acc_id: acc_id.clone(),
        acc_type: "IBAN".to_owned(),
        currency: Currency::EUR,
        name: "Compte".to_owned(),
    };
    let learned_card = LearnedCard {
        card_ref: card.clone(),
        acc_id,
        name: "Perso".to_owned(),
        holder: "ALICE MARTIN".to_owned(),
        status: "ACT".to_owned(),
        currency: Currency::EUR,
        balance_minor: Some(10_000),
    };
    let learned = Learned {
        link_id: &link,
        token_fp: token,
        holder: "ALICE",
        accounts: &[account],
        cards: &[learned_card],
        turn: take(store, &link).await,
        at,
    };
    assert_eq!(store.prove_link(&learned).await.unwrap(), Proven::Linked(link.clone()));
    link
}

/// Takes a link before the server's own worker does, or from it: what that finds out counts no more. For good, as long as nothing is
/// noted about it.
async fn take(store: &Store, link: &LinkId) -> i64 {
    let late = Moment::from_bank_text("2100-01-01 00:00:00").unwrap();
    store.take_link(link, late.plus(Duration::from_hours(1)), late).await.unwrap().expect("a link that waits").turn
}
