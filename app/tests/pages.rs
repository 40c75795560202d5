//! Pages as the server renders them, read back as a browser would.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod fake;

use app::backend::{AlarmKind, BackendError, LookedAt, Pause, TwoStep, Verdict};
use app::page::{ErrorKind, FormProblem, PageContext, RecoveryCodes, RefusedForm, RefusedRule, RefusedWriting, Theme};
use axum::http::StatusCode;
use domain::alerts::{RuleProblem, TypedRule};
use domain::category::Category;
use domain::lang::Lang;
use domain::link::{HistoryProgress, LinkStatus, LinkView};
use domain::money::Currency;
use domain::own::{Own, WritingProblem};
use domain::transaction::{Transaction, TxStatus};
use domain::viewer::Role;
use fake::{
    Fake, alarm, card, card_choice, context, delivery, enrolment, link, link_id, look, payment, receipt, render, rules,
    session, told, two_step_on, user,
};
use scraper::{ElementRef, Html, Selector};

const HOSTILE: &str = "</title><script>alert(1)</script>\" onmouseover=\"alert(2)";

fn all<'d>(document: &'d Html, selector: &str) -> Vec<ElementRef<'d>> {
    document.select(&Selector::parse(selector).unwrap()).collect()
}

fn one<'d>(document: &'d Html, selector: &str) -> ElementRef<'d> {
    let found = all(document, selector);
    assert_eq!(found.len(), 1, "{selector}");
    found[0]
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

async fn page(page: PageContext, fake: Fake) -> Html {
    Html::parse_document(&render(page, fake).await.1)
}

fn full() -> Fake {
    let hostile = Transaction {
        own: Own { category_bank: Some(Category::Books), note: Some(HOSTILE.into()), tags: vec![HOSTILE.into(); 3] },
        ..payment(3, -500, "5411", HOSTILE, "2026-11-21T09:00:00+01:00")
    };
    let waiting = Transaction {
        status: TxStatus::Authorised,
        ..payment(1, -9_832, "5942", "FNAC DIRECT - RUE X, IVRY,94768,FRA,FRA", "2026-11-23T14:14:48+01:00")
    };
    Fake {
        links: vec![LinkView {
            holder: HOSTILE.into(),
            unseen: true,
            ..link(1, LinkStatus::Linked, vec![card(1, HOSTILE, Some(243_107))])
        }],
        payments: vec![waiting, payment(2, 3_500, "5651", "MAISON", "2026-11-23T12:00:00+01:00"), hostile],
        older: Some("k&\"=".into()),
        users: vec![user(1, HOSTILE, "alice@example.test", Some(LinkStatus::Linked))],
        deliveries: vec![
            delivery(3, HOSTILE, "token_created", Verdict::Accepted),
            delivery(4, HOSTILE, HOSTILE, Verdict::Rejected),
        ],
        rules: rules(),
        told: told(HOSTILE),
        card_choices: vec![card_choice(1, HOSTILE, "EUR"), card_choice(2, "", "USD")],
        alarms: AlarmKind::ALL.into_iter().map(|kind| alarm(kind, HOSTILE)).collect(),
        two_step: Some(two_step_on(2)),
        sessions: vec![session("a", "Firefox", true), session(HOSTILE, HOSTILE, false)],
        looks: vec![look(HOSTILE, LookedAt::Page), look("Olga", LookedAt::Notification(7))],
        receipt: Some(receipt(false)),
        ..Fake::default()
    }
}

/// A payment's page, with what was written on it refused.
fn refused_words() -> PageContext {
    let writing = RefusedWriting {
        category: HOSTILE.into(),
        note: format!("\n</textarea>{HOSTILE}"),
        tags: HOSTILE.into(),
        problems: vec![WritingProblem::UnknownCategory, WritingProblem::NoteTooLong, WritingProblem::TagTooLong],
    };
    PageContext { writing: Some(writing), ..context("/transactions/ANY0000000001-00000000003", Some(Role::User)) }
}

/// The alerts, with a rule that was refused.
fn refused_rule(path: &str) -> PageContext {
    let words = || HOSTILE.to_owned();
    let problems = vec![
        RuleProblem::UnknownKind,
        RuleProblem::NotAnAmount,
        RuleProblem::UnknownCurrency,
        RuleProblem::UnknownCard,
        RuleProblem::TooMany,
    ];
    let typed = TypedRule { kind: words(), amount: words(), currency: words(), card: words(), ..TypedRule::default() };
    PageContext { rule: Some(RefusedRule { typed, problems }), ..context(path, Some(Role::User)) }
}

/// Every page, with data that means harm.
fn everything() -> Vec<PageContext> {
    let user = Some(Role::User);
    let operator = Some(Role::Admin);
    let form = RefusedForm {
        name: HOSTILE.into(),
        email: HOSTILE.into(),
        problems: vec![FormProblem::EmailInvalid, FormProblem::WrongCredentials],
    };
    let refused = |path| PageContext { form: Some(form.clone()), ..context(path, None) };
    let mut pages = vec![
        context("/", None),
        context("/sign-up", None),
        context("/sign-in", None),
        refused("/sign-up"),
        refused("/sign-in"),
        context("/set-up/good", None),
        refused("/set-up/good"),
        context("/set-up/old", None),
        context("/connect", user),
        context("/dashboard", user),
        context("/dashboard?q=%22%3E%3Cscript%3E&min=x&card=ANY0000000001&before=z", user),
        context("/dashboard/insights", user),
        context("/dashboard/insights?month=%3Cscript%3E&card=%22", user),
        context("/transactions/ANY0000000001-00000000003", user),
        context("/transactions/ANY0000000001-00000000003?saved=yes", user),
        refused_words(),
        context("/settings", user),
        context("/settings/accounts", user),
        PageContext { unread: 120, ..context("/settings/alerts?done=added", user) },
        context("/settings/alerts/00000000000000000000000000000000", user),
        context("/settings/alerts/nothing", user),
        context("/stop-mails/good", None),
        context("/stop-mails/good?done=yes", None),
        context("/stop-mails/bad", None),
        refused_rule("/settings/alerts"),
        refused_rule("/settings/alerts/00000000000000000000000000000003"),
        context("/operator/users?q=%3Cb%3E", operator),
        context("/operator/users/00000000000000000000000000000001", operator),
        context("/operator/deliveries?reference=%3Cb%3E", operator),
        context("/operator/deliveries/3", operator),
        context("/operator/alarms", operator),
        context("/nowhere/%3Cscript%3E", user),
        PageContext { error: Some(ErrorKind::Forbidden), ..context("/links", user) },
    ];
    pages.extend(of_the_account(&form));
    pages
}

/// Those about signing in, what is kept, and its end.
fn of_the_account(form: &RefusedForm) -> Vec<PageContext> {
    let (user, operator) = (Some(Role::User), Some(Role::Admin));
    let refused = |path| PageContext { form: Some(form.clone()), ..context(path, None) };
    let changing = RefusedForm {
        problems: vec![
            FormProblem::PasswordWrong,
            FormProblem::PasswordTooShort,
            FormProblem::CodeWrong,
            FormProblem::NotSure,
            FormProblem::SecondStepOver,
        ],
        ..RefusedForm::default()
    };
    vec![
        context("/settings?changed=password", user),
        context("/settings/password", user),
        context("/settings/two-step", user),
        context("/settings/sessions", user),
        context("/settings/looks?before=%22%3E", user),
        context("/settings/erase", user),
        PageContext { form: Some(changing.clone()), ..context("/settings/password", user) },
        PageContext { form: Some(changing.clone()), ..context("/settings/two-step", user) },
        PageContext { form: Some(changing.clone()), ..context("/settings/erase", user) },
        PageContext { codes: Some(RecoveryCodes(vec![HOSTILE.into(); 10])), ..context("/settings/two-step", user) },
        context("/sign-in?changed=yes", None),
        context("/sign-in/code?next=%2Fdashboard", None),
        PageContext { form: Some(changing), ..context("/sign-in/code", None) },
        context("/forgot-password", None),
        context("/forgot-password?sent=yes", None),
        refused("/forgot-password"),
        context("/reset-password/good", None),
        refused("/reset-password/good"),
        context("/reset-password/old", None),
        context("/erased/E-7K3F9-QWT2X-BM4HJ", None),
        context("/operator/erasures", operator),
        context("/operator/erasures?number=%3Cb%3E", operator),
    ]
}

#[tokio::test]
async fn every_page_has_one_heading_a_language_a_title_and_a_main_part() {
    for base in everything() {
        for lang in [Lang::Fr, Lang::En] {
            let document = page(PageContext { lang, ..base.clone() }, full()).await;
            let path = &base.path;
            assert_eq!(all(&document, "h1").len(), 1, "{path}");
            assert_eq!(one(&document, "html").attr("lang"), Some(lang.code()), "{path}");
            assert!(!text(one(&document, "head > title")).trim().is_empty(), "{path}");
            one(&document, "main#main");
            one(&document, "a.skip[href='#main']");
        }
    }
}

#[tokio::test]
async fn no_page_needs_what_the_content_policy_forbids() {
    for base in everything() {
        let document = page(base.clone(), full()).await;
        for element in document.tree.values().filter_map(|node| node.as_element()) {
            for (name, value) in element.attrs() {
                assert!(name != "style" && !name.starts_with("on"), "{} {name}={value}", base.path);
            }
        }
        assert!(all(&document, "style").is_empty(), "{}", base.path);
        for script in all(&document, "script") {
            assert!(script.attr("nonce").is_some(), "{}", base.path);
        }
    }
}

#[tokio::test]
async fn hostile_words_stay_words() {
    for base in everything() {
        let (_, html) = render(base.clone(), full()).await;
        assert!(!html.contains("<script>alert"), "{}", base.path);
        let document = Html::parse_document(&html);
        assert!(all(&document, "[onmouseover]").is_empty(), "{}", base.path);
        assert!(!text(one(&document, "head > title")).contains("alert("), "{}", base.path);
    }
    let document = page(context("/dashboard", Some(Role::User)), full()).await;
    assert!(text(one(&document, "[data-txid='00000000003']")).contains("<script>alert(1)</script>"));
}

#[tokio::test]
async fn french_is_set_as_french_is() {
    for base in everything() {
        let (_, html) = render(base.clone(), Fake { links: vec![], ..full() }).await;
        let document = Html::parse_document(&html);
        for node in document.tree.nodes() {
            let Some(words) = node.value().as_text() else { continue };
            let parent =
                node.parent().and_then(|parent| parent.value().as_element().map(|element| element.name().to_owned()));
            if matches!(parent.as_deref(), Some("script" | "noscript" | "code" | "bdi")) {
                continue;
            }
            for wrong in [" :", " ;", " !", " ?", "'"] {
                assert!(!words.contains(wrong), "{}: {words:?}", base.path);
            }
        }
    }
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_ties_each_problem_to_its_field() {
    let form = RefusedForm {
        name: String::new(),
        email: "alice@".into(),
        problems: vec![FormProblem::NameMissing, FormProblem::EmailInvalid, FormProblem::PasswordTooShort],
    };
    let document = page(PageContext { form: Some(form), ..context("/sign-up", None) }, Fake::default()).await;
    assert_eq!(one(&document, "input#email").attr("value"), Some("alice@"));
    assert_eq!(one(&document, "input#password").attr("value"), Some(""));
    for field in ["name", "email", "password"] {
        let input = one(&document, &format!("form input#{field}"));
        assert_eq!(input.attr("aria-invalid"), Some("true"));
        let described = input.attr("aria-describedby").unwrap();
        assert!(described.split(' ').any(|id| id == format!("{field}-problem")));
        for id in described.split(' ') {
            assert!(!text(one(&document, &format!("#{id}"))).is_empty());
        }
        one(&document, &format!("[data-testid=problems] a[href='#{field}']"));
    }
    assert_eq!(one(&document, "[data-testid=problems]").attr("tabindex"), Some("-1"));
}

#[tokio::test]
async fn forms_are_posted_to_their_own_address() {
    for path in ["/sign-up", "/sign-in", "/set-up/good"] {
        let document = page(context(path, None), Fake::default()).await;
        let form = one(&document, "main form");
        assert_eq!((form.attr("method"), form.attr("action")), (Some("post"), Some(path)));
        one(&document, "main form input[name=password][type=password]");
    }
}

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

/// Somebody whose search finds something.
fn searched() -> Fake {
    let own = Own { tags: vec!["a\"".into()], ..Own::default() };
    let found = Transaction { own, ..payment(1, -500, "5942", "FNAC &CO", "2026-11-23T12:00:00+01:00") };
    Fake { payments: vec![found], ..full() }
}

#[tokio::test]
async fn words_of_ones_own_are_marked_in_the_list_and_kept_in_the_form() {
    let own = Own {
        category_bank: Some(Category::Books),
        note: Some("pour Zoé".into()),
        tags: vec!["voyage".into(), "été".into(), "cadeau".into()],
    };
    let written = Transaction {
        own,
        category: Category::Leisure,
        ..payment(1, -500, "5942", "FNAC", "2026-11-23T12:00:00+01:00")
    };
    let fake = Fake { payments: vec![written], ..full() };
    let list = page(context("/dashboard", Some(Role::User)), fake.clone()).await;
    let row = text(one(&list, "[data-txid='00000000001'] .payment-place"));
    for words in ["Loisirs", "Avec une note", "voyage", "été", "+1"] {
        assert!(row.contains(words), "{words} in {row}");
    }
    let html = page(context("/transactions/ANY0000000001-00000000001", Some(Role::User)), fake).await;
    assert_eq!(one(&html, "select[name=category] option[selected]").attr("value"), Some("leisure"));
    assert_eq!(text(one(&html, "textarea[name=note]")), "pour Zoé");
    assert_eq!(one(&html, "input[name=tags]").attr("value"), Some("voyage, été, cadeau"));
    let tags: Vec<_> = all(&html, ".own-tag").into_iter().filter_map(|tag| tag.attr("href")).collect();
    assert_eq!(tags, ["/dashboard?tag=voyage", "/dashboard?tag=%C3%A9t%C3%A9", "/dashboard?tag=cadeau"]);
    let form = one(&html, ".own form");
    assert_eq!(
        (form.attr("method"), form.attr("action")),
        (Some("post"), Some("/transactions/ANY0000000001-00000000001"))
    );
    let steps: Vec<_> =
        all(&html, ".payment-history time").into_iter().filter_map(|step| step.attr("datetime")).collect();
    let expected = [
        "2026-11-23T12:00:00+01:00",
        "2026-11-23T14:14:50+01:00",
        "2026-11-23T14:14:52+01:00",
        "2026-11-24T09:00:00+01:00",
    ];
    assert_eq!(steps, expected);
}

#[tokio::test]
async fn xs_04_refused_words_stay_typed_and_cannot_leave_their_field() {
    let html = page(refused_words(), full()).await;
    assert_eq!(text(one(&html, "textarea[name=note]")), format!("\n</textarea>{HOSTILE}"));
    assert_eq!(one(&html, "input[name=tags]").attr("value"), Some(HOSTILE));
    for field in ["category", "note", "tags"] {
        let input = one(&html, &format!("[name={field}]"));
        assert_eq!(input.attr("aria-invalid"), Some("true"), "{field}");
        assert!(input.attr("aria-describedby").unwrap().split(' ').any(|id| id == format!("{field}-problem")));
        assert!(!text(one(&html, &format!("#{field}-problem"))).is_empty());
    }
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
        assert_eq!(html.contains("site.wasm"), base.path == "/dashboard", "{}", base.path);
    }
}

#[tokio::test]
async fn what_is_missing_or_out_of_order_has_its_status() {
    let refuses = |error| Fake { refuses: Some(error), ..Fake::default() };
    let viewer = Some(Role::User);
    let cases = [
        (context("/dashboard", viewer), refuses(BackendError::Unavailable), StatusCode::SERVICE_UNAVAILABLE),
        (context("/transactions/ANY0000000001-9", viewer), Fake::default(), StatusCode::NOT_FOUND),
        (context("/transactions/none", viewer), Fake::default(), StatusCode::NOT_FOUND),
        (context("/operator/users", viewer), full(), StatusCode::NOT_FOUND),
        (context("/nowhere", None), Fake::default(), StatusCode::NOT_FOUND),
        (context("/dashboard", None), full(), StatusCode::NOT_FOUND),
        (context("/set-up/old", None), Fake::default(), StatusCode::GONE),
        (
            PageContext { error: Some(ErrorKind::Forbidden), ..context("/links", viewer) },
            Fake::default(),
            StatusCode::FORBIDDEN,
        ),
    ];
    for (base, fake, status) in cases {
        assert_eq!(render(base.clone(), fake).await.0, status, "{}", base.path);
    }
}

#[tokio::test]
async fn language_and_theme_are_two_small_forms() {
    let base = PageContext { theme: Theme::Dark, lang: Lang::En, ..context("/dashboard?q=a", Some(Role::User)) };
    let document = page(base, full()).await;
    assert_eq!(one(&document, "html").attr("data-theme"), Some("dark"));
    assert_eq!(one(&document, "form.language button[name=lang]").attr("value"), Some("fr"));
    assert_eq!(one(&document, "form.language input[name=return_to]").attr("value"), Some("/dashboard?q=a"));
    assert_eq!(one(&document, "button[name=theme][aria-pressed=true]").attr("value"), Some("dark"));
    one(&document, "form[action='/sign-out'][method=post]");
}

#[tokio::test]
async fn the_console_says_what_scripts_look_for_and_is_offered_to_operators_only() {
    let operator = Some(Role::Viewer);
    let users = page(context("/operator/users", operator), full()).await;
    assert_eq!(one(&users, "[data-testid=user]").attr("data-email"), Some("alice@example.test"));
    let deliveries = page(context("/operator/deliveries", operator), full()).await;
    let verdicts: Vec<_> =
        all(&deliveries, "[data-testid=delivery]").into_iter().filter_map(|row| row.attr("data-verdict")).collect();
    assert_eq!(verdicts, ["accepted", "rejected"]);
    assert!(all(&deliveries, "[data-testid=pause], [data-testid=paused]").is_empty());
    let alarms = page(context("/operator/alarms", operator), full()).await;
    let kinds: Vec<_> =
        all(&alarms, "[data-testid=alarm]").into_iter().filter_map(|row| row.attr("data-kind")).collect();
    assert_eq!(kinds, AlarmKind::ALL.map(AlarmKind::code));
    assert_eq!(one(&alarms, "form[action='/operator/alarms/7/end'] button").attr("type"), Some("submit"));
    let settings = page(context("/settings", Some(Role::User)), full()).await;
    assert!(all(&settings, "a[href^='/operator']").is_empty());
}

#[tokio::test]
async fn who_may_pauses_and_resumes_processing_and_everybody_sees_that_it_is_paused() {
    let deliveries = |paused: Option<Pause>, may_switch| {
        let base = PageContext { lang: Lang::En, ..context("/operator/deliveries", Some(Role::Operator)) };
        page(base, Fake { paused, may_switch, ..full() })
    };
    let pause = Pause { since: "2017-02-02T14:14:48+01:00".into(), by: Some(HOSTILE.into()) };
    let running = deliveries(None, true).await;
    one(&running, "[data-testid=pause] form[action='/operator/deliveries/pause'][method=post] button[type=submit]");
    assert!(all(&running, "[data-testid=paused]").is_empty());
    let paused = deliveries(Some(pause.clone()), true).await;
    let said = text(one(&paused, "[data-testid=paused]")).replace('\u{a0}', " ");
    assert!(said.contains("2 Feb 2017") && said.contains(HOSTILE), "{said}");
    one(&paused, "[data-testid=paused] form[action='/operator/deliveries/resume'][method=post] button[type=submit]");
    assert!(all(&paused, "[data-testid=pause]").is_empty());
    let looked_at = deliveries(Some(Pause { by: None, ..pause }), false).await;
    one(&looked_at, "[data-testid=paused]");
    assert!(all(&looked_at, "form[action^='/operator/deliveries/']").is_empty());
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

#[tokio::test]
async fn a_new_secret_is_shown_as_a_picture_as_text_and_as_an_address() {
    let fake = Fake { two_step: Some(enrolment()), ..full() };
    let document = page(context("/settings/two-step", Some(Role::User)), fake).await;
    let picture = one(&document, "svg.qr[role=img]");
    assert_eq!((picture.attr("viewBox"), picture.attr("aria-label").is_some()), (Some("0 0 11 11"), true));
    assert_eq!(one(&document, "svg.qr path").attr("d"), Some("M4 4h3v1h-3zM4 6h1v1h-1z"));
    assert!(text(one(&document, "[data-testid=secret]")).starts_with("GEZD GNBV"));
    let uri = text(one(&document, "[data-testid=uri]"));
    assert_eq!(one(&document, "a[href^='otpauth:']").attr("href"), Some(uri.as_str()));
    assert_eq!(one(&document, "input#code").attr("inputmode"), Some("numeric"));
}

#[tokio::test]
async fn recovery_codes_stand_in_the_page_that_makes_them_and_in_no_other() {
    let codes = RecoveryCodes(vec!["abcd-efgh-2345-wxyz".into(); 10]);
    assert!(!format!("{codes:?}").contains("abcd"));
    let made = PageContext { codes: Some(codes), ..context("/settings/two-step", Some(Role::User)) };
    assert_eq!(all(&page(made, full()).await, "[data-testid=recovery-code]").len(), 10);
    for codes_left in [10, 2] {
        let fake = Fake { two_step: Some(two_step_on(codes_left)), ..full() };
        let document = page(context("/settings/two-step", Some(Role::User)), fake).await;
        assert!(all(&document, "[data-testid=recovery-code]").is_empty());
        assert_eq!(all(&document, ".notice.is-warning").len(), usize::from(codes_left < 3));
    }
    let off =
        page(context("/settings/two-step", Some(Role::User)), Fake { two_step: Some(TwoStep::Off), ..full() }).await;
    assert_eq!(one(&off, "form[action='/settings/two-step'] input#current").attr("type"), Some("password"));
}

#[tokio::test]
async fn every_session_but_the_one_at_hand_can_be_ended() {
    let document = page(context("/settings/sessions", Some(Role::User)), full()).await;
    assert_eq!(all(&document, "[data-testid=session]").len(), 2);
    one(&document, "[data-testid=session][data-this='true']");
    assert!(all(&document, "[data-this='true'] button").is_empty());
    assert_eq!(one(&document, "button[name=session]").attr("value"), Some(HOSTILE));
    one(&document, "form[action='/settings/sessions/end-others']");
    let alone = Fake { sessions: vec![session("a", "Firefox", true)], ..full() };
    let document = page(context("/settings/sessions", Some(Role::User)), alone).await;
    assert!(all(&document, "form[action='/settings/sessions/end-others']").is_empty());
}

#[tokio::test]
async fn a_receipt_tells_its_number_and_when_all_was_removed() {
    for done in [false, true] {
        let fake = Fake { receipt: Some(receipt(done)), ..full() };
        for (path, viewer) in
            [("/erased/E-7K3F9-QWT2X-BM4HJ", None), ("/operator/erasures?number=x", Some(Role::Viewer))]
        {
            let document = page(context(path, viewer), fake.clone()).await;
            let facts = one(&document, "[data-testid=receipt-facts]");
            assert_eq!(facts.attr("data-state"), Some(if done { "done" } else { "under-way" }));
            assert_eq!(text(one(&document, "[data-testid=receipt-number]")), "E-7K3F9-QWT2X-BM4HJ");
            assert!(text(facts).contains("40\u{202f}012"), "{}", text(facts));
        }
    }
    let (status, _) = render(context("/erased/E-1", None), Fake::default()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn amounts_are_hidden_for_who_is_signed_in_and_wants_it() {
    for (viewer, privacy, hidden) in
        [(Some(Role::User), true, true), (Some(Role::User), false, false), (None, true, false)]
    {
        let document = page(PageContext { privacy, ..context("/", viewer) }, full()).await;
        assert_eq!(one(&document, "html").attr("data-privacy").is_some(), hidden);
    }
    let document = page(PageContext { privacy: true, ..context("/settings", Some(Role::User)) }, full()).await;
    let pressed = one(&document, "[data-testid=privacy] button[aria-pressed=true]");
    assert_eq!(pressed.attr("value"), Some("on"));
}

#[tokio::test]
async fn alerts_say_their_rules_and_what_they_told_in_words() {
    let fake =
        Fake { rules: rules(), told: told("FNAC"), card_choices: vec![card_choice(1, "Perso", "EUR")], ..full() };
    let base = PageContext { unread: 4, lang: Lang::En, ..context("/settings/alerts", Some(Role::User)) };
    let document = page(base.clone(), fake.clone()).await;
    let words: Vec<String> =
        all(&document, "[data-testid=rule]").into_iter().map(|rule| text(rule).trim().to_owned()).collect();
    assert_eq!(words.len(), 5);
    assert!(words[0].starts_with("Payment over €50.00") && words[0].contains("Perso •••• 0001"), "{words:?}");
    assert!(words[0].contains("On this page, by e-mail, on your devices"), "{words:?}");
    assert!(words[1].contains("Off") && words[1].contains("Switch on") && words[1].contains("All cards"), "{words:?}");
    let alerts: Vec<String> = all(&document, "[data-testid=alert]").into_iter().map(text).collect();
    assert_eq!(alerts.len(), 5);
    assert!(alerts[0].contains("New") && alerts[0].contains("Over €50.00") && alerts[0].contains("−€98.32"));
    assert!(!alerts[4].contains("New"), "the last one was seen: {alerts:?}");
    assert!(alerts[4].contains("€12.40 left, under €50.00"), "{alerts:?}");
    assert_eq!(one(&document, "form[data-see] input[name=up_to]").attr("value"), Some("9"));
    assert_eq!(text(one(&document, "[data-alert-count]")), "4");
    assert_eq!(text(one(&document, "[data-alert-words]")), "4 unread");
    // Cards of one currency need no choice of it.
    assert_eq!(one(&document, "input[name=currency]").attr("value"), Some("EUR"));

    let quiet = page(PageContext { unread: 0, ..base }, Fake::default()).await;
    assert!(all(&quiet, "form[data-see]").is_empty() && text(one(&quiet, "[data-alert-count]")).is_empty());
    assert!(text(one(&quiet, "main")).contains("No rule yet"));
}

#[tokio::test]
async fn a_refused_rule_keeps_what_was_typed_beside_what_is_wrong_with_it() {
    for path in ["/settings/alerts", "/settings/alerts/00000000000000000000000000000000"] {
        let typed = TypedRule { kind: "balance".into(), amount: "much".into(), ..TypedRule::default() };
        let rule = Some(RefusedRule { typed, problems: vec![RuleProblem::NotAnAmount, RuleProblem::Known] });
        let base = PageContext { rule, ..context(path, Some(Role::User)) };
        let document = page(base, Fake { rules: rules(), ..Fake::default() }).await;
        let amount = one(&document, "input[name=amount]");
        assert_eq!((amount.attr("value"), amount.attr("aria-invalid")), (Some("much"), Some("true")));
        assert_eq!(amount.attr("aria-describedby"), Some("amount-problem"));
        assert_eq!(one(&document, "input[name=kind][checked]").attr("value"), Some("balance"));
        one(&document, "[data-testid=rule-problem]");
    }
}
