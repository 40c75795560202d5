//! What operators see who watch.

use crate::fake::{Fake, context};
use crate::{all, full, one, page, text};
use app::backend::{FunnelStep, Pause, Vital};
use app::page::PageContext;
use domain::lang::Lang;
use domain::viewer::Role;

fn visit(path: &str) -> PageContext {
    PageContext { lang: Lang::En, ..context(path, Some(Role::Viewer)) }
}

fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[tokio::test]
async fn every_vital_has_its_state_its_value_and_since_when() {
    let document = page(visit("/operator/health"), full()).await;
    let told: Vec<_> = all(&document, "[data-testid=vital]");
    let mut codes: Vec<_> = told.iter().filter_map(|line| line.attr("data-vital")).collect();
    let mut known = Vital::ALL.map(Vital::code);
    codes.sort_unstable();
    known.sort_unstable();
    assert_eq!(codes, known, "each once");
    let line = |vital: &str| plain(&text(one(&document, &format!("[data-vital={vital}]"))));
    assert!(line("lag").contains("12.3 ms on average, 1.2 s at worst"), "{}", line("lag"));
    assert!(line("held").contains("1,000+"), "{}", line("held"));
    assert!(line("disk").contains("17 GiB free"), "{}", line("disk"));
    assert!(line("bank").contains("no call before 23 Nov 2026"), "{}", line("bank"));
    assert!(line("last-hour").contains("12,345 accepted"), "{}", line("last-hour"));
    assert!(line("alarms").contains("Bad") && line("alarms").contains("23 Nov 2026"), "{}", line("alarms"));
    one(&document, "[data-vital=alarms] a[href='/operator/alarms']");
}

#[tokio::test]
async fn every_node_is_listed_with_what_it_does_and_one_that_is_silent_is_to_be_watched() {
    let document = page(visit("/operator/health"), full()).await;
    let nodes: Vec<_> = all(&document, "[data-testid=node]");
    let told: Vec<_> =
        nodes.iter().filter_map(|node| Some((node.attr("data-node")?, node.attr("data-condition")?))).collect();
    let expected = [("web-1", "good"), ("web-2.example.test", "good"), ("web-3", "watch"), ("web-4", "watch")];
    assert_eq!(told, expected);
    let line = |node: &str| plain(&text(one(&document, &format!("[data-node='{node}']"))));
    assert!(line("web-1").contains("(this one)") && !line("web-3").contains("(this one)"), "{}", line("web-1"));
    assert!(line("web-3").contains("silent, version 0.1.0, seen 23 Nov 2026"), "{}", line("web-3"));
    let quiet = page(visit("/operator/health"), Fake::default()).await;
    assert_eq!(all(&quiet, "[data-testid=node]").len(), 2);
}

#[tokio::test]
async fn the_worst_of_all_stands_on_top() {
    let condition = async |fake: Fake| {
        let document = page(visit("/operator/health"), fake).await;
        let health = one(&document, "[data-testid=health]");
        let said = text(one(&document, ".health-summary"));
        (health.attr("data-condition").unwrap_or_default().to_owned(), said)
    };
    let (code, said) = condition(Fake::default()).await;
    assert!(code == "good" && said.contains("Nothing is lost"), "{said}");
    let pause = Pause { since: "2017-02-02T14:14:48+01:00".into(), by: None };
    let (code, said) = condition(Fake { paused: Some(pause), ..Fake::default() }).await;
    assert!(code == "watch" && said.contains("1 to be watched"), "{said}");
    let (code, said) = condition(full()).await;
    assert!(code == "bad" && said.contains("1 bad"), "{said}");
}

#[tokio::test]
async fn the_funnel_tells_how_many_came_to_each_step_and_where_they_were_lost() {
    let document = page(visit("/operator/funnel"), full()).await;
    assert!(text(one(&document, "[data-testid=funnel]")).contains("Of 1,005 attempts, 502 came to a link (49.9%)"));
    let steps = all(&document, "[data-testid=step]");
    let told: Vec<_> =
        steps.iter().filter_map(|step| Some((step.attr("data-step")?, step.attr("data-attempts")?))).collect();
    let known: Vec<_> = FunnelStep::ALL.map(FunnelStep::code).into();
    assert_eq!(told.iter().map(|(step, _)| *step).collect::<Vec<_>>(), known);
    assert_eq!((told[0].1, told[3].1, told[12].1), ("1005", "703", "7"));
    let signed_in = text(steps[3]);
    assert!(signed_in.contains("onLoginSucceeded") && signed_in.contains("−181 (20.4%)"), "{signed_in}");
    assert!(signed_in.contains("When the user is successfully logged in"), "the vendor's words: {signed_in}");
    let days: Vec<_> =
        all(&document, "[data-testid=funnel-day]").iter().filter_map(|day| day.attr("data-day")).collect();
    assert_eq!(days, ["2026-11-21", "2026-11-05"], "the newest first, and no empty ones");
    assert_eq!(all(&document, "svg.days-picture[aria-hidden=true]").len(), 2);
}

#[tokio::test]
async fn the_funnel_keeps_what_was_asked_for() {
    let document = page(visit("/operator/funnel?browser=Firefox&lang=fr&from=2026-11-01"), full()).await;
    assert!(text(one(&document, "[data-testid=funnel]")).contains("105 attempts"));
    one(&document, "select#browser option[value=Firefox][selected]");
    one(&document, "select#lang option[value=fr][selected]");
    assert_eq!(one(&document, "input#from").attr("value"), Some("2026-11-01"));
    let empty = page(visit("/operator/funnel?browser=Netscape"), Fake::default()).await;
    assert!(text(one(&empty, "main")).contains("No attempt in this period"));
    assert!(all(&empty, "svg.days-picture").is_empty());
}

#[tokio::test]
async fn everybodys_payments_say_how_much_and_whose_and_not_where() {
    let document = page(visit("/operator/transactions"), full()).await;
    let rows = all(&document, "[data-testid=transaction]");
    assert_eq!(rows.len(), 3);
    let first = plain(&text(rows[0]));
    assert!(first.contains("−€98.32") && first.contains("Pending") && first.contains("ANY0000000001"), "{first}");
    assert!(first.contains("alice@example.test"), "{first}");
    let (_, html) = crate::render(visit("/operator/transactions"), full()).await;
    for secret in ["Fnac", "FNAC", "Ivry", "MAISON", "Maison", "Livres"] {
        assert!(!html.contains(secret), "{secret}");
    }
    let owner = all(&document, "[data-testid=transaction] a");
    assert_eq!(owner[0].attr("href"), Some("/operator/users/00000000000000000000000000000001"));
    assert_eq!(one(&document, "[data-testid=live-status]").attr("data-told-by"), Some("transaction"));
}

#[tokio::test]
async fn a_search_that_has_not_come_to_the_end_says_how_far_it_went() {
    let document = page(visit("/operator/transactions?status=A"), full()).await;
    assert!(plain(&text(one(&document, "[data-testid=looked-to]"))).contains("23 Nov 2026"));
    assert_eq!(text(one(&document, "nav.pager a[rel=next]")), "Search on");
    let odd = page(visit("/operator/transactions?card=nonsense&min=x&txid=%20"), full()).await;
    assert!(text(one(&odd, "[role=alert]")).contains("Card, Amount from."));
    assert_eq!(one(&odd, "input#card").attr("value"), Some("nonsense"), "what was typed stays");
    let empty = page(visit("/operator/transactions"), Fake::default()).await;
    assert!(text(one(&empty, "main")).contains("No payment matches"));
}

#[tokio::test]
async fn events_out_say_where_they_go_and_what_became_of_them() {
    let document = page(visit("/operator/events"), full()).await;
    let live: Vec<_> =
        all(&document, "[data-testid=endpoint]").iter().filter_map(|row| row.attr("data-live")).collect();
    assert_eq!(live, ["true", "false"]);
    assert!(text(one(&document, "[data-testid=endpoint][data-live=false]")).contains("Wants no more (410)"));
    let sends = all(&document, "[data-testid=send]");
    let states: Vec<_> = sends.iter().filter_map(|row| row.attr("data-state")).collect();
    assert_eq!(states, ["waiting", "sent", "dead"]);
    assert!(text(sends[0]).contains("no answer in time") && text(sends[2]).contains("500, refused"));
    let empty = page(visit("/operator/events"), Fake::default()).await;
    assert!(
        text(one(&empty, "main")).contains("No endpoint")
            && text(one(&empty, "main")).contains("Nothing has been sent")
    );
}

#[tokio::test]
async fn a_message_is_sent_again_for_a_reason_by_who_may() {
    let document = page(visit("/operator/events/1"), full()).await;
    let form = one(&document, "form[action='/operator/events/1/again'][method=post]");
    assert!(form.html().contains("name=\"reason\""));
    one(&document, "a[href='/operator/users/00000000000000000000000000000001']");
    let viewer = page(visit("/operator/events/1"), Fake { may_replay: false, ..full() }).await;
    assert!(all(&viewer, "main form[method=post]").is_empty());
    let waiting = page(visit("/operator/events/0"), full()).await;
    assert!(all(&waiting, "main form[method=post]").is_empty());
}
