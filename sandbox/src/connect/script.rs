//! The files of the connect part.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::error::{ConnectError, lang};
use crate::Bank;

const CLIENT: &str = include_str!("../../assets/client.js");
const POPUP: &str = include_str!("../../assets/popup.js");
const STYLE: &str = include_str!("../../assets/popup.css");

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

pub async fn client(
    State(bank): State<Arc<Bank>>,
    Path((partner_id, lang_code)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ConnectError> {
    let lang = lang(&bank, &partner_id, &lang_code)?;
    let words = lang.words();
    let settings = json!({
        "partnerId": partner_id,
        "lang": lang.code(),
        "partnerOrigin": bank.config.origin,
        "bankOrigin": own_origin(&headers),
        "words": {
            "button": words.button,
            "blocked": words.blocked,
            "foreignOrigin": words.foreign_origin,
        },
    });
    Ok(asset(JAVASCRIPT, CLIENT.replace("__SETTINGS__", &settings.to_string())))
}

pub async fn popup() -> Response {
    asset(JAVASCRIPT, POPUP.to_owned())
}

pub async fn style() -> Response {
    asset("text/css; charset=utf-8", STYLE.to_owned())
}

/// Where the browser found us, should the script not be able to tell.
fn own_origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}")
}

fn asset(content_type: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The partner's page may isolate itself from other sites' resources.
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, text).into_response()
}
