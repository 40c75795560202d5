//! Everything that the story has left, in another database.

use server::clock::Moment;
use server::secret::Secret;
use server::store::{Engine, Progress, Store, StoreError};
use sqlx::{AnyConnection, Connection as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

const NOW: Moment = Moment(1_800_000_000_000_000);

/// Into an empty database of either engine.
pub(super) async fn a_copy_holds_everything(source: &Store, target: &Store) {
    target.migrate().await.unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&told);
    let progress: Progress = Arc::new(move |table, rows| hear.lock().unwrap().push((table, rows)));
    let read = source.copy_into(target, NOW, &progress).await.unwrap();
    assert!(read.iter().map(|sum| sum.rows).sum::<u64>() > 100, "{read:?}");
    let last = read.iter().map(|sum| (sum.table, sum.rows)).collect::<Vec<_>>();
    let told = std::mem::take(&mut *told.lock().unwrap());
    assert!(last.iter().all(|sum| told.contains(sum)), "{told:?}");

    assert_eq!(source.sums(&progress).await.unwrap(), read);
    assert_eq!(target.sums(&progress).await.unwrap(), read);
    target.check_pages().await.unwrap();
    target.check_pages_and_indexes().await.unwrap();
    target.must_be_whole().await.unwrap();
    let twice = source.copy_into(target, NOW, &progress).await;
    assert!(matches!(twice, Err(StoreError::NotEmpty)), "{twice:?}");
    assert_eq!(target.sums(&progress).await.unwrap(), read, "nothing was mixed");
    // As if it had broken off after its last row, and what is in it had been changed.
    target.mark("unfinished-copy", NOW).await.unwrap();
    assert!(target.raise_alarm("of the copy alone", "", "", NOW).await.unwrap());
    assert_eq!(source.copy_into(target, NOW, &progress).await.unwrap(), read);
    assert_eq!(target.sums(&progress).await.unwrap(), read, "it went on, and is as it should be");

    // A number that was given out here is not given out again there.
    for store in [source, target] {
        assert!(store.raise_alarm("copied", "", "", NOW).await.unwrap());
    }
    assert_eq!(source.open_alarms(1).await.unwrap(), target.open_alarms(1).await.unwrap());
    assert_eq!(source.sums(&progress).await.unwrap(), target.sums(&progress).await.unwrap());
    for store in [source, target] {
        assert!(store.end_alarm("copied", "", NOW).await.unwrap());
    }
}

/// As long as its mark stands.
pub(super) async fn an_unfinished_copy_is_refused(store: &Store) {
    store.mark("unfinished-copy", NOW).await.unwrap();
    assert!(matches!(store.must_be_whole().await, Err(StoreError::UnfinishedCopy)));
    store.unmark("unfinished-copy").await.unwrap();
    store.unmark("unfinished-copy").await.unwrap();
    store.must_be_whole().await.unwrap();
}

/// Beside whatever else is done with it.
pub(super) async fn sqlite_is_copied_while_it_serves(source: &Store, file: &Path) {
    let progress: Progress = Arc::new(|_, _| {});
    assert_eq!(source.engine(), Engine::Sqlite);
    let before = source.sums(&progress).await.unwrap();
    source.vacuum_into(file).await.unwrap();
    source.mark("after the copy", NOW).await.unwrap();
    let copy = super::open_sqlite(file).await;
    copy.check_schema().await.unwrap();
    assert_eq!(copy.sums(&progress).await.unwrap(), before);
    assert!(source.vacuum_into(file).await.is_err(), "a file that holds something is not replaced");
    copy.close().await;
}

/// While a copy is filled it has fewer.
pub(super) async fn indexes_are_the_same(one: &Secret, other: &Secret) {
    let mut found: Vec<Vec<String>> = Vec::new();
    for address in [one, other] {
        let mut connection = AnyConnection::connect(address.expose()).await.unwrap();
        let text = "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname";
        found.push(sqlx::query_scalar(text).fetch_all(&mut connection).await.unwrap());
        connection.close().await.unwrap();
    }
    assert!(found[0].len() > 100, "{:?}", found[0]);
    assert_eq!(found[0], found[1]);
}
