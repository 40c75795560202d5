//! Settings, sign-in and the end of an account.

use crate::fake::{Fake, context, enrolment, passkey, receipt, render, session, two_step_on};
use crate::{HOSTILE, all, full, one, page, text};
use app::backend::TwoStep;
use app::page::{PageContext, RecoveryCodes, Theme};
use axum::http::StatusCode;
use domain::lang::Lang;
use domain::viewer::Role;

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
async fn passkeys_are_listed_and_added_where_there_is_a_script() {
    let viewer = Some(Role::User);
    let fake = Fake { passkeys: vec![passkey(1, "Téléphone"), passkey(2, HOSTILE)], two_step: None, ..full() };
    let document = page(context("/settings/passkeys?done=renamed", viewer), fake.clone()).await;
    let rows: Vec<_> = all(&document, "[data-testid=passkey]").into_iter().map(text).collect();
    assert!(rows[0].contains("Jamais utilisée") && rows[0].contains("Sur un seul appareil"), "{}", rows[0]);
    assert!(rows[1].contains(HOSTILE) && rows[1].contains("Synchronisée"), "{}", rows[1]);
    assert_eq!(text(one(&document, "[data-testid=done]")), "Nom modifié.");
    let form = one(&document, "form[data-passkey-add]");
    assert_eq!(form.attr("method"), Some("post"), "a password never stands in an address");
    assert!(form.attr("hidden").is_some());
    assert_eq!(one(&document, "form[data-passkey-add] [name=name]").attr("value"), Some("Firefox sur Linux"));
    assert!(all(&document, "form[data-passkey-add] [name=code]").is_empty());

    let two_steps = Fake { two_step: Some(two_step_on(2)), ..fake.clone() };
    one(&page(context("/settings/passkeys", viewer), two_steps).await, "form[data-passkey-add] [name=code]");
    let none = page(context("/settings/passkeys", viewer), Fake::default()).await;
    assert!(text(one(&none, ".empty")).contains("Aucune clé d’accès"));

    let path = format!("/settings/passkeys/{:032x}", 2);
    let document = page(context(&path, viewer), fake.clone()).await;
    assert_eq!(one(&document, &format!("form[action='{path}/name'] [name=name]")).attr("value"), Some(HOSTILE));
    assert!(one(&document, "details.forget").attr("open").is_none());
    one(&document, &format!("form[action='{path}/remove'] [name=current]"));
    let (status, _) = render(context("/settings/passkeys/nothing", viewer), fake).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_passkey_signs_in_where_the_script_finds_that_it_can() {
    let document = page(context("/sign-in", None), Fake::default()).await;
    assert!(one(&document, "[data-passkey]").attr("hidden").is_some());
    one(&document, "[data-passkey] button[type=button]");
    assert_eq!(one(&document, "#email").attr("autocomplete"), Some("username webauthn"));
    one(&document, "script[type=module][src='/passkeys.js'][nonce]");
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
