//! `/users`: who has an account.

use super::caller::{Caller, Scope};
use super::listing::{Asked, cut, limit, one_more, place};
use super::problem::Problem;
use crate::clock::Moment;
use crate::pages::cursor::{decode, encode};
use crate::services::Services;
use crate::store::{UserSummary, UsersQuery};
use axum::Json;
use axum::extract::{Path, State};
use domain::ids::UserId;
use domain::link::LinkFacts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody who has an account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct User {
    #[schema(value_type = String)]
    id: UserId,
    email: String,
    name: String,
    /// RFC 3339, Europe/Paris.
    #[schema(format = DateTime)]
    created_at: String,
    /// Of her newest link: `pending`, `linked`, `revoked` or `failed`; null without one.
    link_status: Option<&'static str>,
    /// Cards that her links see.
    cards: i64,
    /// The last time that the bank told anything about her.
    #[schema(format = DateTime)]
    last_news_at: Option<String>,
}

/// A part of the list of users, by address.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Users {
    users: Vec<User>,
    /// For `cursor`; null on the last part.
    next: Option<String>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UsersAsked {
    /// Beginning of the address or the name, whatever the case.
    q: Option<String>,
    /// `next` of the part before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 100)]
    limit: Option<usize>,
}

/// Lists users
#[utoipa::path(get, path = "/users", tag = "users", params(UsersAsked), security(("key" = ["users:read"])),
    responses((status = 200, body = Users),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(services): State<Services>,
    caller: Caller,
    Asked(asked): Asked<UsersAsked>,
) -> Result<Json<Users>, Problem> {
    caller.needs(Scope::UsersRead)?;
    let limit = limit(asked.limit)?;
    let query = UsersQuery {
        search: asked.q.unwrap_or_default(),
        after: place(asked.cursor.as_deref(), decode)?,
        limit: one_more(limit),
        ..UsersQuery::default()
    };
    let (rows, next) = cut(services.store.list_users(&query).await?, limit, |row| encode(&row.user.email_key));
    Ok(Json(Users { users: rows.into_iter().map(user).collect(), next }))
}

/// Reads one user
#[utoipa::path(get, path = "/users/{id}", tag = "users", params(("id" = String, Path)), security(("key" = ["users:read"])),
    responses((status = 200, body = User),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(services): State<Services>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<User>, Problem> {
    caller.needs(Scope::UsersRead)?;
    let id = UserId::parse(id).map_err(|_| Problem::not_found())?;
    let found = services.store.user_summary(&id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(user(found)))
}

fn user(summary: UserSummary) -> User {
    User {
        id: summary.user.id,
        email: summary.user.email,
        name: summary.user.name,
        created_at: summary.user.created_at.bank_text(),
        link_status: summary.link_facts.map(|facts| LinkFacts::status(facts).code()),
        cards: summary.cards,
        last_news_at: summary.last_news_at.map(Moment::bank_text),
    }
}
