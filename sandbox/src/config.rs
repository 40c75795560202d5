//! How a stand-in is set up.

use std::{net::IpAddr, time::Duration};

use jiff::civil::Date;

use crate::{php::Precision, scenario::Scenario};

/// The partner id of the demonstration: 64 characters, as the vendor's.
pub const DEMO_PARTNER_ID: &str = "a1f0c3d5e7092b4d6f8a1c3e5d7f9b0a2c4e6f8091b3d5f7a9c1e3f507192b3d";

/// The partner reference of the demonstration, which is not the partner id.
pub const DEMO_PARTNER_REF: &str = "demo-partner-reference-4400";

/// How notifications are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    #[default]
    Form,
    Json,
    Multipart,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub partner_id: String,
    /// What the hash of a notification proves knowledge of.
    pub partner_ref: String,
    /// Where notifications go.
    pub callback: String,
    /// The partner's site, the only one that may draw the button.
    pub origin: String,
    pub seed: u64,
    /// The day that history ends before; the day of the start unless given.
    pub today: Option<Date>,
    /// PEM of the partner's public key; requests to the API are unsigned without it.
    pub public_key: Option<String>,
    pub encoding: Encoding,
    /// The pauses before the second and third try.
    pub retry_after: Vec<Duration>,
    /// Whether each try gets a timestamp and hash of its own.
    pub resign: bool,
    /// The address that notifications leave from.
    pub source_address: Option<IpAddr>,
    pub precision: Precision,
    /// The name in the hash of the API's answers.
    pub username: String,
    /// How long a try waits for its answer.
    pub timeout: Duration,
    /// What is played from the start, and again after a `reset`.
    pub scenario: Scenario,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            partner_id: DEMO_PARTNER_ID.to_owned(),
            partner_ref: DEMO_PARTNER_REF.to_owned(),
            callback: "http://localhost:3000/webhooks/anytime".to_owned(),
            origin: "http://localhost:3000".to_owned(),
            seed: 1,
            today: None,
            public_key: None,
            encoding: Encoding::default(),
            retry_after: vec![Duration::from_secs(1), Duration::from_secs(5)],
            resign: false,
            source_address: None,
            precision: Precision::default(),
            username: "demo-partner".to_owned(),
            timeout: Duration::from_secs(10),
            scenario: Scenario::fine(),
        }
    }
}
