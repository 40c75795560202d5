//! Signing in by a passkey. Nobody says who she is before; whatever is wrong with an answer is told in the same words.

use super::challenge::{self, Purpose};
use super::{encoded, handle, party};
use crate::accounts::answer::Stop;
use crate::accounts::sign_in::destination;
use crate::http::error::HttpError;
use crate::http::pages::PageRequest;
use crate::http::peer::ClientAddress;
use crate::http::redirect;
use crate::metrics;
use crate::services::Services;
use crate::store::{PasskeyUse, StoreError, UserRecord};
use crate::webauthn::{Ceremony, LIFETIME, LONGEST_ID, PublicKey, Refusal, RelyingParty, Used, UsedCredential};
use app::page::FormProblem;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::SET_COOKIE;
use serde_json::json;

/// `POST /sign-in/passkey/options`: what the browser is to ask its authenticators for.
pub(super) async fn options(State(services): State<Services>, headers: HeaderMap) -> Result<Response, HttpError> {
    let party = party(&services)?;
    let (cookie, holder) = services.sessions.asking(&headers, LIFETIME);
    let challenge = challenge::issue(&services, Purpose::SignIn, &holder);
    Ok(([(SET_COOKIE, cookie)], Json(party.request(&encoded(&challenge)))).into_response())
}

/// `POST /sign-in/passkey`
pub(super) async fn sign_in(
    State(services): State<Services>,
    ClientAddress(address): ClientAddress,
    page: PageRequest,
    Json(credential): Json<UsedCredential>,
) -> Response {
    let known = async {
        services.throttle.count_address(address).await?;
        recognise(&services, &page.headers, &credential).await
    };
    let entered = async {
        let user = known.await?;
        Ok(enter(&services, &user, &page).await?)
    };
    match entered.await {
        Ok(response) => {
            metrics::passkey("signed-in");
            response
        }
        Err(stop) => {
            metrics::passkey(if matches!(stop, Stop::Error(_)) { "failed" } else { "refused" });
            stop.tell(page.lang())
        }
    }
}

/// The session, and where the browser is to go: the script goes there.
async fn enter(services: &Services, user: &UserRecord, page: &PageRequest) -> Result<Response, HttpError> {
    let next = destination(services, &user.id, user.role, redirect::next_of(&page.query)).await?;
    let cookie = services.sessions.begin(&user.id, user.role, &page.headers).await?;
    Ok(([(SET_COOKIE, cookie)], Json(json!({ "next": next }))).into_response())
}

/// The user whose passkey this is, used for a challenge of ours.
async fn recognise(services: &Services, headers: &HeaderMap, credential: &UsedCredential) -> Result<UserRecord, Stop> {
    let party = party(services)?;
    let client = match party.client_data(&credential.response.client_data.0, Ceremony::Get) {
        Ok(client) if credential.id.0.len() <= LONGEST_ID => client,
        Ok(_) => return Err(unknown(&Unknown::Credential)),
        Err(refusal) => return Err(unknown(&refusal.into())),
    };
    let holder = services.sessions.asking_in(headers).ok_or_else(over)?;
    if !challenge::take(services, Purpose::SignIn, &holder, &client.challenge).await? {
        return Err(over());
    }
    // No address is like that.
    let key = format!("passkey:{}", encoded(&credential.id.0));
    services.throttle.check_account(&key).await?;
    match prove(services, party, credential).await {
        Ok(user) => {
            services.throttle.note_success(&key).await?;
            Ok(user)
        }
        Err(Unknown::Store(error)) => Err(error.into()),
        Err(Unknown::Paused) => Err(FormProblem::AccountPaused.into()),
        Err(why) => {
            services.throttle.note_failure(&key).await?;
            Err(unknown(&why))
        }
    }
}

async fn prove(
    services: &Services,
    party: RelyingParty<'_>,
    credential: &UsedCredential,
) -> Result<UserRecord, Unknown> {
    let known = services.store.passkey_of(&encoded(&credential.id.0)).await?.ok_or(Unknown::Credential)?;
    if credential.response.user_handle.0 != handle(&known.user.id) {
        return Err(Unknown::Owner);
    }
    let key = PublicKey::read(&known.public_key)?;
    let Used { counter, may_be_backed_up, backed_up } = party.authenticate(&key, &credential.response)?;
    if may_be_backed_up != known.may_be_backed_up {
        return Err(Refusal::Backup.into());
    }
    if known.user.disabled_at.is_some() {
        return Err(Unknown::Paused);
    }
    let noted = PasskeyUse { id: known.id, counter: i64::from(counter), backed_up, at: services.clock.now() };
    if services.store.use_passkey(&noted).await? { Ok(known.user) } else { Err(Unknown::Counter) }
}

/// Why nobody is signed in, for the log.
#[derive(Debug, thiserror::Error)]
enum Unknown {
    #[error("nobody who may sign in has this passkey")]
    Credential,
    #[error("it was used for another account")]
    Owner,
    #[error("the account is paused")]
    Paused,
    #[error("its counter has not moved on: there may be a copy of it")]
    Counter,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn unknown(why: &Unknown) -> Stop {
    tracing::info!(%why, "a passkey was refused");
    FormProblem::PasskeyUnknown.into()
}

fn over() -> Stop {
    FormProblem::SecondStepOver.into()
}
