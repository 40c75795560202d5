//! What users write on their payments, and what they take with them.

use super::cast::{Cast, Linked};
use super::payments::list;
use domain::category::Category;
use domain::ids::{PaymentKey, Txid};
use domain::own::{Own, Writing};
use domain::transaction::{Transaction, TxStatus};
use server::store::{Changed, NewPayment, Proven};

fn key(linked: &Linked, txid: &str) -> PaymentKey {
    PaymentKey { card_ref: linked.card.clone(), txid: Txid::parse(txid).unwrap() }
}

async fn shown(cast: &Cast, linked: &Linked, txid: &str) -> Transaction {
    cast.store.payment(&linked.user, &key(linked, txid)).await.unwrap().unwrap().payment
}

pub(super) async fn words_of_ones_own_outlive_whatever_the_bank_says(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let authorised = NewPayment { status: TxStatus::Authorised, ..linked.payment("5", cast.at(10)) };
    store.apply_payments(std::slice::from_ref(&authorised), true, cast.at(11)).await.unwrap();
    let writing = Writing::parse("leisure", "Cadeau pour Zoé", "Voyage, été").unwrap();
    cast.woken();
    let before = store.last_seq(&linked.user).await.unwrap();
    assert!(store.write_own(&linked.user, &key(&linked, "5"), &writing, cast.at(12)).await.unwrap());
    assert_eq!(cast.woken(), std::slice::from_ref(&linked.user), "other tabs hear of it");
    let own = Own {
        category_bank: Some(Category::Books),
        note: Some("Cadeau pour Zoé".to_owned()),
        tags: vec!["Voyage".to_owned(), "été".to_owned()],
    };
    let payment = shown(cast, &linked, "5").await;
    assert_eq!((payment.category, &payment.own, payment.seq.0), (Category::Leisure, &own, before.0 + 1));
    let told = store.live_events(&linked.user, before, 10).await.unwrap();
    assert_eq!(told, [(payment.seq, Changed::Payment(payment.clone()))]);
    assert_eq!(list(cast, &linked.user).await, [payment]);

    // The same again is no news.
    assert!(store.write_own(&linked.user, &key(&linked, "5"), &writing, cast.at(13)).await.unwrap());
    assert_eq!(store.last_seq(&linked.user).await.unwrap().0, before.0 + 1);

    // Settled with another amount, then confirmed by the statement.
    let settled = NewPayment { status: TxStatus::Settled, amount_minor: -9_999, ..authorised };
    let confirmed = NewPayment { confirmed_at: Some(cast.at(15)), ..settled.clone() };
    for (telling, live) in [(settled, true), (confirmed, false)] {
        store.apply_payments(&[telling], live, cast.at(15)).await.unwrap();
    }
    let record = store.payment(&linked.user, &key(&linked, "5")).await.unwrap().unwrap();
    assert_eq!((record.payment.amount_minor, record.payment.status), (-9_999, TxStatus::Settled));
    assert_eq!((record.payment.category, &record.payment.own), (Category::Leisure, &own));
    assert_eq!(
        (record.told_at, record.confirmed_at, record.own_at),
        (cast.at(11), Some(cast.at(15)), Some(cast.at(12)))
    );

    // Forgotten with its history kept, and linked again: a new link with the old words.
    assert!(store.forget_link(&linked.link, &linked.user, false, cast.at(16)).await.unwrap());
    let token = cast.token();
    let again = cast.pending(&linked.user, &token, 17).await;
    let account = format!("acc-{}", cast.number());
    let proven = cast.prove(&again, &token, &account, std::slice::from_ref(&linked.card), 18).await;
    assert_eq!(proven, Proven::Linked(again));
    assert_eq!(shown(cast, &linked, "5").await.own, own);

    let stranger = cast.somebody().await;
    assert!(!store.write_own(&stranger, &key(&linked, "5"), &writing, cast.at(19)).await.unwrap());
    assert!(!store.write_own(&linked.user, &key(&linked, "6"), &writing, cast.at(19)).await.unwrap());
    assert!(store.write_own(&linked.user, &key(&linked, "5"), &Writing::default(), cast.at(20)).await.unwrap());
    let plain = shown(cast, &linked, "5").await;
    assert_eq!((plain.category, plain.own), (Category::Books, Own::default()));
}

pub(super) async fn erasing_a_history_erases_what_was_written_on_it(cast: &Cast) {
    let store = &cast.store;
    let writing = Writing::parse("", "secret", "").unwrap();
    for erase in [true, false] {
        let linked = cast.linked().await;
        store.apply_payments(&[linked.payment("1", cast.at(1))], false, cast.at(2)).await.unwrap();
        assert!(store.write_own(&linked.user, &key(&linked, "1"), &writing, cast.at(3)).await.unwrap());
        assert!(store.forget_link(&linked.link, &linked.user, erase, cast.at(4)).await.unwrap());
        // The same card and payments, by a new link.
        let token = cast.token();
        let again = Linked { link: cast.pending(&linked.user, &token, 5).await, ..linked };
        cast.prove(&again.link, &token, "acc-erased", std::slice::from_ref(&again.card), 6).await;
        store.apply_payments(&[again.payment("1", cast.at(1))], false, cast.at(7)).await.unwrap();
        assert_eq!(shown(cast, &again, "1").await.own.note.is_none(), erase);
    }
}
