//! Who and what the story is about.

use domain::category::Category;
use domain::ids::{AccountId, CardRef, IntentId, LinkId, Txid, UserId};
use domain::lang::Lang;
use domain::money::Currency;
use domain::transaction::{TxStatus, TxType};
use domain::viewer::Role;
use server::clock::Moment;
use server::store::{
    Channel, Created, Learned, LearnedAccount, LearnedCard, LinkRecord, NewPayment, NewUser, Offered, Proven, Store,
    TokenOffer,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) struct Cast {
    pub(super) store: Store,
    begins: Moment,
    next: AtomicU64,
    woken: Arc<Mutex<Vec<UserId>>>,
}

/// A user with one link that is linked and sees one card.
pub(super) struct Linked {
    pub(super) user: UserId,
    pub(super) link: LinkId,
    pub(super) card: CardRef,
}

impl Cast {
    pub(super) fn new(store: &Store) -> Self {
        let woken = Arc::new(Mutex::new(Vec::new()));
        let hook = Arc::clone(&woken);
        store.on_commit(Arc::new(move |user: &UserId| hook.lock().unwrap().push(user.clone())));
        let begins = Moment::from_bank_text("2026-03-28 12:00:00").unwrap();
        Self { store: store.clone(), begins, next: AtomicU64::new(1), woken }
    }

    /// Another part of the story, whose numbers begin elsewhere.
    pub(super) fn beside(store: &Store, first: u64) -> Self {
        let begins = Moment::from_bank_text("2026-03-28 12:00:00").unwrap();
        Self { store: store.clone(), begins, next: AtomicU64::new(first), woken: Arc::default() }
    }

    /// Whom the commits since the last call have woken.
    pub(super) fn woken(&self) -> Vec<UserId> {
        std::mem::take(&mut *self.woken.lock().unwrap())
    }

    /// A moment so many seconds after the story begins.
    pub(super) fn at(&self, seconds: u64) -> Moment {
        self.begins.plus(Duration::from_secs(seconds))
    }

    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn id(&self) -> String {
        format!("{:032x}", self.number())
    }

    pub(super) fn user_id(&self) -> UserId {
        UserId::parse(self.id()).unwrap()
    }

    pub(super) fn link_id(&self) -> LinkId {
        LinkId::parse(self.id()).unwrap()
    }

    pub(super) fn card_ref(&self) -> CardRef {
        CardRef::parse(format!("ANY{:010}", self.number())).unwrap()
    }

    pub(super) fn token(&self) -> String {
        format!("fp-{}", self.number())
    }

    pub(super) async fn user(&self, email: &str) -> UserId {
        let id = self.user_id();
        let user = NewUser {
            id: &id,
            email,
            email_key: &email.to_lowercase(),
            name: "Someone",
            password_hash: None,
            role: Role::User,
            created_at: self.at(0),
        };
        assert_eq!(self.store.create_user(&user).await.unwrap(), Created::Yes);
        id
    }

    pub(super) async fn somebody(&self) -> UserId {
        let email = format!("somebody-{}@example.test", self.number());
        self.user(&email).await
    }

    pub(super) async fn intent(&self, user: &UserId) -> IntentId {
        let id = IntentId::parse(self.id()).unwrap();
        self.store.add_intent(&id, user, self.at(0), self.at(900), Lang::En, "Firefox").await.unwrap();
        id
    }

    pub(super) async fn offer(&self, user: &UserId, token: &str, channel: Channel, seconds: u64) -> Offered {
        self.offer_for(user, token, channel, None, seconds).await
    }

    pub(super) async fn offer_for(
        &self,
        user: &UserId,
        token: &str,
        channel: Channel,
        intent: Option<&IntentId>,
        seconds: u64,
    ) -> Offered {
        let offer = TokenOffer {
            new_link_id: &self.link_id(),
            user_id: user,
            token_fp: token,
            token_sealed: b"sealed",
            channel,
            intent_id: intent,
            at: self.at(seconds),
        };
        self.store.offer_token(&offer).await.unwrap()
    }

    /// A new link, not proven yet.
    pub(super) async fn pending(&self, user: &UserId, token: &str, seconds: u64) -> LinkId {
        match self.offer(user, token, Channel::Browser, seconds).await {
            Offered::New(id) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn prove(
        &self,
        link: &LinkId,
        token: &str,
        account: &str,
        cards: &[CardRef],
        seconds: u64,
    ) -> Proven {
        let turn = self.store.link(link).await.unwrap().map_or(0, |link| link.turn);
        let learned = Learned {
            link_id: link,
            token_fp: token,
            holder: "ALICE MARTIN",
            accounts: &[account_of(account), account_of(account)],
            cards: &cards.iter().map(|card| card_of(card, account)).collect::<Vec<_>>(),
            turn,
            at: self.at(seconds),
        };
        self.store.prove_link(&learned).await.unwrap()
    }

    /// What who has taken a link learns of an account of its own.
    pub(super) async fn prove_as(&self, as_taken: &LinkRecord, token: &str, cards: &[CardRef], seconds: u64) -> Proven {
        let account = format!("acc-{token}");
        let learned = Learned {
            link_id: &as_taken.id,
            token_fp: token,
            holder: "ALICE MARTIN",
            accounts: &[account_of(&account)],
            cards: &cards.iter().map(|card| card_of(card, &account)).collect::<Vec<_>>(),
            turn: as_taken.turn,
            at: self.at(seconds),
        };
        self.store.prove_link(&learned).await.unwrap()
    }

    pub(super) async fn linked(&self) -> Linked {
        let user = self.somebody().await;
        let (token, card) = (self.token(), self.card_ref());
        let link = self.pending(&user, &token, 0).await;
        let account = format!("acc-{}", self.number());
        assert_eq!(
            self.prove(&link, &token, &account, std::slice::from_ref(&card), 1).await,
            Proven::Linked(link.clone())
        );
        self.woken();
        Linked { user, link, card }
    }
}

pub(super) fn account_of(id: &str) -> LearnedAccount {
    LearnedAccount {
        acc_id: AccountId::parse(id).unwrap(),
        acc_type: "IBAN".to_owned(),
        currency: Currency::EUR,
        name: "Compte".to_owned(),
    }
}

pub(super) fn card_of(card: &CardRef, account: &str) -> LearnedCard {
    LearnedCard {
        card_ref: card.clone(),
        acc_id: AccountId::parse(account).unwrap(),
        name: "Perso".to_owned(),
        holder: "ALICE MARTIN".to_owned(),
        status: "ACT".to_owned(),
        currency: Currency::EUR,
        balance_minor: Some(10_000),
    }
}

impl Linked {
    /// A settled debit of 98.32 EUR at a book shop.
    pub(super) fn payment(&self, txid: &str, booked_at: Moment) -> NewPayment {
        let (merchant, description, city) = ("FNAC DIRECT", "FNAC DIRECT - RUE DES BATEAUX", "Ivry Sur Sein");
        NewPayment {
            link_id: self.link.clone(),
            user_id: self.user.clone(),
            card_ref: self.card.clone(),
            txid: Txid::parse(txid).unwrap(),
            amount_minor: -9_832,
            currency: Currency::EUR,
            fx_amount_minor: -9_832,
            fx_currency: Currency::EUR,
            fx: "1.000000".to_owned(),
            fx_fee: "0".to_owned(),
            status: TxStatus::Settled,
            kind: TxType::Debit,
            mcc: "5942".to_owned(),
            category: Category::Books,
            merchant: merchant.to_owned(),
            city: Some(city.to_owned()),
            country: Some("FRA".to_owned()),
            description: description.to_owned(),
            balance_after_minor: None,
            booked_at,
            booked_text: booked_at.bank_text(),
            failed_reason: None,
            confirmed_at: None,
        }
    }
}
