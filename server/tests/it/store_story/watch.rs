//! What is watched.

use super::cast::Cast;

pub(super) async fn alarms_are_raised_once_and_ended(cast: &Cast) {
    let store = &cast.store;
    assert!(store.raise_alarm("silence", "", "since:then", cast.at(1)).await.unwrap());
    assert!(!store.raise_alarm("silence", "", "since:now", cast.at(5)).await.unwrap(), "it is open already");
    assert!(store.raise_alarm("last-try", "abc", "answered:401", cast.at(2)).await.unwrap());
    let open = store.open_alarms(10).await.unwrap();
    assert_eq!(open.iter().map(|alarm| alarm.kind.as_str()).collect::<Vec<_>>(), ["last-try", "silence"]);
    let silence = &open[1];
    assert_eq!((silence.times, silence.first_at, silence.last_at), (2, cast.at(1), cast.at(5)));
    assert_eq!((silence.detail.as_str(), silence.ended_at), ("since:now", None));

    assert!(store.end_alarm("silence", "", cast.at(6)).await.unwrap());
    assert!(!store.end_alarm("silence", "", cast.at(7)).await.unwrap());
    assert!(store.raise_alarm("silence", "", "since:again", cast.at(8)).await.unwrap(), "a new one");
    assert!(store.end_alarm_by_id(open[0].id, cast.at(9)).await.unwrap());
    assert!(!store.end_alarm_by_id(open[0].id, cast.at(9)).await.unwrap());
    assert_eq!(store.open_alarms(10).await.unwrap().len(), 1);
    assert_eq!(store.remove_ended_alarms(cast.at(9), 10).await.unwrap(), 1);
    assert_eq!(store.remove_ended_alarms(cast.at(10), 10).await.unwrap(), 1);
    assert_eq!(store.open_alarms(10).await.unwrap().len(), 1);
}

pub(super) async fn marks_are_the_newest(cast: &Cast) {
    let store = &cast.store;
    assert_eq!(store.marked("alive").await.unwrap(), None);
    store.mark("alive", cast.at(1)).await.unwrap();
    store.mark("alive", cast.at(2)).await.unwrap();
    assert_eq!(store.marked("alive").await.unwrap(), Some(cast.at(2)));
}
