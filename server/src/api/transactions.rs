//! `/transactions`: card payments of one user, as `/transactions.json` shows them to her; without what she wrote on them.

use super::caller::{Caller, Scope};
use super::listing::{Asked, limit, unknown_cursor};
use super::problem::Problem;
use crate::pages::payments::list as page_of;
use crate::services::Services;
use app::backend::{BackendError, Cursor};
use axum::Json;
use axum::extract::State;
use domain::filter::Filter;
use domain::ids::UserId;
use domain::transaction::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of a user's payments, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Transactions {
    #[schema(value_type = Vec<Payment>)]
    transactions: Vec<Transaction>,
    /// For `cursor`; null on the last part.
    next: Option<String>,
}

/// A card payment. Amounts are decimal text beside an integer of minor units; debits are negative.
#[derive(ToSchema)]
#[schema(as = Transaction)]
#[expect(dead_code, reason = "the shape of `Transaction`, for the document; a test compares them")]
pub(super) struct Payment {
    txid: String,
    card_ref: String,
    /// In `currency`.
    amount: String,
    amount_minor: i64,
    /// The card's.
    currency: String,
    /// In `currency_fx`.
    amount_fx: String,
    /// The currency that the merchant was paid in.
    currency_fx: String,
    /// Rate and fee, as the vendor wrote them.
    fx: String,
    fx_fee: String,
    /// `S` settled, `A` authorised, `R` refused.
    status: String,
    /// `D` debit, `C` credit.
    r#type: String,
    mcc: String,
    category: String,
    merchant: String,
    city: Option<String>,
    /// ISO 3166 alpha-3.
    country: Option<String>,
    description: String,
    balance_after: Option<String>,
    #[schema(format = DateTime)]
    booked_at: String,
    /// The bank's API, or a second piece of evidence, agrees with the notification.
    confirmed: bool,
    /// What was told of it contradicts itself.
    contested: Option<bool>,
    /// What moved on the card before it that no payment explains.
    missing: Option<String>,
    failed_reason: Option<String>,
    seq: i64,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TransactionsAsked {
    /// Whose.
    user_id: String,
    card: Option<String>,
    /// Days, first and last: `2017-02-28`.
    from: Option<String>,
    to: Option<String>,
    /// Sizes, whatever the sign: `12.40`.
    min: Option<String>,
    max: Option<String>,
    /// `D` or `C`.
    r#type: Option<String>,
    /// `S`, `A` or `R`.
    status: Option<String>,
    /// `next` of the part before.
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 100)]
    limit: Option<usize>,
}

/// Lists a user's payments
#[utoipa::path(get, path = "/transactions", tag = "transactions", params(TransactionsAsked),
    security(("key" = ["transactions:read"])),
    responses((status = 200, body = Transactions),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(services): State<Services>,
    caller: Caller,
    Asked(asked): Asked<TransactionsAsked>,
) -> Result<Json<Transactions>, Problem> {
    caller.needs(Scope::TransactionsRead)?;
    let limit = limit(asked.limit)?;
    let filter = filter(&asked)?;
    let user = UserId::parse(asked.user_id).map_err(|_| Problem::parameter("`user_id` has to be the id of a user."))?;
    services.store.user_summary(&user).await?.ok_or_else(Problem::not_found)?;
    let cursor = asked.cursor.map_or(Cursor::Start, Cursor::Before);
    let page = page_of(&services, &user, &filter, &cursor, limit).await.map_err(|error| match error {
        BackendError::NotFound => unknown_cursor(),
        BackendError::Unavailable => Problem::unavailable(),
    })?;
    let transactions = page.rows.into_iter().map(Transaction::without_own).collect();
    Ok(Json(Transactions { transactions, next: page.older }))
}

fn filter(asked: &TransactionsAsked) -> Result<Filter, Problem> {
    let given = [
        ("card", &asked.card),
        ("from", &asked.from),
        ("to", &asked.to),
        ("min", &asked.min),
        ("max", &asked.max),
        ("type", &asked.r#type),
        ("status", &asked.status),
    ];
    let pairs = given.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let (filter, refused) = Filter::from_query(pairs);
    match refused.as_slice() {
        [] => Ok(filter),
        refused => Err(Problem::parameter(format!("These cannot be read: {}.", refused.join(", ")))),
    }
}
