//! Mails of rules, and the one click that ends them.

use super::alerts::{add_rule, pay};
use super::client::Request;
use super::purse::Purse;
use super::world::World;
use std::time::{Duration, Instant};

const GATHERED: Duration = Duration::from_secs(21);

/// What was written so far, oldest first.
fn mails(world: &World) -> Vec<String> {
    let Ok(folder) = std::fs::read_dir(world.folder.path().join("mail")) else { return Vec::new() };
    let mut files: Vec<_> = folder.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "eml"));
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// Waits for so many mails.
async fn written(world: &World, count: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let mails = mails(world);
        if mails.len() >= count {
            return mails;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{} mails", mails.len());
        tokio::task::yield_now().await;
    }
}

/// The path of the one click that a mail offers.
fn stop_of(world: &World, mail: &str) -> String {
    assert!(mail.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{mail}");
    let line = mail.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: <")).expect("a way to stop");
    line.trim_end_matches('>').strip_prefix(world.origin()).expect("an address of ours").to_owned()
}

#[tokio::test]
async fn what_comes_together_is_one_mail_and_one_click_ends_them_without_signing_in() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    add_rule(&world, &purse.cookie, &[("kind", "amount"), ("amount", "50"), ("mail", "yes")]).await;
    for n in 1..=3 {
        pay(&world, &purse, n, -6_000).await;
    }
    world.clock.advance(GATHERED);
    let first = written(&world, 1).await.remove(0);
    assert!(first.contains("To: alice@example.test\r\n"), "{first}");
    let stop = stop_of(&world, &first);

    // Programs that look into links change nothing.
    let page = world.get(&stop, "").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Paiement de plus de 50,00\u{a0}€") && page.text().contains("<form method=\"post\""));
    let rules = world.services.store.alert_rules(&purse.user).await.unwrap();
    assert!(rules[0].ways.mail);

    // A mail program says nothing of where it is, has no cookie, and follows no redirect.
    let click = Request::form(&stop, &[("List-Unsubscribe", "One-Click")]);
    assert_eq!(world.send(click.clone()).await.status, 200);
    let rules = world.services.store.alert_rules(&purse.user).await.unwrap();
    assert!(!rules[0].ways.mail && rules[0].is_on, "it goes on telling in the page");
    assert_eq!(world.send(click).await.status, 200, "twice is as good");
    pay(&world, &purse, 4, -6_000).await;
    world.clock.advance(Duration::from_hours(1));

    // Another rule goes on writing: were the first one's payment in it, there would be two lines.
    let cookie = world.sign_in("alice@example.test").await;
    add_rule(&world, &cookie, &[("kind", "amount"), ("amount", "55"), ("mail", "yes")]).await;
    pay(&world, &purse, 5, -6_000).await;
    world.clock.advance(GATHERED);
    let second = written(&world, 2).await.remove(1);
    assert!(second.contains("Subject: 1 alerte"), "{second}");
    world.end().await;
}

#[tokio::test]
async fn a_link_that_is_not_of_ours_stops_nothing() {
    let world = World::new().await;
    let purse = Purse::of(&world, "alice@example.test").await;
    add_rule(&world, &purse.cookie, &[("kind", "refused"), ("mail", "yes")]).await;
    let forged = format!("/stop-mails/{}", "A".repeat(64));
    for path in ["/stop-mails/x", &forged] {
        assert_eq!(world.get(path, "").await.status, 404, "{path}");
        assert_eq!(world.send(Request::form(path, &[("List-Unsubscribe", "One-Click")])).await.status, 404, "{path}");
    }
    assert!(world.services.store.alert_rules(&purse.user).await.unwrap()[0].ways.mail);
    world.end().await;
}
