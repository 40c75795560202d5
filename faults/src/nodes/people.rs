//! People who are linked, each with a card of her own, written straight into the database.

use super::linked;
use server::clock::SystemClock;
use server::secret::Secret;
use server::store::Store;
use server::vault::{KeyRing, Vault};
use std::path::Path;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Linked {
    pub user_id: String,
    pub card: String,
    /// Her session.
    pub cookie: String,
}

/// Links so many people. No server may be running: it would take the links to prove them.
pub(super) async fn link(database: &str, ring: &Path, count: usize) -> Vec<Linked> {
    let store = Store::open(&Secret::new(database.to_owned())).await.expect("the database");
    let ring = KeyRing::read(ring).expect("the key ring");
    let vault = Vault::open(ring, store.clone(), Arc::new(SystemClock), crate::product::PARTNER).await;
    let vault = vault.expect("the vault");
    let mut people = Vec::with_capacity(count);
    for n in 0..count as u64 {
        let (user_id, card, cookie) = linked::add(&store, &vault, n).await;
        people.push(Linked { user_id: user_id.to_string(), card: card.to_string(), cookie });
    }
    store.close().await;
    people
}
