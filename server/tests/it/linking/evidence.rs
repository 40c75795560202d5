//! What a notification's evidence does not carry is put to the bank.

use super::world::World;
use app::backend::AlarmKind;
use domain::ids::UserId;
use domain::link::LinkStatus;
use server::store::PaymentRow;
use sqlx::ConnectOptions as _;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// Linked a while ago, with the first of her cards.
async fn alice_linked(world: &World) -> (UserId, String) {
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    world.settle_after(Duration::from_secs(3)).await;
    (alice, world.first_card("alice@example.test"))
}

async fn shown(world: &World, user: &UserId, txid: &str) -> Option<PaymentRow> {
    world.payments(user, 10_000).await.into_iter().find(|row| row.payment.txid.as_str() == txid)
}

#[tokio::test]
async fn rp_10_a_copied_hash_with_a_body_of_its_own_has_no_effect() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    assert_eq!(world.notify_payment(&card, "555", "S").await, 200);
    let copied = world.stamp();
    let forged = world.payment_form_stamped(&copied, world.next_reference(), &card, "666", "S", "99.99");
    assert_eq!(world.post(&forged).await, 200, "the bank would try again for nothing");
    world.settle().await;
    assert!(shown(&world, &alice, "555").await.is_some());
    assert!(shown(&world, &alice, "666").await.is_none());
    assert_eq!(world.newest().await, ("held", "reused-hash".into(), "done"));
    // The bank is asked, and does not know it however often.
    for _ in 0..10 {
        world.settle_after(Duration::from_mins(31)).await;
    }
    assert!(shown(&world, &alice, "666").await.is_none());
    let held = world.deliveries().await.remove(0);
    assert_eq!((held.verdict.code(), held.ask_at), ("held", None), "an operator has to decide");
    assert!(held.trust.contains("not-in-statement") && held.trust.contains("reused-hash"), "{}", held.trust);
}

#[tokio::test]
async fn what_the_statement_shows_is_let_in_as_the_statement_tells_it() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    world.notify_payment(&card, "555", "S").await;
    let txid = world.bank_books(&card, "42.00");
    let form = world.payment_form_stamped(&world.stamp(), world.next_reference(), &card, &txid, "S", "1.00");
    world.post(&form).await;
    world.settle().await;
    assert!(shown(&world, &alice, &txid).await.is_none(), "held");
    world.settle_after(Duration::from_secs(2)).await;
    let payment = shown(&world, &alice, &txid).await.unwrap().payment;
    assert_eq!((payment.amount.as_str(), payment.confirmed), ("-42.00", true), "not what the notification said");
    assert_eq!(world.newest().await, ("accepted", "vouched-for".into(), "done"));
}

#[tokio::test]
async fn hs_34_a_late_token_is_used_before_it_is_believed() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    let body = world.token_form_sent(Duration::from_hours(73), "token_created", &token, &reference);
    assert_eq!(world.post(&body).await, 200);
    assert_eq!(world.newest().await, ("held", "too-old".into(), "done"));
    world.settle().await;
    assert_eq!(world.newest().await, ("accepted", String::new(), "done"));
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Linked]);

    let unknown = server::secret::Secret::new("a-token-that-nobody-has-made");
    let body = world.token_form_sent(Duration::from_hours(73), "token_created", &unknown, &world.intent(&alice).await);
    world.post(&body).await;
    world.settle().await;
    assert_eq!(world.newest().await, ("held", "too-old".into(), "done"));
    assert!(world.deliveries().await[0].trust.contains("token-refused"));
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Linked]);
}

#[tokio::test]
async fn a_late_revocation_counts_if_the_bank_refuses_the_token() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    let reference = world.intent(&alice).await;
    let token = world.grant("alice@example.test", &reference);
    world.browser(&alice, &token, &reference).await;
    world.settle().await;
    let late = || world.token_form_sent(4 * DAY, "token_revoked", &token, &reference);
    world.post(&late()).await;
    world.settle().await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Linked], "the token works");
    assert!(world.deliveries().await[0].trust.contains("token-works"));
    world.bank_revokes(&token);
    world.post(&late()).await;
    world.settle().await;
    assert_eq!(world.statuses(&alice).await, [LinkStatus::Revoked]);
}

#[tokio::test]
async fn a_revocation_is_applied_at_once_and_looked_into_afterwards() {
    let world = World::start().await;
    let mut users = Vec::new();
    for (email, really) in [("a@example.test", true), ("b@example.test", false)] {
        let user = world.user(email).await;
        let reference = world.intent(&user).await;
        let token = world.grant("alice@example.test", &reference);
        world.browser(&user, &token, &reference).await;
        world.settle().await;
        if really {
            world.bank_revokes(&token);
        }
        world.notify_token("token_revoked", &token, &reference).await;
        world.settle().await;
        assert_eq!(world.statuses(&user).await, [LinkStatus::Revoked]);
        world.settle_after(Duration::from_secs(3)).await;
        let link = world.store.links_of(&user).await.unwrap().remove(0);
        assert_eq!((link.token_sealed.is_some(), link.next_try_at), (!really, None));
        let alarm = AlarmKind::FalseRevocation.code().to_owned();
        assert_eq!(world.alarms().await.contains(&alarm), !really);
        users.push(user);
    }
    world.clock.advance(DAY);
    world.upkeep.step().await.unwrap();
    for user in users {
        assert_eq!(world.store.links_of(&user).await.unwrap()[0].token_sealed, None, "kept for a day");
    }
}

#[tokio::test]
async fn a_payment_that_never_came_is_missed_and_then_found() {
    let world = World::start().await;
    let (alice, card) = alice_linked(&world).await;
    world.clock.advance(Duration::from_mins(1));
    let lost = world.bank_books(&card, "12.40");
    world.clock.advance(Duration::from_mins(1));
    let told = world.bank_books(&card, "7.00");
    world.bank_is_down(true);
    world.notify_books(&card, &told).await;
    world.settle().await;
    world.settle_after(Duration::from_secs(3)).await;
    let row = shown(&world, &alice, &told).await.unwrap().payment;
    assert_eq!((row.missing.as_deref(), row.confirmed), (Some("-12.40"), false));
    assert_eq!(world.store.count_missing(10).await.unwrap(), 1);
    assert!(shown(&world, &alice, &lost).await.is_none());

    world.bank_is_down(false);
    for _ in 0..5 {
        world.settle_after(Duration::from_mins(2)).await;
    }
    let row = shown(&world, &alice, &told).await.unwrap().payment;
    assert_eq!((row.missing, row.confirmed), (None, true));
    let found = shown(&world, &alice, &lost).await.unwrap().payment;
    assert_eq!((found.amount.as_str(), found.confirmed), ("-12.40", true));
    assert_eq!(world.store.count_missing(10).await.unwrap(), 0);
}

#[tokio::test]
async fn statements_are_read_through_from_time_to_time_without_any_news() {
    let world = World::start().await;
    let (alice, card) = alice_linked(&world).await;
    let lost = world.bank_books(&card, "12.40");
    world.settle_after(Duration::from_mins(1)).await;
    assert!(shown(&world, &alice, &lost).await.is_none());
    world.settle_after(Duration::from_hours(6)).await;
    assert!(shown(&world, &alice, &lost).await.is_some());
}

#[tokio::test]
async fn rp_30_after_a_time_away_everything_is_asked_for() {
    let world = World::start().await;
    let (alice, card) = alice_linked(&world).await;
    world.upkeep.catch_up().await.unwrap();
    world.settle().await;
    let lost = world.bank_books(&card, "12.40");
    world.clock.advance(Duration::from_secs(20));
    world.upkeep.catch_up().await.unwrap();
    world.settle().await;
    assert!(shown(&world, &alice, &lost).await.is_none(), "a restart within the tries loses nothing");
    assert_eq!(world.alarms().await, Vec::<String>::new());
    world.clock.advance(Duration::from_mins(1));
    world.upkeep.catch_up().await.unwrap();
    world.settle().await;
    assert!(shown(&world, &alice, &lost).await.is_some());
    assert_eq!(world.alarms().await, ["downtime"]);
}

#[tokio::test]
async fn what_was_missed_is_asked_for_though_the_first_start_comes_to_nothing() {
    let world = World::start().await;
    let (alice, card) = alice_linked(&world).await;
    world.upkeep.catch_up().await.unwrap();
    world.settle().await;
    let lost = world.bank_books(&card, "12.40");
    world.clock.advance(Duration::from_mins(1));

    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(world.folder.path().join("it.db"));
    let mut database = options.connect().await.unwrap();
    let broken = "CREATE TRIGGER broken BEFORE UPDATE OF reconcile_at ON links BEGIN SELECT RAISE(ABORT, 'no'); END";
    sqlx::query(broken).execute(&mut database).await.unwrap();
    world.upkeep.catch_up().await.unwrap_err();
    sqlx::query("DROP TRIGGER broken").execute(&mut database).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    world.settle().await;
    assert!(shown(&world, &alice, &lost).await.is_none());

    world.upkeep.catch_up().await.unwrap();
    world.settle().await;
    assert!(shown(&world, &alice, &lost).await.is_some());
    assert_eq!(world.alarms().await, ["downtime"], "told once");
}

#[tokio::test]
async fn silence_and_last_tries_raise_an_alarm() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    world.upkeep.step().await.unwrap();
    assert_eq!(world.alarms().await, Vec::<String>::new());
    world.clock.advance(DAY + Duration::from_secs(1));
    world.upkeep.step().await.unwrap();
    assert_eq!(world.alarms().await, ["silence"]);
    let card = world.first_card("alice@example.test");
    let form = world.payment_form(world.next_reference(), &card, "555", "S", "1.00");
    let last = format!("{form}&notification%5Bcurrent_try%5D=3&notification%5Bmax_tries%5D=3");
    assert_eq!(world.post(&last).await, 200);
    world.clock.advance(Duration::from_secs(11));
    world.upkeep.step().await.unwrap();
    assert_eq!(world.alarms().await, ["last-try"], "and the silence is over");
}

#[tokio::test]
async fn two_contents_of_one_reference_raise_an_alarm() {
    let world = World::start().await;
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    let card = world.first_card("alice@example.test");
    let reference = world.next_reference();
    for amount in ["1.00", "2.00"] {
        world.post(&world.payment_form(reference, &card, "555", "S", amount)).await;
        world.settle().await;
    }
    assert_eq!(world.newest().await, ("quarantined", "conflicting-content".into(), "done"));
    assert_eq!(world.alarms().await, ["conflict"]);
    assert_eq!(shown(&world, &alice, "555").await.unwrap().payment.amount, "-1.00");
}
