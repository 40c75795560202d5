//! People, their sessions, and operators who look for them.

use super::cast::Cast;
use domain::lang::Lang;
use domain::link::LinkStatus;
use domain::viewer::Role;
use server::secret::Secret;
use server::store::{Created, NewUser, Proven, StoreError, UsersQuery};

pub(super) async fn sign_up_and_sign_in(cast: &Cast) {
    let store = &cast.store;
    let (id, twin) = (cast.user_id(), cast.user_id());
    let hash = Secret::new("$argon2id$1");
    let alice = NewUser {
        id: &id,
        email: "Alice@Example.test",
        email_key: "alice@example.test",
        name: "Alice\0 Martin",
        password_hash: Some(&hash),
        role: Role::User,
        created_at: cast.at(0),
    };
    assert_eq!(store.create_user(&alice).await.unwrap(), Created::Yes);
    assert_eq!(store.create_user(&NewUser { id: &twin, ..alice }).await.unwrap(), Created::EmailTaken);
    assert_eq!(store.user_by_id(&twin).await.unwrap(), None);
    assert_eq!(store.user_by_email_key("nobody@example.test").await.unwrap(), None);

    let found = store.user_by_email_key("alice@example.test").await.unwrap().unwrap();
    assert_eq!(Some(&found), store.user_by_id(&id).await.unwrap().as_ref());
    assert_eq!((found.email.as_str(), found.name.as_str()), ("Alice@Example.test", "Alice\u{fffd} Martin"));
    assert_eq!((found.password_hash, found.role, found.disabled_at), (Some(hash), Role::User, None));

    store.set_password(&id, &Secret::new("$argon2id$2")).await.unwrap();
    store.set_role(&id, Role::Admin).await.unwrap();
    let changed = store.user_by_id(&id).await.unwrap().unwrap();
    assert_eq!((changed.password_hash, changed.role), (Some(Secret::new("$argon2id$2")), Role::Admin));
    assert!(matches!(store.set_role(&twin, Role::Admin).await, Err(StoreError::Missing(_))));
    assert!(matches!(store.set_password(&twin, &Secret::new("x")).await, Err(StoreError::Missing(_))));

    store.create_session("one", &id, "Firefox/Linux", cast.at(0), cast.at(1_000)).await.unwrap();
    store.create_session("two", &id, "Firefox/Linux", cast.at(0), cast.at(10)).await.unwrap();
    store.create_session("three", &id, "Firefox/Linux", cast.at(5), cast.at(1_000)).await.unwrap();
    store.touch_session("one", cast.at(60)).await.unwrap();
    let session = store.session("one").await.unwrap().unwrap();
    assert_eq!((session.created_at, session.seen_at, session.expires_at), (cast.at(0), cast.at(60), cast.at(1_000)));
    assert_eq!(session.user.id, id);
    assert_eq!(store.session("four").await.unwrap(), None);
    assert!(matches!(store.touch_session("four", cast.at(60)).await, Err(StoreError::Missing(_))));

    // "two" has expired, "three" was not used for long; one at a time.
    assert_eq!(store.remove_expired_sessions(cast.at(10), cast.at(6), 1).await.unwrap(), 1);
    assert_eq!(store.remove_expired_sessions(cast.at(10), cast.at(6), 10).await.unwrap(), 1);
    assert_eq!(store.remove_expired_sessions(cast.at(10), cast.at(6), 10).await.unwrap(), 0);
    store.create_session("five", &id, "Firefox/Linux", cast.at(0), cast.at(1_000)).await.unwrap();
    store.end_session("five").await.unwrap();
    store.end_session("five").await.unwrap();
    assert_eq!(store.session("five").await.unwrap(), None);
    store.end_sessions_of(&id).await.unwrap();
    assert_eq!(store.session("one").await.unwrap(), None);
}

pub(super) async fn operators_set_their_password_once(cast: &Cast) {
    let store = &cast.store;
    let operator = cast.user("operator@example.test").await;
    store.create_session("stolen", &operator, "", cast.at(0), cast.at(1_000)).await.unwrap();
    store.add_set_up_link("first", &operator, cast.at(100)).await.unwrap();
    store.add_set_up_link("second", &operator, cast.at(100)).await.unwrap();
    assert_eq!(store.set_up_user("first", cast.at(1)).await.unwrap(), None, "a newer link replaces it");
    assert_eq!(store.set_up_user("second", cast.at(1)).await.unwrap().unwrap().id, operator);
    assert_eq!(store.set_up_user("second", cast.at(100)).await.unwrap(), None, "its time has ended");

    let hash = Secret::new("$argon2id$3");
    assert_eq!(store.use_set_up_link("second", &hash, cast.at(100)).await.unwrap(), None);
    let (one, two) = tokio::join!(
        store.use_set_up_link("second", &hash, cast.at(1)),
        store.use_set_up_link("second", &hash, cast.at(1))
    );
    let mut used = [one.unwrap(), two.unwrap()];
    used.sort();
    assert_eq!(used, [None, Some(operator.clone())], "one of two succeeds");
    assert_eq!(store.session("stolen").await.unwrap(), None, "her sessions end");
    assert_eq!(store.user_by_id(&operator).await.unwrap().unwrap().password_hash, Some(hash));
    assert_eq!(store.set_up_user("second", cast.at(1)).await.unwrap(), None);

    // What a browser told while she linked.
    let intent = cast.intent(&operator).await;
    for (event, intent) in [("onLoad", None), ("onDisplayPopup", Some(&intent))] {
        store.add_link_event(&operator, intent, event, cast.at(1), Lang::En, "Firefox").await.unwrap();
    }
    let events = store.link_events_of(&operator, i64::MAX, 10).await.unwrap();
    assert_eq!(events.iter().map(|event| event.event.as_str()).collect::<Vec<_>>(), ["onDisplayPopup", "onLoad"]);
    assert_eq!(
        (events[0].intent_id.as_ref(), events[0].lang, events[0].browser.as_str()),
        (Some(&intent), Lang::En, "Firefox")
    );
    assert_eq!((&events[0].user_id, events[0].at), (&operator, cast.at(1)));
    assert_eq!(store.link_events_of(&operator, i64::MAX, 1).await.unwrap(), [events[0].clone()]);
    assert_eq!(store.link_events_of(&operator, events[0].id, 9).await.unwrap(), [events[1].clone()]);
}

pub(super) async fn operators_find_users(cast: &Cast) {
    let store = &cast.store;
    let mut ids = Vec::new();
    for (email, name) in [("list-a@x.test", "Élodie"), ("list_b@x.test", "100% Bob"), ("listzc@x.test", "List-a")] {
        let id = cast.user_id();
        let user = NewUser {
            id: &id,
            email,
            email_key: email,
            name,
            password_hash: None,
            role: Role::User,
            created_at: cast.at(0),
        };
        store.create_user(&user).await.unwrap();
        ids.push(id);
    }
    let emails = async |query: UsersQuery| -> Vec<String> {
        store.list_users(&query).await.unwrap().into_iter().map(|summary| summary.user.email_key).collect()
    };
    let search = |text: &str| UsersQuery { search: text.to_owned(), limit: 10, ..UsersQuery::default() };
    let [a, b, c] = ["list-a@x.test", "list_b@x.test", "listzc@x.test"];
    assert_eq!(emails(search("éLOD")).await, [a]);
    assert_eq!(emails(search("LIST_")).await, [b], "a wildcard is an ordinary character");
    assert_eq!(emails(search("100%")).await, [b]);
    assert_eq!(emails(search("list-a")).await, [a, c], "address or name");
    assert_eq!(emails(search(r"list\")).await, Vec::<String>::new());

    let all = emails(search("list")).await;
    assert_eq!(all.len(), 3);
    let page = |after: Option<&str>, before: Option<&str>, limit| UsersQuery {
        after: after.map(str::to_owned),
        before: before.map(str::to_owned),
        limit,
        ..search("list")
    };
    assert_eq!(emails(page(Some(&all[0]), None, 1)).await, [all[1].clone()]);
    assert_eq!(emails(page(None, Some(&all[2]), 1)).await, [all[1].clone()]);
    assert_eq!(emails(page(None, Some(&all[2]), 5)).await, [all[0].clone(), all[1].clone()]);

    // The newest link that is not forgotten counts.
    let token = cast.token();
    let link = cast.pending(&ids[0], &token, 1).await;
    assert_eq!(
        cast.prove(&link, &token, "acc-list", &[cast.card_ref(), cast.card_ref()], 2).await,
        Proven::Linked(link.clone())
    );
    let of_status = |status| UsersQuery { status: Some(status), ..search("list") };
    assert_eq!(emails(of_status(LinkStatus::Linked)).await, [a]);
    let newer = cast.pending(&ids[0], &cast.token(), 5).await;
    assert_eq!(emails(of_status(LinkStatus::Linked)).await, Vec::<String>::new());
    assert_eq!(emails(of_status(LinkStatus::Pending)).await, [a]);
    assert!(store.forget_link(&newer, &ids[0], false, cast.at(6)).await.unwrap());
    assert_eq!(emails(of_status(LinkStatus::Linked)).await, [a]);

    let summary = store.user_summary(&ids[0]).await.unwrap().unwrap();
    assert_eq!(summary.link_facts.map(domain::link::LinkFacts::status), Some(LinkStatus::Linked));
    assert_eq!((summary.cards, summary.last_news_at), (2, Some(cast.at(2))));
    let plain = store.user_summary(&ids[1]).await.unwrap().unwrap();
    assert_eq!((plain.link_facts, plain.cards, plain.last_news_at), (None, 0, None));
    assert_eq!(store.user_summary(&cast.user_id()).await.unwrap(), None);
}
