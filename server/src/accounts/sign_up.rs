//! `POST /sign-up`: an account for an end user.
//!
//! A taken address is said beside its field: people who forgot that they have an account need to know, and the number of
//! tries is limited. Sign-in, where passwords are tried, tells nothing.

use super::answer::Stop;
use super::email::Email;
use super::form::Form;
use super::{name, passwords, sign_in};
use crate::http::pages::PageRequest;
use crate::http::peer::ClientAddress;
use crate::randomness;
use crate::secret::Secret;
use crate::services::Services;
use crate::store::{Created, NewUser};
use app::page::{FormProblem, RefusedForm};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::ids::UserId;
use domain::viewer::Role;

/// What was typed, each field good in itself.
struct SignUp {
    name: String,
    email: Email,
    password: Secret,
}

pub(super) async fn sign_up(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    page: PageRequest,
    form: Form,
) -> Response {
    let typed = RefusedForm {
        name: form.get("name").to_owned(),
        email: form.get("email").to_owned(),
        ..RefusedForm::default()
    };
    let created = async {
        services.throttle.count_address(address).await?;
        create(&services, read(&form)?).await
    };
    match created.await {
        Ok(user) => sign_in::begin(&services, &user, Role::User, &page, None).await.into_response(),
        Err(stop) => stop.answer(&services, page, typed).await,
    }
}

/// All problems at once, so that nobody has to find them one after the other.
fn read(form: &Form) -> Result<SignUp, Stop> {
    let name = name::parse(form.get("name"));
    let email = Email::parse(form.get("email")).ok_or(FormProblem::EmailInvalid);
    let password = form.get("password");
    let judged = passwords::judge(password, &[form.get("name"), form.get("email")]);
    match (name, email, judged) {
        (Ok(name), Ok(email), Ok(())) => Ok(SignUp { name, email, password: Secret::new(password) }),
        (name, email, judged) => {
            Err(Stop::Problems([name.err(), email.err(), judged.err()].into_iter().flatten().collect()))
        }
    }
}

async fn create(services: &Services, sign_up: SignUp) -> Result<UserId, Stop> {
    let hash = services.passwords.hash(&sign_up.password).await?;
    let id = UserId::parse(randomness::id()).map_err(|_| Stop::Error(crate::http::error::HttpError::Internal))?;
    let user = NewUser {
        id: &id,
        email: sign_up.email.as_typed(),
        email_key: sign_up.email.key(),
        name: &sign_up.name,
        password_hash: Some(&hash),
        role: Role::User,
        created_at: services.clock.now(),
    };
    match services.store.create_user(&user).await? {
        Created::Yes => Ok(id),
        Created::EmailTaken => Err(FormProblem::EmailTaken.into()),
    }
}
