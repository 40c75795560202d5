//! A token for somebody who types a password, without the popup.

use std::sync::Arc;

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
};
use serde::Deserialize;

use super::{Answer, ApiError};
use crate::{Bank, world::PASSWORD};

#[derive(Debug, Deserialize)]
pub struct Request {
    grant_type: String,
    client_id: String,
    client_secret: String,
    username: String,
    password: String,
}

pub async fn create(
    State(bank): State<Arc<Bank>>,
    request: Result<Form<Request>, FormRejection>,
) -> Result<Answer, ApiError> {
    let Form(request) = request.map_err(|_| ApiError::InvalidGrant)?;
    if request.client_id != bank.config.partner_id || request.client_secret.is_empty() {
        return Err(ApiError::InvalidClient);
    }
    if request.grant_type != "password" || request.password != PASSWORD {
        return Err(ApiError::InvalidGrant);
    }
    let token = {
        let mut world = bank.world();
        let customer = world.customer(&request.username).ok_or(ApiError::InvalidGrant)?;
        world.tokens.grant(customer, None).token
    };
    let body = vec![("access_token", token.into()), ("token_type", "bearer".into()), ("expires_in", 3_600_i64.into())];
    Ok(Answer::new(&bank, body))
}
