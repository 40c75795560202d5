//! Tokens by two channels, revocations, and linking again.

use super::world::World;
use domain::link::LinkStatus;
use server::links::{Outcome, link_view};
use server::secret::Secret;
use std::time::Duration;

#[tokio::test]
async fn the_browser_links_and_the_notification_confirms() {
    let world = World::start().await;
    let alice = world.user("alice@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    let Outcome::Link(id) = world.browser(&alice, &token, &reference).await else { panic!("a link") };
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Pending]);
    world.settle().await;
    let cards = world.store.cards_of_link(&id).await.unwrap();
    assert_eq!((world.link(&id).await.status(), cards.len()), (LinkStatus::Linked, 3));
    assert_eq!(link_view(&world.link(&id).await, &cards).confirmed_at, None);
    assert_eq!(world.notify_token("token_created", &token, &reference).await, 200);
    world.settle().await;
    let view = link_view(&world.link(&id).await, &cards);
    assert!(view.confirmed_at.is_some() && !view.unseen && view.history.complete);
    assert_eq!(world.store.links_of(&alice).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_notification_alone_links_and_says_that_the_browser_was_silent() {
    let world = World::start().await;
    let alice = world.user("alice@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    world.notify_token("token_created", &token, &reference).await;
    world.settle().await;
    let links = world.store.links_of(&alice).await.unwrap();
    assert_eq!(links[0].status(), LinkStatus::Linked);
    assert!(link_view(&links[0], &[]).unseen);
    // The browser is late, and its attempt is used: the same token is welcome all the same.
    assert_eq!(world.browser(&alice, &token, &reference).await, Outcome::Link(links[0].id.clone()));
    assert!(!link_view(&world.link(&links[0].id).await, &[]).unseen);
}

#[tokio::test]
async fn while_the_bank_is_down_a_link_is_pending_and_is_tried_again() {
    let world = World::start().await;
    let alice = world.user("alice@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    world.bank.bank.set_weather(sandbox::bank::Weather::Down);
    let Outcome::Link(id) = world.browser(&alice, &token, &reference).await else { panic!("a link") };
    world.settle().await;
    let link = world.link(&id).await;
    assert_eq!((link.status(), link.problem.as_str(), link.attempts), (LinkStatus::Pending, "bank-unavailable", 1));
    world.bank.bank.set_weather(sandbox::bank::Weather::Fine);
    world.settle_after(Duration::from_secs(5)).await;
    let link = world.link(&id).await;
    assert_eq!((link.status(), link.problem.as_str()), (LinkStatus::Linked, ""));
}

#[tokio::test]
async fn a_token_that_the_bank_does_not_know_fails() {
    let world = World::start().await;
    let alice = world.user("alice@example.test").await;
    let reference = world.intent(&alice).await;
    world.browser(&alice, &Secret::new("never-given-by-the-bank"), &reference).await;
    world.settle().await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Failed]);
}

#[tokio::test]
async fn linking_again_goes_on_with_the_same_link_and_the_new_token() {
    let world = World::start().await;
    let alice = world.user("alice@example.test").await;
    let first = world.linked(&alice, "alice@example.test").await;
    let before = world.payments(&alice, 2_000).await.len();
    let old = world.link(&first).await.token_fp;
    let second = world.linked(&alice, "alice@example.test").await;
    let links = world.store.links_of(&alice).await.unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].id, first);
    assert_ne!(links[0].token_fp, old);
    assert_eq!(world.link(&second).await.id, first, "the newer id leads to the link that goes on");
    assert_eq!(world.payments(&alice, 2_000).await.len(), before);
    // And its token works: another turn at the bank.
    world.store.schedule_link(&first, world.now()).await.unwrap();
    world.settle().await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Linked]);
}

#[tokio::test]
async fn rp_16_rp_18_a_revoked_token_stays_revoked_whatever_comes_after() {
    let world = World::start().await;
    let alice = world.user("alice@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    assert_eq!(world.notify_token("token_revoked", &token, &reference).await, 200);
    world.settle().await;
    assert_eq!(world.newest().await, ("quarantined", "unknown-token".into(), "done"));
    world.notify_token("token_created", &token, &reference).await;
    world.browser(&alice, &token, &reference).await;
    world.settle().await;
    assert!(world.statuses(&alice).await.iter().all(|status| *status == LinkStatus::Revoked));
}

#[tokio::test]
async fn rp_17_a_new_token_after_a_revocation_links() {
    let world = World::start().await;
    let alice = world.user("alice@example.test").await;
    let id = world.linked(&alice, "alice@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    world.browser(&alice, &token, &reference).await;
    world.settle().await;
    world.notify_token("token_revoked", &token, "").await;
    world.settle().await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Revoked]);
    world.bank_revokes(&token);
    world.settle_after(Duration::from_secs(3)).await;
    assert!(world.link(&id).await.token_sealed.is_none(), "a token that the bank refuses is kept nowhere");
    world.linked(&alice, "alice@example.test").await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Linked]);
}

#[tokio::test]
async fn rp_20_a_revocation_goes_by_the_token_and_not_by_the_reference() {
    let world = World::start().await;
    let (alice, bruno) = (world.user("a@example.test").await, world.user("b@example.test").await);
    let foreign = world.intent(&bruno).await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    world.browser(&alice, &token, &reference).await;
    world.settle().await;
    world.notify_token("token_revoked", &token, &foreign).await;
    world.settle().await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Revoked]);
}

#[tokio::test]
async fn cr_13_another_persons_reference_links_nothing_in_this_browser() {
    let world = World::start().await;
    let (alice, bruno) = (world.user("a@example.test").await, world.user("b@example.test").await);
    let of_bruno = world.intent(&bruno).await;
    let token = world.grant("alice@example.test", &of_bruno);
    assert_eq!(world.browser(&alice, &token, &of_bruno).await, Outcome::IntentGone);
    assert!(world.statuses(&alice).await.is_empty());
}

#[tokio::test]
async fn a_token_that_two_people_claim_is_linked_to_neither_until_it_is_cleared_up() {
    let world = World::start().await;
    let (alice, bruno) = (world.user("a@example.test").await, world.user("b@example.test").await);
    let (of_alice, of_bruno) = (world.intent(&alice).await, world.intent(&bruno).await);
    let token = world.grant("alice@example.test", &of_bruno);
    world.browser(&alice, &token, &of_alice).await;
    world.settle().await;
    world.notify_token("token_created", &token, &of_bruno).await;
    world.settle().await;
    assert_eq!(world.newest().await, ("quarantined", "contested-token".into(), "done"));
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Failed]);
    assert!(world.statuses(&bruno).await.is_empty());
}

#[tokio::test]
async fn cr_04_cr_14_a_reference_that_says_nothing_is_kept_for_an_operator() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    for (sent, reason) in [
        (reference.to_lowercase(), "unreadable-custom-reference"),
        ("12".to_owned(), "unreadable-custom-reference"),
        (String::new(), "unreadable-custom-reference"),
    ] {
        world.notify_token("token_created", &token, &sent).await;
        world.settle().await;
        assert_eq!(world.newest().await, ("quarantined", reason.to_owned(), "done"), "{sent}");
    }
    world.settle_after(Duration::from_mins(31)).await;
    world.notify_token("token_created", &token, &reference).await;
    world.settle().await;
    assert_eq!(world.newest().await, ("quarantined", "expired-intent".into(), "done"));
    assert!(world.statuses(&alice).await.is_empty());
}

#[tokio::test]
async fn a_reference_is_used_once() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let reference = world.intent(&alice).await;
    let (first, second) =
        (world.grant("alice@example.test", &reference), world.grant("bruno@example.test", &reference));
    world.browser(&alice, &first, &reference).await;
    assert_eq!(world.browser(&alice, &second, &reference).await, Outcome::IntentGone);
    world.notify_token("token_created", &second, &reference).await;
    world.settle().await;
    assert_eq!(world.newest().await, ("quarantined", "intent-used".into(), "done"));
}
