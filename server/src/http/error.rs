//! What a handler answers when it cannot do what was asked.
//!
//! Handlers say which error it is; `problems` gives it its looks, a page or JSON, in the person's language. Details go to
//! the log, here, once; never to the person.

use app::backend::BackendError;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpError {
    NotFound,
    /// Nobody is signed in, and the route speaks JSON.
    SignedOut,
    /// A request of another site.
    Forbidden,
    BadRequest,
    /// Something that we cannot reach at the moment.
    Unavailable,
    /// A mistake of ours.
    Internal,
}

impl HttpError {
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl From<crate::store::StoreError> for HttpError {
    fn from(error: crate::store::StoreError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "the store did not answer");
        Self::Unavailable
    }
}

impl From<BackendError> for HttpError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::NotFound => Self::NotFound,
            BackendError::Unavailable => Self::Unavailable,
        }
    }
}
