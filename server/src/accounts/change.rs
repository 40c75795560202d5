//! `POST /settings/password`: another password, for who knows the present one.

use super::answer::{Stop, go_to};
use super::form::Form;
use super::{passwords, proof};
use crate::http::SignedIn;
use crate::http::pages::PageRequest;
use crate::mail::{Content, Mail};
use crate::secret::Secret;
use crate::services::Services;
use crate::sessions::CurrentSession;
use app::page::RefusedForm;
use axum::extract::State;
use axum::response::Response;

pub(super) async fn change(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Response {
    match replace(&services, &session, &page, &form).await {
        Ok(()) => go_to("/settings?changed=password", []),
        Err(stop) => stop.answer(&services, page, RefusedForm::default()).await,
    }
}

async fn replace(services: &Services, session: &CurrentSession, page: &PageRequest, form: &Form) -> Result<(), Stop> {
    let (viewer, password) = (&session.viewer, form.get("password"));
    proof::password(services, viewer, &Secret::new(form.get("current"))).await?;
    passwords::judge(password, &[&viewer.email, &viewer.name])?;
    let hash = services.passwords.hash(&Secret::new(password)).await?;
    let to = viewer.user_id.clone();
    let mail = Mail { to, lang: page.lang(), content: Content::PasswordChanged, good_until: None };
    let mail = services.mailer.seal(mail).await?;
    services.store.change_password(&hash, session.key.as_str(), mail).await?;
    services.mailer.wake();
    Ok(())
}
