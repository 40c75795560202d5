//! `POST /settings/support…`: a user lets operators see her pages as she does, and takes it back.

use super::answer::go_to;
use super::form::Form;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::http::pages::PageRequest;
use crate::randomness;
use crate::services::Services;
use app::backend::SupportTime;
use axum::extract::State;
use axum::response::Response;
use domain::viewer::Role;
use std::time::Duration;

const PATH: &str = "/settings/support";

/// For another time than before, where she allows it already. What operators have of their own nobody sees as they do.
pub(super) async fn allow(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Result<Response, HttpError> {
    let viewer = &session.viewer;
    let time = SupportTime::from_code(form.get("time")).filter(|_| viewer.role == Role::User);
    let time = time.ok_or(HttpError::NotFound)?;
    let now = services.clock.now();
    let (store, id, until) = (&services.store, randomness::id(), now.plus(long(time)));
    store.allow_support(&id, &viewer.user_id, page.lang(), now, until).await?;
    tracing::info!(user.id = %viewer.user_id, time = time.code(), "a user lets operators see her pages");
    Ok(go_to(PATH, []))
}

/// What has ended by itself meanwhile is as good.
pub(super) async fn withdraw(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
) -> Result<Response, HttpError> {
    let user = &session.viewer.user_id;
    let withdrawn = services.store.withdraw_support(user, services.clock.now()).await?;
    tracing::info!(user.id = %user, withdrawn, "a user takes back that operators see her pages");
    Ok(go_to(PATH, []))
}

const fn long(time: SupportTime) -> Duration {
    match time {
        SupportTime::QuarterHour => Duration::from_mins(15),
        SupportTime::Hour => Duration::from_hours(1),
        SupportTime::Day => Duration::from_hours(24),
    }
}
