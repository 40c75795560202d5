//! What a control call answers when it cannot be done.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::world::money::MoneyError;

#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("{0}")]
    Invalid(String),
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("{0}")]
    Unknown(String),
    #[error("this method is not allowed here")]
    Method,
    #[error("control calls from other sites are refused")]
    ForeignOrigin,
}

impl From<MoneyError> for ControlError {
    fn from(error: MoneyError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl ControlError {
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) | Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
        }
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.status(), Json(json!({ "error": self.to_string() }))).into_response()
    }
}
