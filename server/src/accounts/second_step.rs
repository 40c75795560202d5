//! `POST /sign-in/code`: the second step of signing in, for who has given her password a moment ago.

use super::answer::Stop;
use super::form::Form;
use super::{proof, sign_in};
use crate::http::pages::PageRequest;
use crate::http::peer::ClientAddress;
use crate::http::redirect;
use crate::services::Services;
use crate::store::UserRecord;
use app::page::{FormProblem, RefusedForm};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::SET_COOKIE;

/// Wrong codes after which the password has to be given again.
const MOST_TRIES: i64 = 5;

pub(super) async fn second_step(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    page: PageRequest,
    form: Form,
) -> Response {
    let proven = async {
        services.throttle.count_address(address).await?;
        prove(&services, &page, form.get("code")).await
    };
    match proven.await {
        Ok(user) => {
            let next = redirect::next_of(&page.query);
            let begun = sign_in::begin(&services, &user.id, user.role, &page, next).await;
            let mut response = begun.into_response();
            response.headers_mut().append(SET_COOKIE, services.sessions.no_half());
            response
        }
        Err(stop) => stop.answer(&services, page, RefusedForm::default()).await,
    }
}

async fn prove(services: &Services, page: &PageRequest, code: &str) -> Result<UserRecord, Stop> {
    let over = || Stop::from(FormProblem::SecondStepOver);
    let half = services.sessions.half_in(&page.headers).ok_or_else(over)?;
    let user = services.store.half_sign_in(&half, services.clock.now()).await?.ok_or_else(over)?;
    if let Err(stop) = proof::code(services, &user, code).await {
        if matches!(&stop, Stop::Problems(problems) if problems.contains(&FormProblem::CodeWrong)) {
            services.store.fail_half_sign_in(&half, MOST_TRIES).await?;
        }
        return Err(stop);
    }
    if services.store.end_half_sign_in(&half).await? { Ok(user) } else { Err(over()) }
}
