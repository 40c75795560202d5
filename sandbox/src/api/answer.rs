//! The envelope of a successful answer.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    Bank,
    notification::sign::sign,
    php::{Value, json},
};

/// A finished answer in the bank's envelope, hashed with the API username.
#[derive(Debug)]
pub struct Answer(String);

impl Answer {
    pub fn new(bank: &Bank, body: Vec<(&'static str, Value)>) -> Self {
        let request_id = bank.world().draw_request_id();
        let signature = sign(bank.clock.now(), &bank.config.username);
        let envelope = Value::Map(vec![
            ("request_id", request_id.into()),
            ("type_response", "sync".into()),
            ("timestamp", signature.timestamp.into()),
            ("hash", signature.hash.into()),
            ("body", Value::Map(body)),
        ]);
        Self(json::encode(&envelope, bank.config.precision))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, json::CONTENT_TYPE)], self.0).into_response()
    }
}
