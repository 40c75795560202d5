//! `GET /settings/download`: everything that is kept about its user, as one JSON document, read while it is sent.

use super::asked::{attachment, too_many};
use super::reading::{Listed, Part, Reading};
use super::turns::Turns;
use crate::accounts::passkeys;
use crate::clock::Moment;
use crate::http::SignedIn;
use crate::http::error::HttpError;
use crate::links::link_views;
use crate::services::Services;
use crate::sessions::CurrentSession;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::filter::Filter;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::{Value, json};
use std::collections::VecDeque;

pub(super) async fn download(
    State(services): State<Services>,
    Extension(turns): Extension<Turns>,
    SignedIn(session): SignedIn,
) -> Response {
    let Some(turn) = turns.take(&session.viewer.user_id) else { return too_many().into_response() };
    let parts = match parts(&services, &session).await {
        Ok(parts) => parts,
        Err(error) => return error.into_response(),
    };
    let mut between = "";
    let reading = Reading {
        store: services.store.clone(),
        user: session.viewer.user_id,
        filter: Filter::default(),
        parts,
        write: Box::new(move |payment, out| {
            // Our own types always serialise.
            if let Ok(text) = serde_json::to_string(payment) {
                out.push_str(between);
                out.push_str(&text);
                between = ",\n";
            }
        }),
        ahead: None,
        tasks: services.tasks.clone(),
        _turn: turn,
    };
    let name = attachment(&format!("anytime-connect-{}.json", services.clock.now().bank_day()));
    let kind = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)], reading.body()).into_response()
}

/// What is little is read at once; the rest a group at a time.
async fn parts(services: &Services, session: &CurrentSession) -> Result<VecDeque<Part>, HttpError> {
    let (store, user) = (&services.store, &session.viewer.user_id);
    let rows = store.export_rows(user, &Filter::default()).await?;
    let head = json!({
        "made_at": services.clock.now().bank_text(),
        "account": account(services, session).await?,
        "links": links(services, session).await?,
        "sessions": sessions(services, session).await?,
        "passkeys": passkeys(services, session).await?,
        "alert_rules": alert_rules(services, session).await?,
    });
    let mut head = head.to_string();
    // The lists follow in the same object.
    head.pop();
    let list = |name: &str| Part::Text(format!(",\n\"{name}\":[\n"));
    let end = || Part::Text("\n]".to_owned());
    Ok(VecDeque::from([
        Part::Text(head),
        list("payments"),
        Part::Payments(rows),
        end(),
        list("looks"),
        Part::Listed(Listed::Looks),
        end(),
        list("events"),
        Part::Listed(Listed::Events),
        end(),
        list("alerts"),
        Part::Listed(Listed::Alerts),
        end(),
        list("notifications"),
        Part::Listed(Listed::Notifications),
        end(),
        Part::Text("}\n".to_owned()),
    ]))
}

async fn account(services: &Services, session: &CurrentSession) -> Result<Value, HttpError> {
    let user = services.store.user_by_id(&session.viewer.user_id).await?.ok_or(HttpError::NotFound)?;
    let two_step = services.store.two_step(&user.id).await?.and_then(|record| record.active_at);
    Ok(json!({
        "id": user.id.as_str(),
        "name": user.name,
        "email": user.email,
        "role": user.role.code(),
        "created_at": user.created_at.bank_text(),
        "two_step_since": two_step.map(Moment::bank_text),
    }))
}

/// As she sees them, cards included: no token is in there.
async fn links(services: &Services, session: &CurrentSession) -> Result<Value, HttpError> {
    let (store, user) = (&services.store, &session.viewer.user_id);
    let views = link_views(&store.links_of(user).await?, &store.cards_of_user(user).await?);
    serde_json::to_value(views).map_err(|error| {
        tracing::error!(%error, "links could not be written");
        HttpError::Internal
    })
}

async fn sessions(services: &Services, session: &CurrentSession) -> Result<Value, HttpError> {
    let sessions = services.sessions.of_user(&session.viewer).await?;
    let written = sessions.iter().map(|session| {
        json!({
            "device": session.device,
            "created_at": session.created_at.bank_text(),
            "seen_at": session.seen_at.bank_text(),
            "expires_at": session.expires_at.bank_text(),
        })
    });
    Ok(written.collect())
}

async fn passkeys(services: &Services, session: &CurrentSession) -> Result<Value, HttpError> {
    let passkeys = services.store.passkeys(&session.viewer.user_id, passkeys::MOST).await?;
    let written = passkeys.iter().map(|passkey| {
        json!({
            "name": passkey.name,
            "created_at": passkey.created_at.bank_text(),
            "used_at": passkey.used_at.map(Moment::bank_text),
            "backed_up": passkey.backed_up,
        })
    });
    Ok(written.collect())
}

async fn alert_rules(services: &Services, session: &CurrentSession) -> Result<Value, HttpError> {
    let rules = services.store.alert_rules(&session.viewer.user_id).await?;
    let written = rules.iter().map(|known| {
        let condition = known.rule.condition;
        json!({
            "kind": condition.kind().code(),
            "limit": condition.limit(),
            "card_ref": known.rule.card,
            "by_mail": known.ways.mail,
            "by_push": known.ways.push,
            "is_on": known.is_on,
        })
    });
    Ok(written.collect())
}
