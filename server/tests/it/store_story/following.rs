//! A copy that follows a database of `SQLite` until it takes its place.

use server::clock::Moment;
use server::secret::Secret;
use server::store::{Engine, Progress, Store, StoreError};
use sqlx::{Connection as _, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const NOW: Moment = Moment(1_800_000_000_000_000);

fn silent() -> Progress {
    Arc::new(|_, _| {})
}

fn later(minutes: u64) -> Moment {
    NOW.plus(Duration::from_mins(minutes))
}

/// From a file that holds the whole story into an empty database of either engine.
pub(super) async fn a_copy_follows_and_takes_over(source: Store, file: &Path, target: &Store) {
    target.migrate().await.unwrap();
    assert_eq!(source.engine(), Engine::Sqlite);
    source.mark("stays", NOW).await.unwrap();
    source.mark("is changed before it is copied", NOW).await.unwrap();
    source.mark("goes", NOW).await.unwrap();
    assert_eq!(source.followed_since().await.unwrap(), None);
    source.begin_to_follow(target, NOW).await.unwrap();
    assert_eq!(source.followed_since().await.unwrap(), Some(NOW));
    assert!(matches!(target.must_be_whole().await, Err(StoreError::UnfinishedCopy)));

    // What changes before its row is copied, and between two beginnings.
    source.mark("is changed before it is copied", later(1)).await.unwrap();
    assert!(source.raise_alarm("before", "", "", NOW).await.unwrap());
    source.begin_to_follow(target, later(2)).await.unwrap();
    assert_eq!(source.followed_since().await.unwrap(), Some(NOW), "it goes on");
    source.fill(target, NOW, &silent()).await.unwrap();
    source.compare_with(target, &silent()).await.unwrap();

    // And after that: what is new, what is another, what is gone.
    assert!(source.raise_alarm("after", "", "", NOW).await.unwrap());
    assert!(source.end_alarm("before", "", NOW).await.unwrap());
    source.mark("stays", later(3)).await.unwrap();
    source.unmark("goes").await.unwrap();
    source.fill(target, NOW, &silent()).await.unwrap();
    assert_eq!(target.marked("stays").await.unwrap(), Some(NOW), "filling is over");
    let brought = source.follow(target).await.unwrap();
    assert!(brought >= 4, "{brought}");
    assert_eq!(target.marked("stays").await.unwrap(), Some(later(3)));
    assert_eq!(target.marked("goes").await.unwrap(), None);
    assert_eq!(source.open_alarms(5).await.unwrap(), target.open_alarms(5).await.unwrap());
    assert_eq!(source.follow(target).await.unwrap(), 0);

    // Somebody else writes into the copy.
    target.mark("stays", later(9)).await.unwrap();
    let differs = source.compare_with(target, &silent()).await;
    assert!(matches!(differs, Err(StoreError::CopyDiffers("marks"))), "{differs:?}");
    target.mark("stays", later(3)).await.unwrap();
    target.count_until("of the copy alone", later(1), NOW).await.unwrap();
    let differs = source.compare_with(target, &silent()).await;
    assert!(matches!(differs, Err(StoreError::CopyDiffers("tallies"))), "a row too many: {differs:?}");
    target.forget_tally("of the copy alone").await.unwrap();
    let counts = source.compare_with(target, &silent()).await.unwrap();
    assert!(counts.iter().map(|(_, rows)| rows).sum::<u64>() > 100, "{counts:?}");
    another_pair_is_refused(&source, target).await;
    what_is_not_noted_is_noticed(&source, file, target).await;
    it_takes_over(source, file, target).await;
}

/// As after a migration that made a table anew.
async fn what_is_not_noted_is_noticed(source: &Store, file: &Path, target: &Store) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let text: String = sqlx::query_scalar("SELECT sql FROM sqlite_master WHERE name = 'noted_links_other'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    sqlx::raw_sql("DROP TRIGGER noted_links_other").execute(&mut connection).await.unwrap();
    for refused in [source.begin_to_follow(target, NOW).await, source.finish_following(target).await] {
        assert!(matches!(refused, Err(StoreError::NotNoted)), "{refused:?}");
    }
    sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    source.begin_to_follow(target, NOW).await.unwrap();
}

/// The last changes come when nobody has the first database open.
async fn it_takes_over(source: Store, file: &Path, target: &Store) {
    let url = Secret::new(format!("sqlite://{}", file.display()));
    source.mark("at the last moment", NOW).await.unwrap();
    assert!(!Store::retire(&url, NOW).await.unwrap(), "somebody has it open");
    source.must_not_have_moved().await.unwrap();
    source.close().await;
    assert!(Store::retire(&url, NOW).await.unwrap());
    let source = Store::open(&url).await.unwrap();
    assert!(matches!(source.must_not_have_moved().await, Err(StoreError::Moved)));
    assert!(matches!(target.must_be_whole().await, Err(StoreError::UnfinishedCopy)), "no server starts on it yet");
    source.finish_following(target).await.unwrap();
    target.must_be_whole().await.unwrap();
    target.must_not_have_moved().await.unwrap();
    assert_eq!(target.marked("at the last moment").await.unwrap(), Some(NOW));
    // It can be undone, and then nothing is left of it but the rows.
    source.stop_following().await.unwrap();
    source.must_not_have_moved().await.unwrap();
    assert_eq!(source.followed_since().await.unwrap(), None);
    target.stop_following().await.unwrap();
    assert_eq!(source.sums(&silent()).await.unwrap(), target.sums(&silent()).await.unwrap());
    // A number that was given out there is not given out again here.
    for store in [&source, target] {
        assert!(store.raise_alarm("moved", "", "", NOW).await.unwrap());
    }
    assert_eq!(source.open_alarms(1).await.unwrap(), target.open_alarms(1).await.unwrap());
    source.close().await;
}

/// Which would mix with what is there, or miss what was noted for somebody else.
async fn another_pair_is_refused(source: &Store, target: &Store) {
    let folder = tempfile::tempdir().unwrap();
    let other = super::open_sqlite(&folder.path().join("other.db")).await;
    other.migrate().await.unwrap();
    let refused = other.begin_to_follow(target, NOW).await;
    assert!(matches!(refused, Err(StoreError::NotEmpty)), "{refused:?}");
    let whole = other.begin_to_follow(source, NOW).await;
    assert!(matches!(whole, Err(StoreError::NotEmpty)), "{whole:?}");
    if target.engine() == Engine::Postgres {
        let refused = target.begin_to_follow(&other, NOW).await;
        assert!(matches!(refused, Err(StoreError::Address(_))), "{refused:?}");
    }
    other.mark("followed-copy:restored", NOW).await.unwrap();
    other.stop_following().await.unwrap();
    assert_eq!(other.followed_since().await.unwrap(), None, "a mark alone");
    other.close().await;
}
