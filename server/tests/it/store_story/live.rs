//! The feed of each user.

use super::cast::Cast;
use domain::live::Seq;
use domain::transaction::TxStatus;
use server::store::{Changed, NewPayment};

pub(super) async fn the_feed_tells_the_newest_state_of_each_subject(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    // The offer and the proof of the link: one subject, at its last number.
    let all = store.live_events(&linked.user, Seq(0), 100).await.unwrap();
    assert!(matches!(&all[..], [(Seq(2), Changed::Link(link, cards))] if link.id == linked.link && cards.len() == 1));
    assert_eq!(store.oldest_live_seq(&linked.user).await.unwrap(), Some(Seq(1)));

    let authorised = |txid: &str| NewPayment { status: TxStatus::Authorised, ..linked.payment(txid, cast.at(1)) };
    store.apply_payments(&[authorised("b"), authorised("a")], true, cast.at(2)).await.unwrap();
    store.apply_payments(&[linked.payment("b", cast.at(1))], true, cast.at(3)).await.unwrap();
    let told = store.live_events(&linked.user, Seq(2), 100).await.unwrap();
    let shown: Vec<_> = told
        .iter()
        .map(|(seq, changed)| match changed {
            Changed::Payment(payment) => (seq.0, payment.txid.as_str(), payment.status, payment.seq.0),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, [(4, "a", TxStatus::Authorised, 4), (5, "b", TxStatus::Settled, 5)]);
    // A short batch tells the newest state too, at the number that it has reached.
    let first = store.live_events(&linked.user, Seq(2), 1).await.unwrap();
    assert!(matches!(&first[..], [(Seq(3), Changed::Payment(payment))] if payment.seq == Seq(5)));
    assert_eq!(store.live_events(&linked.user, Seq(5), 100).await.unwrap(), []);

    // What is erased is gone, and so is what a forgotten link showed.
    assert!(store.forget_link(&linked.link, &linked.user, true, cast.at(4)).await.unwrap());
    let told = store.live_events(&linked.user, Seq(0), 100).await.unwrap();
    assert_eq!(told.iter().map(|(seq, _)| seq.0).collect::<Vec<_>>(), [4, 5, 6]);
    assert!(told.iter().all(|(_, changed)| *changed == Changed::Gone));
    let nobody = cast.somebody().await;
    assert_eq!(store.oldest_live_seq(&nobody).await.unwrap(), None);
    assert_eq!(store.last_seq(&nobody).await.unwrap(), Seq(0));
}

pub(super) async fn writers_to_one_feed_take_turns(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let start = store.last_seq(&linked.user).await.unwrap();
    let write = async |writer: &str| {
        for round in 0..20 {
            let payments = [0, 1, 2].map(|n| linked.payment(&format!("{writer}-{round}-{n}"), cast.at(round)));
            store.apply_payments(&payments, true, cast.at(1)).await.unwrap();
        }
    };
    let follow = async || {
        let (mut reached, mut seen) = (start, Vec::new());
        while seen.len() < 120 {
            for (seq, _) in store.live_events(&linked.user, reached, 10).await.unwrap() {
                seen.push(seq.0);
                reached = seq;
            }
            tokio::task::yield_now().await;
        }
        seen
    };
    let (seen, (), ()) = tokio::join!(follow(), write("one"), write("two"));
    let numbers: Vec<i64> = (start.0 + 1..=start.0 + 120).collect();
    assert_eq!(seen, numbers, "a reader who follows misses nothing");
    assert_eq!(store.last_seq(&linked.user).await.unwrap().0, start.0 + 120);
    assert_eq!(cast.woken().len(), 40);
}

pub(super) async fn old_events_are_removed(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    while store.remove_live_events(cast.at(0), 1_000).await.unwrap() > 0 {}
    let payments = [1, 2, 3].map(|n| linked.payment(&n.to_string(), cast.at(n)));
    store.apply_payments(&payments, true, cast.at(5_000)).await.unwrap();
    assert_eq!(store.remove_live_events(cast.at(4_000), 1).await.unwrap(), 1);
    while store.remove_live_events(cast.at(4_000), 1_000).await.unwrap() > 0 {}
    assert_eq!(store.oldest_live_seq(&linked.user).await.unwrap(), Some(Seq(3)));
    assert_eq!(store.last_seq(&linked.user).await.unwrap(), Seq(5));
}
