//! `POST /forgot-password`: a mail with a link, for who has forgotten her password.
//!
//! The answer is the same for every address and does not wait for what it leads to, so neither its words nor its time say
//! whether there is such an account.

use super::answer::{go_to, refused};
use super::email::Email;
use super::form::Form;
use super::throttle::Throttled;
use crate::http::error::HttpError;
use crate::http::pages::PageRequest;
use crate::http::peer::ClientAddress;
use crate::mail::{Content, Mail, MailError};
use crate::randomness;
use crate::secret::Secret;
use crate::services::Services;
use crate::sessions::fingerprint;
use crate::store::NewReset;
use app::page::{FormProblem, RefusedForm};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::lang::Lang;
use std::time::Duration;

/// How long a link can be used, once.
const RESET_TIME: Duration = Duration::from_mins(30);
/// So many links in an hour; more would be somebody's joke.
const MOST_IN_AN_HOUR: i64 = 3;
const AN_HOUR: Duration = Duration::from_hours(1);

pub(super) async fn forgot(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    page: PageRequest,
    form: Form,
) -> Response {
    let typed = form.get("email");
    let problem = match (services.throttle.count_address(address).await, Email::parse(typed)) {
        (Err(Throttled::Store(error)), _) => return HttpError::from(error).into_response(),
        (Err(Throttled::Wait(wait)), _) => FormProblem::TooManyAttempts { retry_after_s: wait.seconds() },
        (Ok(()), None) => FormProblem::EmailInvalid,
        (Ok(()), Some(email)) => {
            let (beside, lang) = (services.clone(), page.lang());
            services.tasks.spawn(async move {
                if let Err(error) = offer(&beside, &email, lang).await {
                    tracing::error!(%error, "a link for a new password could not be sent");
                }
            });
            return go_to("/forgot-password?sent=yes", []);
        }
    };
    let form = RefusedForm { email: typed.to_owned(), problems: vec![problem], ..RefusedForm::default() };
    refused(&services, page, form).await
}

async fn offer(services: &Services, email: &Email, lang: Lang) -> Result<(), MailError> {
    let Some(user) = services.store.user_by_email_key(email.key()).await? else { return Ok(()) };
    // Who never had a password has another link for choosing one.
    if user.disabled_at.is_some() || user.password_hash.is_none() {
        return Ok(());
    }
    let (now, secret) = (services.clock.now(), Secret::new(randomness::secret()));
    let expires_at = now.plus(RESET_TIME);
    let token_hash = fingerprint(secret.expose());
    let content = Content::ResetPassword { secret };
    let mail = Mail { to: user.id.clone(), lang, content, good_until: Some(expires_at) };
    let mail = services.mailer.seal(mail).await?;
    let reset = NewReset {
        token_hash,
        user_id: user.id,
        now,
        expires_at,
        most: MOST_IN_AN_HOUR,
        since: now.minus(AN_HOUR),
        mail,
    };
    if services.store.add_reset(reset).await? {
        services.mailer.wake();
    }
    Ok(())
}
