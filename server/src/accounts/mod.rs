//! People's accounts: sign-up, sign-in, sign-out, and the one-time links by which operators choose their password.
//!
//! Forms are plain: they work without a script, answer 303 on success, and are shown again with status 422 and what was
//! typed, passwords left out, when something is wrong with them.

mod answer;
mod common;
pub mod email;
pub(crate) mod form;
mod name;
pub mod operators;
pub mod passwords;
pub mod preferences;
mod set_up;
mod sign_in;
mod sign_out;
mod sign_up;
pub mod throttle;

use crate::services::Services;
use axum::Router;
use axum::routing::post;

pub fn router() -> Router<Services> {
    Router::new()
        .route("/sign-up", post(sign_up::sign_up))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(sign_out::sign_out))
        .route("/set-up/{token}", post(set_up::set_up))
        .route("/preferences", post(preferences::preferences))
}
