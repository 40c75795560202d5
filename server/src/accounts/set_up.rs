//! `POST /set-up/{token}`: an operator chooses her password by a link that works once.

use super::answer::Stop;
use super::form::Form;
use super::{passwords, sign_in};
use crate::http::pages::PageRequest;
use crate::http::peer::ClientAddress;
use crate::secret::Secret;
use crate::services::Services;
use crate::sessions::fingerprint;
use crate::store::UserRecord;
use app::page::{FormProblem, RefusedForm};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

pub(super) async fn set_up(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    Path(token): Path<String>,
    page: PageRequest,
    form: Form,
) -> Response {
    let chosen = async {
        services.throttle.count_address(address).await?;
        choose(&services, &token, form.get("password")).await
    };
    match chosen.await {
        Ok(user) => sign_in::enter(&services, &user, &page, None).await.into_response(),
        Err(stop) => stop.answer(&services, page, RefusedForm::default()).await,
    }
}

async fn choose(services: &Services, token: &str, password: &str) -> Result<UserRecord, Stop> {
    let key = fingerprint(token);
    let Some(user) = services.store.set_up_user(&key, services.clock.now()).await? else {
        return Err(FormProblem::LinkExpired.into());
    };
    passwords::judge(password, &[&user.email, &user.name])?;
    let hash = services.passwords.hash(&Secret::new(password)).await?;
    match services.store.use_set_up_link(&key, &hash, services.clock.now()).await? {
        Some(_) => Ok(user),
        None => Err(FormProblem::LinkExpired.into()),
    }
}
