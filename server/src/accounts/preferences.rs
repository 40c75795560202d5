//! `POST /preferences`: language, looks and whether amounts are hidden, kept in cookies, for signed-in people and for others.

use super::answer::go_to;
use super::form::Form;
use crate::http::redirect;
use crate::services::Services;
use crate::sessions::cookies;
use app::page::Theme;
use axum::extract::State;
use axum::response::Response;
use domain::lang::Lang;
use http::header::ACCEPT_LANGUAGE;
use http::{HeaderMap, HeaderValue};

const LANG: &str = "lang";
const THEME: &str = "theme";
const PRIVACY: &str = "privacy";
const A_YEAR: u32 = 365 * 24 * 3600;

pub(super) async fn preferences(State(services): State<Services>, form: Form) -> Response {
    let https = services.config.public_url.https;
    let lang = Lang::from_code(form.get(LANG)).map(|lang| cookie(LANG, lang.code(), https));
    let theme = Theme::from_code(form.get(THEME)).map(|theme| cookie(THEME, theme.code(), https));
    let privacy = ["on", "off"].into_iter().find(|code| *code == form.get(PRIVACY));
    let privacy = privacy.map(|code| cookie(PRIVACY, code, https));
    let back = redirect::to_page(form.get("return_to")).unwrap_or_else(|| "/".to_owned());
    go_to(&back, lang.into_iter().chain(theme).chain(privacy))
}

/// The language that she chose, else the one that her browser asks for, else French.
pub fn lang_of(headers: &HeaderMap) -> Lang {
    let chosen = cookies(headers).find(|(name, _)| *name == LANG).and_then(|(_, code)| Lang::from_code(code));
    chosen.or_else(|| Lang::from_accept_language(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?)).unwrap_or_default()
}

pub fn theme_of(headers: &HeaderMap) -> Theme {
    let chosen = cookies(headers).find(|(name, _)| *name == THEME);
    chosen.and_then(|(_, code)| Theme::from_code(code)).unwrap_or_default()
}

/// Whether amounts are hidden until somebody looks at one.
pub fn privacy_of(headers: &HeaderMap) -> bool {
    cookies(headers).any(|pair| pair == (PRIVACY, "on"))
}

/// `value` is a word of ours.
fn cookie(name: &str, value: &str, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
