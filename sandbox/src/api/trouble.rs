//! Bad days of the API: what a call meets before, or instead of, its answer.

use std::{io, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http_body_util::channel::Channel;

use super::ApiError;
use crate::php::json;

/// What a scenario has in store for one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    None,
    Down,
    TooMany {
        /// Seconds.
        retry_after: Option<u64>,
    },
    Error,
    HalfJson,
    Silence(Duration),
    Slow(Duration),
    OtherAccount,
    OtherCard,
}

/// Whose things a call gets to see instead of the caller's; rides on the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MixUp {
    Account,
    Card,
}

impl Trouble {
    /// The answer that comes instead of the right one.
    pub async fn instead(self) -> Option<Response> {
        match self {
            Self::Down => Some(ApiError::Unavailable.into_response()),
            Self::TooMany { retry_after } => Some(too_many(retry_after)),
            Self::Error => Some(ApiError::Broken.into_response()),
            Self::Silence(pause) => {
                tokio::time::sleep(pause).await;
                Some(nothing())
            }
            Self::Slow(pause) => {
                tokio::time::sleep(pause).await;
                None
            }
            Self::None | Self::HalfJson | Self::OtherAccount | Self::OtherCard => None,
        }
    }

    pub const fn mix_up(self) -> Option<MixUp> {
        match self {
            Self::OtherAccount => Some(MixUp::Account),
            Self::OtherCard => Some(MixUp::Card),
            _ => None,
        }
    }
}

fn too_many(retry_after: Option<u64>) -> Response {
    let answer = ApiError::TooMany.into_response();
    match retry_after {
        Some(seconds) => ([(header::RETRY_AFTER, seconds.to_string())], answer).into_response(),
        None => answer,
    }
}

/// A body that fails before its first byte makes the server close the connection.
fn nothing() -> Response {
    let (sender, body) = Channel::<Bytes, io::Error>::new(1);
    sender.abort(io::Error::other("the scenario answers nothing"));
    Body::new(body).into_response()
}

/// The answer up to its middle, as if it were whole.
pub async fn half(answer: Response) -> Response {
    let whole = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    (StatusCode::OK, [(header::CONTENT_TYPE, json::CONTENT_TYPE)], half).into_response()
}
