//! What an address of the connect part answers when it leads nowhere.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::lang::Lang;
use crate::Bank;

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("unknown partner")]
    Partner,
    #[error("the language is fr or en")]
    Lang,
}

impl IntoResponse for ConnectError {
    fn into_response(self) -> Response {
        (StatusCode::NOT_FOUND, self.to_string()).into_response()
    }
}

/// The language of an address whose partner is known.
pub fn lang(bank: &Bank, partner_id: &str, lang: &str) -> Result<Lang, ConnectError> {
    if partner_id != bank.config.partner_id {
        return Err(ConnectError::Partner);
    }
    Lang::parse(lang).ok_or(ConnectError::Lang)
}
