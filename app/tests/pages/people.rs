//! What operators see of people and of each other, and what somebody sees who is asked to link again.

use crate::fake::{Fake, context, render};
use crate::people_fake::{story, team};
use crate::{all, full, one, page, text};
use app::page::{DecisionProblem, ErrorKind, OneTimeLink, PageContext, RefusedDecision};
use axum::http::StatusCode;
use domain::lang::Lang;
use domain::viewer::Role;
use scraper::Html;

const USER: &str = "/operator/users/00000000000000000000000000000001";

fn visit(path: &str) -> PageContext {
    PageContext { lang: Lang::En, ..context(path, Some(Role::Admin)) }
}

fn refused(path: &str, problem: DecisionProblem) -> PageContext {
    let decision = RefusedDecision { reason: "because".into(), email: "kept@example.test".into(), problem };
    PageContext { decision: Some(decision), ..visit(path) }
}

fn actions(document: &Html) -> Vec<String> {
    let forms = all(document, "main form[method=post]");
    forms.iter().filter_map(|form| form.attr("action").map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_search_says_by_what_each_was_found() {
    let list = page(visit("/operator/users"), full()).await;
    assert!(all(&list, "[data-found-by]").is_empty());
    let row = one(&list, "[data-testid=user]");
    assert_eq!((row.attr("data-marked"), row.attr("data-paused")), (Some("true"), Some("false")));
    let found = page(visit("/operator/users?q=ANY0000000001&marked=yes"), full()).await;
    assert_eq!(text(one(&found, "[data-found-by=card]")), "card");
    assert!(text(one(&found, "[data-testid=more-found]")).contains("Narrow the search"));
    assert!(all(&found, ".pager").is_empty());
    one(&found, "input[name=marked][checked]");
}

#[tokio::test]
async fn the_story_tells_everything_with_its_time_in_full() {
    let user = page(visit(USER), Fake { story: story("Olga"), ..full() }).await;
    let lines = all(&user, "[data-testid=story-line]");
    let kinds: Vec<_> = lines.iter().filter_map(|line| line.attr("data-kind")).collect();
    let told = [
        "act",
        "alarm",
        "relink-used",
        "relink-opened",
        "revoked",
        "refused",
        "first-payment",
        "delivery",
        "delivery",
        "proven",
        "by-notification",
        "by-browser",
        "event",
        "event",
        "signed-up",
    ];
    assert_eq!(kinds, told);
    let said = text(lines[0]).replace('\u{a0}', " ");
    assert!(
        said.contains("23 Nov 2026 at 10:41:59") && said.contains("Account paused") && said.contains("Olga"),
        "{said}"
    );
    one(&user, "[data-kind=delivery] a[href='/operator/deliveries/3']");
    assert!(text(lines[12]).contains("Consent given"), "{}", text(lines[12]));
    assert!(text(lines[6]).replace('\u{a0}', " ").contains("−€98.32"), "{}", text(lines[6]));
    one(&user, "a[rel=next][href^='/operator/users/00000000000000000000000000000001?before=']");
    let older = page(visit(&format!("{USER}?before=x")), full()).await;
    assert_eq!(one(&older, ".pager a[rel=prev]").attr("href"), Some(USER));
    assert!(all(&older, "[data-testid=deeds], [data-testid=link]").is_empty(), "on the first page only");
}

#[tokio::test]
async fn what_can_be_done_depends_on_how_things_stand_and_on_the_role() {
    let who = |n: u32, role| {
        let mut fake = full();
        fake.users[0].paused_at = (n > 1).then(|| "2026-11-23T10:41:00+01:00".into());
        fake.users[0].marked = n > 1;
        fake.users[0].role = role;
        fake
    };
    let deeds = |document: &Html| -> Vec<String> {
        let found = all(document, "[data-testid=deeds] [data-testid=deed]");
        found.iter().filter_map(|deed| deed.attr("data-deed").map(str::to_owned)).collect()
    };
    let plain = page(visit(USER), who(1, Role::User)).await;
    assert_eq!(deeds(&plain), ["note-user", "mark-user", "make-relink", "pause-user"]);
    assert!(actions(&plain).contains(&format!("{USER}/links/00000000000000000000000000000001/forget")));
    let paused = page(visit(USER), who(2, Role::User)).await;
    assert_eq!(deeds(&paused), ["note-user", "unmark-user", "resume-user"]);
    assert!(text(one(&paused, "[data-testid=paused-account]")).contains("the bank is not asked"));
    let operator = page(visit(USER), who(1, Role::Viewer)).await;
    assert_eq!(deeds(&operator), ["note-user", "mark-user", "make-relink"], "who is an operator is decided elsewhere");
    let seen = page(visit(USER), Fake { may_act: false, ..full() }).await;
    assert!(actions(&seen).is_empty());
}

#[tokio::test]
async fn a_refused_form_is_open_and_keeps_what_was_typed() {
    let path = format!("{USER}?form=note-user");
    let document = page(refused(&path, DecisionProblem::ReasonTooLong), full()).await;
    let open = all(&document, "details[data-testid=deed][open]");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].attr("data-deed"), Some("note-user"));
    assert!(text(open[0]).contains("because") && text(open[0]).contains("500 characters"), "{}", text(open[0]));
    let path = format!("{USER}?form=forget-link&link=00000000000000000000000000000001");
    let document = page(refused(&path, DecisionProblem::ReasonMissing), full()).await;
    one(&document, "[data-testid=link] details[open] [aria-invalid=true]");
    let document = page(refused("/operator/team?form=add&id=", DecisionProblem::KnownOperator), full()).await;
    let add = one(&document, "[data-testid=add-operator][open]");
    assert!(text(add).contains("in the team already"));
    assert_eq!(one(&document, "input#email").attr("value"), Some("kept@example.test"));
    let path = "/operator/team?form=end&id=00000000000000000000000000000002";
    let document = page(refused(path, DecisionProblem::LastAdmin), full()).await;
    assert!(text(one(&document, "[data-testid=change][open] [role=alert]")).contains("only administrator"));
}

#[tokio::test]
async fn a_link_is_shown_once_and_every_field_has_one_name() {
    let link =
        OneTimeLink { address: "https://a.example/link-again/secret".into(), email: "alice@example.test".into() };
    assert!(!format!("{link:?}").contains("link-again"));
    for path in [USER, "/operator/team"] {
        let document = page(PageContext { one_time: Some(link.clone()), ..visit(path) }, full()).await;
        assert_eq!(one(&document, "input#one-time").attr("value"), Some("https://a.example/link-again/secret"));
        assert!(text(one(&document, "[data-testid=one-time]")).contains("alice@example.test"));
        let mut ids: Vec<_> = all(&document, "[id]").iter().filter_map(|element| element.attr("id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{path}: no two of one name");
    }
}

#[tokio::test]
async fn the_team_shows_who_signs_in_by_what_and_keeps_its_last_administrator() {
    let document = page(visit("/operator/team"), Fake { team: team("Olga"), ..full() }).await;
    let rows = all(&document, "[data-testid=operator]");
    let told: Vec<_> =
        rows.iter().map(|row| (row.attr("data-role").unwrap(), row.attr("data-factor").unwrap())).collect();
    assert_eq!(told, [("admin", "true"), ("operator", "false"), ("viewer", "false")]);
    assert!(text(rows[0]).contains("Code, Passkey") && text(rows[0]).contains("you"), "{}", text(rows[0]));
    assert!(text(rows[2]).contains("Set-up link good until"), "{}", text(rows[2]));
    let of = |n: u32| format!("/operator/team/{n:032x}");
    let posted = actions(&document);
    assert!(!posted.contains(&format!("{}/end", of(1))) && !posted.contains(&format!("{}/role", of(1))), "{posted:?}");
    for what in ["role", "link", "end"] {
        assert!(posted.contains(&format!("{}/{what}", of(2))), "{what}");
    }
    let seen = page(visit("/operator/team"), Fake { may_act: false, ..full() }).await;
    assert!(actions(&seen).is_empty());
}

#[tokio::test]
async fn a_link_for_linking_again_says_what_it_is_to_whoever_opens_it() {
    let state = async |token: &str, viewer: Option<Role>| {
        let base = PageContext { lang: Lang::En, ..context(&format!("/link-again/{token}"), viewer) };
        let (status, html) = render(base, full()).await;
        let document = Html::parse_document(&html);
        let state = one(&document, "[data-testid=link-again]").attr("data-state").unwrap().to_owned();
        (status, state, document)
    };
    let user = Some(Role::User);
    let (status, shown, document) = state("good", None).await;
    assert_eq!((status, shown.as_str()), (StatusCode::OK, "sign-in"));
    assert_eq!(one(&document, ".door a.is-primary").attr("href"), Some("/sign-in?next=%2Flink-again%2Fgood"));
    let (_, shown, document) = state("good", user).await;
    assert_eq!(shown, "yours");
    one(&document, ".door form[method=post][action='/link-again/good'] button[type=submit]");
    let (_, shown, document) = state("another", user).await;
    assert_eq!(shown, "another");
    one(&document, ".door form[action='/sign-out']");
    let (status, shown, _) = state("old", user).await;
    assert_eq!((status, shown.as_str()), (StatusCode::GONE, "expired"));
}

#[tokio::test]
async fn an_operator_without_a_second_factor_is_told_where_to_get_one() {
    let base = PageContext { error: Some(ErrorKind::SecondFactor), ..visit("/operator/users") };
    let document = page(base, full()).await;
    let ways: Vec<_> = all(&document, ".error-actions a").into_iter().filter_map(|way| way.attr("href")).collect();
    assert_eq!(ways, ["/settings/passkeys", "/settings/two-step"]);
    assert!(all(&document, "[data-testid=user]").is_empty());
}
