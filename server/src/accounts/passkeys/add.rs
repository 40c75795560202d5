//! Adding a passkey: the password, and the code where there is one, earn a challenge for the session at hand; its answer is the
//! passkey.

use super::challenge::{self, Purpose};
use super::{MOST, encoded, handle, mail, party};
use crate::accounts::answer::Stop;
use crate::accounts::form::Form;
use crate::accounts::{name, proof};
use crate::http::SignedIn;
use crate::http::pages::PageRequest;
use crate::mail::Content;
use crate::randomness;
use crate::services::Services;
use crate::sessions::CurrentSession;
use crate::store::{NewPasskey, PasskeyAdded};
use crate::webauthn::{Account, Ceremony, NewCredential, Refusal, Registered};
use app::page::FormProblem;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::lang::Lang;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// A new passkey, and what she calls it.
#[derive(Deserialize)]
pub(super) struct Made {
    name: String,
    credential: NewCredential,
}

/// `POST /settings/passkeys/options`: what the browser is to ask its authenticator for.
pub(super) async fn options(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    form: Form,
) -> Response {
    let asked = async {
        // Before the authenticator makes what could not be named.
        name::parse(form.get("name"))?;
        proof::both(&services, &session.viewer, &form).await?;
        creation(&services, &session).await
    };
    match asked.await {
        Ok(options) => Json(options).into_response(),
        Err(stop) => stop.tell(page.lang()),
    }
}

async fn creation(services: &Services, session: &CurrentSession) -> Result<Value, Stop> {
    let party = party(services)?;
    let viewer = &session.viewer;
    let known = services.store.passkeys(&viewer.user_id, MOST).await?;
    let credentials: Vec<_> = known.into_iter().map(|passkey| passkey.credential_id).collect();
    let account = Account {
        handle: &handle(&viewer.user_id),
        email: &viewer.email,
        name: &viewer.name,
        credentials: &credentials,
    };
    let challenge = challenge::issue(services, Purpose::Add, session.key.as_str());
    Ok(party.creation(&account, &encoded(&challenge)))
}

/// `POST /settings/passkeys/credentials`
pub(super) async fn add(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    page: PageRequest,
    Json(made): Json<Made>,
) -> Response {
    match keep(&services, &session, page.lang(), &made).await {
        Ok(()) => {
            services.mailer.wake();
            (StatusCode::CREATED, Json(json!({}))).into_response()
        }
        Err(stop) => stop.tell(page.lang()),
    }
}

async fn keep(services: &Services, session: &CurrentSession, lang: Lang, made: &Made) -> Result<(), Stop> {
    let name = name::parse(&made.name)?;
    let registered = register(services, session, &made.credential).await?;
    let user = &session.viewer.user_id;
    let passkey = NewPasskey {
        id: randomness::id(),
        user_id: user.clone(),
        credential_id: encoded(&registered.id),
        public_key: registered.key,
        counter: i64::from(registered.counter),
        may_be_backed_up: registered.may_be_backed_up,
        backed_up: registered.backed_up,
        name,
        created_at: services.clock.now(),
    };
    let mail = mail(services, user, lang, Content::PasskeyAdded).await?;
    match services.store.add_passkey(passkey, MOST, mail).await? {
        PasskeyAdded::Yes => Ok(()),
        PasskeyAdded::Known => Err(FormProblem::PasskeyKnown.into()),
        PasskeyAdded::TooMany => Err(FormProblem::TooManyPasskeys.into()),
    }
}

async fn register(services: &Services, session: &CurrentSession, made: &NewCredential) -> Result<Registered, Stop> {
    let refused = |refusal: Refusal| {
        tracing::info!(%refusal, "a new passkey was refused");
        Stop::from(FormProblem::PasskeyRefused)
    };
    let party = party(services)?;
    let client = party.client_data(&made.response.client_data.0, Ceremony::Create).map_err(refused)?;
    if !challenge::take(services, Purpose::Add, session.key.as_str(), &client.challenge).await? {
        return Err(FormProblem::SecondStepOver.into());
    }
    party.register(made).map_err(refused)
}
