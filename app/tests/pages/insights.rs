//! A month in figures.

use crate::fake::{Fake, context, payment};
use crate::{all, full, one, page, text};
use domain::money::Currency;
use domain::transaction::{Transaction, TxStatus};
use domain::viewer::Role;
use scraper::Html;

fn month_of_payments() -> Vec<Transaction> {
    let usd = Currency::parse("USD").unwrap();
    let dollars = Transaction {
        currency_fx: usd,
        amount_fx: "-52.10".into(),
        fx: "0.921317".into(),
        fx_fee: "0.96".into(),
        ..payment(3, -4_896, "4112", "AMTRAK", "2026-11-12T12:00:00+01:00")
    };
    let refused =
        Transaction { status: TxStatus::Refused, ..payment(4, -99_999, "4722", "TOURS", "2026-11-12T13:00:00+01:00") };
    vec![
        payment(1, -9_832, "5942", "FNAC DIRECT", "2026-11-23T00:10:00+01:00"),
        payment(2, 2_000, "5942", "FNAC DIRECT", "2026-11-20T10:00:00+01:00"),
        dollars,
        refused,
        payment(5, 50_000, "6012", "CARD LOAD", "2026-11-11T10:00:00+01:00"),
        payment(6, -1_999, "4814", "FREE MOBILE", "2026-11-05T10:00:00+01:00"),
        payment(7, -1_999, "4814", "FREE MOBILE", "2026-10-05T10:00:00+02:00"),
        payment(8, -1_999, "4814", "FREE MOBILE", "2026-09-05T10:00:00+02:00"),
        payment(9, -20_000, "5411", "MONOPRIX", "2026-10-30T10:00:00+01:00"),
    ]
}

fn attributes<'d>(document: &'d Html, selector: &str, name: &str) -> Vec<&'d str> {
    all(document, selector).into_iter().filter_map(|element| element.attr(name)).collect()
}

#[tokio::test]
async fn the_month_says_what_was_spent_and_leads_to_the_payments_behind_it() {
    let fake = Fake { payments: month_of_payments(), ..full() };
    let html = page(context("/dashboard/insights", Some(Role::User)), fake).await;
    assert_eq!(one(&html, "[data-testid=spent]").attr("data-minor"), Some("14727"));
    let against = text(one(&html, "[data-testid=against]"));
    assert!(against.contains("de plus qu’au 23\u{a0}octobre (19,99\u{a0}€)"), "{against}");
    let facts = text(one(&html, ".insights-facts"));
    for fact in ["2\u{202f}431,07\u{a0}€", "3\u{a0}paiements", "20,00\u{a0}€", "500,00\u{a0}€"] {
        assert!(facts.contains(fact), "{fact} in {facts}");
    }
    let days = [("2026-11-05", "1999"), ("2026-11-12", "4896"), ("2026-11-20", "-2000"), ("2026-11-23", "9832")];
    assert_eq!(attributes(&html, "details.twin [data-testid=day]", "data-day"), days.map(|day| day.0));
    assert_eq!(attributes(&html, "details.twin [data-testid=day]", "data-minor"), days.map(|day| day.1));
    let day = "/dashboard?from=2026-11-23&to=2026-11-23";
    assert_eq!(attributes(&html, "details.twin a", "href").last(), Some(&day));
    let shares = attributes(&html, "section[aria-labelledby^=categories] tr", "data-category");
    assert_eq!(shares, ["books", "transport", "telecom"]);
    let books = "section[aria-labelledby^=categories] [data-category=books]";
    assert_eq!(one(&html, books).attr("data-minor"), Some("7832"));
    assert_eq!(
        one(&html, &format!("{books} a")).attr("href"),
        Some("/dashboard?category=books&from=2026-11-01&to=2026-11-30")
    );
    let merchant = one(&html, "section[aria-labelledby^=merchants] [data-category=books] a").attr("href");
    assert_eq!(merchant, Some("/dashboard?q=Fnac+Direct&from=2026-11-01&to=2026-11-30"));
}

#[tokio::test]
async fn the_picture_of_the_days_is_drawn_on_the_server_and_has_no_word_of_its_own() {
    let fake = Fake { payments: month_of_payments(), ..full() };
    let html = page(context("/dashboard/insights", Some(Role::User)), fake).await;
    let picture = one(&html, "svg.days-picture");
    assert_eq!(picture.attr("aria-hidden"), Some("true"));
    assert_eq!(all(&html, "svg.days-picture rect.days-bar").len(), 4);
    assert_eq!(all(&html, "svg.days-picture rect.days-bar.is-back").len(), 1);
    for link in all(&html, "svg.days-picture a") {
        assert_eq!(link.attr("tabindex"), Some("-1"), "keyboards take the way through the table");
    }
    let tallest = one(&html, "svg.days-picture a[href$='to=2026-11-23'] rect.days-bar");
    assert!(tallest.attr("height").unwrap().parse::<f64>().unwrap() > 80.0);
    assert!(text(one(&html, "figcaption")).contains("23\u{a0}novembre, 98,32"));
}

#[tokio::test]
async fn what_abroad_cost_and_what_comes_again_is_said_in_words() {
    let fake = Fake { payments: month_of_payments(), ..full() };
    let html = page(context("/dashboard/insights", Some(Role::User)), fake.clone()).await;
    let abroad = one(&html, "[data-testid=abroad]");
    assert_eq!((abroad.attr("data-currency"), abroad.attr("data-minor")), (Some("USD"), Some("4896")));
    assert!(text(abroad).contains("dont 0,96\u{a0}€ de frais (2,0\u{202f}%)"), "{}", text(abroad));
    let recurring = one(&html, "[data-testid=recurring]");
    assert_eq!((recurring.attr("data-next"), recurring.attr("data-minor")), (Some("2026-12-05"), Some("1999")));
    assert!(all(&html, "[data-testid=still-to-come]").is_empty(), "December is not this month");

    let payment = page(context("/transactions/ANY0000000001-00000000003", Some(Role::User)), fake.clone()).await;
    assert!(text(one(&payment, "[data-testid=cost]")).contains("1,0641\u{a0}$"));
    let at_home = page(context("/transactions/ANY0000000001-00000000001", Some(Role::User)), fake).await;
    assert!(all(&at_home, "[data-testid=cost]").is_empty());
}

#[tokio::test]
async fn months_lead_to_their_neighbours_as_far_as_there_are_payments() {
    let fake = Fake { payments: month_of_payments(), ..full() };
    let at = |query: &str| page(context(&format!("/dashboard/insights{query}"), Some(Role::User)), fake.clone());
    let way = |html: &Html| {
        ["prev", "next"]
            .map(|rel| attributes(html, &format!(".months a[rel={rel}]"), "href").first().map(ToString::to_string))
    };
    let href = |month: &str| Some(format!("/dashboard/insights?month={month}"));
    assert_eq!(way(&at("").await), [href("2026-10"), None]);
    let october = at("?month=2026-10").await;
    assert_eq!(way(&october), [href("2026-09"), href("2026-11")]);
    assert_eq!(text(one(&october, "h1")), "octobre\u{a0}2026");
    assert!(text(one(&october, "[data-testid=against]")).contains("qu’en septembre"));
    assert!(all(&october, "[data-testid=recurring]").is_empty(), "what is expected belongs to the running month");
    assert_eq!(way(&at("?month=2026-09").await), [None, href("2026-10")]);
    let of_card = at("?month=2026-10&card=ANY0000000001").await;
    assert_eq!(way(&of_card)[0], Some("/dashboard/insights?month=2026-09&card=ANY0000000001".to_owned()));

    for (query, words) in
        [("?month=2027-01", "pas encore commencé"), ("?month=hier", "illisible"), ("?card=x", "illisible")]
    {
        let html = at(query).await;
        assert_eq!(text(one(&html, "h1")), "novembre\u{a0}2026", "{query}");
        assert!(text(one(&html, ".notice[role=alert]")).contains(words), "{query}");
    }
    assert!(text(one(&at("?month=2026-01").await, ".empty h2")).contains("Aucune dépense ce mois-là"));
}

#[tokio::test]
async fn a_month_without_a_link_says_what_comes_next() {
    let html = page(context("/dashboard/insights", Some(Role::User)), Fake::default()).await;
    assert_eq!(one(&html, ".empty a").attr("href"), Some("/connect"));
}

#[tokio::test]
async fn currencies_have_a_part_each_and_are_never_added_together() {
    let yen = Currency::parse("JPY").unwrap();
    let abroad = Transaction {
        currency: yen,
        currency_fx: yen,
        ..payment(11, -1_650, "5411", "LAWSON", "2026-11-02T10:00:00+01:00")
    };
    let mut payments = month_of_payments();
    payments.push(abroad);
    let html = page(context("/dashboard/insights", Some(Role::User)), Fake { payments, ..full() }).await;
    assert_eq!(attributes(&html, "[data-testid=spent]", "data-currency"), ["EUR", "JPY"]);
    assert_eq!(attributes(&html, "[data-testid=spent]", "data-minor"), ["14727", "1650"]);
    assert_eq!(all(&html, "svg.days-picture").len(), 2);
    let ids = attributes(&html, "main [id]", "id");
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

#[tokio::test]
async fn the_dashboard_shows_the_month_at_a_glance_above_the_newest_payments_only() {
    let fake = Fake { payments: month_of_payments(), ..full() };
    let viewer = Some(Role::User);
    let html = page(context("/dashboard", viewer), fake.clone()).await;
    assert_eq!(one(&html, "[data-testid=glance-spent]").attr("data-minor"), Some("14727"));
    assert_eq!(one(&html, ".glance a").attr("href"), Some("/dashboard/insights"));
    assert_eq!(all(&html, ".glance-categories li").len(), 3);
    assert!(text(one(&html, ".glance time")).contains("18:30"), "the figures say of when they are");
    assert_eq!(one(&html, "svg.glance-days path").attr("d").unwrap().matches('M').count(), 3);
    for query in ["?q=fnac", "?before=abc"] {
        let html = page(context(&format!("/dashboard{query}"), viewer), fake.clone()).await;
        assert!(all(&html, ".glance").is_empty(), "{query}");
    }
    let before = Fake { payments: month_of_payments().split_off(6), ..full() };
    let begun = page(context("/dashboard", viewer), before).await;
    assert_eq!(one(&begun, "[data-testid=glance-spent]").attr("data-minor"), Some("0"));
    let nothing = page(context("/dashboard", viewer), Fake { payments: vec![], ..full() }).await;
    assert!(all(&nothing, ".glance").is_empty());
}
