//! `POST /sign-in`. Every refusal looks the same and takes the same time, whether the account exists or not.

use super::answer::{Stop, go_to};
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
use std::time::Duration;

/// Longest key that is remembered of an address that is none.
const LONGEST_KEY: usize = 254;
/// How long a right password waits for its code.
const CODE_TIME: Duration = Duration::from_mins(5);

pub(super) async fn sign_in(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    page: PageRequest,
    form: Form,
) -> Response {
    let typed = RefusedForm { email: form.get("email").to_owned(), ..RefusedForm::default() };
    let known = async {
        services.throttle.count_address(address).await?;
        let user = recognise(&services, form.get("email"), &Secret::new(form.get("password"))).await?;
        admit(&services, &user).await?;
        Ok::<_, Stop>(user)
    };
    match known.await {
        Ok(user) => {
            let next = redirect::after_sign_in(form.get("next")).or_else(|| redirect::next_of(&page.query));
            enter(&services, &user, &page, next).await.into_response()
        }
        Err(stop) => stop.answer(&services, page, typed).await,
    }
}

/// The user whose address and password these are.
async fn recognise(services: &Services, typed: &str, password: &Secret) -> Result<UserRecord, Stop> {
    let email = Email::parse(typed);
    let key = email.as_ref().map_or_else(|| typed.chars().take(LONGEST_KEY).collect(), |email| email.key().to_owned());
    services.throttle.check_account(&key).await?;
    let user = match &email {
        Some(email) => services.store.user_by_email_key(email.key()).await?,
        None => None,
    };
    let hash = user.as_ref().and_then(|user| user.password_hash.as_ref());
    let checked = services.passwords.check(password, hash).await?;
    match (user, checked) {
        (Some(user), Checked::Right) => {
            services.throttle.note_success(&key).await?;
            Ok(user)
        }
        (Some(user), Checked::RightRehashed(hash)) => {
            services.throttle.note_success(&key).await?;
            services.store.set_password(&user.id, &hash).await?;
            Ok(user)
        }
        _ => {
            services.throttle.note_failure(&key).await?;
            Err(FormProblem::WrongCredentials.into())
        }
    }
}

/// Whether she may go on, whose password was right. Nobody else is told why not.
async fn admit(services: &Services, user: &UserRecord) -> Result<(), Stop> {
    if user.disabled_at.is_some() {
        return Err(FormProblem::AccountPaused.into());
    }
    if !(services.config.second_factor_required && user.role.sees_console()) {
        return Ok(());
    }
    let has_code = services.store.two_step(&user.id).await?.is_some_and(|record| record.active_at.is_some());
    // With a passkey alone, the password would be a way around it.
    if !has_code && !services.store.passkeys(&user.id, 1).await?.is_empty() {
        return Err(FormProblem::PasskeyNeeded.into());
    }
    Ok(())
}

/// Signs her in, or asks for a code first, where she has a second step.
pub(super) async fn enter(
    services: &Services,
    user: &UserRecord,
    page: &PageRequest,
    next: Option<String>,
) -> Result<Response, HttpError> {
    let two_step = services.store.two_step(&user.id).await?;
    if two_step.is_none_or(|record| record.active_at.is_none()) {
        return begin(services, &user.id, user.role, page, next).await;
    }
    let (cookie, id) = services.sessions.half(CODE_TIME);
    services.store.add_half_sign_in(&id, &user.id, services.clock.now().plus(CODE_TIME)).await?;
    let address = match next {
        Some(next) => {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("/sign-in/code?next={next}")
        }
        None => "/sign-in/code".to_owned(),
    };
    Ok(go_to(&address, [cookie]))
}

/// Signs her in, and brings her where she wants to or has something to do.
pub(super) async fn begin(
    services: &Services,
    user: &UserId,
    role: Role,
    page: &PageRequest,
    next: Option<String>,
) -> Result<Response, HttpError> {
    let next = destination(services, user, role, next).await?;
    let cookie = services.sessions.begin(user, role, &page.headers).await?;
    Ok(go_to(&next, [cookie]))
}

/// Where somebody goes who has signed in: where she wants to, or else operators to their console, others to their dashboard,
/// or to the bank's button as long as nothing is linked.
pub(super) async fn destination(
    services: &Services,
    user: &UserId,
    role: Role,
    next: Option<String>,
) -> Result<String, HttpError> {
    Ok(match next {
        Some(next) => next,
        None if role.sees_console() => "/operator/users".to_owned(),
        None if services.store.links_of(user).await?.is_empty() => "/connect".to_owned(),
        None => "/dashboard".to_owned(),
    })
}
