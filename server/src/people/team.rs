//! `POST /operator/team…`: who is an operator.

use crate::access::Action;
use crate::accounts::email::Email;
use crate::accounts::form::Form;
use crate::accounts::operators::{self, Invitation};
use crate::desk::operator::{Done, Operator, Stop, reason_in};
use crate::http::pages::{one_time_link, refused_decision};
use crate::services::Services;
use crate::store::{NewAct, RoleChange, UserRecord};
use app::backend::Team;
use app::page::{DecisionProblem, OneTimeLink, RefusedDecision};
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::post;
use domain::ids::UserId;
use domain::viewer::Role;

const PATH: &str = "/operator/team";

pub(super) fn router() -> Router<Services> {
    Router::new()
        .route("/operator/team", post(add))
        .route("/operator/team/{id}/role", post(change_role))
        .route("/operator/team/{id}/link", post(renew_link))
        .route("/operator/team/{id}/end", post(end))
}

/// Makes somebody an operator, as the command line does. Her link is shown this once.
async fn add(operator: Operator, form: Form) -> Done {
    operator.may(Action::ManageOperators)?;
    let role = role_in(&form)?;
    let asked = Asked { form: "add", id: "", email: form.get("email"), role: Some(role), reason: form.get("reason") };
    let Some(email) = Email::parse(form.get("email")) else {
        return Err(refuse(&operator, &asked, DecisionProblem::EmailInvalid).await);
    };
    if let Some(known) = operator.services.store.user_by_email_key(email.key()).await?
        && let Some(problem) = hindrance(&known)
    {
        return Err(refuse(&operator, &asked, problem).await);
    }
    let reason = reason(&operator, &asked).await?;
    let services = &operator.services;
    let invited =
        operators::invite(&services.store, &services.config.public_url, &email, role, services.clock.now()).await?;
    note(&operator, "add-operator", format!("user:{} role:{}", invited.user, role.code()), reason).await?;
    show_link(&operator, invited, &email).await
}

/// Why somebody who has an account cannot become an operator.
fn hindrance(known: &UserRecord) -> Option<DecisionProblem> {
    match (known.role.sees_console(), known.disabled_at) {
        (true, _) => Some(DecisionProblem::KnownOperator),
        (false, Some(_)) => Some(DecisionProblem::AccountPaused),
        (false, None) => None,
    }
}

async fn change_role(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let member = member(&operator, &id).await?;
    let role = role_in(&form)?;
    let asked = Asked { form: "role", id: &id, email: "", role: Some(role), reason: form.get("reason") };
    let reason = reason(&operator, &asked).await?;
    let subject = format!("user:{} role:{}", member.id, role.code());
    give(&operator, &member, role, act(&operator, "change-role", subject, reason), &asked).await
}

async fn end(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let member = member(&operator, &id).await?;
    let asked = Asked { form: "end", id: &id, email: "", role: None, reason: form.get("reason") };
    let reason = reason(&operator, &asked).await?;
    let act = act(&operator, "end-operator", format!("user:{}", member.id), reason);
    give(&operator, &member, Role::User, act, &asked).await
}

/// For who has forgotten her password, or has let her first link become too old.
async fn renew_link(operator: Operator, Path(id): Path<String>, form: Form) -> Done {
    let member = member(&operator, &id).await?;
    let asked = Asked { form: "link", id: &id, email: "", role: None, reason: form.get("reason") };
    let reason = reason(&operator, &asked).await?;
    let services = &operator.services;
    let email = Email::parse(&member.email).ok_or_else(Stop::not_found)?;
    let now = services.clock.now();
    let invited = operators::link_for(&services.store, &services.config.public_url, member.id, now).await?;
    note(&operator, "set-up-link", format!("user:{}", invited.user), reason).await?;
    show_link(&operator, invited, &email).await
}

/// What an operator has posted, for showing it again.
struct Asked<'f> {
    /// Which of the forms.
    form: &'static str,
    /// About whom.
    id: &'f str,
    email: &'f str,
    role: Option<Role>,
    reason: &'f str,
}

/// An operator, for who decides who is one.
async fn member(operator: &Operator, id: &str) -> Result<UserRecord, Stop> {
    operator.may(Action::ManageOperators)?;
    let id = UserId::parse(id).map_err(|_| Stop::not_found())?;
    let user = operator.services.store.user_by_id(&id).await?;
    user.filter(|user| user.role.sees_console()).ok_or_else(Stop::not_found)
}

/// One of the roles that operators have.
fn role_in(form: &Form) -> Result<Role, Stop> {
    Role::from_code(form.get("role")).filter(|role| Team::ROLES.contains(role)).ok_or_else(Stop::not_found)
}

async fn give(operator: &Operator, member: &UserRecord, role: Role, act: NewAct, asked: &Asked<'_>) -> Done {
    let done = act.act;
    match operator.services.store.change_role(&member.id, role, act).await? {
        RoleChange::LastAdmin => Err(refuse(operator, asked, DecisionProblem::LastAdmin).await),
        RoleChange::Nothing => Ok(Redirect::to(PATH).into_response()),
        RoleChange::Done => {
            tracing::warn!(user.id = %member.id, role = role.code(), operator = %operator.viewer.user_id, "an operator has another role");
            // Her own session has ended with it.
            let to = if member.id == operator.viewer.user_id {
                "/sign-in".to_owned()
            } else {
                format!("{PATH}?done={done}")
            };
            Ok(Redirect::to(&to).into_response())
        }
    }
}

async fn reason(operator: &Operator, asked: &Asked<'_>) -> Result<String, Stop> {
    match reason_in(asked.reason) {
        Ok(reason) => Ok(reason),
        Err(problem) => Err(refuse(operator, asked, problem).await),
    }
}

/// The page again, with what was typed in the form that it is about.
async fn refuse(operator: &Operator, asked: &Asked<'_>, problem: DecisionProblem) -> Stop {
    let role = asked.role.map_or("", Role::code);
    let page = operator.page.clone().at(PATH).asking(&format!("form={}&id={}&role={}", asked.form, asked.id, role));
    let (reason, email) = (asked.reason.trim().to_owned(), asked.email.trim().to_owned());
    let decision = RefusedDecision { reason, email, problem };
    Stop::answering(refused_decision(&operator.services, page, decision).await)
}

fn act(operator: &Operator, act: &'static str, subject: String, reason: String) -> NewAct {
    NewAct { by: operator.actor(), act, subject, reason, at: operator.services.clock.now() }
}

async fn note(operator: &Operator, what: &'static str, subject: String, reason: String) -> Result<(), Stop> {
    tracing::warn!(subject, operator = %operator.viewer.user_id, act = what, "an operator has given somebody a set-up link");
    Ok(operator.services.store.note_act(act(operator, what, subject, reason)).await?)
}

async fn show_link(operator: &Operator, invited: Invitation, email: &Email) -> Done {
    let link = OneTimeLink { address: invited.link, email: email.as_typed().to_owned() };
    Ok(one_time_link(&operator.services, operator.page.clone().at(PATH), link).await)
}
