//! Several processes on one database.

use super::cast::{Cast, Linked};
use super::deliveries::arrival;
use domain::ids::{CardRef, UserId};
use domain::live::Seq;
use server::clock::Moment;
use server::secret::Secret;
use server::store::{Changed, Engine, Heard, NewDelivery, NodeRecord, Store, Tally, Work};
use sqlx::Connection as _;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

fn node(cast: &Cast, id: &str, name: &str, seen: u64) -> NodeRecord {
    NodeRecord {
        id: id.to_owned(),
        name: name.to_owned(),
        version: "1.2.3".to_owned(),
        started_at: cast.at(1),
        seen_at: cast.at(seen),
        draining: false,
    }
}

pub(super) async fn nodes_are_listed_until_they_are_long_gone(cast: &Cast) {
    let store = &cast.store;
    for node in [node(cast, "n1", "web-2", 5), node(cast, "n2", "web-1", 6), node(cast, "n3", "web-3", 2)] {
        store.note_node(&node).await.unwrap();
    }
    let leaving = NodeRecord { draining: true, ..node(cast, "n1", "web-2", 9) };
    store.note_node(&leaving).await.unwrap();
    let listed = store.nodes(2).await.unwrap();
    assert_eq!(listed, [node(cast, "n2", "web-1", 6), leaving], "those that were seen last, by name");
    assert_eq!(store.remove_nodes(cast.at(2), 10).await.unwrap(), 0);
    assert_eq!(store.remove_nodes(cast.at(7), 1).await.unwrap(), 1);
    assert_eq!(store.remove_nodes(cast.at(7), 10).await.unwrap(), 1);
    assert_eq!(store.nodes(10).await.unwrap().len(), 1);
    store.remove_node("n1").await.unwrap();
    assert_eq!(store.nodes(10).await.unwrap(), []);
    let risk = store.commits_at_risk().await.unwrap();
    // Databases for tests are quick, and nothing of them has to last.
    assert_eq!(risk.is_some(), store.engine() == Engine::Postgres, "{risk:?}");
    if let Some(time) = store.database_time().await.unwrap() {
        assert!(time > Moment::from_bank_text("2026-01-01 00:00:00").unwrap(), "{time:?}");
    }
}

pub(super) async fn a_duty_is_one_nodes_until_its_time_is_over(cast: &Cast) {
    let store = &cast.store;
    let take =
        async |holder: &str, until, now| store.take_duty("story", holder, cast.at(until), cast.at(now)).await.unwrap();
    let (one, two) = tokio::join!(take("one", 30, 0), take("two", 30, 0));
    assert!(one.is_some() != two.is_some(), "one of two has it");
    let (mine, other) = if one.is_some() { ("one", "two") } else { ("two", "one") };
    assert_eq!(take(mine, 40, 10).await, Some(1), "prolonged");
    assert_eq!(take(other, 60, 39).await, None);
    assert_eq!(take(other, 70, 40).await, Some(2), "another turn");
    assert_eq!(take(mine, 75, 45).await, None, "who comes back has lost it");
    assert_eq!(store.take_duty("another", mine, cast.at(75), cast.at(45)).await.unwrap(), Some(1));
    store.remove_node(other).await.unwrap();
    assert_eq!(take(mine, 80, 50).await, Some(1), "who ends gives it up");
    for holder in [mine, "nobody"] {
        store.remove_node(holder).await.unwrap();
    }
}

pub(super) async fn a_user_has_so_many_places_whatever_node_they_are_on(cast: &Cast) {
    let store = &cast.store;
    let user = cast.somebody().await;
    let here = |seen| node(cast, store.node(), "here", seen);
    store.note_node(&here(10)).await.unwrap();
    let alive = cast.at(8);
    let take = async |stream: &str| store.take_place(&user, stream, 2, alive).await.unwrap();
    let (one, two, three) = tokio::join!(take("s1"), take("s2"), take("s3"));
    let held: Vec<_> = [("s1", one), ("s2", two), ("s3", three)].into_iter().filter(|(_, has)| *has).collect();
    assert_eq!(held.len(), 2, "two of three, however they meet");
    assert!(store.take_place(&cast.somebody().await, "s4", 2, alive).await.unwrap(), "others have places of their own");
    store.leave_place(&user, held[0].0).await.unwrap();
    store.leave_place(&user, "never there").await.unwrap();
    assert!(take("s5").await && !take("s6").await);

    // The node says nothing any more: its places are free, and who wakes up gives back nothing of others.
    let later = cast.at(11);
    assert!(store.take_place(&user, "s7", 1, later).await.unwrap());
    store.note_node(&here(12)).await.unwrap();
    store.leave_place(&user, "s5").await.unwrap();
    store.leave_place(&user, held[1].0).await.unwrap();
    assert!(!store.take_place(&user, "s8", 1, later).await.unwrap(), "s7 has it");
    store.remove_node(store.node()).await.unwrap();
    store.note_node(&here(12)).await.unwrap();
    assert!(store.take_place(&user, "s9", 1, later).await.unwrap(), "who ends gives back all");
    assert_eq!(store.remove_nodes(cast.at(13), 10).await.unwrap(), 1);
}

pub(super) async fn tries_are_counted_together_and_forgotten(cast: &Cast) {
    let store = &cast.store;
    let names = ["address".to_owned(), "all".to_owned()];
    let count = async |seconds| {
        let tallies = store.count_in_minute(&names, cast.at(seconds)).await.unwrap();
        tallies.iter().map(|tally| (tally.count, tally.over_at)).collect::<Vec<_>>()
    };
    assert_eq!(count(10).await, [(1, cast.at(70)), (1, cast.at(70))]);
    let alone = store.count_in_minute(&names[1..], cast.at(20)).await.unwrap();
    assert_eq!(alone, [Tally { count: 2, over_at: cast.at(70) }]);
    assert_eq!(count(69).await, [(2, cast.at(70)), (3, cast.at(70))]);
    assert_eq!(count(70).await, [(1, cast.at(130)), (1, cast.at(130))], "a minute later it begins anew");
    assert_eq!(count(40).await, [(2, cast.at(130)), (2, cast.at(130))], "a clock that is a little behind counts on");
    assert_eq!(count(9).await, [(1, cast.at(69)), (1, cast.at(69))], "one that was far ahead does not last");

    assert_eq!(store.tally("account").await.unwrap(), None);
    assert_eq!(store.count_until("account", cast.at(100), cast.at(0)).await.unwrap(), 1);
    assert_eq!(store.count_until("account", cast.at(150), cast.at(50)).await.unwrap(), 2);
    assert_eq!(store.tally("account").await.unwrap(), Some(Tally { count: 2, over_at: cast.at(150) }));
    assert_eq!(store.count_until("account", cast.at(250), cast.at(150)).await.unwrap(), 1, "it was over");
    store.forget_tally("account").await.unwrap();
    assert_eq!(store.tally("account").await.unwrap(), None);
    assert_eq!(store.remove_tallies(cast.at(68), 10).await.unwrap(), 0);
    assert_eq!(store.remove_tallies(cast.at(69), 1).await.unwrap(), 1);
    assert_eq!(store.remove_tallies(cast.at(69), 10).await.unwrap(), 1);
}

pub(super) async fn feeds_are_looked_at_together(cast: &Cast) {
    let store = &cast.store;
    let (one, nobody, two) = (cast.linked().await, cast.somebody().await, cast.linked().await);
    store.apply_payments(&[two.payment("1", cast.at(1))], true, cast.at(2)).await.unwrap();
    assert_eq!(store.last_seqs(&[]).await.unwrap(), []);
    let mut seqs = store.last_seqs(&[one.user.clone(), nobody, two.user.clone()]).await.unwrap();
    seqs.sort_unstable();
    assert_eq!(seqs, [(one.user, Seq(2)), (two.user, Seq(3))]);
    cast.woken();
}

/// Everything that was heard so far.
struct Listener {
    heard: Arc<Mutex<Vec<Heard>>>,
    end: CancellationToken,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Listener {
    async fn on(store: &Store, speaker: &Store) -> Self {
        let (heard, end) = (Arc::new(Mutex::new(Vec::new())), CancellationToken::new());
        let (ear, store, stop) = (Arc::clone(&heard), store.clone(), end.clone());
        let hearing = async move { store.hear_nodes(stop, move |told| ear.lock().unwrap().push(told)).await };
        let (speaker, stop) = (speaker.clone(), end.clone());
        let telling = async move { speaker.tell_nodes(stop).await };
        let listener = Self { heard, end, tasks: vec![tokio::spawn(hearing), tokio::spawn(telling)] };
        listener.hears(&Heard::Missed).await;
        listener
    }

    async fn hears(&self, what: &Heard) {
        let began = Instant::now();
        loop {
            let found = self.heard.lock().unwrap().iter().position(|heard| heard == what);
            if let Some(at) = found {
                self.heard.lock().unwrap().remove(at);
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{what:?} was not heard: {:?}",
                self.heard.lock().unwrap()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn end(self) -> Vec<Heard> {
        self.end.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
        Arc::into_inner(self.heard).unwrap().into_inner().unwrap()
    }
}

pub(super) async fn what_a_node_commits_is_heard_by_the_others(store: &Store, other: &Store, address: &Secret) {
    let cast = Cast::beside(store, 70_000);
    let listener = Listener::on(other, store).await;
    let itself = Listener::on(store, other).await;
    let linked = cast.linked().await;
    listener.hears(&Heard::Moved(linked.user.clone())).await;
    store.call_for_help(Work::Mails);
    listener.hears(&Heard::Work(Work::Mails)).await;

    // A connection that is lost is made anew, and whatever was said meanwhile may have been missed.
    let mut connection = sqlx::AnyConnection::connect(address.expose()).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'
               AND datname = current_database()";
    sqlx::query(cut).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    listener.hears(&Heard::Missed).await;
    store.apply_payments(&[linked.payment("1", cast.at(1))], true, cast.at(2)).await.unwrap();
    listener.hears(&Heard::Moved(linked.user.clone())).await;
    listener.end().await;
    let own = itself.end().await;
    assert!(own.iter().all(|heard| *heard == Heard::Missed), "nobody hears herself: {own:?}");
    other.close().await;
}

pub(super) async fn an_arrival_is_first_its_own_nodes(store: &Store, other: &Store) {
    let cast = Cast::beside(store, 80_000);
    let at = |millis: u64| cast.at(500_000).plus(Duration::from_millis(millis));
    let arrival = NewDelivery { received_at: at(0), ..arrival(&cast, "own-first", 0) };
    store.add_deliveries(&[arrival]).await.unwrap();
    let sees = async |store: &Store, now| {
        let due = store.due_deliveries(now, 1_000).await.unwrap();
        due.iter().any(|delivery| delivery.reference == "own-first")
    };
    let alive_at = async |millis| {
        let node = NodeRecord { seen_at: at(millis), ..node(&cast, store.node(), "itself", 0) };
        store.note_node(&node).await.unwrap();
    };
    assert!(sees(store, at(0)).await && sees(other, at(0)).await, "nobody has seen its node");
    alive_at(0).await;
    assert!(sees(store, at(1_999)).await);
    assert!(!sees(other, at(1_999)).await, "or all would take the same");
    assert!(sees(other, at(2_000)).await, "its node may be gone");
    alive_at(59_000).await;
    assert!(!sees(other, at(59_999)).await, "it is behind");
    assert!(sees(other, at(60_000)).await, "whatever it says of itself");
    store.remove_node(store.node()).await.unwrap();
    other.close().await;
}

pub(super) async fn arrivals_are_shared_by_card(store: &Store, other: &Store) {
    let cast = Cast::beside(store, 110_000);
    let listener = Listener::on(other, store).await;
    let cards: Vec<_> = (0..40).map(|n| CardRef::parse(format!("ANYSHARED{n:04}")).unwrap()).collect();
    let stored = async |round: &str| {
        let of = |(n, card): (usize, &CardRef)| NewDelivery {
            card_ref: Some(card.clone()),
            ..arrival(&cast, &format!("{round}-{n}"), 600_000)
        };
        let group: Vec<_> = cards.iter().enumerate().map(of).collect();
        store.add_deliveries(&group).await.unwrap()
    };
    let sees = async |store: &Store, round: &str| -> BTreeSet<String> {
        let due = store.due_deliveries(cast.at(600_000), 1_000).await.unwrap();
        due.iter().filter_map(|due| due.reference.strip_prefix(round)).map(str::to_owned).collect()
    };
    let say = async |store: &Store, seen, draining| {
        let node = NodeRecord { draining, ..node(&cast, store.node(), "one of two", seen) };
        store.note_node(&node).await.unwrap();
    };
    for node in [store, other] {
        say(node, 600_000, false).await;
    }
    assert!(stored("before").await);
    assert_eq!(sees(store, "before").await.len(), 40, "nobody has looked who is there");

    store.share_among_nodes(cast.at(600_000)).await.unwrap();
    assert!(stored("once").await && stored("twice").await);
    listener.hears(&Heard::Work(Work::Deliveries)).await;
    let (ours, theirs) = (sees(store, "once").await, sees(other, "once").await);
    assert!(ours.len() > 5 && theirs.len() > 5 && ours.is_disjoint(&theirs), "{ours:?}, {theirs:?}");
    assert_eq!(ours.len() + theirs.len(), 40);
    assert_eq!((sees(store, "twice").await, sees(other, "twice").await), (ours, theirs), "a card stays with its node");
    assert!(store.add_deliveries(&[arrival(&cast, "no-card", 600_000)]).await.unwrap());
    assert_eq!((sees(store, "no-card").await.len(), sees(other, "no-card").await.len()), (1, 0));

    say(other, 600_000, true).await;
    store.share_among_nodes(cast.at(600_000)).await.unwrap();
    assert!(stored("leaving").await);
    assert_eq!((sees(store, "leaving").await.len(), sees(other, "leaving").await.len()), (40, 0));
    say(other, 600_000, false).await;
    say(store, 600_000, true).await;
    store.share_among_nodes(cast.at(600_000)).await.unwrap();
    assert!(!stored("left").await, "who is about to end processes nothing new");
    assert_eq!((sees(store, "left").await.len(), sees(other, "left").await.len()), (0, 40));
    store.share_among_nodes(cast.at(600_001)).await.unwrap();
    assert!(stored("silent").await, "of nodes that are silent one knows nothing, and goes on alone");
    for node in [other.node(), store.node()] {
        store.remove_node(node).await.unwrap();
    }
    for work in Work::ALL {
        listener.hears(&Heard::Work(work)).await;
    }
    assert_eq!(sees(other, "twice").await.len(), 40, "who ends leaves what it was given to the others, and tells them");
    listener.end().await;
    other.close().await;
}

/// A transaction that takes the next number of a feed and does not commit yet; another one that comes after it.
pub(super) async fn numbers_become_visible_in_their_order(store: &Store, address: &Secret) {
    let cast = Cast::beside(store, 90_000);
    let linked = cast.linked().await;
    let before = store.last_seq(&linked.user).await.unwrap();
    let mut slow = sqlx::AnyConnection::connect(address.expose()).await.unwrap();
    let mut tx = slow.begin().await.unwrap();
    move_feed(&mut tx, &linked, before).await;
    let quick = tokio::spawn({
        let (store, payment) = (store.clone(), linked.payment("quick", cast.at(1)));
        let at = cast.at(2);
        async move { store.apply_payments(&[payment], true, at).await }
    });
    // Until it waits for the slow one, or, where nothing held it back, has overtaken it.
    while !quick.is_finished() && !somebody_waits(address).await {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        store.live_events(&linked.user, before, 10).await.unwrap(),
        [],
        "the second must not be seen before the first"
    );
    tx.commit().await.unwrap();
    quick.await.unwrap().unwrap();
    let seen = store.live_events(&linked.user, before, 10).await.unwrap();
    let numbers: Vec<_> = seen.iter().map(|(seq, _)| seq.0 - before.0).collect();
    assert!(matches!(&seen[..], [_, (_, Changed::Payment(_))]) && numbers == [1, 2], "{seen:?}");
    slow.close().await.unwrap();
    a_reader_of_numbers_alone_would_skip_one(address).await;
}

async fn move_feed(tx: &mut sqlx::AnyConnection, linked: &Linked, before: Seq) {
    for sql in [
        "UPDATE feeds SET last_seq = last_seq + 1 WHERE user_id = $1 AND last_seq = $2",
        "INSERT INTO live_events (user_id, seq, kind, subject, at) SELECT $1, $2 + 1, 'link', link_id, 0 FROM cards
         WHERE user_id = $1",
    ] {
        let moved = sqlx::query(sql).bind(linked.user.to_string()).bind(before.0).execute(&mut *tx).await.unwrap();
        assert_eq!(moved.rows_affected(), 1, "{sql}");
    }
}

async fn somebody_waits(address: &Secret) -> bool {
    let mut connection = sqlx::AnyConnection::connect(address.expose()).await.unwrap();
    let waiting: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    waiting > 0
}

/// A test of the test before: the same with numbers of a sequence, which are handed out before the commit.
async fn a_reader_of_numbers_alone_would_skip_one(address: &Secret) {
    let mut slow = sqlx::AnyConnection::connect(address.expose()).await.unwrap();
    let mut quick = sqlx::AnyConnection::connect(address.expose()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE naive (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, word TEXT)")
        .execute(&mut quick)
        .await
        .unwrap();
    let mut tx = slow.begin().await.unwrap();
    sqlx::query("INSERT INTO naive (word) VALUES ('first')").execute(&mut *tx).await.unwrap();
    sqlx::query("INSERT INTO naive (word) VALUES ('second')").execute(&mut quick).await.unwrap();
    let last: i64 = sqlx::query_scalar("SELECT MAX(id) FROM naive").fetch_one(&mut quick).await.unwrap();
    tx.commit().await.unwrap();
    let after: Option<String> =
        sqlx::query_scalar("SELECT word FROM naive WHERE id > $1").bind(last).fetch_optional(&mut quick).await.unwrap();
    assert_eq!((last, after), (2, None), "the first is never read by who remembers the last number");
    sqlx::raw_sql("DROP TABLE naive").execute(&mut quick).await.unwrap();
    quick.close().await.unwrap();
    slow.close().await.unwrap();
}

pub(super) async fn there_are_no_others_on_sqlite(store: &Store) {
    let never = CancellationToken::new();
    store.tell_nodes(never.clone()).await;
    store.hear_nodes(never, |heard| panic!("{heard:?}")).await;
    store.call_for_help(Work::Deliveries);
    store.share_among_nodes(Moment(0)).await.unwrap();
    assert_eq!(store.database_time().await.unwrap(), None);
    let nobody: [UserId; 0] = [];
    assert_eq!(store.last_seqs(&nobody).await.unwrap(), []);
}
