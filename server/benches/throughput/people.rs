//! People who are linked, written straight into the database: ten minutes of notifications need more of them than the bank's
//! stand-in has.

#[path = "../../../faults/src/nodes/linked.rs"]
mod linked;

use domain::ids::UserId;
use domain::viewer::Role;
use futures::StreamExt as _;
use server::api::{self, Scope};
use server::clock::{Clock as _, SystemClock};
use server::randomness;
use server::secret::Secret;
use server::sessions::fingerprint;
use server::store::{ApiKeyRecord, NewUser, Store};
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
    let cookies = futures::stream::iter(0..count).map(|n| linked::add(&store, &vault, n)).buffered(16);
    let cookies = cookies.map(|(_, _, cookie)| cookie).collect().await;
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
