//! The bank is away for hours: links wait together, and what is new is looked at all the same.

use super::world::{RECONCILE_EVERY, World};
use domain::ids::{LinkId, UserId};
use domain::link::LinkStatus;
use server::links::Outcome;
use std::time::Duration;

/// More than are taken at once.
const LINKS: usize = 20;
/// More than the links' worker lets go before the bank is known to be away.
const FIRST_TRIES: i64 = 8;
const HOUR: Duration = Duration::from_hours(1);

async fn links(world: &World) -> Vec<(UserId, LinkId)> {
    let mut links = Vec::new();
    for n in 0..LINKS {
        let user = world.user(&format!("u{n}@example.test")).await;
        let link = world.linked(&user, "alice@example.test").await;
        links.push((user, link));
    }
    world.settle_after(HOUR).await;
    links
}

async fn tries(world: &World, links: &[(UserId, LinkId)]) -> i64 {
    let mut tries = 0;
    for (_, link) in links {
        tries += world.link(link).await.attempts;
    }
    tries
}

#[tokio::test]
async fn while_the_bank_is_away_one_link_sees_whether_it_is_back() {
    let world = World::start().await;
    let links = links(&world).await;
    assert_eq!(tries(&world, &links).await, 0);

    world.bank_is_down(true);
    world.settle_after(2 * RECONCILE_EVERY).await;
    assert_eq!(tries(&world, &links).await, FIRST_TRIES);
    assert_eq!(world.alarms().await, ["bank-down"]);
    for n in 1..=5 {
        world.settle_after(HOUR).await;
        assert_eq!(tries(&world, &links).await, FIRST_TRIES + n);
    }

    world.bank_is_down(false);
    world.settle_after(HOUR).await;
    assert_eq!(tries(&world, &links).await, 0);
    for (_, link) in &links {
        let link = world.link(link).await;
        assert_eq!((link.status(), link.problem.as_str()), (LinkStatus::Linked, ""));
        assert!(link.reconcile_at.is_some_and(|at| at > world.now()), "it has had its turn");
    }
}

#[tokio::test]
async fn while_the_bank_is_away_a_gap_shows_and_a_new_token_is_told_to_wait() {
    let world = World::start().await;
    let links = links(&world).await;
    let card = world.first_card("alice@example.test");
    world.bank_is_down(true);
    world.settle_after(2 * RECONCILE_EVERY).await;

    // Of a payment that never came is known only by what came after it.
    world.bank_books(&card, "12.40");
    world.clock.advance(Duration::from_mins(1));
    let told = world.bank_books(&card, "7.00");
    world.notify_books(&card, &told).await;
    world.settle().await;
    world.settle_after(Duration::from_secs(3)).await;
    for (user, _) in &links {
        let rows = world.payments(user, 10).await;
        let row = &rows.iter().find(|row| row.payment.txid.as_str() == told).expect("it was told").payment;
        assert_eq!((row.missing.as_deref(), row.confirmed), (Some("-12.40"), false));
    }
    // One has seen that the bank is still away, or has twice.
    assert!((1..=2).contains(&(tries(&world, &links).await - FIRST_TRIES)));

    let bruno = world.user("bruno@example.test").await;
    let reference = world.intent(&bruno).await;
    let token = world.grant("bruno@example.test", &reference);
    let Outcome::Link(new) = world.browser(&bruno, &token, &reference).await else { panic!("a link") };
    world.settle().await;
    let link = world.link(&new).await;
    assert_eq!((link.status(), link.problem.as_str(), link.attempts), (LinkStatus::Pending, "bank-paused", 1));

    world.bank_is_down(false);
    world.settle_after(HOUR).await;
    assert_eq!(world.link(&new).await.status(), LinkStatus::Linked);
    for (user, _) in &links {
        let rows = world.payments(user, 10).await;
        let row = &rows.iter().find(|row| row.payment.txid.as_str() == told).unwrap().payment;
        assert_eq!((row.missing.as_deref(), row.confirmed), (None, true));
    }
}
