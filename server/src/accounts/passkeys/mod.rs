//! Passkeys: adding, naming and removing them, and signing in by one, which takes the place of both steps.
//!
//! What is checked of them by the standard is in [`crate::webauthn`]. The pages' script is `public/passkeys.js`.

mod add;
mod challenge;
mod manage;
mod sign_in;

use super::answer::Stop;
use crate::http::error::HttpError;
use crate::mail::{Content, Mail};
use crate::services::Services;
use crate::store::NewMail;
use crate::webauthn::RelyingParty;
use axum::Router;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use domain::ids::UserId;
use domain::lang::Lang;

/// Passkeys of one user.
pub(crate) const MOST: i64 = 20;
const PATH: &str = "/settings/passkeys";

pub(super) fn router() -> Router<Services> {
    Router::new()
        .route("/sign-in/passkey/options", post(sign_in::options))
        .route("/sign-in/passkey", post(sign_in::sign_in))
        .route("/settings/passkeys/options", post(add::options))
        .route("/settings/passkeys/credentials", post(add::add))
        .route("/settings/passkeys/{id}/name", post(manage::rename))
        .route("/settings/passkeys/{id}/remove", post(manage::remove))
}

/// Who we are to authenticators; not found where we are known by a bare address, for which there are no passkeys.
fn party(services: &Services) -> Result<RelyingParty<'_>, HttpError> {
    RelyingParty::of(&services.config.public_url).ok_or(HttpError::NotFound)
}

/// What an authenticator is told of a user: her id, which says nothing of her.
fn handle(user: &UserId) -> Vec<u8> {
    // Ids are hexadecimal digits.
    hex::decode(user.as_str()).unwrap_or_default()
}

fn encoded(bytes: &[u8]) -> String {
    BASE64URL.encode(bytes)
}

async fn mail(services: &Services, user: &UserId, lang: Lang, content: Content) -> Result<NewMail, Stop> {
    let mail = Mail { to: user.clone(), lang, content, good_until: None };
    Ok(services.mailer.seal(mail).await?)
}
