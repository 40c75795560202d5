//! What the bank tells its partner, in the shape of the vendor's samples.

pub mod dispatch;
pub mod event;
pub mod fate;
pub mod outbox;
pub mod post;
pub mod sign;

use std::net::IpAddr;

use jiff::Timestamp;

use crate::{
    Bank, Config, Encoding, clock,
    php::{Charset, Precision, Value},
};
use event::Event;
use fate::Fate;
use sign::Signature;

pub const MAX_TRIES: u32 = 3;

/// How one notification departs from the configuration, for tests of the partner's side.
#[derive(Debug, Clone, Default)]
pub struct Oddities {
    pub encoding: Option<Encoding>,
    pub precision: Option<Precision>,
    pub hash: HashFault,
    pub source_address: Option<IpAddr>,
    pub callback: Option<String>,
    pub fate: Fate,
}

/// What is wrong with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashFault {
    #[default]
    None,
    /// All its digits are zero.
    Zeros,
    /// Its last digit is another.
    Flipped,
}

#[derive(Debug, Clone)]
pub struct Notification {
    pub reference: String,
    pub created_at: Timestamp,
    pub event: Event,
    pub oddities: Oddities,
}

/// What goes over the wire.
#[derive(Debug)]
pub struct Body {
    pub content_type: String,
    pub text: String,
}

impl Notification {
    pub fn new(bank: &Bank, event: Event, oddities: Oddities) -> Self {
        let reference = bank.world().draw_reference();
        Self { reference, created_at: bank.clock.now(), event, oddities }
    }

    pub fn callback<'a>(&'a self, config: &'a Config) -> &'a str {
        self.oddities.callback.as_deref().unwrap_or(&config.callback)
    }

    pub fn body(&self, config: &Config, current_try: u32, signature: &Signature) -> Body {
        let value = self.value(config, current_try, signature);
        let precision = self.oddities.precision.unwrap_or(config.precision);
        match self.oddities.encoding.unwrap_or(config.encoding) {
            Encoding::Form => Body {
                content_type: crate::php::form::CONTENT_TYPE.to_owned(),
                text: crate::php::form::encode("notification", &value, precision, self.charset()),
            },
            Encoding::Json => Body {
                content_type: crate::php::json::CONTENT_TYPE.to_owned(),
                text: crate::php::json::encode(&Value::Map(vec![("notification", value)]), precision),
            },
            Encoding::Multipart => {
                let boundary = format!("------------------------{:.16}", self.reference);
                Body {
                    content_type: crate::php::multipart::content_type(&boundary),
                    text: crate::php::multipart::encode("notification", &value, precision, &boundary),
                }
            }
        }
    }

    const fn charset(&self) -> Charset {
        if self.oddities.fate.latin_1 { Charset::Latin1 } else { Charset::Utf8 }
    }

    fn value(&self, config: &Config, current_try: u32, signature: &Signature) -> Value {
        let mut data = vec![
            ("hash", signature.hash.as_str().into()),
            ("timestamp", signature.timestamp.into()),
            ("event_name", self.event.name().into()),
        ];
        match self.oddities.fate.retry_adds.filter(|_| current_try > 1) {
            Some(cents) => data.extend(self.event.dearer(cents).data(self.callback(config))),
            None => data.extend(self.event.data(self.callback(config))),
        }
        Value::Map(vec![
            ("reference", self.reference.as_str().into()),
            ("created_at", clock::iso8601(self.created_at).into()),
            ("context", "anytime-connect".into()),
            ("current_try", i64::from(current_try).into()),
            ("max_tries", i64::from(MAX_TRIES).into()),
            ("data", Value::Map(data)),
        ])
    }
}
