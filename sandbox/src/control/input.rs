//! What control calls have in common in their bodies.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::ControlError;
use crate::{
    Encoding,
    bank::is_callback,
    notification::{HashFault, Oddities},
    world::World,
};

/// A JSON body; an empty one counts as `{}`, and errors are answered as JSON.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ControlError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ControlError> {
        let invalid = |error: JsonRejection| ControlError::Invalid(error.body_text());
        let bytes = bytes::Bytes::from_request(request, state)
            .await
            .map_err(|error| ControlError::Invalid(error.body_text()))?;
        let text = if bytes.is_empty() { bytes::Bytes::from_static(b"{}") } else { bytes };
        let Json(value) = Json::from_bytes(&text).map_err(invalid)?;
        Ok(Self(value))
    }
}

/// An amount as a number or as text; either way it is read as a decimal, never as a float.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Decimal {
    Number(serde_json::Number),
    Text(String),
}

impl Decimal {
    pub fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A number as a number or as text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Whole {
    Number(u64),
    Text(String),
}

impl Whole {
    pub fn parse(&self, name: &str) -> Result<u64, ControlError> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => {
                text.trim().parse().map_err(|_| ControlError::Invalid(format!("{name} must be a whole number")))
            }
        }
    }
}

/// Whose card is meant: the card itself, or a customer's first one.
pub fn card(world: &World, customer: Option<&str>, card_ref: Option<&str>) -> Result<usize, ControlError> {
    match (card_ref, customer) {
        (Some(card_ref), _) => world.card(card_ref).ok_or(ControlError::NotFound("card")),
        (None, Some(email)) => {
            let customer = world.customer(email).ok_or(ControlError::NotFound("customer"))?;
            let first = world.cards.iter().position(|card| card.customer == customer);
            first.ok_or_else(|| ControlError::Invalid("this customer has no card".to_owned()))
        }
        (None, None) => Err(ControlError::Invalid("customer or card_ref is required".to_owned())),
    }
}

/// The card that a payment was made with. Two cards may have a payment of the same id: then the later one is meant, unless
/// the card is given.
pub fn card_of(world: &World, txid: u64, card_ref: Option<&str>) -> Result<usize, ControlError> {
    let card = match card_ref {
        Some(card_ref) => Some(world.card(card_ref).ok_or(ControlError::NotFound("card"))?),
        None => world.card_of(txid),
    };
    card.filter(|card| world.cards[*card].book.find(txid).is_some()).ok_or(ControlError::NotFound("transaction"))
}

/// How the notification of one call departs from the configuration.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Departures {
    pub encoding: Option<Encoding>,
    pub php_precision: Option<PrecisionText>,
    /// `"bad"` spoils the hash.
    pub hash: Option<String>,
    pub source_address: Option<IpAddr>,
    pub callback: Option<String>,
}

/// `14`, `"17"` or `"shortest"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum PrecisionText {
    Number(i64),
    Text(String),
}

impl Departures {
    pub fn oddities(&self) -> Result<Oddities, ControlError> {
        let precision = match &self.php_precision {
            None => None,
            Some(PrecisionText::Number(number)) => Some(number.to_string()),
            Some(PrecisionText::Text(text)) => Some(text.clone()),
        };
        let precision = precision
            .map(|text| text.parse())
            .transpose()
            .map_err(|error: crate::php::number::UnknownPrecision| ControlError::Invalid(error.to_string()))?;
        let hash = match self.hash.as_deref() {
            None | Some("good") => HashFault::None,
            Some("bad") => HashFault::Zeros,
            Some(_) => return Err(ControlError::Invalid("hash must be good or bad".to_owned())),
        };
        if self.callback.as_deref().is_some_and(|callback| !is_callback(callback)) {
            return Err(ControlError::Invalid("callback must be an http or https address".to_owned()));
        }
        Ok(Oddities {
            encoding: self.encoding,
            precision,
            hash,
            source_address: self.source_address,
            callback: self.callback.clone(),
            ..Oddities::default()
        })
    }
}
