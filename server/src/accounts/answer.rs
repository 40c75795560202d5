//! What a form is answered with.

use super::passwords::PasswordError;
use super::throttle::Throttled;
use crate::http::error::HttpError;
use crate::http::pages::{self, PageRequest};
use crate::services::Services;
use app::i18n::account::AccountTexts;
use app::page::{FormProblem, RefusedForm};
use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::lang::Lang;
use http::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde_json::json;

/// 303 to one of our own pages, perhaps with a cookie. `path` comes from us or has been through `http::redirect`.
pub(crate) fn go_to(path: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let location = HeaderValue::try_from(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response();
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The same page again, with what was typed and what is wrong with it.
pub(super) async fn refused(services: &Services, page: PageRequest, form: RefusedForm) -> Response {
    let (status, wait) = status_of(&form.problems);
    with_wait(pages::refused_form(services, page, form, status).await, wait)
}

/// What is wrong, for a script to show: words in the person's language, and the fields that they stand beside.
fn refused_to_script(lang: Lang, problems: &[FormProblem]) -> Response {
    let (status, wait) = status_of(problems);
    let texts = AccountTexts::of(lang);
    let told = problems.iter().map(|problem| json!({ "field": problem.field(), "words": texts.problem(*problem) }));
    let body = json!({ "problems": told.collect::<Vec<_>>() });
    with_wait((status, Json(body)).into_response(), wait)
}

/// The status of a refusal, and the seconds until another try makes sense.
fn status_of(problems: &[FormProblem]) -> (StatusCode, Option<u32>) {
    let told = problems.iter().find_map(|problem| match problem {
        FormProblem::TooManyAttempts { retry_after_s } => Some((StatusCode::TOO_MANY_REQUESTS, Some(*retry_after_s))),
        FormProblem::Busy => Some((StatusCode::SERVICE_UNAVAILABLE, Some(5))),
        FormProblem::LinkExpired | FormProblem::SecondStepOver => Some((StatusCode::GONE, None)),
        FormProblem::AccountPaused | FormProblem::NotAllowed => Some((StatusCode::FORBIDDEN, None)),
        FormProblem::PasskeyKnown | FormProblem::TooManyPasskeys => Some((StatusCode::CONFLICT, None)),
        _ => None,
    });
    told.unwrap_or((StatusCode::UNPROCESSABLE_ENTITY, None))
}

fn with_wait(mut response: Response, wait: Option<u32>) -> Response {
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// What stops a form on its way: something to say beside it, or nothing that the person can change.
pub(crate) enum Stop {
    Problems(Vec<FormProblem>),
    Error(HttpError),
}

impl Stop {
    /// The form's page again, or an error. `typed` is what stays typed.
    pub(crate) async fn answer(self, services: &Services, page: PageRequest, typed: RefusedForm) -> Response {
        match self {
            Self::Problems(problems) => refused(services, page, RefusedForm { problems, ..typed }).await,
            Self::Error(error) => error.into_response(),
        }
    }

    /// The same for a script.
    pub(super) fn tell(self, lang: Lang) -> Response {
        match self {
            Self::Problems(problems) => refused_to_script(lang, &problems),
            Self::Error(error) => error.into_response(),
        }
    }
}

impl From<FormProblem> for Stop {
    fn from(problem: FormProblem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<HttpError> for Stop {
    fn from(error: HttpError) -> Self {
        Self::Error(error)
    }
}

impl From<Throttled> for Stop {
    fn from(throttled: Throttled) -> Self {
        match throttled {
            Throttled::Wait(wait) => FormProblem::TooManyAttempts { retry_after_s: wait.seconds() }.into(),
            Throttled::Store(error) => error.into(),
        }
    }
}

impl From<PasswordError> for Stop {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => FormProblem::Busy.into(),
            PasswordError::Failed => Self::Error(HttpError::Internal),
        }
    }
}

impl From<crate::store::StoreError> for Stop {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Error(error.into())
    }
}

impl From<crate::vault::VaultError> for Stop {
    fn from(error: crate::vault::VaultError) -> Self {
        match error {
            crate::vault::VaultError::Store(error) => error.into(),
            other => {
                tracing::error!(error = &other as &dyn std::error::Error, "the vault did not answer");
                Self::Error(HttpError::Internal)
            }
        }
    }
}
