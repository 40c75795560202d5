//! A body, as far as it could be understood.

use super::decode::DecodeError;
use super::event::{self, Envelope, EnvelopeError, Event, EventError};
use super::verify::{Message, Unreadable};
use crate::vendor::Value;
use domain::ids::{CardRef, Txid};

/// A body, as far as it could be understood.
pub(super) struct Understood<'v> {
    pub(super) envelope: Result<Envelope<'v>, Unreadable>,
    pub(super) event: Option<Result<Event, EventError>>,
    /// What every try of it repeats.
    pub(super) core: String,
}

impl<'v> Understood<'v> {
    pub(super) fn of(decoded: &'v Result<Value, DecodeError>) -> Self {
        let envelope = match decoded {
            Ok(value) => Envelope::read(value).map_err(Unreadable::Envelope),
            Err(error) => Err(Unreadable::Decode(*error)),
        };
        let event = envelope.as_ref().ok().map(Event::read);
        Self { envelope, event, core: decoded.as_ref().map(event::core).unwrap_or_default() }
    }

    pub(super) fn message(&self) -> Result<Message<'_>, Unreadable> {
        match (&self.envelope, &self.event) {
            (Ok(envelope), Some(event)) => Ok(Message { envelope, event: event.as_ref().map_err(|error| *error) }),
            (Err(unreadable), _) => Err(*unreadable),
            // An envelope always comes with what was made of it.
            (Ok(_), None) => Err(Unreadable::Envelope(EnvelopeError::NoData)),
        }
    }

    pub(super) fn payment(&self) -> Option<(&CardRef, &Txid)> {
        match &self.event {
            Some(Ok(Event::CardTransaction { card_ref, payment, .. })) => Some((card_ref, &payment.txid)),
            _ => None,
        }
    }
}
