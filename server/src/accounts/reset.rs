//! `POST /reset-password/{secret}`: a new password, by a link that works once.

use super::answer::{Stop, go_to};
use super::form::Form;
use super::passwords;
use crate::http::pages::PageRequest;
use crate::http::peer::ClientAddress;
use crate::mail::{Content, Mail};
use crate::secret::Secret;
use crate::services::Services;
use crate::sessions::fingerprint;
use app::page::{FormProblem, RefusedForm};
use axum::extract::{Path, State};
use axum::response::Response;

pub(super) async fn reset(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    Path(secret): Path<String>,
    page: PageRequest,
    form: Form,
) -> Response {
    let chosen = async {
        services.throttle.count_address(address).await?;
        choose(&services, &page, &Secret::new(secret), form.get("password")).await
    };
    match chosen.await {
        Ok(()) => go_to("/sign-in?changed=yes", []),
        Err(stop) => stop.answer(&services, page, RefusedForm::default()).await,
    }
}

async fn choose(services: &Services, page: &PageRequest, secret: &Secret, password: &str) -> Result<(), Stop> {
    let (key, now) = (fingerprint(secret.expose()), services.clock.now());
    let Some(user) = services.store.reset_user(&key, now).await? else {
        return Err(FormProblem::LinkExpired.into());
    };
    passwords::judge(password, &[&user.email, &user.name])?;
    let hash = services.passwords.hash(&Secret::new(password)).await?;
    let mail = Mail { to: user.id, lang: page.lang(), content: Content::PasswordChanged, good_until: None };
    let mail = services.mailer.seal(mail).await?;
    if !services.store.use_reset(&key, &hash, mail, services.clock.now()).await? {
        return Err(FormProblem::LinkExpired.into());
    }
    services.mailer.wake();
    // Whoever guessed at the old one has no say about the new one.
    services.throttle.note_success(&user.email_key).await?;
    Ok(())
}
