//! Passwords, codes, looks, and the end of an account.

use super::cast::{Cast, Linked};
use super::passkeys::passkey;
use app::backend::Verdict;
use domain::filter::Filter;
use domain::ids::{PaymentKey, Txid, UserId};
use domain::lang::Lang;
use domain::own::Writing;
use server::secret::Secret;
use server::store::{
    Actor, Channel, DeliveriesQuery, DeliveryFilter, DeliveryOutcome, DeliveryState, Look, NewDeed, NewDelivery,
    NewErasure, NewMail, NewReset, Offered, Undertaking, UsersQuery, WrappedKey,
};

pub(super) fn mail(cast: &Cast, user: &UserId) -> NewMail {
    NewMail {
        id: format!("account-mail-{}", cast.number()),
        user_id: user.clone(),
        kind: "password-changed",
        lang: Lang::Fr,
        content_key: format!("user:{user}"),
        content: vec![1],
        created_at: cast.at(0),
        good_until: None,
    }
}

pub(super) async fn mails(cast: &Cast, user: &UserId) -> usize {
    let due = cast.store.due_mails(cast.at(100_000), 1_000).await.unwrap();
    due.iter().filter(|mail| mail.user_id == *user).count()
}

pub(super) async fn a_forgotten_password_is_replaced_once(cast: &Cast) {
    let store = &cast.store;
    let user = cast.somebody().await;
    let reset = |token: &str, seconds| NewReset {
        token_hash: token.to_owned(),
        user_id: user.clone(),
        now: cast.at(seconds),
        expires_at: cast.at(seconds + 1_800),
        most: 2,
        since: cast.at(seconds.saturating_sub(3_600)),
        mail: mail(cast, &user),
    };
    assert!(store.add_reset(reset("reset-1", 10)).await.unwrap());
    assert!(store.add_reset(reset("reset-2", 20)).await.unwrap());
    assert!(!store.add_reset(reset("reset-3", 30)).await.unwrap(), "two are enough");
    assert_eq!(mails(cast, &user).await, 2, "and no mail without a link");
    assert_eq!(store.reset_user("reset-1", cast.at(1_809)).await.unwrap().unwrap().id, user);
    assert_eq!(store.reset_user("reset-1", cast.at(1_810)).await.unwrap(), None, "its time has ended");
    assert_eq!(store.reset_user("reset-3", cast.at(40)).await.unwrap(), None);

    for session in ["reset-a", "reset-b"] {
        store.create_session(session, &user, "", cast.at(0), cast.at(10_000)).await.unwrap();
    }
    store.add_half_sign_in("reset-half", &user, cast.at(10_000)).await.unwrap();
    let hash = Secret::new("$argon2id$reset");
    let stranger = cast.somebody().await;
    assert!(!store.use_reset("reset-2", &hash, mail(cast, &stranger), cast.at(40)).await.unwrap(), "not another's");
    assert!(!store.use_reset("reset-2", &hash, mail(cast, &user), cast.at(1_820)).await.unwrap(), "too late");
    let (one, two) = tokio::join!(
        store.use_reset("reset-2", &hash, mail(cast, &user), cast.at(40)),
        store.use_reset("reset-2", &hash, mail(cast, &user), cast.at(40))
    );
    assert!(one.unwrap() != two.unwrap(), "one of two succeeds");
    assert_eq!(store.user_by_id(&user).await.unwrap().unwrap().password_hash, Some(hash));
    assert_eq!(store.sessions_of(&user, 10).await.unwrap(), []);
    assert_eq!(store.half_sign_in("reset-half", cast.at(50)).await.unwrap(), None);
    assert_eq!(store.reset_user("reset-1", cast.at(50)).await.unwrap(), None, "the other link is over too");
    assert_eq!(mails(cast, &user).await, 3);
    assert!(store.add_reset(reset("reset-4", 50)).await.unwrap());
    assert_eq!(store.remove_expired_resets(cast.at(1_850), 10).await.unwrap(), 0);
    assert_eq!(store.remove_expired_resets(cast.at(1_851), 10).await.unwrap(), 1);
}

pub(super) async fn a_changed_password_ends_other_sessions(cast: &Cast) {
    let store = &cast.store;
    let user = cast.somebody().await;
    for (session, seconds) in [("own-1", 1), ("own-2", 5), ("own-3", 3), ("own-4", 4)] {
        store.create_session(session, &user, "Firefox/Linux", cast.at(seconds), cast.at(10_000)).await.unwrap();
    }
    let keys = async || -> Vec<String> {
        store.sessions_of(&user, 10).await.unwrap().into_iter().map(|session| session.id_hash).collect()
    };
    assert_eq!(keys().await, ["own-2", "own-4", "own-3", "own-1"], "the last used first");
    assert_eq!(store.sessions_of(&user, 1).await.unwrap()[0].device, "Firefox/Linux");
    let stranger = cast.somebody().await;
    assert!(!store.end_session_of(&stranger, "own-1").await.unwrap());
    assert!(store.end_session_of(&user, "own-1").await.unwrap());
    assert!(!store.end_session_of(&user, "own-1").await.unwrap());

    store.change_password(&Secret::new("$argon2id$changed"), "own-3", mail(cast, &user)).await.unwrap();
    assert_eq!(keys().await, ["own-3"]);
    assert_eq!(mails(cast, &user).await, 1);
    store.create_session("own-5", &user, "", cast.at(6), cast.at(10_000)).await.unwrap();
    assert_eq!(store.end_other_sessions(&user, "own-5").await.unwrap(), 1);
    assert_eq!(keys().await, ["own-5"]);
}

pub(super) async fn codes_are_good_once(cast: &Cast) {
    let store = &cast.store;
    let user = cast.somebody().await;
    let macs = |prefix: &str| -> Vec<String> { (0..10).map(|n| format!("{prefix}-{n}-{user}")).collect() };
    assert_eq!(store.two_step(&user).await.unwrap(), None);
    assert!(store.begin_two_step(&user, b"first", cast.at(1)).await.unwrap());
    assert!(store.begin_two_step(&user, b"second", cast.at(2)).await.unwrap());
    let pending = store.two_step(&user).await.unwrap().unwrap();
    assert_eq!(
        (pending.secret.as_slice(), pending.created_at, pending.active_at),
        (b"second".as_slice(), cast.at(2), None)
    );
    assert!(!store.use_code(&user, 5).await.unwrap(), "it is not active yet");

    assert!(store.activate_two_step(100, &macs("a"), mail(cast, &user), cast.at(3)).await.unwrap());
    assert!(!store.activate_two_step(101, &macs("b"), mail(cast, &user), cast.at(3)).await.unwrap());
    assert!(!store.begin_two_step(&user, b"third", cast.at(4)).await.unwrap(), "it is active");
    let active = store.two_step(&user).await.unwrap().unwrap();
    assert_eq!((active.active_at, active.codes_left), (Some(cast.at(3)), 10));
    assert_eq!(mails(cast, &user).await, 1);

    assert!(!store.use_code(&user, 100).await.unwrap(), "activating has used it");
    let (one, two) = tokio::join!(store.use_code(&user, 101), store.use_code(&user, 101));
    assert!(one.unwrap() != two.unwrap(), "one of two succeeds");
    assert!(!store.use_code(&user, 99).await.unwrap(), "nor an older one");

    assert!(store.use_recovery_code(&user, &macs("a")[3]).await.unwrap());
    assert!(!store.use_recovery_code(&user, &macs("a")[3]).await.unwrap());
    let stranger = cast.somebody().await;
    assert!(!store.use_recovery_code(&stranger, &macs("a")[4]).await.unwrap());
    store.replace_recovery_codes(&user, &macs("c")).await.unwrap();
    assert!(!store.use_recovery_code(&user, &macs("a")[4]).await.unwrap());
    assert_eq!(store.two_step(&user).await.unwrap().unwrap().codes_left, 10);

    store.add_half_sign_in("half-1", &user, cast.at(300)).await.unwrap();
    assert_eq!(store.half_sign_in("half-1", cast.at(299)).await.unwrap().unwrap().id, user);
    assert_eq!(store.half_sign_in("half-1", cast.at(300)).await.unwrap(), None);
    for _ in 0..4 {
        store.fail_half_sign_in("half-1", 5).await.unwrap();
    }
    assert!(store.half_sign_in("half-1", cast.at(1)).await.unwrap().is_some());
    store.fail_half_sign_in("half-1", 5).await.unwrap();
    assert!(store.half_sign_in("half-1", cast.at(1)).await.unwrap().is_none());
    store.add_half_sign_in("half-2", &user, cast.at(300)).await.unwrap();
    assert!(store.end_half_sign_in("half-2").await.unwrap());
    assert!(!store.end_half_sign_in("half-2").await.unwrap());
    store.add_half_sign_in("half-3", &user, cast.at(300)).await.unwrap();
    assert_eq!(store.remove_expired_half_sign_ins(cast.at(300), 10).await.unwrap(), 0);
    assert_eq!(store.remove_expired_half_sign_ins(cast.at(301), 10).await.unwrap(), 1);

    assert!(store.end_two_step(mail(cast, &user)).await.unwrap());
    assert!(!store.end_two_step(mail(cast, &user)).await.unwrap());
    assert_eq!(store.two_step(&user).await.unwrap(), None);
    assert!(!store.use_recovery_code(&user, &macs("c")[0]).await.unwrap());
    assert_eq!(mails(cast, &user).await, 2);
}

pub(super) async fn looks_are_kept_in_order(cast: &Cast) {
    let store = &cast.store;
    let (user, other, operator) = (cast.somebody().await, cast.somebody().await, cast.somebody().await);
    for n in 0..5_u32 {
        let what = [Look::User, Look::Token, Look::User, Look::Delivery(3), Look::User][n as usize];
        let users = if n == 4 { vec![user.clone(), other.clone()] } else { vec![user.clone()] };
        store.note_look(&users, operator.as_str(), "Olga\0", what, cast.at(u64::from(n))).await.unwrap();
    }
    store.note_look(&[], operator.as_str(), "Olga", Look::User, cast.at(9)).await.unwrap();
    store.note_looks(&[], operator.as_str(), "Olga", cast.at(9)).await.unwrap();
    let all = store.looks_at(&user, None, None, 10).await.unwrap();
    assert_eq!(all.iter().map(|look| look.at).collect::<Vec<_>>(), [4, 3, 2, 1, 0].map(|n| cast.at(n)));
    assert_eq!(
        (all[0].operator_name.as_str(), all[0].what, all[1].what),
        ("Olga\u{fffd}", Look::User, Look::Delivery(3))
    );
    assert_eq!(all[3].what, Look::Token);
    assert_eq!(store.looks_at(&user, Some(all[1].id), None, 2).await.unwrap(), all[2..4]);
    assert_eq!(store.looks_at(&user, None, Some(all[4].id), 2).await.unwrap(), all[2..4]);
    assert_eq!(store.looks_at(&other, None, None, 10).await.unwrap().len(), 1);
    assert_eq!(store.looks_at(&operator, None, None, 10).await.unwrap(), []);

    for event in ["onLoad", "onClosePopup", "onError"] {
        store.add_link_event(&user, None, event, cast.at(1), Lang::En, "Firefox").await.unwrap();
    }
    let events = store.link_events_after(&user, 0, 10).await.unwrap();
    assert_eq!(
        events.iter().map(|event| event.event.as_str()).collect::<Vec<_>>(),
        ["onLoad", "onClosePopup", "onError"]
    );
    assert_eq!(store.link_events_after(&user, events[0].id, 1).await.unwrap(), events[1..2]);
}

fn delivery(reference: &str, card: Option<&domain::ids::CardRef>, verdict: Verdict, cast: &Cast) -> NewDelivery {
    NewDelivery {
        received_at: cast.at(20),
        reference: reference.to_owned(),
        event_name: "card_transaction_received".to_owned(),
        verdict,
        reason: "",
        pending: false,
        current_try: None,
        max_tries: None,
        peer: "127.0.0.1".to_owned(),
        content_type: "application/json".to_owned(),
        trust: "[]".to_owned(),
        body_key: "inbox:1".to_owned(),
        body: b"sealed".to_vec(),
        core_mac: reference.to_owned(),
        card_ref: card.cloned(),
        txid: Some(Txid::parse("1").unwrap()),
        ask_at: None,
        answered: 200,
    }
}

async fn told(cast: &Cast, reference: &str) -> server::store::DeliveryRecord {
    let query = DeliveriesQuery {
        filter: DeliveryFilter { reference: Some(reference.to_owned()), ..DeliveryFilter::default() },
        limit: 1,
        ..DeliveriesQuery::default()
    };
    cast.store.deliveries(&query).await.unwrap().remove(0)
}

fn outcome(id: i64, user: Option<&UserId>, strip: bool) -> DeliveryOutcome {
    DeliveryOutcome {
        id,
        verdict: Verdict::Duplicate,
        reason: "",
        state: DeliveryState::Done,
        next_at: None,
        attempts: 0,
        user_id: user.cloned(),
        card_ref: None,
        reseal: None,
        ask_at: None,
        trust: None,
        strip,
    }
}

pub(super) async fn who_is_erased_is_gone_at_once_and_her_rows_after(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let (user, key_owner) = (linked.user.clone(), format!("user:{}", linked.user));
    let email = store.user_by_id(&user).await.unwrap().unwrap().email;
    let token = store.link(&linked.link).await.unwrap().unwrap().token_fp;
    live_a_life(cast, &linked, &key_owner).await;
    let erasure = |number: &str| NewErasure {
        number: number.to_owned(),
        user_id: user.clone(),
        key_owner: key_owner.clone(),
        at: cast.at(40),
    };
    assert!(store.begin_erasure(erasure("E-1"), |card| format!("mac-{card}")).await.unwrap());
    assert!(!store.begin_erasure(erasure("E-2"), |card| format!("mac-{card}")).await.unwrap(), "she has gone");
    assert_eq!(store.erasure("E-2").await.unwrap(), None);
    let receipt = store.erasure("E-1").await.unwrap().unwrap();
    assert_eq!((receipt.at, receipt.links, receipt.payments, receipt.done_at), (cast.at(40), 1, 0, None));

    assert_eq!(store.user_by_email_key(&email).await.unwrap(), None);
    nobody_sees_her(cast, &linked, &key_owner).await;
    let late = cast.offer(&cast.somebody().await, &token, Channel::Notification, 50).await;
    assert!(!matches!(late, Offered::New(_)), "a late word about her token brings nothing to life: {late:?}");
    let again = cast.user(&email).await;

    // Her rows go a few at a time.
    assert_eq!(store.erasures_under_way(10).await.unwrap(), [("E-1".to_owned(), user.clone())]);
    let mut rounds = 0;
    while store.erase_some("E-1", &user, 10).await.unwrap() > 0 {
        rounds += 1;
    }
    assert!(rounds >= 3, "{rounds} rounds");
    assert!(store.finish_erasure("E-1", &user, &key_owner, cast.at(60)).await.unwrap());
    assert!(!store.finish_erasure("E-1", &user, &key_owner, cast.at(61)).await.unwrap(), "closed once");
    assert_eq!(store.erase_some("E-1", &user, 10).await.unwrap(), 0);
    let receipt = store.erasure("E-1").await.unwrap().unwrap();
    assert_eq!((receipt.payments, receipt.done_at), (25, Some(cast.at(60))));
    assert_eq!(store.erasures_under_way(10).await.unwrap(), []);
    nothing_is_left(cast, &linked).await;

    // The same person may come again, and link the same card: nothing of before comes with it.
    let fresh = cast.token();
    let link = cast.pending(&again, &fresh, 70).await;
    cast.prove(&link, &fresh, "acc-erased-again", &[linked.card.clone()], 71).await;
    assert_eq!(store.card_owners(&[linked.card.clone()]).await.unwrap().len(), 1);
    assert_eq!(store.export_rows(&again, &Filter::default()).await.unwrap().0, [0; 0]);
}

/// Payments, words, a session, a look, and notifications of every kind.
async fn live_a_life(cast: &Cast, linked: &Linked, key_owner: &str) {
    let (store, user) = (&cast.store, &linked.user);
    let wrapped = WrappedKey { owner: key_owner.to_owned(), kid: "k2".to_owned(), wrapped: vec![1] };
    store.add_data_key(&wrapped, cast.at(0)).await.unwrap();
    store.create_session("erased", user, "", cast.at(0), cast.at(1_000)).await.unwrap();
    store.note_look(&[user.clone()], user.as_str(), "Olga", Look::User, cast.at(1)).await.unwrap();
    let relink = Undertaking::Relink { token_hash: "erased".to_owned(), expires_at: cast.at(1_000) };
    let (by, reason) = (Actor::command_line(), "she asked".to_owned());
    let deed = NewDeed { by, user_id: user.clone(), what: relink, reason, at: cast.at(1) };
    assert!(store.do_about_user(deed).await.unwrap());
    store.begin_two_step(user, b"secret", cast.at(1)).await.unwrap();
    store.add_passkey(passkey(cast, user, "erased"), 1, mail(cast, user)).await.unwrap();
    let payments: Vec<_> = (1..=25).map(|n| linked.payment(&n.to_string(), cast.at(n))).collect();
    store.apply_payments(&payments, true, cast.at(30)).await.unwrap();
    let key = PaymentKey { card_ref: linked.card.clone(), txid: Txid::parse("1").unwrap() };
    store.write_own(user, &key, &Writing::parse("", "note", "").unwrap(), cast.at(31)).await.unwrap();
    let deliveries = [
        delivery("erase-hers", Some(&linked.card), Verdict::Duplicate, cast),
        delivery("erase-card", Some(&linked.card), Verdict::Held, cast),
        delivery("erase-other", Some(&cast.card_ref()), Verdict::Held, cast),
        delivery("erase-strip", Some(&cast.card_ref()), Verdict::Held, cast),
    ];
    store.add_deliveries(&deliveries).await.unwrap();
    let hers = told(cast, "erase-hers").await.id;
    store.finish_deliveries(&[outcome(hers, Some(user), false)]).await.unwrap();
    assert_eq!(store.told_of_user(user, 0, 10).await.unwrap().iter().map(|told| told.id).collect::<Vec<_>>(), [hers]);
    assert_eq!(store.told_of_user(user, hers, 10).await.unwrap(), []);
}

async fn nobody_sees_her(cast: &Cast, linked: &Linked, key_owner: &str) {
    let (store, user) = (&cast.store, &linked.user);
    assert_eq!(store.user_summary(user).await.unwrap(), None);
    let found = store.list_users(&UsersQuery { search: "erased".to_owned(), limit: 10, ..UsersQuery::default() }).await;
    assert_eq!(found.unwrap(), []);
    assert_eq!(store.relink("erased", cast.at(2)).await.unwrap(), None);
    assert_eq!((store.session("erased").await.unwrap(), store.data_key(key_owner).await.unwrap()), (None, None));
    assert_eq!(store.two_step(user).await.unwrap(), None);
    assert_eq!(store.passkey_of("erased").await.unwrap(), None);
    assert_eq!(store.passkeys(user, 10).await.unwrap(), []);
    assert_eq!(store.link(&linked.link).await.unwrap().unwrap().token_sealed, None);
    assert_eq!(store.card_owners(&[linked.card.clone()]).await.unwrap(), []);
    assert_eq!(store.card_holders(&linked.card).await.unwrap(), []);
    let buried = store.erased_cards(&[format!("mac-{}", linked.card), "mac-other".to_owned()]).await.unwrap();
    assert_eq!(buried.into_iter().collect::<Vec<_>>(), [format!("mac-{}", linked.card)]);
    assert!(store.erased_cards(&[]).await.unwrap().is_empty());
}

async fn nothing_is_left(cast: &Cast, linked: &Linked) {
    let (store, user) = (&cast.store, &linked.user);
    assert_eq!(store.user_by_id(user).await.unwrap(), None);
    assert_eq!(store.link(&linked.link).await.unwrap(), None);
    assert_eq!(store.export_rows(user, &Filter::default()).await.unwrap().0, [0; 0]);
    for reference in ["erase-hers", "erase-card"] {
        let told = told(cast, reference).await;
        assert_eq!((told.body, told.body_key, told.card_ref, told.txid, told.user_id), (None, None, None, None, None));
        assert_eq!(told.reason, "erased");
    }
    assert!(told(cast, "erase-other").await.body.is_some(), "what is about others stays");
    // What comes for nobody is not kept either.
    let strip = told(cast, "erase-strip").await.id;
    store.finish_deliveries(&[outcome(strip, None, true)]).await.unwrap();
    let told = told(cast, "erase-strip").await;
    assert_eq!((told.body, told.body_key, told.card_ref, told.txid), (None, None, None, None));
}
