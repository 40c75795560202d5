//! Passkeys, and the challenges that they answer.

use super::account::{mail, mails};
use super::cast::Cast;
use domain::ids::UserId;
use server::store::{NewPasskey, PasskeyAdded, PasskeyUse};

pub(super) fn passkey(cast: &Cast, user: &UserId, credential: &str) -> NewPasskey {
    NewPasskey {
        id: format!("passkey-{credential}"),
        user_id: user.clone(),
        credential_id: credential.to_owned(),
        public_key: vec![1, 2, 3],
        counter: 0,
        may_be_backed_up: true,
        backed_up: false,
        name: "Téléphone".to_owned(),
        created_at: cast.at(1),
    }
}

pub(super) async fn a_passkey_is_one_persons_and_its_counter_moves_on(cast: &Cast) {
    let store = &cast.store;
    let (user, stranger) = (cast.somebody().await, cast.somebody().await);
    let added = store.add_passkey(passkey(cast, &user, "credential"), 9, mail(cast, &user)).await.unwrap();
    assert_eq!((added, mails(cast, &user).await), (PasskeyAdded::Yes, 1));
    let twin = NewPasskey { id: "twin".to_owned(), ..passkey(cast, &stranger, "credential") };
    let known = store.add_passkey(twin, 9, mail(cast, &stranger)).await.unwrap();
    assert_eq!((known, mails(cast, &stranger).await), (PasskeyAdded::Known, 0));

    let of = store.passkey_of("credential").await.unwrap().unwrap();
    assert_eq!((of.user.id, of.public_key, of.may_be_backed_up), (user.clone(), vec![1, 2, 3], true));
    assert_eq!(store.passkey_of("another").await.unwrap(), None);

    let signed = |counter, seconds| PasskeyUse { id: of.id.clone(), counter, backed_up: true, at: cast.at(seconds) };
    // Most never count.
    for seconds in [10, 11] {
        assert!(store.use_passkey(&signed(0, seconds)).await.unwrap());
    }
    assert!(store.use_passkey(&signed(7, 12)).await.unwrap());
    for counter in [7, 6, 0] {
        assert!(!store.use_passkey(&signed(counter, 13)).await.unwrap(), "{counter}");
    }
    let eighth = signed(8, 14);
    let (one, two) = tokio::join!(store.use_passkey(&eighth), store.use_passkey(&eighth));
    assert!(one.unwrap() != two.unwrap(), "one of two succeeds");
    let record = store.passkey(&user, &of.id).await.unwrap().unwrap();
    assert_eq!((record.used_at, record.backed_up, record.created_at), (Some(cast.at(14)), true, cast.at(1)));
    assert_eq!(store.passkey(&stranger, &of.id).await.unwrap(), None);
}

pub(super) async fn passkeys_are_named_removed_and_not_too_many(cast: &Cast) {
    let store = &cast.store;
    let (user, stranger) = (cast.somebody().await, cast.somebody().await);
    for (credential, added) in
        [("one", PasskeyAdded::Yes), ("two", PasskeyAdded::Yes), ("three", PasskeyAdded::TooMany)]
    {
        assert_eq!(store.add_passkey(passkey(cast, &user, credential), 2, mail(cast, &user)).await.unwrap(), added);
    }
    let names = async || -> Vec<String> {
        store.passkeys(&user, 10).await.unwrap().into_iter().map(|passkey| passkey.name).collect()
    };
    assert_eq!(store.passkeys(&user, 1).await.unwrap().len(), 1);
    assert!(!store.rename_passkey(&stranger, "passkey-one", "Autre").await.unwrap());
    assert!(store.rename_passkey(&user, "passkey-one", "Bureau").await.unwrap());
    assert_eq!(names().await, ["Bureau", "Téléphone"]);

    assert!(!store.remove_passkey("passkey-one", mail(cast, &stranger)).await.unwrap());
    assert_eq!(mails(cast, &stranger).await, 0, "and no mail about another's");
    assert!(store.remove_passkey("passkey-one", mail(cast, &user)).await.unwrap());
    assert!(!store.remove_passkey("passkey-one", mail(cast, &user)).await.unwrap());
    assert_eq!((names().await, mails(cast, &user).await), (vec!["Téléphone".to_owned()], 3));
    let gone = PasskeyUse { id: "passkey-one".to_owned(), counter: 1, backed_up: false, at: cast.at(20) };
    assert!(!store.use_passkey(&gone).await.unwrap());
}

pub(super) async fn a_challenge_is_answered_once(cast: &Cast) {
    let store = &cast.store;
    let (one, two) =
        tokio::join!(store.use_challenge("nonce", cast.at(300)), store.use_challenge("nonce", cast.at(300)));
    assert!(one.unwrap() != two.unwrap(), "one of two succeeds");
    assert!(store.use_challenge("another", cast.at(301)).await.unwrap());
    assert_eq!(store.remove_used_challenges(cast.at(300), 10).await.unwrap(), 0);
    assert_eq!(store.remove_used_challenges(cast.at(301), 10).await.unwrap(), 1);
    assert!(!store.use_challenge("another", cast.at(301)).await.unwrap());
}
