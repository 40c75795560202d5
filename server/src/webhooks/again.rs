//! A stored notification is judged anew, by what is held to be good now: as of the moment at which it came.

use super::decode;
use super::understood::Understood;
use super::verify::{self, Evidence};
use crate::clock::Moment;
use crate::config::Config;
use crate::secret::Secret;
use app::backend::{Signal, Verdict};
use bytes::Bytes;
use ipnet::IpNet;

/// What notifications are judged by.
#[derive(Clone)]
pub struct Criteria {
    pub allowed: Vec<IpNet>,
    pub references: Vec<Secret>,
    pub reference_is_public: bool,
    /// Our public origin.
    pub origin: String,
}

/// How a stored notification stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anew {
    pub verdict: Verdict,
    /// A short code of why; empty when accepted.
    pub reason: &'static str,
    /// Without what only its arrival could tell.
    pub trust: Vec<Signal>,
}

impl Criteria {
    pub fn of(config: &Config) -> Self {
        let partner = &config.partner;
        Self {
            allowed: config.webhook.allowed.clone(),
            references: partner.refs.clone(),
            reference_is_public: partner.refs.iter().any(|reference| reference.expose() == partner.id),
            origin: config.public_url.origin.clone(),
        }
    }

    /// `peer` is the address that it came from, as it was noted.
    pub async fn judge(&self, peer: &str, content_type: &str, body: &Bytes, at: Moment) -> Anew {
        let peer = peer.parse().ok();
        let decoded = decode::decode(content_type, body).await;
        let understood = Understood::of(&decoded);
        let judgement = verify::judge(&Evidence {
            peer,
            peer_allowed: peer.is_some_and(|peer| self.allowed.iter().any(|net| net.contains(&peer))),
            now: at,
            references: &self.references,
            reference_is_public: self.reference_is_public,
            our_origin: &self.origin,
            path_secret: "",
            guessed_type: decode::is_guessed(content_type),
            body: understood.message(),
        });
        // The secret of its path was not kept.
        let trust = judgement.trust.into_iter().filter(|signal| signal.name != "webhook").collect();
        Anew { verdict: judgement.verdict, reason: judgement.reason, trust }
    }
}
