//! What holds of every page.

use crate::fake::{Fake, context, render, seen};
use crate::{HOSTILE, all, full, one, page, text};
use app::backend::BackendError;
use app::page::{
    DecisionProblem, ErrorKind, FormProblem, OneTimeLink, PageContext, RecoveryCodes, RefusedDecision, RefusedForm,
    RefusedRule, RefusedWriting,
};
use axum::http::StatusCode;
use domain::alerts::{RuleProblem, TypedRule};
use domain::lang::Lang;
use domain::own::WritingProblem;
use domain::viewer::Role;
use scraper::Html;

/// A payment's page, with what was written on it refused.
pub(crate) fn refused_words() -> PageContext {
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

/// A page on which an operator decides, with her decision refused.
fn refused_decision(path: &str, problem: DecisionProblem) -> PageContext {
    let decision = RefusedDecision { reason: format!("</textarea>{HOSTILE}"), email: HOSTILE.into(), problem };
    PageContext { decision: Some(decision), ..context(path, Some(Role::Admin)) }
}

/// Every page, with data that means harm.
pub(crate) fn everything() -> Vec<PageContext> {
    let user = Some(Role::User);
    let operator = Some(Role::Admin);
    let form = RefusedForm {
        name: HOSTILE.into(),
        email: HOSTILE.into(),
        problems: vec![FormProblem::EmailInvalid, FormProblem::WrongCredentials],
        ..RefusedForm::default()
    };
    let refused = |path| PageContext { form: Some(form.clone()), ..context(path, None) };
    let mut pages = vec![
        context("/", None),
        context("/sign-up", None),
        context("/developers", None),
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
        context("/operator/deliveries?text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", operator),
        context("/operator/alarms", operator),
        context("/operator/deliveries?from=x&to=%22&peer=%3Cb%3E&try=%3Cb%3E", operator),
        context("/operator/quarantine?kind=%22%3E", operator),
        context("/operator/quarantine?kind=parked&before=z", operator),
        context("/nowhere/%3Cscript%3E", user),
        PageContext { error: Some(ErrorKind::Forbidden), ..context("/links", user) },
    ];
    pages.extend(of_the_account(&form));
    pages.extend(of_decisions());
    pages.extend(of_people());
    pages.extend(of_who_watch());
    pages.extend(of_support());
    pages
}

/// Those on which operators decide, and what they have decided.
fn of_decisions() -> Vec<PageContext> {
    let operator = Some(Role::Admin);
    vec![
        context("/operator/replays?before=%22%3E", operator),
        context("/operator/replays/new?event=%3Cb%3E&reference=%22%3E", operator),
        context("/operator/replays/1", operator),
        context("/operator/replays/2", operator),
        context("/operator/replays/5", operator),
        context("/operator/replays/7", operator),
        context("/operator/audit", operator),
        refused_decision("/operator/replays/7", DecisionProblem::ReasonTooLong),
        refused_decision("/operator/deliveries/3", DecisionProblem::ReasonMissing),
        refused_decision("/operator/deliveries/3", DecisionProblem::NobodyKnown),
    ]
}

/// Those about people and operators, and what somebody sees who is asked to link again.
fn of_people() -> Vec<PageContext> {
    let (user, operator) = (Some(Role::User), Some(Role::Admin));
    vec![
        context("/operator/users?q=%22%3E&marked=yes&status=%3Cb%3E", operator),
        context("/operator/users/00000000000000000000000000000001?done=pause-user", operator),
        context("/operator/users/00000000000000000000000000000001?before=%22%3E", operator),
        refused_decision(
            "/operator/users/00000000000000000000000000000001?form=note-user",
            DecisionProblem::ReasonTooLong,
        ),
        context("/operator/team?done=change-role", operator),
        refused_decision("/operator/team?form=add", DecisionProblem::EmailInvalid),
        refused_decision(
            "/operator/team?form=role&id=00000000000000000000000000000002",
            DecisionProblem::ReasonMissing,
        ),
        PageContext {
            one_time: Some(OneTimeLink { address: HOSTILE.into(), email: HOSTILE.into() }),
            ..context("/operator/team", operator)
        },
        context("/link-again/good", None),
        context("/link-again/good", user),
        context("/link-again/another", user),
        context("/link-again/old", None),
        PageContext { error: Some(ErrorKind::SecondFactor), ..context("/operator/users", operator) },
    ]
}

/// Those about seeing somebody's pages, and the pages that are seen.
fn of_support() -> Vec<PageContext> {
    let (user, operator) = (Some(Role::User), Some(Role::Operator));
    let as_her = "/operator/users/00000000000000000000000000000001/as";
    let form = RefusedForm {
        reason: format!("</textarea>{HOSTILE}"),
        problems: vec![FormProblem::ReasonTooLong, FormProblem::PasswordWrong, FormProblem::NotAllowed],
        ..RefusedForm::default()
    };
    vec![
        context("/settings/support", user),
        context(as_her, operator),
        PageContext { form: Some(form), ..context(as_her, operator) },
        seen("/dashboard?q=%3Cb%3E&before=z", HOSTILE),
        seen("/dashboard/insights", HOSTILE),
        seen("/settings/accounts", HOSTILE),
        seen("/transactions/ANY0000000001-00000000003", HOSTILE),
    ]
}

/// Those of operators who watch.
fn of_who_watch() -> Vec<PageContext> {
    let operator = Some(Role::Admin);
    vec![
        context("/operator/health", operator),
        context("/operator/events?before=%22%3E", operator),
        context(
            "/operator/events?kind=%22%3E%3Cb%3E&endpoint=%3Cb%3E&state=dead&user=%22%3E&from=x&to=2026-11-23",
            operator,
        ),
        context("/operator/events/1?done=%3Cb%3E", operator),
        refused_decision("/operator/events/1", DecisionProblem::ReasonMissing),
        context("/operator/transactions", operator),
        context("/operator/transactions?card=%22%3E&txid=%3Cb%3E&min=x&status=R&from=%3Cb%3E", operator),
        context("/operator/funnel?from=%3Cb%3E&to=x&browser=%22%3E&lang=de", operator),
    ]
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
        context("/settings/passkeys?done=added", user),
        context("/settings/passkeys/00000000000000000000000000000002", user),
        context("/settings/passkeys/nothing", user),
        context("/settings/sessions", user),
        context("/settings/looks?before=%22%3E", user),
        context("/settings/erase", user),
        PageContext { form: Some(changing.clone()), ..context("/settings/password", user) },
        PageContext { form: Some(changing.clone()), ..context("/settings/two-step", user) },
        PageContext {
            form: Some(changing.clone()),
            ..context("/settings/passkeys/00000000000000000000000000000002", user)
        },
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
        context("/operator/keys?done=rotate&refused=fresh", operator),
        context("/operator/keys?done=%3Cb%3E&refused=%3Cb%3E", operator),
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
        ..RefusedForm::default()
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
