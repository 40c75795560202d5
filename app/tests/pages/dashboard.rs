//! Payments and links.

use crate::every::everything;
use crate::fake::{Fake, context, link, link_id, payment, render};
use crate::own::searched;
use crate::{all, full, one, page, text};
use app::page::PageContext;
use domain::category::Category;
use domain::lang::Lang;
use domain::link::{HistoryProgress, LinkStatus, LinkView};
use domain::live::Seq;
use domain::own::Own;
use domain::transaction::Transaction;
use domain::viewer::Role;

#[tokio::test]
async fn the_dashboard_says_what_scripts_look_for() {
    let document = page(context("/dashboard", Some(Role::User)), full()).await;
    assert_eq!(one(&document, "[data-testid=live-status]").attr("data-state"), Some("offline"));
    assert_eq!(one(&document, "[data-testid=link]").attr("data-status"), Some("linked"));
    let balance = one(&document, "[data-testid=balance]");
    assert_eq!((balance.attr("data-card"), balance.attr("data-minor")), (Some("ANY0000000001"), Some("243107")));
    assert_eq!(all(&document, "[data-testid=transaction]").len(), 3);
    assert_eq!(all(&document, ".day").len(), 2);
    assert!(text(one(&document, "[data-txid='00000000001']")).contains("En attente"));
    one(&document, "leptos-island");
    one(&document, &format!("form[action='/links/{}/forget'][method=post]", link_id(1)));
}

#[tokio::test]
async fn a_page_listens_from_where_its_bell_was_counted() {
    for (feed, listens) in [(None, 42), (Some(Seq(41)), 41), (Some(Seq(43)), 42)] {
        let document = page(PageContext { feed, ..context("/dashboard", Some(Role::User)) }, full()).await;
        let drawn = one(&document, "[data-drawn]").attr("data-drawn").unwrap();
        assert!(drawn.contains(&format!("\"seq\":{listens},")), "{feed:?}: {drawn}");
    }
}

#[tokio::test]
async fn a_payment_that_seems_to_be_missing_is_shown_where_it_is_missing() {
    let after =
        Transaction { missing: Some("-12.40".into()), ..payment(2, -500, "5411", "A", "2026-11-23T12:00:00+01:00") };
    let before = payment(1, -500, "5411", "B", "2026-11-23T11:00:00+01:00");
    let fake = Fake { payments: vec![after, before], ..full() };
    let html = page(context("/dashboard", Some(Role::User)), fake).await;
    let rows: Vec<_> = all(&html, ".payments > li").into_iter().filter_map(|row| row.attr("data-testid")).collect();
    assert_eq!(rows, ["transaction", "missing", "transaction"]);
    let missing = one(&html, "[data-testid=missing]");
    assert_eq!(missing.attr("data-minor"), Some("-1240"));
    assert!(text(missing).contains("12,40"), "{}", text(missing));
}

#[tokio::test]
async fn money_put_on_a_card_is_called_so_until_its_owner_calls_it_otherwise() {
    let load = payment(3, 46_000, "6012", "CARD LOAD", "2026-11-23T13:00:00+01:00");
    let fee = payment(2, -200, "6012", "BANQUE", "2026-11-23T12:00:00+01:00");
    let own = Own { category_bank: Some(Category::Fees), ..Own::default() };
    let called = Transaction {
        category: Category::Home,
        own,
        ..payment(1, 46_000, "6012", "CARD LOAD", "2026-11-23T11:00:00+01:00")
    };
    let fake = Fake { payments: vec![load, fee, called], ..full() };
    let html = page(context("/dashboard", Some(Role::User)), fake).await;
    let names: Vec<_> = all(&html, ".payment-category").into_iter().map(text).collect();
    assert_eq!(names, ["Rechargement", "Frais bancaires", "Maison"]);
}

#[tokio::test]
async fn filters_stand_in_the_address_and_can_be_taken_off() {
    let address = "/dashboard?q=fnac+%26co&category=books&min=50&before=abc";
    let document = page(context(address, Some(Role::User)), full()).await;
    assert_eq!(one(&document, "input[name=q]").attr("value"), Some("fnac &co"));
    let tags: Vec<_> = all(&document, "a.tag").into_iter().filter_map(|tag| tag.attr("href")).collect();
    assert_eq!(
        tags,
        [
            "/dashboard?category=books&min=50.00",
            "/dashboard?q=fnac+%26co&min=50.00",
            "/dashboard?q=fnac+%26co&category=books"
        ]
    );
    let older = one(&document, "a[rel=next]").attr("href").unwrap();
    assert_eq!(older, "/dashboard?q=fnac+%26co&category=books&min=50.00&before=k%26%22%3D");
}

#[tokio::test]
async fn what_is_shown_can_be_taken_away_in_three_formats() {
    let document = page(context("/dashboard?q=fnac+%26co&tag=a%22&before=abc", Some(Role::User)), searched()).await;
    let files: Vec<_> = all(&document, ".export a").into_iter().filter_map(|link| link.attr("href")).collect();
    let query = "q=fnac+%26co&tag=a%22";
    let expected = [
        format!("/transactions.csv?{query}"),
        format!("/transactions.ofx?{query}"),
        format!("/transactions.json?{query}&download=yes"),
    ];
    assert_eq!(files, expected, "all pages of it");
    let nothing = page(context("/dashboard?q=zzz", Some(Role::User)), full()).await;
    assert!(all(&nothing, ".export").is_empty());
}

#[tokio::test]
async fn every_empty_dashboard_says_what_comes_next() {
    let viewer = Some(Role::User);
    let nothing = page(context("/dashboard", viewer), Fake::default()).await;
    assert_eq!(one(&nothing, ".empty a").attr("href"), Some("/connect"));
    let without_card = Fake { links: vec![link(1, LinkStatus::Linked, vec![])], ..Fake::default() };
    let without_card = page(context("/dashboard", viewer), without_card).await;
    assert!(text(one(&without_card, "[data-testid=link]")).contains("Aucune carte"));
    let nothing_found = page(context("/dashboard?q=zzz", viewer), full()).await;
    assert_eq!(one(&nothing_found, ".empty a").attr("href"), Some("/dashboard"));
}

#[tokio::test]
async fn a_link_says_how_far_its_history_is_and_when_it_was_withdrawn() {
    let fetching = LinkView {
        history: HistoryProgress { done: 12_400, total: 40_000, complete: false },
        ..link(1, LinkStatus::Linked, vec![])
    };
    let links = vec![fetching, link(2, LinkStatus::Revoked, vec![])];
    let document = page(context("/dashboard", Some(Role::User)), Fake { links, ..Fake::default() }).await;
    let progress = one(&document, "progress");
    assert_eq!((progress.attr("value"), progress.attr("max")), (Some("12400"), Some("40000")));
    let withdrawn = text(one(&document, "[data-status=revoked] .notice"));
    assert!(withdrawn.contains("22\u{a0}nov.\u{a0}2026"), "{withdrawn}");
}

#[tokio::test]
async fn the_bank_page_holds_the_button_and_nothing_of_the_bundle() {
    let document = page(context("/connect", Some(Role::User)), full()).await;
    assert_eq!(one(&document, "#anytime-connect").attr("data-custom-ref"), Some("v1.k1.opaque"));
    let (_, html) = render(context("/connect", Some(Role::User)), full()).await;
    assert!(!html.contains("site.wasm") && !html.contains("ANY0000000001"));
    for name in ["blocked", "wrong-password", "refused", "closed", "bank-error", "unreachable", "linked"] {
        one(&document, &format!("template[data-message='{name}']"));
    }
}

#[tokio::test]
async fn only_the_dashboard_loads_the_bundle() {
    for base in everything() {
        let (_, html) = render(base.clone(), full()).await;
        assert_eq!(html.contains("site.wasm"), base.path == "/dashboard" && base.seen.is_none(), "{}", base.path);
    }
}

#[tokio::test]
async fn what_gives_no_access_any_more_is_forgotten_and_not_withdrawn() {
    for (status, lang, word) in [
        (LinkStatus::Linked, Lang::En, "Withdraw the access…"),
        (LinkStatus::Pending, Lang::Fr, "Retirer l’accès…"),
        (LinkStatus::Revoked, Lang::En, "Forget…"),
        (LinkStatus::Revoked, Lang::Fr, "Oublier…"),
        (LinkStatus::Failed, Lang::En, "Forget…"),
    ] {
        let fake = Fake { links: vec![link(1, status, vec![])], ..Fake::default() };
        let base = PageContext { lang, ..context("/settings/accounts", Some(Role::User)) };
        let document = page(base, fake).await;
        assert_eq!(text(one(&document, "details.forget summary")), word);
        let submit = text(one(&document, "details.forget button[type=submit]"));
        assert!(word.starts_with(&submit), "{submit}");
    }
}
