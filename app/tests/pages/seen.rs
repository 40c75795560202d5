//! Pages that an operator sees as their owner does, and the consent that it takes.

use crate::fake::{Fake, context, render, seen, user as user_row};
use crate::{all, full, one, page, text};
use app::backend::Support;
use app::page::PageContext;
use axum::http::StatusCode;
use domain::lang::Lang;
use domain::viewer::Role;

const UNDER: &str = "/operator/users/00000000000000000000000000000001/as";
const OWN: [&str; 4] =
    ["/dashboard", "/dashboard/insights", "/settings/accounts", "/transactions/ANY0000000001-00000000003"];

#[tokio::test]
async fn nothing_can_be_done_on_a_page_that_is_only_seen_and_its_links_stay_within() {
    for path in OWN {
        let hers = page(context(path, Some(Role::User)), full()).await;
        let document = page(seen(path, "Alice"), full()).await;
        assert!(all(&document, "main form[method=post], main button[formaction]").is_empty(), "{path}");
        for form in all(&document, "main form") {
            assert!(form.attr("action").unwrap().starts_with(UNDER), "{path}: {:?}", form.attr("action"));
        }
        let links = all(&document, "main a[href], .nav a, .brand");
        assert!(links.len() >= 4, "{path}");
        for link in links {
            let href = link.attr("href").unwrap();
            assert!(href.starts_with(UNDER) || href.starts_with('#'), "{path}: {href}");
        }
        let scripts: Vec<_> = all(&document, "script").iter().filter_map(|script| script.attr("src")).collect();
        assert_eq!(scripts, ["/console.js"], "{path}: nothing wakes up that would ask for more");
        let amounts = |document| all(document, ".amount, .total-sum").iter().map(|it| text(*it)).collect::<Vec<_>>();
        assert_eq!(amounts(&document), amounts(&hers), "{path}");
    }
}

#[tokio::test]
async fn the_banner_says_whose_page_it_is_for_how_long_and_leads_out() {
    for lang in [Lang::Fr, Lang::En] {
        let document = page(PageContext { lang, ..seen("/dashboard", "Alice Martin") }, full()).await;
        let banner = one(&document, "[data-testid=seen]");
        let words = text(banner);
        assert!(words.contains("Alice Martin") && words.contains("15:00") && words.contains("12"), "{words}");
        assert_eq!(banner.attr("data-over"), Some(UNDER));
        let form = one(&document, "[data-testid=seen] form[method=post]");
        assert_eq!(form.attr("action"), Some(format!("{UNDER}/end").as_str()));
        let back = all(&document, ".language input[name=return_to]");
        assert_eq!(back[0].attr("value"), Some(format!("{UNDER}/dashboard").as_str()), "to this page, not to her own");
        assert!(all(&document, "[data-testid=bell]").is_empty());
    }
}

#[tokio::test]
async fn a_person_sees_what_she_allows_and_who_makes_use_of_it() {
    let user = Some(Role::User);
    let off = page(context("/settings/support", user), Fake::default()).await;
    assert_eq!(one(&off, "[data-testid=consent]").attr("data-state"), Some("off"));
    let times: Vec<_> = all(&off, "input[name=time]").iter().filter_map(|input| input.attr("value")).collect();
    assert_eq!(times, ["15m", "1h", "24h"]);
    assert!(all(&off, "form[action='/settings/support/end']").is_empty());

    let on = page(context("/settings/support", user), full()).await;
    assert!(text(one(&on, "[data-testid=consent][data-state=on]")).contains("15:00"));
    assert_eq!(all(&on, "[data-testid=looking]").len(), 1);
    one(&on, "form[action='/settings/support/end']");
    let until = Some("2026-11-23T15:00:00+01:00".into());
    let alone = Fake { support: Support { until, looking: vec![] }, ..Fake::default() };
    let nobody = page(context("/settings/support", user), alone).await;
    assert!(text(one(&nobody, "[data-testid=consent]")).contains("Personne ne regarde"));
    let (status, _) = render(context("/settings/support", Some(Role::Operator)), full()).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nobody sees an operator's own pages");
}

#[tokio::test]
async fn the_way_to_her_pages_opens_with_her_consent() {
    let user = "/operator/users/00000000000000000000000000000002";
    let full = || Fake { users: vec![user_row(2, "Alice", "alice@example.test", None)], ..full() };
    let with = page(context(user, Some(Role::Operator)), full()).await;
    let under = format!("{user}/as");
    assert_eq!(one(&with, "[data-testid=see-as] a").attr("href"), Some(under.as_str()));
    let without = page(context(user, Some(Role::Operator)), Fake { support: Support::default(), ..full() }).await;
    assert!(all(&without, "[data-testid=see-as] a").is_empty());
    let viewer = page(context(user, Some(Role::Viewer)), Fake { may_act: false, ..full() }).await;
    assert!(all(&viewer, "[data-testid=see-as]").is_empty());

    let form = page(context(&under, Some(Role::Operator)), full()).await;
    for field in ["textarea[name=reason]", "input[name=current][type=password]", "input[name=code]"] {
        one(&form, &format!("form[action='{under}'] {field}"));
    }
    let refused = page(context(&under, Some(Role::Operator)), Fake { support: Support::default(), ..full() }).await;
    assert!(all(&refused, "main form").is_empty());
    assert_eq!(one(&refused, "[data-testid=consent]").attr("data-state"), Some("off"));
}
