//! Keys of the partner's other systems.

use super::cast::Cast;
use server::store::ApiKeyRecord;

pub(super) async fn a_key_is_good_until_it_is_revoked(cast: &Cast) {
    let store = &cast.store;
    let key = |id: &str, at| ApiKeyRecord {
        id: id.to_owned(),
        name: "Billing".to_owned(),
        scopes: "users:read tokens:read".to_owned(),
        addresses: "10.0.0.0/8".to_owned(),
        created_at: cast.at(at),
        used_at: None,
        revoked_at: None,
    };
    store.add_api_key(&key("a", 0), "hash-a").await.unwrap();
    store.add_api_key(&key("b", 1), "hash-b").await.unwrap();
    assert!(store.add_api_key(&key("c", 2), "hash-a").await.is_err(), "the same key twice");
    assert_eq!(store.api_key("hash-a").await.unwrap(), Some(key("a", 0)));
    assert_eq!(store.api_key("hash-c").await.unwrap(), None);
    assert_eq!(store.api_keys().await.unwrap(), [key("b", 1), key("a", 0)]);

    store.note_api_use("a", cast.at(5)).await.unwrap();
    store.note_api_use("nobody's", cast.at(5)).await.unwrap();
    assert_eq!(store.api_key("hash-a").await.unwrap().unwrap().used_at, Some(cast.at(5)));
    assert!(store.revoke_api_key("a", cast.at(6)).await.unwrap());
    assert!(!store.revoke_api_key("a", cast.at(7)).await.unwrap(), "once");
    assert_eq!(store.api_key("hash-a").await.unwrap(), None);
    let listed = store.api_keys().await.unwrap();
    assert_eq!(listed.iter().map(|key| key.revoked_at).collect::<Vec<_>>(), [None, Some(cast.at(6))]);
}
