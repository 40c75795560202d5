//! The tokens that customers have granted.

use std::collections::HashMap;

use super::rng::Rng;

#[derive(Debug, Clone)]
pub struct Grant {
    pub token: String,
    pub customer: usize,
    pub custom_reference: Option<String>,
    pub revoked: bool,
}

#[derive(Debug)]
pub struct Tokens {
    rng: Rng,
    /// In the order of creation.
    grants: Vec<Grant>,
    by_token: HashMap<String, usize>,
}

impl Tokens {
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::new(seed, "tokens"), grants: Vec::new(), by_token: HashMap::new() }
    }

    pub fn grant(&mut self, customer: usize, custom_reference: Option<String>) -> Grant {
        let grant = Grant { token: self.rng.hex(64), customer, custom_reference, revoked: false };
        self.by_token.insert(grant.token.clone(), self.grants.len());
        self.grants.push(grant.clone());
        grant
    }

    /// The customer that a token speaks for, unless it was revoked.
    pub fn customer(&self, token: &str) -> Option<usize> {
        let grant = self.grants.get(*self.by_token.get(token)?)?;
        (!grant.revoked).then_some(grant.customer)
    }

    pub fn active_of(&self, customer: usize) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| grant.customer == customer && !grant.revoked)
    }

    pub fn revoke(&mut self, token: &str) -> Option<Grant> {
        let grant = self.grants.get_mut(*self.by_token.get(token)?)?;
        if grant.revoked {
            return None;
        }
        grant.revoked = true;
        Some(grant.clone())
    }
}
