//! `POST /transactions/{key}`: what a user writes on one of her payments.

use crate::accounts::form::Form;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::http::pages::{PageRequest, refused_writing};
use crate::services::Services;
use app::page::RefusedWriting;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use domain::ids::PaymentKey;
use domain::own::Writing;

pub fn router() -> Router<Services> {
    Router::new().route("/transactions/{key}", post(write))
}

async fn write(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    Path(key): Path<String>,
    page: PageRequest,
    form: Form,
) -> Response {
    let Ok(key) = PaymentKey::parse(&key) else { return HttpError::NotFound.into_response() };
    let [category, note, tags] = ["category", "note", "tags"].map(|field| form.get(field));
    let writing = match Writing::parse(category, note, tags) {
        Ok(writing) => writing,
        Err(problems) => {
            let [category, note, tags] = [category, note, tags].map(ToOwned::to_owned);
            return refused_writing(&services, page, RefusedWriting { category, note, tags, problems }).await;
        }
    };
    match services.store.write_own(&session.viewer.user_id, &key, &writing, services.clock.now()).await {
        Ok(true) => Redirect::to(&format!("/transactions/{key}?saved=yes")).into_response(),
        Ok(false) => HttpError::NotFound.into_response(),
        Err(error) => HttpError::from(error).into_response(),
    }
}
