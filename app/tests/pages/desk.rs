//! What operators do with deliveries.

use crate::desk_fake::{act, items, replay, waiting};
use crate::fake::{Fake, context};
use crate::{HOSTILE, all, everything_may_be_done, full, one, page, text};
use app::backend::{Movable, ReplayState};
use app::page::PageContext;
use domain::lang::Lang;
use domain::viewer::Role;

fn visit(path: &str) -> PageContext {
    PageContext { lang: Lang::En, ..context(path, Some(Role::Operator)) }
}

#[tokio::test]
async fn tries_stand_side_by_side_and_tell_what_they_say_otherwise() {
    let fake = Fake { deliveries: vec![waiting(3, "d5ec")], ..full() };
    let delivery = page(visit("/operator/deliveries/3"), fake).await;
    let tries = all(&delivery, "[data-testid=try]");
    let flags: Vec<_> = tries.iter().map(|one| (one.attr("data-base"), one.attr("data-conflict"))).collect();
    let (yes, no) = (Some("true"), Some("false"));
    assert_eq!(flags, [(yes, no), (no, no), (no, yes)]);
    assert!(text(tries[1]).contains("Same content") && text(tries[1]).contains("Changes with every try"));
    let other = text(tries[2]);
    assert!(other.contains("Other content") && other.contains("data.body.transaction.amount"), "{other}");
    assert!(other.contains("99.99"), "{other}");
}

#[tokio::test]
async fn a_delivery_offers_what_may_be_done_with_it_and_nothing_else() {
    let path = "/operator/deliveries/4";
    let forms = |document: &scraper::Html| -> Vec<String> {
        let forms = all(document, "[data-testid=decide] form");
        forms.iter().filter_map(|form| form.attr("action")?.rsplit('/').next().map(str::to_owned)).collect()
    };
    let everything = page(visit(path), full()).await;
    assert_eq!(forms(&everything), ["replay", "release", "attach", "ask", "close"]);
    assert!(text(one(&everything, "[data-testid=decide]")).contains("a second person will have to agree"));
    let aside = Movable { close: true, is_closed: true, ..Movable::default() };
    let closed = page(visit(path), Fake { movable: aside, ..full() }).await;
    assert_eq!(forms(&closed), ["reopen"]);
    let viewer = PageContext { lang: Lang::En, ..context(path, Some(Role::Viewer)) };
    let seen = page(viewer, Fake { movable: Movable::default(), ..full() }).await;
    assert!(forms(&seen).is_empty());
    assert!(text(one(&seen, "[data-testid=decide]")).contains("lets you look"));
}

#[tokio::test]
async fn what_waits_says_why_and_what_can_be_done() {
    let fake = Fake { deliveries: vec![waiting(3, HOSTILE)], movable: everything_may_be_done(), ..full() };
    let inbox = page(visit("/operator/quarantine"), fake).await;
    let said = text(one(&inbox, "[data-testid=delivery]"));
    assert!(said.contains("Its hash fits none of our references") && said.contains("second person"), "{said}");
    let tabs: Vec<_> = all(&inbox, ".tabs a").into_iter().map(text).collect();
    assert_eq!(tabs, ["Quarantined 1,000+", "Held 2", "Without a known card 0"]);
    assert_eq!(all(&inbox, "[data-testid=proposed] [data-testid=replay]").len(), 1);
}

#[tokio::test]
async fn a_dry_run_shows_before_and_after_and_asks_for_a_reason() {
    let trial = page(visit("/operator/replays/7"), Fake { may_answer: false, ..full() }).await;
    assert_eq!(one(&trial, "[data-testid=replay]").attr("data-dry"), Some("true"));
    let said: Vec<_> = all(&trial, "[data-testid=replay-item]").into_iter().map(text).collect();
    let said: Vec<_> = said.iter().map(|item| item.replace('\u{a0}', " ")).collect();
    assert!(
        said[0].contains("Quarantined") && said[0].contains("Accepted") && said[0].contains("−€12.40"),
        "{}",
        said[0]
    );
    assert!(said[2].contains("The attempt to link had expired"), "{}", said[2]);
    let form = one(&trial, "form[action='/operator/replays/7/apply'][method=post]");
    assert!(form.html().contains("name=\"reason\""));
    let viewer = page(visit("/operator/replays/7"), Fake { may_replay: false, may_answer: false, ..full() }).await;
    assert!(all(&viewer, "form[action^='/operator/']").is_empty());
}

#[tokio::test]
async fn a_replay_on_its_way_can_be_ended_and_a_proposal_answered() {
    let fake = || Fake { replays: vec![replay(1, ReplayState::Running, false, "Olga")], may_answer: false, ..full() };
    let running = page(visit("/operator/replays/1"), fake()).await;
    one(&running, "form[action='/operator/replays/1/cancel'] button[type=submit]");
    let progress = one(&running, "progress");
    assert_eq!((progress.attr("value"), progress.attr("max")), (Some("640"), Some("12345")));
    assert!(text(one(&running, "[role=status]")).contains("640 of 12,345"));
    assert!(all(&running, "[data-testid=replay-item]").is_empty(), "not before it has ended");
    one(&running, "[data-refresh] a[href='/operator/replays/1']");

    let proposed = Fake { replays: vec![replay(2, ReplayState::Proposed, false, "Olga")], ..full() };
    let proposal = page(visit("/operator/replays/2"), proposed).await;
    let answers: Vec<_> =
        all(&proposal, "form[action$='/answer'] button").into_iter().filter_map(|b| b.attr("value")).collect();
    assert_eq!(answers, ["agree", "decline"]);
    assert!(text(one(&proposal, "main")).contains("alice@example.test"), "whom it is attached to");
}

#[tokio::test]
async fn the_log_leads_to_what_it_tells_of() {
    let log = page(visit("/operator/audit"), Fake { acts: vec![act("agree", "Ada")], ..full() }).await;
    let row = one(&log, "[data-testid=act]");
    assert!(text(row).contains("Agreement") && text(row).contains("Ada"));
    let links: Vec<_> = all(&log, "[data-testid=act] a").into_iter().filter_map(|link| link.attr("href")).collect();
    assert_eq!(links, ["/operator/replays/7", "/operator/deliveries/42"]);
}

#[tokio::test]
async fn nothing_to_tell_is_said() {
    for (path, word) in [
        ("/operator/replays", "No replay yet"),
        ("/operator/audit", "Nothing has been done"),
        ("/operator/quarantine", "Nothing in quarantine"),
    ] {
        let empty = page(visit(path), Fake::default()).await;
        assert!(text(one(&empty, "main")).contains(word), "{path}");
    }
    let fake = Fake { items: Vec::new(), ..full() };
    assert!(text(one(&page(visit("/operator/replays/7"), fake).await, "main")).contains("Nothing would change"));
    assert!(!items("x").is_empty());
}
