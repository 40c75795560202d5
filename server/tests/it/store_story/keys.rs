//! Keys under keys.

use super::cast::Cast;
use server::store::{StoreError, WrappedKey};

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
    let ring = async || {
        let keys = store.ring_keys().await.unwrap();
        keys.into_iter().map(|key| (key.kid, key.data_keys, key.uses)).collect::<Vec<_>>()
    };
    assert_eq!(ring().await, [("k2".to_owned(), 0, 0), ("k1".to_owned(), 3, 0)], "the newest first");
    assert_eq!(store.data_keys_under("k1", 2).await.unwrap().len(), 2);

    let rewrapped = key("user:1", "k2", b"new");
    assert_eq!(store.rewrap_data_keys("k1", vec![rewrapped.clone(), key("user:9", "k2", b"gone")]).await.unwrap(), 1);
    assert_eq!(store.rewrap_data_keys("k1", vec![rewrapped.clone()]).await.unwrap(), 0, "no longer under k1");
    assert_eq!(store.data_key("user:1").await.unwrap(), Some(rewrapped));
    assert_eq!(ring().await, [("k2".to_owned(), 1, 0), ("k1".to_owned(), 2, 0)]);

    store.add_key_uses("k1", 5).await.unwrap();
    store.add_key_uses("k1", 2).await.unwrap();
    store.add_key_uses("nobody's", 2).await.unwrap();
    assert_eq!(store.worn_keys(7).await.unwrap(), ["k1"]);
    assert_eq!(store.worn_keys(8).await.unwrap(), [""; 0]);

    assert!(!store.retire_key("k1").await.unwrap(), "two data keys are under it");
    let both = ["user:2", "user:3"].map(|owner| key(owner, "k2", b"new")).to_vec();
    assert_eq!(store.rewrap_data_keys("k1", both).await.unwrap(), 2);
    assert!(store.retire_key("k1").await.unwrap());
    assert!(store.retire_key("k1").await.unwrap(), "it is gone already");
    assert_eq!(ring().await, [("k2".to_owned(), 3, 0)]);
    let late = store.add_data_key(&key("user:4", "k1", b"late"), cast.at(2)).await;
    assert!(matches!(late, Err(StoreError::Missing(_))), "somebody has not heard of it: {late:?}");
    let back = store.rewrap_data_keys("k2", vec![key("user:1", "k1", b"late")]).await;
    assert!(matches!(back, Err(StoreError::Missing(_))), "{back:?}");

    store.destroy_data_key("user:1").await.unwrap();
    store.destroy_data_key("user:1").await.unwrap();
    assert_eq!(store.data_key("user:1").await.unwrap(), None);
}
