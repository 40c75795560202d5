//! `POST /operator/replays…` and `/operator/deliveries/{id}/…`.

use super::filter_of;
use super::operator::{Done, Operator, Stop, delivery_path, replay_path, to_delivery, to_replay};
use crate::accounts::email::Email;
use crate::accounts::form::Form;
use crate::services::Services;
use crate::store::{NewReplay, ReplayAct, ReplayRecord};
use app::backend::{DeliveryQuery, Movable, ReplayState, Verdict};
use app::page::{DecisionProblem, RefusedDecision};
use axum::Router;
use axum::extract::Path;
use axum::routing::post;

pub fn router() -> Router<Services> {
    Router::new()
        .merge(super::events::router())
        .route("/operator/replays", post(try_selection))
        .route("/operator/replays/{id}/apply", post(apply))
        .route("/operator/replays/{id}/cancel", post(cancel))
        .route("/operator/replays/{id}/answer", post(answer))
        .route("/operator/deliveries/{id}/replay", post(try_one))
        .route("/operator/deliveries/{id}/release", post(try_release))
        .route("/operator/deliveries/{id}/attach", post(try_attach))
        .route("/operator/deliveries/{id}/ask", post(ask))
        .route("/operator/deliveries/{id}/close", post(close))
        .route("/operator/deliveries/{id}/reopen", post(reopen))
}

async fn try_selection(operator: Operator, form: Form) -> Done {
    let word = |name: &str| Some(form.get(name).trim().to_owned()).filter(|word| !word.is_empty());
    let query = DeliveryQuery {
        verdict: word("verdict").and_then(|code| Verdict::from_code(&code)),
        event_name: word("event"),
        reference: word("reference"),
        peer: word("peer"),
        current_try: word("try").and_then(|number| number.parse().ok()),
        from: word("from"),
        to: word("to"),
    };
    operator.try_out(ReplayAct::Replay, filter_of(&query)).await
}

async fn try_one(operator: Operator, Path(id): Path<i64>) -> Done {
    allowed(operator.movable(id).await?.replay)?;
    operator.try_one(ReplayAct::Replay, id).await
}

async fn try_release(operator: Operator, Path(id): Path<i64>) -> Done {
    allowed(operator.movable(id).await?.release)?;
    operator.try_one(ReplayAct::Release, id).await
}

async fn try_attach(operator: Operator, Path(id): Path<i64>, form: Form) -> Done {
    allowed(operator.movable(id).await?.attach)?;
    let typed = form.get("email");
    let user = match Email::parse(typed) {
        Some(email) => operator.services.store.user_by_email_key(email.key()).await?,
        None => None,
    };
    let Some(user) = user else {
        let problem = DecisionProblem::NobodyKnown;
        let decision = RefusedDecision { reason: String::new(), email: typed.to_owned(), problem };
        return Err(operator.refuse(decision, &delivery_path(id)).await);
    };
    operator.try_one(ReplayAct::Attach(Some(user.id)), id).await
}

/// Does for good what was tried.
async fn apply(operator: Operator, Path(id): Path<i64>, form: Form) -> Done {
    let trial = operator.replay(id).await?;
    allowed(trial.dry && trial.state == ReplayState::Done)?;
    let reason = operator.reason(form.get("reason"), &replay_path(id)).await?;
    let proposed = takes_two(&operator, &trial).await?;
    let ReplayRecord { act, filter, upto, total, .. } = trial;
    let (by, at) = (operator.actor(), operator.services.clock.now());
    operator.begin(NewReplay { by, reason, act, dry: false, filter, upto, total, proposed, at }).await
}

/// Whether a second person has to agree. What may not be done any more leads nowhere.
async fn takes_two(operator: &Operator, trial: &ReplayRecord) -> Result<bool, Stop> {
    let may = match (&trial.act, trial.filter.id) {
        (ReplayAct::Release | ReplayAct::Attach(_), Some(id)) => operator.movable(id).await?,
        _ => return Ok(false),
    };
    let Movable { release, attach, takes_two, .. } = may;
    allowed(if trial.act == ReplayAct::Release { release } else { attach })?;
    Ok(takes_two)
}

/// One that has ended meanwhile is as good.
async fn cancel(operator: Operator, Path(id): Path<i64>) -> Done {
    operator.services.store.cancel_replay(id, operator.actor(), operator.services.clock.now()).await?;
    Ok(to_replay(id))
}

/// A second person agrees, or does not.
async fn answer(operator: Operator, Path(id): Path<i64>, form: Form) -> Done {
    let agrees = form.get("answer") == "agree";
    let reason = operator.reason(form.get("reason"), &replay_path(id)).await?;
    let (store, now) = (&operator.services.store, operator.services.clock.now());
    allowed(store.answer_replay(id, agrees, operator.actor(), reason, now).await?)?;
    operator.services.replays.notify_one();
    Ok(to_replay(id))
}

/// Puts a held one to the bank now.
async fn ask(operator: Operator, Path(id): Path<i64>) -> Done {
    if operator.services.store.ask_now(id, operator.services.clock.now()).await? {
        operator.note("ask", id, String::new()).await?;
    }
    Ok(to_delivery(id))
}

async fn close(operator: Operator, Path(id): Path<i64>, form: Form) -> Done {
    allowed(operator.movable(id).await?.close)?;
    let reason = operator.reason(form.get("reason"), &delivery_path(id)).await?;
    if operator.services.store.close_delivery(id, Some(operator.services.clock.now())).await? {
        operator.note("close", id, reason).await?;
    }
    Ok(to_delivery(id))
}

async fn reopen(operator: Operator, Path(id): Path<i64>) -> Done {
    if operator.services.store.close_delivery(id, None).await? {
        operator.note("reopen", id, String::new()).await?;
    }
    Ok(to_delivery(id))
}

/// What may not be done looks as if it did not exist.
fn allowed(allowed: bool) -> Result<(), Stop> {
    if allowed { Ok(()) } else { Err(Stop::not_found()) }
}
