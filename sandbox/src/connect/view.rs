//! The pages of the popup.

use axum::{
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::{Value, json};

use super::lang::{Lang, Words};
use crate::{
    Bank,
    html::{escape, json_in_script},
};

/// What a page tells the partner's page when it is shown.
#[derive(Debug)]
pub struct Event {
    pub name: &'static str,
    pub data: Value,
}

impl Event {
    pub fn named(name: &'static str) -> Self {
        Self { name, data: json!({}) }
    }

    pub fn error(code: &str, message: &str) -> Self {
        Self { name: "onError", data: json!({ "code": code, "message": message }) }
    }
}

/// The popup as one partner's customer sees it.
#[derive(Clone, Copy)]
pub struct Window<'a> {
    pub bank: &'a Bank,
    pub lang: Lang,
    pub channel: &'a str,
}

impl Window<'_> {
    pub fn sign_in(&self, session: &str, email: &str, failed: bool, events: &[Event]) -> Response {
        let words = self.lang.words();
        let base = self.base();
        let (error, described) = if failed { (alert(words.wrong), ERROR_ATTRIBUTES) } else { (String::new(), "") };
        let body = format!(
            r#"<h1>{sign_in}</h1>
<p>{why} <strong>{origin}</strong></p>
<form method="post" action="{base}/sign-in" data-click="onClickLoginButton">
<input type="hidden" name="session" value="{session}">
{error}
<label for="email">{email_label}</label>
<input id="email" name="email" type="email" autocomplete="username" required value="{email}"{described}>
<label for="password">{password_label}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{described}>
<button type="submit" data-testid="bank-sign-in">{log_in}</button>
</form>
<p class="quiet">{demo}</p>"#,
            sign_in = words.sign_in,
            why = words.sign_in_why,
            origin = escape(&self.bank.config.origin),
            session = escape(session),
            email_label = words.email,
            email = escape(email),
            password_label = words.password,
            log_in = words.log_in,
            demo = words.demo,
        );
        self.page(words.sign_in, &body, events)
    }

    pub fn scope(&self, session: &str, customer: usize, reference: Option<&str>, events: &[Event]) -> Response {
        let words = self.lang.words();
        let email = self.bank.world().customers[customer].email;
        let body = format!(
            r#"<h1>{scope}</h1>
<p class="quiet">{signed_in_as} {email}</p>
<p><strong>{origin}</strong> {asks}</p>
<ul>{items}</ul>
<p>{not} {until}</p>
{reference}
<form method="post" action="{base}/decide" class="choice">
<input type="hidden" name="session" value="{session}">
<button type="submit" name="decision" value="accept" data-testid="bank-accept">{accept}</button>
<button type="submit" name="decision" value="refuse" class="second" data-testid="bank-refuse" data-click="onClickRefuseButton">{refuse}</button>
</form>"#,
            scope = words.scope,
            signed_in_as = words.signed_in_as,
            email = escape(email),
            origin = escape(&self.bank.config.origin),
            asks = words.scope_asks,
            items = words.scope_items.map(|item| format!("<li>{item}</li>")).concat(),
            not = words.scope_not,
            until = words.scope_until,
            reference = reference.map(|text| shown_reference(words, text)).unwrap_or_default(),
            base = self.base(),
            session = escape(session),
            accept = words.accept,
            refuse = words.refuse,
        );
        self.page(words.scope, &body, events)
    }

    pub fn done(&self, events: &[Event]) -> Response {
        let words = self.lang.words();
        let body = format!(
            r#"<h1 class="yes">{}</h1><p role="status">{}</p>
<button type="button" data-testid="bank-quit" data-click="onClickQuitButton" data-close>{}</button>"#,
            words.done, words.done_text, words.quit,
        );
        self.page(words.done, &body, events)
    }

    pub fn refused(&self) -> Response {
        let words = self.lang.words();
        let body =
            format!(r#"<h1>{}</h1><p role="status">{}</p>{}"#, words.refused, words.refused_text, close_button(words));
        self.page(words.refused, &body, &[])
    }

    pub fn trouble(&self, text: &str, event: Event) -> Response {
        let words = self.lang.words();
        let body = format!("<h1>{}</h1>{}{}", words.trouble, alert(text), close_button(words));
        self.page(words.trouble, &body, &[event])
    }

    /// The session is unknown: finished, forgotten, or from before a reset.
    pub fn expired(&self) -> Response {
        let text = self.lang.words().expired;
        let page = self.trouble(text, Event::error("session_expired", text));
        (StatusCode::GONE, page).into_response()
    }

    fn base(&self) -> String {
        format!("/{}/{}/popup", self.bank.config.partner_id, self.lang.code())
    }

    fn page(&self, title: &str, body: &str, events: &[Event]) -> Response {
        let events: Vec<_> = events.iter().map(|event| json!({ "name": event.name, "data": event.data })).collect();
        let messages = json!({
            "partnerOrigin": self.bank.config.origin,
            "channel": self.channel,
            "events": events,
        });
        let html = format!(
            r#"<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – Anytime Connect</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/popup.css">
<script type="application/json" id="messages">{messages}</script>
<script src="/assets/popup.js" defer></script>
</head>
<body>
<header><p class="brand">anytime<span>sandbox</span></p></header>
<main>{body}</main>
</body>
</html>"#,
            lang = self.lang.code(),
            messages = json_in_script(&messages),
        );
        (HEADERS, Html(html)).into_response()
    }
}

const ERROR_ATTRIBUTES: &str = r#" aria-invalid="true" aria-describedby="error""#;

const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

fn alert(text: &str) -> String {
    format!(r#"<p id="error" class="error" role="alert">{}</p>"#, escape(text))
}

fn close_button(words: &Words) -> String {
    format!(r#"<button type="button" data-testid="bank-close" data-close>{}</button>"#, words.close)
}

fn shown_reference(words: &Words, text: &str) -> String {
    format!(r#"<p class="quiet">{} <code>{}</code></p>"#, words.reference, escape(text))
}
