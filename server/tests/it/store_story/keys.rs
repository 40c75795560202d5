//! Keys under keys.

use super::cast::Cast;
use server::store::WrappedKey;

pub(super) async fn keys_are_wrapped_and_rotated(cast: &Cast) {
    let store = &cast.store;
    assert_eq!(store.canary("k1").await.unwrap(), None);
    store.add_canary("k1", b"known", cast.at(0)).await.unwrap();
    store.add_canary("k1", b"late", cast.at(1)).await.unwrap();
    store.add_canary("k2", b"", cast.at(1)).await.unwrap();
    assert_eq!(store.canary("k1").await.unwrap().unwrap(), b"known");
    assert_eq!(store.canaries().await.unwrap(), [("k1".to_owned(), b"known".to_vec()), ("k2".to_owned(), Vec::new())]);

    let key = |owner: &str, kid: &str, wrapped: &[u8]| WrappedKey {
        owner: owner.to_owned(),
        kid: kid.to_owned(),
        wrapped: wrapped.to_vec(),
    };
    let first = key("user:1", "k1", &[0, 255]);
    assert_eq!(store.data_key("user:1").await.unwrap(), None);
    assert_eq!(store.add_data_key(&first, cast.at(0)).await.unwrap(), first);
    assert_eq!(
        store.add_data_key(&key("user:1", "k2", b"late"), cast.at(0)).await.unwrap(),
        first,
        "the first one stands"
    );
    assert_eq!(store.data_key("user:1").await.unwrap(), Some(first.clone()));
    for owner in ["user:2", "user:3"] {
        store.add_data_key(&key(owner, "k1", b"w"), cast.at(0)).await.unwrap();
    }
    assert_eq!(store.count_data_keys().await.unwrap(), [("k1".to_owned(), 3)]);
    let old: Vec<String> = store.data_keys_under("k1", 2).await.unwrap().into_iter().map(|key| key.owner).collect();
    assert_eq!(old, ["user:1", "user:2"]);

    let rewrapped = key("user:1", "k2", b"new");
    assert!(store.rewrap_data_key("user:1", "k1", &rewrapped).await.unwrap());
    assert!(!store.rewrap_data_key("user:1", "k1", &rewrapped).await.unwrap(), "no longer under k1");
    assert_eq!(store.data_key("user:1").await.unwrap(), Some(rewrapped));
    assert_eq!(store.count_data_keys().await.unwrap(), [("k1".to_owned(), 2), ("k2".to_owned(), 1)]);

    store.destroy_data_key("user:1").await.unwrap();
    store.destroy_data_key("user:1").await.unwrap();
    assert_eq!(store.data_key("user:1").await.unwrap(), None);
}
