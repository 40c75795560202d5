//! Browsers that are told, and mails that tell.

use super::alerts::{rule, settled};
use super::cast::Cast;
use domain::alerts::{Condition, Ways};
use domain::ids::UserId;
use domain::lang::Lang;
use domain::money::{Currency, Money};
use server::store::{DueDevice, DueReader, NewDevice, NewMail};

const BY_PUSH: Ways = Ways { mail: false, push: true };

fn device(cast: &Cast, user: &UserId, address: &str) -> NewDevice {
    NewDevice {
        id: format!("device-{}", cast.number()),
        user_id: user.clone(),
        endpoint_mac: address.to_owned(),
        sealed: b"sealed".to_vec(),
        name: "Firefox/Android".to_owned(),
        lang: Lang::Fr,
        created_at: cast.at(cast.number()),
    }
}

/// Her devices that are due, whoever else's are.
async fn due(cast: &Cast, user: &UserId, seconds: u64) -> Vec<DueDevice> {
    let due = cast.store.due_pushes(cast.at(seconds), 100).await.unwrap();
    due.into_iter().filter(|device| device.user_id == *user).collect()
}

pub(super) async fn a_device_is_told_once_and_not_too_often(cast: &Cast) {
    let store = &cast.store;
    let linked = settled(cast).await;
    let user = &linked.user;
    let over = rule(cast, user, Condition::AmountOver(Money::new(0, Currency::EUR)), BY_PUSH).await;
    let pay = |n: u64| {
        let payment = linked.payment(&n.to_string(), cast.at(n));
        async move { store.apply_payments(std::slice::from_ref(&payment), true, payment.booked_at).await.unwrap() }
    };
    pay(100).await;
    assert!(store.add_push_device(&device(cast, user, "late"), 5).await.unwrap());
    assert_eq!(due(cast, user, 1_000).await, [], "what was told before it came it is not told");

    pay(200).await;
    assert_eq!(due(cast, user, 201).await, [], "what comes together goes together");
    pay(202).await;
    let first = due(cast, user, 202).await.remove(0);
    assert!(store.lease_push(&first, cast.at(260)).await.unwrap());
    assert!(!store.lease_push(&first, cast.at(261)).await.unwrap(), "another node was quicker");
    let alerts = store.alerts_to_push(user, first.told, 10).await.unwrap();
    assert_eq!(alerts.iter().map(|alert| alert.txid.as_str()).collect::<Vec<_>>(), ["200", "202"]);
    // One more while it is being sent.
    pay(203).await;
    store.note_pushed(&first, cast.at(260), alerts[1].id, cast.at(400)).await.unwrap();
    assert_eq!(due(cast, user, 399).await, []);
    let second = due(cast, user, 400).await.remove(0);
    assert_eq!((second.told, second.attempts), (alerts[1].id, 0));
    assert!(store.lease_push(&second, cast.at(460)).await.unwrap());
    store.postpone_push(&second, cast.at(460), cast.at(500)).await.unwrap();
    let again = due(cast, user, 500).await.remove(0);
    assert_eq!(again.attempts, 1);
    assert!(store.lease_push(&again, cast.at(560)).await.unwrap());
    let last = store.alerts_to_push(user, again.told, 10).await.unwrap().remove(0);
    store.note_pushed(&again, cast.at(560), last.id, cast.at(600)).await.unwrap();
    assert_eq!(due(cast, user, 10_000).await, []);
    // Soon after: at the limit, not before.
    pay(561).await;
    assert_eq!((due(cast, user, 599).await.len(), due(cast, user, 600).await.len()), (0, 1));
    store.switch_alert_rule(user, &over, false).await.unwrap();
    assert_eq!(store.alerts_to_push(user, last.id, 10).await.unwrap(), [], "a rule that is off tells nothing any more");
}

pub(super) async fn a_device_belongs_to_who_was_there_last(cast: &Cast) {
    let store = &cast.store;
    let (alice, bruno) = (cast.somebody().await, cast.somebody().await);
    for n in 0..2 {
        assert!(store.add_push_device(&device(cast, &alice, &format!("hers-{n}")), 2).await.unwrap());
    }
    assert!(!store.add_push_device(&device(cast, &alice, "one too many"), 2).await.unwrap());
    assert!(store.add_push_device(&device(cast, &alice, "hers-1"), 2).await.unwrap(), "the same one again");
    let names =
        |devices: Vec<server::store::DeviceRecord>| devices.into_iter().map(|device| device.id).collect::<Vec<_>>();
    let hers = names(store.push_devices(&alice, 10).await.unwrap());
    assert_eq!(hers.len(), 2);
    assert!(store.add_push_device(&device(cast, &bruno, "hers-0"), 2).await.unwrap());
    assert_eq!(names(store.push_devices(&alice, 10).await.unwrap()), hers[1..]);
    assert!(!store.remove_push_device(&bruno, &hers[1]).await.unwrap());
    assert!(store.remove_push_device(&alice, &hers[1]).await.unwrap());
    assert_eq!(store.push_devices(&alice, 10).await.unwrap(), []);
}

const BY_MAIL: Ways = Ways { mail: true, push: false };

fn mail(cast: &Cast, user: &UserId) -> NewMail {
    NewMail {
        id: format!("{:032x}", cast.number()),
        user_id: user.clone(),
        kind: "alerts",
        lang: Lang::En,
        content_key: "user".to_owned(),
        content: b"sealed".to_vec(),
        created_at: cast.at(0),
        good_until: None,
    }
}

pub(super) async fn mail_is_written_once_for_what_came_together(cast: &Cast) {
    let store = &cast.store;
    let linked = settled(cast).await;
    let user = &linked.user;
    let over = rule(cast, user, Condition::AmountOver(Money::new(0, Currency::EUR)), BY_MAIL).await;
    let pay = |n: u64| {
        let payment = linked.payment(&n.to_string(), cast.at(n));
        async move { store.apply_payments(std::slice::from_ref(&payment), true, payment.booked_at).await.unwrap() }
    };
    let due = |seconds: u64| async move {
        let due = store.due_readers(cast.at(seconds), 100).await.unwrap();
        due.into_iter().filter(|reader| reader.user_id == *user).collect::<Vec<DueReader>>()
    };
    let waiting = || async { store.count_mails(1_000).await.unwrap().0 };
    pay(100).await;
    pay(110).await;
    assert_eq!(due(119).await, []);
    let first = due(120).await.remove(0);
    assert_eq!(first.lang, Lang::En);
    let alerts = store.alerts_to_mail(user, first.told, 10).await.unwrap();
    assert_eq!(
        alerts.iter().map(|(id, alert)| (id, alert.txid.as_str())).collect::<Vec<_>>(),
        [(&over, "100"), (&over, "110")]
    );
    // One more while it is being written.
    pay(121).await;
    let before = waiting().await;
    let up_to = alerts[1].1.id;
    assert!(store.note_mailed(&first, up_to, Some(mail(cast, user)), cast.at(1_000)).await.unwrap());
    assert!(
        !store.note_mailed(&first, up_to, Some(mail(cast, user)), cast.at(1_000)).await.unwrap(),
        "another node was slower"
    );
    assert_eq!(waiting().await, before + 1);
    assert_eq!(due(999).await, []);
    let second = due(1_000).await.remove(0);
    assert_eq!(second.told, up_to);
    // Stopped by the link of the first one: nothing is left to say.
    assert!(store.stop_alert_mails(user, &over).await.unwrap());
    assert_eq!(store.alerts_to_mail(user, second.told, 10).await.unwrap(), []);
    assert!(store.note_mailed(&second, second.told, None, cast.at(1_001)).await.unwrap());
    pay(1_100).await;
    assert_eq!(due(10_000).await, []);
}
