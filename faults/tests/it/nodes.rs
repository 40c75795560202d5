//! Several servers on one database.

use faults::nodes::{Fault, Postgres, Proof, Relay, Shape};
use server::clock::Moment;
use server::secret::Secret;
use server::store::{NewDelivery, Store};
use std::time::Duration;

/// Less than the long run's, for a machine that does other things too.
const SHAPE: Shape = Shape { people: 20, browsers_each: 3, rate: 60 };
const STREAMS: usize = SHAPE.people * SHAPE.browsers_each;
/// A stream whose node has died is back in a second or so; this is what a machine under all tests may take.
const WHOLE_AGAIN: Duration = Duration::from_secs(20);
/// So many that a trip more for each would be noticed, whatever comes late.
const GROUPS: u64 = 64;
/// Of a node to its database.
const CONNECTIONS: u64 = 16;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_no_stream_misses_anything_whatever_becomes_of_a_node() {
    let mut proof = Proof::begin(SHAPE, 1).await;
    for fault in Fault::ALL {
        let outcome = proof.play(fault).await;
        // A stream may live through a database that is away for a second.
        assert!(outcome.broken > 0 || fault == Fault::Database, "{outcome:?}");
        assert!(outcome.whole_after < WHOLE_AGAIN && outcome.events.count >= STREAMS, "{outcome:?}");
    }
    let ended = proof.end().await;
    let faults: Vec<_> = ended.report.faults.iter().chain(&ended.faults).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{}", ended.logs);
    assert!(ended.report.acknowledged > 500, "{:?}", ended.report);
}

fn arrival(n: i64) -> NewDelivery {
    NewDelivery {
        received_at: Moment(n),
        reference: format!("{n:040x}"),
        event_name: "card_transaction_received".into(),
        verdict: app::backend::Verdict::Accepted,
        reason: "",
        pending: true,
        current_try: Some(1),
        max_tries: Some(3),
        peer: "185.8.76.132".into(),
        content_type: "application/x-www-form-urlencoded".into(),
        trust: "[]".into(),
        body_key: "inbox".into(),
        body: vec![7; 900],
        core_mac: "c0".repeat(16),
        card_ref: None,
        txid: None,
        ask_at: None,
        answered: 200,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_notifications_is_one_statement_and_two_trips() {
    let postgres = Postgres::start().await;
    let relay = Relay::to(postgres.address).await;
    let store = Store::open(&Secret::new(postgres.url_at(relay.address))).await.unwrap();
    store.migrate().await.unwrap();
    let group: Vec<_> = (1..=64).map(arrival).collect();
    assert_eq!(Store::best_group(group.len()), group.len());
    // Each connection prepares the statement once.
    for _ in 0..8 {
        store.add_deliveries(&group).await.unwrap();
    }
    let before = relay.counts();
    for _ in 0..GROUPS {
        store.add_deliveries(&group).await.unwrap();
    }
    let after = relay.counts();
    assert_eq!(after.0 - before.0, GROUPS);
    // One for the statement, and one to see whether the connection is alive, once it is given back: those of before may come late.
    let round_trips = after.1 - before.1;
    assert!((GROUPS..=2 * GROUPS + CONNECTIONS).contains(&round_trips), "{round_trips}");
    store.close().await;
}
