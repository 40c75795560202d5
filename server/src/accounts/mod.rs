//! People's accounts: sign-up, sign-in in one step or two or by a passkey, sign-out, passwords that are forgotten or changed,
//! sessions, what support may see, the end of an account, and the one-time links by which operators choose their password.
//!
//! Forms are plain: they work without a script, answer 303 on success, and are shown again with status 422 and what was
//! typed, passwords left out, when something is wrong with them.

pub(crate) mod answer;
mod change;
mod common;
pub mod device;
pub mod email;
mod erase;
mod forgot;
pub(crate) mod form;
mod name;
pub mod operators;
mod own_sessions;
pub(crate) mod passkeys;
pub mod passwords;
pub mod preferences;
pub(crate) mod proof;
mod reset;
mod second_step;
mod set_up;
mod sign_in;
mod sign_out;
mod sign_up;
mod support;
pub mod throttle;
pub(crate) mod two_step;

pub use erase::Eraser;

use crate::services::Services;
use axum::Router;
use axum::routing::post;

pub fn router() -> Router<Services> {
    Router::new()
        .route("/sign-up", post(sign_up::sign_up))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-in/code", post(second_step::second_step))
        .route("/forgot-password", post(forgot::forgot))
        .route("/reset-password/{secret}", post(reset::reset))
        .route("/settings/password", post(change::change))
        .route("/settings/two-step", post(two_step::begin))
        .route("/settings/two-step/confirm", post(two_step::confirm))
        .route("/settings/two-step/codes", post(two_step::renew))
        .route("/settings/two-step/off", post(two_step::end))
        .route("/settings/sessions/end", post(own_sessions::end))
        .route("/settings/sessions/end-others", post(own_sessions::end_others))
        .route("/settings/support", post(support::allow))
        .route("/settings/support/end", post(support::withdraw))
        .route("/settings/erase", post(erase::erase))
        .merge(passkeys::router())
        .route("/sign-out", post(sign_out::sign_out))
        .route("/set-up/{token}", post(set_up::set_up))
        .route("/preferences", post(preferences::preferences))
}
