//! `POST /sign-in`. Every refusal looks the same and takes the same time, whether the account exists or not.

use super::answer::{Stop, go_to, refused};
use super::email::Email;
use super::form::Form;
use super::passwords::Checked;
use crate::http::error::HttpError;
use crate::http::pages::PageRequest;
use crate::http::peer::ClientAddress;
use crate::http::redirect;
use crate::secret::Secret;
use crate::services::Services;
use crate::store::UserRecord;
use app::page::{FormProblem, RefusedForm};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::ids::UserId;
use domain::viewer::Role;
use http::HeaderValue;

/// Longest key that is remembered of an address that is none.
const LONGEST_KEY: usize = 254;

pub(super) async fn sign_in(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    page: PageRequest,
    form: Form,
) -> Response {
    let typed = RefusedForm { email: form.get("email").to_owned(), ..RefusedForm::default() };
    let known = async {
        services.throttle.count_address(address)?;
        recognise(&services, form.get("email"), &Secret::new(form.get("password"))).await
    };
    match known.await {
        Ok(user) => {
            let next = redirect::after_sign_in(form.get("next")).or_else(|| redirect::next_of(&page.query));
            match next {
                Some(next) => begin(&services, &user.id, user.role, &page, &next).await,
                None => welcome(&services, &user.id, user.role, &page).await,
            }
        }
        Err(Stop::Problems(problems)) => refused(&services, page, RefusedForm { problems, ..typed }).await,
        Err(Stop::Error(error)) => error.into_response(),
    }
}

/// The user whose address and password these are.
async fn recognise(services: &Services, typed: &str, password: &Secret) -> Result<UserRecord, Stop> {
    let email = Email::parse(typed);
    let key = email.as_ref().map_or_else(|| typed.chars().take(LONGEST_KEY).collect(), |email| email.key().to_owned());
    services.throttle.check_account(&key)?;
    let user = match &email {
        Some(email) => services.store.user_by_email_key(email.key()).await?,
        None => None,
    };
    let user = user.filter(|user| user.disabled_at.is_none());
    let hash = user.as_ref().and_then(|user| user.password_hash.as_ref());
    let checked = services.passwords.check(password, hash).await?;
    match (user, checked) {
        (Some(user), Checked::Right) => {
            services.throttle.note_success(&key);
            Ok(user)
        }
        (Some(user), Checked::RightRehashed(hash)) => {
            services.throttle.note_success(&key);
            services.store.set_password(&user.id, &hash).await?;
            Ok(user)
        }
        _ => {
            services.throttle.note_failure(&key);
            Err(FormProblem::WrongCredentials.into())
        }
    }
}

/// Signs her in, and brings her where she has something to do: operators to their console, others to their dashboard, or
/// to the bank's button as long as nothing is linked.
pub(super) async fn welcome(services: &Services, user: &UserId, role: Role, page: &PageRequest) -> Response {
    let next = if role.sees_console() {
        "/operator/users"
    } else {
        match services.store.links_of(user).await {
            Ok(links) if links.is_empty() => "/connect",
            Ok(_) => "/dashboard",
            Err(error) => return HttpError::from(error).into_response(),
        }
    };
    begin(services, user, role, page, next).await
}

async fn begin(services: &Services, user: &UserId, role: Role, page: &PageRequest, next: &str) -> Response {
    match services.sessions.begin(user, role, &page.headers).await {
        Ok(cookie) => go_to(next, [cookie] as [HeaderValue; 1]),
        Err(error) => HttpError::from(error).into_response(),
    }
}
