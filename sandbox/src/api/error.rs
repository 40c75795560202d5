//! The API's errors, in the bank's envelope.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::php::{Precision, Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    #[error("The access token is missing")]
    AccessDenied,
    #[error("The access token is unknown or was revoked")]
    InvalidToken,
    #[error("The client is unknown")]
    InvalidClient,
    #[error("The username or the password is wrong")]
    InvalidGrant,
    #[error("The request is not signed as it should be")]
    BadSignature,
    #[error("The validation data was used before")]
    ValidationDataUsed,
    #[error("This account is not yours to see")]
    AccountNoRights,
    #[error("This card is not yours to see")]
    CardNoRights,
    #[error("{0} is not valid")]
    BadParameter(&'static str),
    #[error("There is no such route")]
    InvalidRoute,
    #[error("This method is not allowed here")]
    MethodNotAllowed,
    #[error("Too many calls from this address")]
    TooMany,
    #[error("The service is unavailable")]
    Unavailable,
    #[error("Something went wrong")]
    Broken,
}

impl ApiError {
    fn parts(self) -> (StatusCode, i64, &'static str) {
        match self {
            Self::AccessDenied => (StatusCode::UNAUTHORIZED, 1001, "OAuth2AccessDeniedException"),
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, 1002, "OAuth2InvalidTokenException"),
            Self::InvalidClient => (StatusCode::UNAUTHORIZED, 1003, "OAuth2InvalidClientException"),
            Self::InvalidGrant => (StatusCode::BAD_REQUEST, 1004, "OAuth2InvalidGrantException"),
            Self::BadSignature => (StatusCode::FORBIDDEN, 1101, "BadRsaSignatureException"),
            Self::ValidationDataUsed => (StatusCode::FORBIDDEN, 1102, "ValidationDataAlreadyUsedException"),
            Self::AccountNoRights => (StatusCode::FORBIDDEN, 2001, "AccountIdNoRightsException"),
            Self::CardNoRights => (StatusCode::FORBIDDEN, 2002, "CardAccountNoRightsException"),
            Self::BadParameter(_) => (StatusCode::BAD_REQUEST, 2101, "InvalidParameterException"),
            Self::InvalidRoute => (StatusCode::NOT_FOUND, 3001, "InvalidRouteException"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, 3002, "MethodNotAllowedException"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, 4001, "MaxQueryRateByIpReachedException"),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, 5000, "InternalErrorException"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, 5001, "ServiceUnavailableException"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, exception) = self.parts();
        let error = Value::Map(vec![
            ("code", code.into()),
            ("message", self.to_string().into()),
            ("exception", exception.into()),
        ]);
        let envelope = Value::Map(vec![("body", Value::Map(vec![("error", error)]))]);
        let text = json::encode(&envelope, Precision::Fourteen);
        (status, [(header::CONTENT_TYPE, json::CONTENT_TYPE)], text).into_response()
    }
}
