//! Naming and removing passkeys, by plain forms.

use super::{PATH, mail};
use crate::accounts::answer::{Stop, go_to};
use crate::accounts::form::Form;
use crate::accounts::{name, proof};
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::http::pages::PageRequest;
use crate::mail::Content;
use crate::services::Services;
use app::page::RefusedForm;
use axum::extract::{Path, State};
use axum::response::Response;

/// `POST /settings/passkeys/{id}/name`
pub(super) async fn rename(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    page: PageRequest,
    form: Form,
) -> Response {
    let typed = RefusedForm { name: form.get("name").to_owned(), ..RefusedForm::default() };
    let renamed = async {
        let name = name::parse(form.get("name"))?;
        let known = services.store.rename_passkey(&session.viewer.user_id, &id, &name).await?;
        if known { Ok(()) } else { Err(Stop::from(HttpError::NotFound)) }
    };
    match renamed.await {
        Ok(()) => go_to(&format!("{PATH}?done=renamed#main"), []),
        Err(stop) => stop.answer(&services, above(page), typed).await,
    }
}

/// `POST /settings/passkeys/{id}/remove`
pub(super) async fn remove(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    Path(id): Path<String>,
    page: PageRequest,
    form: Form,
) -> Response {
    let user = &session.viewer.user_id;
    let removed = async {
        proof::both(&services, &session.viewer, &form).await?;
        let mail = mail(&services, user, page.lang(), Content::PasskeyRemoved).await?;
        let known = services.store.remove_passkey(&id, mail).await?;
        if known { Ok(()) } else { Err(Stop::from(HttpError::NotFound)) }
    };
    match removed.await {
        Ok(()) => {
            services.mailer.wake();
            go_to(&format!("{PATH}?done=removed#main"), [])
        }
        Err(stop) => stop.answer(&services, above(page), RefusedForm::default()).await,
    }
}

/// The passkey's page, which both forms stand on.
fn above(page: PageRequest) -> PageRequest {
    let path = page.path.rsplit_once('/').map_or(PATH, |(path, _)| path).to_owned();
    page.at(&path)
}
