//! A person who is linked, with a card of her own, written straight into the database. The benchmark takes this file too.

use domain::ids::{AccountId, CardRef, LinkId, UserId};
use domain::money::Currency;
use domain::viewer::Role;
use server::clock::{Clock as _, SystemClock};
use server::randomness;
use server::secret::Secret;
use server::sessions::fingerprint;
use server::store::{Channel, HistoryStep, Learned, LearnedAccount, LearnedCard, NewUser, Offered, Store, TokenOffer};
use server::vault::Vault;
use std::time::Duration;

/// The person of a number: who she is, her card, and the cookie of her session. No server may be running: it would take the link to
/// prove it.
pub(crate) async fn add(store: &Store, vault: &Vault, n: u64) -> (UserId, CardRef, String) {
    let now = SystemClock.now();
    let user = UserId::parse(randomness::id()).expect("an id");
    let email = format!("person-{n}@example.test");
    let new = NewUser {
        id: &user,
        email: &email,
        email_key: &email,
        name: "A Person",
        password_hash: None,
        role: Role::User,
        created_at: now,
    };
    store.create_user(&new).await.expect("a user");
    let card = linked(store, vault, &user, n).await;
    let session = randomness::secret();
    let (key, end) = (fingerprint(&session), now.plus(Duration::from_hours(12)));
    store.create_session(&key, &user, "", now, end).await.expect("a session");
    (user, card, format!("session={session}"))
}

/// Her link is proven, and has no past.
async fn linked(store: &Store, vault: &Vault, user: &UserId, n: u64) -> CardRef {
    let now = SystemClock.now();
    let token = Secret::new(format!("token-of-person-{n}"));
    let token_fp = vault.fingerprint(&token);
    let key = vault.user_key(user).await.expect("her key");
    let offer = TokenOffer {
        new_link_id: &LinkId::parse(randomness::id()).expect("an id"),
        user_id: user,
        token_fp: &token_fp,
        token_sealed: &key.seal("token", &token_fp, token.expose().as_bytes()),
        channel: Channel::Notification,
        intent_id: None,
        at: now,
    };
    let Offered::New(link_id) = store.offer_token(&offer).await.expect("a link") else { panic!("a new link") };
    let card = CardRef::parse(format!("ANY{n:010}")).expect("a card");
    let acc_id = AccountId::parse((1_000 + n).to_string()).expect("an account");
    let account = LearnedAccount {
        acc_id: acc_id.clone(),
        acc_type: "pro".into(),
        currency: Currency::EUR,
        name: "A Person".into(),
    };
    let learned = LearnedCard {
        card_ref: card.clone(),
        acc_id,
        name: "Card".into(),
        holder: "A Person".into(),
        status: "ACT".into(),
        currency: Currency::EUR,
        balance_minor: Some(0),
    };
    let told = Learned {
        link_id: &link_id,
        token_fp: &token_fp,
        holder: "A Person",
        accounts: &[account],
        cards: &[learned],
        turn: 0,
        at: now,
    };
    store.prove_link(&told).await.expect("a proof");
    let whole = HistoryStep { link_id, card_ref: card.clone(), total: 0, fetched: 0, complete: true, turn: 0, at: now };
    store.note_history(&whole).await.expect("a history");
    card
}
