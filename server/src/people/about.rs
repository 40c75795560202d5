//! `POST /operator/users/{id}/…`

use crate::access::Action;
use crate::accounts::form::Form;
use crate::desk::operator::{Done, Operator, Stop, reason_in};
use crate::http::pages::{one_time_link, refused_decision};
use crate::randomness;
use crate::services::Services;
use crate::sessions::fingerprint;
use crate::store::{NewDeed, Undertaking, UserRecord};
use app::page::{OneTimeLink, RefusedDecision};
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::post;
use domain::ids::{LinkId, UserId};
use domain::viewer::Role;
use std::time::Duration;

/// How long a link for linking again can be used.
const RELINK_TIME: Duration = Duration::from_hours(24 * 7);

pub(super) fn router() -> Router<Services> {
    Router::new()
        .route("/operator/users/{id}/note", post(note))
        .route("/operator/users/{id}/mark", post(mark))
        .route("/operator/users/{id}/unmark", post(unmark))
        .route("/operator/users/{id}/pause", post(pause))
        .route("/operator/users/{id}/resume", post(resume))
        .route("/operator/users/{id}/relink", post(relink))
        .route("/operator/users/{id}/links/{link}/forget", post(forget))
}

async fn note(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let user = user(&operator, &id).await?;
    finish(&operator, &user, Undertaking::Note, &form).await
}

async fn mark(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let user = user(&operator, &id).await?;
    finish(&operator, &user, Undertaking::Mark, &form).await
}

async fn unmark(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let user = user(&operator, &id).await?;
    finish(&operator, &user, Undertaking::Unmark, &form).await
}

/// Her sessions end, nobody signs in, and the bank is not asked for her links; what it tells has its effect.
async fn pause(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let user = user(&operator, &id).await?;
    // Who is an operator, and until when, is decided in the team.
    if user.role != Role::User {
        return Err(Stop::not_found());
    }
    finish(&operator, &user, Undertaking::Pause, &form).await
}

async fn resume(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let user = user(&operator, &id).await?;
    finish(&operator, &user, Undertaking::Resume, &form).await
}

async fn forget(operator: Operator, Path((id, link)): Path<(String, String)>, form: Form) -> Done {
    let user = user(&operator, &id).await?;
    let link = LinkId::parse(link).map_err(|_| Stop::not_found())?;
    finish(&operator, &user, Undertaking::Forget(link), &form).await
}

/// The link is shown this once; how it comes to her is the operator's affair.
async fn relink(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let user = user(&operator, &id).await?;
    if user.disabled_at.is_some() {
        return Err(Stop::not_found());
    }
    let (token, now) = (randomness::secret(), operator.services.clock.now());
    let what = Undertaking::Relink { token_hash: fingerprint(&token), expires_at: now.plus(RELINK_TIME) };
    let reason = reason(&operator, &user, &what, &form).await?;
    undertake(&operator, &user, what, reason).await?;
    let address = format!("{}/link-again/{token}", operator.services.config.public_url.origin);
    let page = operator.page.clone().at(&path_of(&user.id));
    Ok(one_time_link(&operator.services, page, OneTimeLink { address, email: user.email }).await)
}

/// Whom it is about, for who may do something about her.
async fn user(operator: &Operator, id: &str) -> Result<UserRecord, Stop> {
    operator.may(Action::ChangeUsers)?;
    let id = UserId::parse(id).map_err(|_| Stop::not_found())?;
    Ok(operator.services.store.user_summary(&id).await?.ok_or_else(Stop::not_found)?.user)
}

async fn finish(operator: &Operator, user: &UserRecord, what: Undertaking, form: &Form) -> Done {
    let reason = reason(operator, user, &what, form).await?;
    let code = what.deed().code();
    undertake(operator, user, what, reason).await?;
    Ok(Redirect::to(&format!("{}?done={code}", path_of(&user.id))).into_response())
}

/// Without a reason she is asked again, in the form that she has filled.
async fn reason(operator: &Operator, user: &UserRecord, what: &Undertaking, form: &Form) -> Result<String, Stop> {
    let typed = form.get("reason");
    let problem = match reason_in(typed) {
        Ok(reason) => return Ok(reason),
        Err(problem) => problem,
    };
    let code = what.deed().code();
    let asked = match what {
        Undertaking::Forget(link) => format!("form={code}&link={link}"),
        _ => format!("form={code}"),
    };
    let page = operator.page.clone().at(&path_of(&user.id)).asking(&asked);
    let decision = RefusedDecision { reason: typed.trim().to_owned(), email: String::new(), problem };
    Err(Stop::answering(refused_decision(&operator.services, page, decision).await))
}

/// What stands so already is as good.
async fn undertake(operator: &Operator, user: &UserRecord, what: Undertaking, reason: String) -> Result<(), Stop> {
    let (code, at) = (what.deed().code(), operator.services.clock.now());
    let deed = NewDeed { by: operator.actor(), user_id: user.id.clone(), what, reason, at };
    let done = operator.services.store.do_about_user(deed).await?;
    tracing::warn!(user.id = %user.id, operator = %operator.viewer.user_id, deed = code, done, "an operator has done something about a user");
    Ok(())
}

fn path_of(user: &UserId) -> String {
    format!("/operator/users/{user}")
}
