//! `/links`: what is linked, and the tokens.

use super::caller::{Caller, Scope};
use super::listing::{Asked, cut, limit, one_more, place};
use super::problem::Problem;
use crate::clock::Moment;
use crate::links::open_token;
use crate::pages::cursor::{decode, encode};
use crate::services::Services;
use crate::store::{CardRecord, LinkRecord, Look};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use domain::ids::{LinkId, UserId};
use domain::link::LinkStatus;
use domain::money::Money;
use http::header::CACHE_CONTROL;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An access that a user has granted at the bank.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Link {
    #[schema(value_type = String)]
    id: LinkId,
    #[schema(value_type = String)]
    user_id: UserId,
    /// `pending`, `linked`, `revoked` or `failed`.
    status: &'static str,
    /// Names the token without telling it.
    token_fingerprint: String,
    /// Account holder, as the bank names her; empty until it has.
    holder: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When the bank's API first answered with the token.
    #[schema(format = DateTime)]
    confirmed_at: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    #[schema(format = DateTime)]
    last_news_at: Option<String>,
}

/// A link with the cards that it sees.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LinkDetail {
    #[serde(flatten)]
    link: Link,
    cards: Vec<Card>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Card {
    #[serde(rename = "card_ref")]
    reference: String,
    name: String,
    /// The vendor's code.
    status: String,
    currency: String,
    /// In `currency`.
    balance: Option<String>,
    /// Minor units of `currency`.
    balance_minor: Option<i64>,
    #[schema(format = DateTime)]
    balance_at: Option<String>,
}

/// A part of the list of links.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Links {
    links: Vec<Link>,
    /// For `cursor`; null on the last part.
    next: Option<String>,
}

/// What the bank's API takes.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    token: String,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LinksAsked {
    /// Only this user's, all of them in one part.
    user_id: Option<String>,
    /// `next` of the part before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 100)]
    limit: Option<usize>,
}

/// Lists links; those that were forgotten are left out
#[utoipa::path(get, path = "/links", tag = "links", params(LinksAsked), security(("key" = ["users:read"])),
    responses((status = 200, body = Links),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(services): State<Services>,
    caller: Caller,
    Asked(asked): Asked<LinksAsked>,
) -> Result<Json<Links>, Problem> {
    caller.needs(Scope::UsersRead)?;
    let limit = limit(asked.limit)?;
    let (rows, next) = if let Some(user) = asked.user_id {
        (of_user(&services, user).await?, None)
    } else {
        let after = place(asked.cursor.as_deref(), decode)?.unwrap_or_default();
        let rows = services.store.links_behind(&after, one_more(limit)).await?;
        cut(rows, limit, |row| encode(row.id.as_str()))
    };
    Ok(Json(Links { links: rows.into_iter().map(link).collect(), next }))
}

async fn of_user(services: &Services, user: String) -> Result<Vec<LinkRecord>, Problem> {
    let user = UserId::parse(user).map_err(|_| Problem::parameter("`user_id` has to be the id of a user."))?;
    services.store.user_summary(&user).await?.ok_or_else(Problem::not_found)?;
    Ok(services.store.links_of(&user).await?)
}

/// Reads one link
#[utoipa::path(get, path = "/links/{id}", tag = "links", params(("id" = String, Path)), security(("key" = ["users:read"])),
    responses((status = 200, body = LinkDetail),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn one(
    State(services): State<Services>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<LinkDetail>, Problem> {
    caller.needs(Scope::UsersRead)?;
    let found = find(&services, id).await?;
    let cards = services.store.cards_of_link(&found.id).await?;
    Ok(Json(LinkDetail { link: link(found), cards: cards.into_iter().map(card).collect() }))
}

/// Reads the token of a link. It is noted first, and the user sees that it was
#[utoipa::path(get, path = "/links/{id}/token", tag = "links", params(("id" = String, Path)),
    security(("key" = ["tokens:read"])),
    responses((status = 200, body = Token),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn token(
    State(services): State<Services>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    caller.needs(Scope::TokensRead)?;
    let found = find(&services, id).await?;
    if found.status() != LinkStatus::Linked {
        return Err(Problem::not_linked());
    }
    let now = services.clock.now();
    services.store.note_look(std::slice::from_ref(&found.user_id), &caller.id, &caller.name, Look::Token, now).await?;
    tracing::info!(api_key = caller.id, link = %found.id, "a token was read by the API");
    let opened = open_token(&services.vault, &found).await.map_err(|error| {
        tracing::error!(%error, link = %found.id, "a token cannot be opened");
        Problem::unavailable()
    })?;
    let token = opened.ok_or_else(Problem::not_linked)?.expose().to_owned();
    // Nobody keeps it on the way.
    Ok(([(CACHE_CONTROL, "no-store")], Json(Token { token })).into_response())
}

async fn find(services: &Services, id: String) -> Result<LinkRecord, Problem> {
    let id = LinkId::parse(id).map_err(|_| Problem::not_found())?;
    let link = services.store.link(&id).await?.filter(|link| link.forgotten_at.is_none());
    let link = link.ok_or_else(Problem::not_found)?;
    // Who is being erased has nothing any more.
    services.store.user_summary(&link.user_id).await?.ok_or_else(Problem::not_found)?;
    Ok(link)
}

fn link(record: LinkRecord) -> Link {
    Link {
        status: record.status().code(),
        token_fingerprint: record.token_fp.chars().take(12).collect(),
        id: record.id,
        user_id: record.user_id,
        holder: record.holder,
        created_at: record.created_at.bank_text(),
        confirmed_at: record.proven_at.map(Moment::bank_text),
        revoked_at: record.revoked_at.map(Moment::bank_text),
        last_news_at: record.last_news_at.map(Moment::bank_text),
    }
}

/// A link as lists have it, for whoever tells of it elsewhere.
pub(crate) fn link_shape(record: LinkRecord) -> serde_json::Value {
    // Our own types always serialise.
    serde_json::to_value(link(record)).unwrap_or_default()
}

fn card(record: CardRecord) -> Card {
    Card {
        reference: record.card_ref.to_string(),
        name: record.name,
        status: record.status,
        balance: record.balance_minor.map(|minor| Money::new(minor, record.currency).decimal()),
        balance_minor: record.balance_minor,
        balance_at: record.balance_at.map(Moment::bank_text),
        currency: record.currency.code().to_owned(),
    }
}
