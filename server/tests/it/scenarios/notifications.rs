//! Notifications that come twice, late, never, wrong, or in an odd script.

use super::world::{ALICE, BRUNO, World};
use app::backend::Verdict;

#[tokio::test]
async fn a_payment_that_is_told_twice_stands_once() {
    let world = World::through("twice", ALICE, 24, &["duplicate"]).await;
    assert!(world.judged("duplicate", "").await > 0, "{}", world.circumstances());
    world.end().await;
}

#[tokio::test]
async fn notifications_may_be_late_and_overtake_each_other() {
    World::through("late-and-shuffled", ALICE, 24, &["delay", "reorder", "duplicate"]).await.end().await;
}

#[tokio::test]
async fn what_was_lost_is_found_with_the_next_news() {
    let world = World::through("lost", ALICE, 20, &["drop"]).await;
    assert!(!world.tried(3).await.is_empty(), "{}", world.circumstances());
    world.end().await;
}

#[tokio::test]
async fn what_was_lost_is_found_without_any_news() {
    let mut world = World::at_rest(ALICE).await;
    world.play_text("[notifications]\ndrop = 1").await;
    world.script.play(&world.bank, 10).await;
    world.agree().await;
    world.end().await;
}

#[tokio::test]
async fn a_wrong_hash_is_refused_three_times_and_kept_for_an_operator() {
    let world = World::through("wrong-hash", ALICE, 18, &["flip_hash"]).await;
    let refused = world.tried(3).await;
    assert!(refused.len() >= 6, "{}: {}", world.circumstances(), refused.len());
    assert!(refused.iter().all(|sent| sent["tries"][2]["status"] == 401), "{refused:?}");
    assert_eq!(world.judged("quarantined", "hash-mismatch").await, 3 * refused.len(), "{}", world.circumstances());
    world.end().await;
}

#[tokio::test]
async fn payments_under_a_signature_that_was_used_before_are_as_the_bank_says() {
    World::through("reused-signature", ALICE, 20, &["reuse_signature"]).await.end().await;
}

#[tokio::test]
async fn a_signature_that_was_used_before_has_its_effect_when_the_bank_vouches_for_it() {
    let world = World::through("reused-signature", ALICE, 12, &["reuse_signature"]).await;
    world
        .until("a notification that the bank vouches for", async || world.judged("accepted", "vouched-for").await > 0)
        .await;
    world.end().await;
}

#[tokio::test]
async fn the_first_telling_stands_and_a_retry_that_says_otherwise_is_kept_aside() {
    let world = World::through("changed-retry", ALICE, 24, &["change_retry", "lose_answer"]).await;
    let conflicts = world.judged("quarantined", "conflicting-content").await;
    assert!(conflicts > 0, "{}", world.circumstances());
    world.end().await;
}

#[tokio::test]
async fn a_wrong_amount_is_put_right_by_the_statement() {
    World::through("changed-after-cut", ALICE, 24, &["change_retry", "cut"]).await.end().await;
}

#[tokio::test]
async fn floats_of_any_precision_in_any_encoding_are_the_same_money() {
    let world = World::through("php-floats", BRUNO, 30, &["resign", "lose_answer"]).await;
    assert_eq!(world.judged("quarantined", "hash-mismatch").await, 0, "{}", world.circumstances());
    let wrong: Vec<_> = world.arrivals().await.into_iter().filter(|one| one.verdict == Verdict::Quarantined).collect();
    assert!(wrong.is_empty(), "{}: {:?}", world.circumstances(), wrong.first().map(|one| &one.reason));
    world.end().await;
}

#[tokio::test]
async fn latin_1_harms_no_payment_and_the_statement_brings_the_right_letters() {
    let world = World::through("latin-1", ALICE, 20, &["latin_1"]).await;
    assert!(world.arrivals().await.iter().all(|one| one.verdict == Verdict::Accepted), "{}", world.circumstances());
    world.end().await;
}

#[tokio::test]
async fn a_settled_payment_does_not_go_back() {
    World::through("backwards", ALICE, 24, &["backwards"]).await.end().await;
}

#[tokio::test]
async fn two_cards_may_have_payments_of_the_same_id() {
    let world = World::through("same-txid", ALICE, 30, &["same_txid"]).await;
    let books = world.export().await;
    let ids: std::collections::BTreeSet<_> = books.payments.keys().map(|(_, txid)| txid).collect();
    assert!(ids.len() < books.payments.len(), "{}", world.circumstances());
    world.end().await;
}
