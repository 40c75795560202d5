//! What users write on their payments, and what they take with them.

use super::cast::{Cast, Linked};
use super::payments::{list, query};
use domain::category::Category;
use domain::filter::Filter;
use domain::ids::{PaymentKey, Txid};
use domain::own::{Own, Writing};
use domain::transaction::{Transaction, TxStatus};
use server::store::{Changed, ExportBalance, NewPayment, PaymentsQuery, Proven};

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

pub(super) async fn an_export_holds_each_payment_once(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let paid = |n: u64, seconds: u64| NewPayment {
        balance_after_minor: Some(i64::try_from(n).unwrap()),
        ..linked.payment(&n.to_string(), cast.at(seconds))
    };
    let payments: Vec<NewPayment> = (1..=300).map(|n| paid(n, n)).collect();
    store.apply_payments(&payments, false, cast.at(400)).await.unwrap();
    let refused = NewPayment { status: TxStatus::Refused, ..paid(301, 301) };
    store.apply_payments(&[refused], false, cast.at(400)).await.unwrap();

    for filter in [Filter::default(), Filter { card: Some(linked.card.clone()), ..Filter::default() }] {
        let asked = PaymentsQuery { filter: filter.clone(), ..query(&linked.user) };
        let listed: Vec<i64> = store.payments(&asked).await.unwrap().iter().map(|row| row.id).collect();
        let rows = store.export_rows(&linked.user, &filter).await.unwrap();
        assert_eq!(rows.0, listed, "what the list shows, in its order");
        let statements = store.export_statements(&linked.user, &filter).await.unwrap();
        let [statement] = &statements[..] else { panic!("one card, one currency") };
        assert_eq!(statement.card_ref, linked.card);
        assert_eq!(statement.rows.0, listed[1..], "without the refused one");
        assert_eq!((statement.oldest, statement.newest), (cast.at(1), cast.at(300)));
        assert_eq!(statement.balance, Some(ExportBalance { minor: 300, at: cast.at(300) }));
    }

    // While it is read, one payment moves to the end of the list and one to its beginning.
    let rows = store.export_rows(&linked.user, &Filter::default()).await.unwrap().0;
    let mut read = store.payments_by_row(&linked.user, &rows[..150]).await.unwrap();
    for (n, seconds) in [(290_u64, 0), (10, 500)] {
        let moved = NewPayment { confirmed_at: Some(cast.at(401)), amount_minor: -1, ..paid(n, seconds) };
        store.apply_payments(&[moved], true, cast.at(401)).await.unwrap();
    }
    read.extend(store.payments_by_row(&linked.user, &rows[150..]).await.unwrap());
    let mut txids: Vec<u64> = read.iter().map(|payment| payment.txid.as_str().parse().unwrap()).collect();
    txids.sort_unstable();
    assert_eq!(txids, (1..=301).collect::<Vec<u64>>(), "none twice, none left out");
    let moved = read.iter().find(|payment| payment.txid.as_str() == "10").unwrap();
    assert_eq!(moved.amount_minor, -1, "as it is when its turn comes");

    let stranger = cast.somebody().await;
    assert_eq!(store.payments_by_row(&stranger, &rows).await.unwrap(), []);
    assert_eq!(store.export_rows(&stranger, &Filter::default()).await.unwrap().0, [0; 0]);
}
