//! `…/settings/alerts/devices`: browsers that want to be told, as their script asks for it.

use super::push::{Endpoint, Reach, Recipient};
use crate::accounts::device;
use crate::accounts::preferences::lang_of;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::randomness;
use crate::services::Services;
use crate::store::{DueDevice, NewDevice};
use crate::vault::{Vault, VaultError};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Json, Router};
use domain::ids::UserId;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};

/// Browsers of one user.
pub(crate) const MOST: i64 = 10;
/// What sealed subscriptions are for.
const PURPOSE: &str = "push-device";

pub(super) fn router() -> Router<Services> {
    Router::new()
        .route("/settings/alerts/devices", post(add))
        .route("/settings/alerts/devices/{id}/remove", post(remove))
}

/// How far push messages may go.
pub const fn reach(dev: bool) -> Reach {
    if dev { Reach::AlsoHere } else { Reach::Internet }
}

/// A subscription as browsers write it: `PushSubscription.toJSON()`. No `Debug`: whoever knows it can post to the browser.
#[derive(Clone, Serialize, Deserialize)]
pub struct Subscription {
    pub endpoint: String,
    pub keys: SubscriptionKeys,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct SubscriptionKeys {
    pub p256dh: String,
    pub auth: String,
}

impl Subscription {
    fn read(&self, reach: Reach) -> Option<(Endpoint, Recipient)> {
        let endpoint = Endpoint::parse(&self.endpoint, reach).ok()?;
        Some((endpoint, Recipient::parse(&self.keys.p256dh, &self.keys.auth).ok()?))
    }
}

/// A subscription as it is kept.
pub struct SealedSubscription {
    pub endpoint_mac: String,
    pub sealed: Vec<u8>,
}

/// Puts a subscription under its user's key, for one device.
pub async fn seal(
    vault: &Vault,
    user: &UserId,
    id: &str,
    subscription: &Subscription,
) -> Result<SealedSubscription, VaultError> {
    let key = vault.user_key(user).await?;
    // Our own types always serialise.
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(subscription).unwrap_or_default());
    Ok(SealedSubscription {
        endpoint_mac: vault.endpoint_mac(&subscription.endpoint),
        sealed: key.seal(PURPOSE, id, &plain),
    })
}

/// Where a device is reached. None where it cannot be read, or not reached any more.
pub(super) async fn open(vault: &Vault, device: &DueDevice) -> Result<Option<(Endpoint, Recipient)>, VaultError> {
    let key = vault.user_key(&device.user_id).await?;
    let Ok(plain) = key.open(PURPOSE, &device.id, &device.sealed).map(zeroize::Zeroizing::new) else { return Ok(None) };
    let subscription: Option<Subscription> = serde_json::from_slice(&plain).ok();
    // What it was let in by was looked at then.
    Ok(subscription.and_then(|subscription| subscription.read(Reach::AlsoHere)))
}

#[derive(Serialize)]
struct Added {
    id: String,
}

#[derive(Serialize)]
struct Problem {
    problem: &'static str,
}

fn refused(status: StatusCode, problem: &'static str) -> Response {
    (status, Json(Problem { problem })).into_response()
}

async fn add(
    State(services): State<Services>,
    SignedIn(session): SignedIn,
    headers: HeaderMap,
    Json(subscription): Json<Subscription>,
) -> Response {
    if subscription.read(reach(services.config.dev)).is_none() {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, "bad-subscription");
    }
    let user = &session.viewer.user_id;
    let id = randomness::id();
    let Some(sealed) = services.confidential.seal_subscription(user, &id, &subscription).await else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    };
    let device = NewDevice {
        id: id.clone(),
        user_id: user.clone(),
        endpoint_mac: sealed.endpoint_mac,
        sealed: sealed.sealed,
        name: device::of(&headers),
        lang: lang_of(&headers),
        created_at: services.clock.now(),
    };
    match services.store.add_push_device(&device, MOST).await {
        Ok(true) => (StatusCode::CREATED, Json(Added { id })).into_response(),
        Ok(false) => refused(StatusCode::CONFLICT, "too-many"),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a device could not be kept");
            refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

async fn remove(State(services): State<Services>, SignedIn(session): SignedIn, Path(id): Path<String>) -> Response {
    match services.store.remove_push_device(&session.viewer.user_id, &id).await {
        Ok(true) => Redirect::to("/settings/alerts?done=device-removed#main").into_response(),
        Ok(false) => HttpError::NotFound.into_response(),
        Err(error) => HttpError::from(error).into_response(),
    }
}
