//! People who are linked, written straight into the database: ten minutes of notifications need more of them than the bank's
//! stand-in has.

use domain::ids::{AccountId, CardRef, LinkId, UserId};
use domain::money::Currency;
use domain::viewer::Role;
use futures::StreamExt as _;
use server::api::{self, Scope};
use server::clock::{Clock as _, SystemClock};
use server::randomness;
use server::secret::Secret;
use server::sessions::fingerprint;
use server::store::{
    ApiKeyRecord, Channel, HistoryStep, Learned, LearnedAccount, LearnedCard, NewUser, Offered, Store, TokenOffer,
};
use server::vault::{KeyRing, Vault};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Links so many people with one card each: `ANY0000000000` and so on. The answer is the cookie of each, by card. The server
/// must not be running.
pub(crate) async fn link(folder: &Path, partner: &str, count: u64) -> Vec<String> {
    let store =
        Store::open(&Secret::new(format!("sqlite://{}/bench.db", folder.display()))).await.expect("the database");
    let ring = KeyRing::read(&folder.join("keyring")).expect("the key ring");
    let vault = Vault::open(ring, store.clone(), Arc::new(SystemClock), partner).await.expect("the vault");
    // Some at once, so that what one computes another one does not wait for.
    let cookies = futures::stream::iter(0..count).map(|n| one(&store, &vault, n)).buffered(16).collect().await;
    store.close().await;
    cookies
}

/// Signs in the people of so many cards, the first ones; the answer is their cookies, by card. The server must not be running.
pub(crate) async fn sign_in(folder: &Path, count: usize) -> Vec<String> {
    let store =
        Store::open(&Secret::new(format!("sqlite://{}/bench.db", folder.display()))).await.expect("the database");
    let (now, mut cookies) = (SystemClock.now(), Vec::with_capacity(count));
    for n in 0..count {
        let email = format!("person-{n}@example.test");
        let user = store.user_by_email_key(&email).await.expect("a look-up").expect("a person");
        let (session, end) = (randomness::secret(), now.plus(Duration::from_hours(12)));
        store.create_session(&fingerprint(&session), &user.id, "", now, end).await.expect("a session");
        cookies.push(format!("session={session}"));
    }
    store.close().await;
    cookies
}

/// An operator, and keys of the API.
pub(crate) struct Staff {
    pub(crate) cookie: String,
    pub(crate) keys: Vec<String>,
}

/// Adds them. The server must not be running.
pub(crate) async fn staff(folder: &Path) -> Staff {
    let store =
        Store::open(&Secret::new(format!("sqlite://{}/bench.db", folder.display()))).await.expect("the database");
    let now = SystemClock.now();
    let id = UserId::parse(randomness::id()).expect("an id");
    let new = NewUser {
        id: &id,
        email: "admin@example.test",
        email_key: "admin@example.test",
        name: "An Admin",
        password_hash: None,
        role: Role::Admin,
        created_at: now,
    };
    store.create_user(&new).await.expect("an operator");
    let session = randomness::secret();
    let end = now.plus(Duration::from_hours(12));
    store.create_session(&fingerprint(&session), &id, "", now, end).await.expect("a session");
    let mut keys = Vec::new();
    for n in 0..10 {
        let key = format!("{}{}", api::KEY_PREFIX, randomness::secret());
        let record = ApiKeyRecord {
            id: randomness::id(),
            name: format!("Bench {n}"),
            scopes: Scope::ALL.map(Scope::code).join(" "),
            addresses: String::new(),
            created_at: now,
            used_at: None,
            revoked_at: None,
        };
        store.add_api_key(&record, &api::hash_of(&key)).await.expect("a key");
        keys.push(key);
    }
    store.close().await;
    Staff { cookie: format!("session={session}"), keys }
}

async fn one(store: &Store, vault: &Vault, n: u64) -> String {
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
    let token = Secret::new(format!("bench-token-{n}"));
    let token_fp = vault.fingerprint(&token);
    let key = vault.user_key(&user).await.expect("her key");
    let offer = TokenOffer {
        new_link_id: &LinkId::parse(randomness::id()).expect("an id"),
        user_id: &user,
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
    let whole = HistoryStep { link_id, card_ref: card, total: 0, fetched: 0, complete: true, turn: 0, at: now };
    store.note_history(&whole).await.expect("a history");
    let (session, end) = (randomness::secret(), now.plus(Duration::from_hours(12)));
    store.create_session(&fingerprint(&session), &user, "", now, end).await.expect("a session");
    format!("session={session}")
}
