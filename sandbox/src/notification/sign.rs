//! The timestamp and the hash that vouch for a message.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::HashFault;
use crate::php::{Precision, number};

#[derive(Debug, Clone)]
pub struct Signature {
    /// Unix seconds with four decimals.
    pub timestamp: f64,
    pub hash: String,
}

impl Signature {
    pub fn spoil(&mut self, fault: HashFault) {
        match fault {
            HashFault::None => {}
            HashFault::Zeros => self.hash = "0".repeat(64),
            HashFault::Flipped => {
                let other = if self.hash.ends_with('0') { "1" } else { "0" };
                self.hash.replace_range(63.., other);
            }
        }
    }
}

/// Hashes PHP's own text of the timestamp, whatever the digits on the wire.
pub fn sign(at: Timestamp, secret: &str) -> Signature {
    let timestamp = with_four_decimals(at);
    let text = number::text(timestamp, Precision::Fourteen);
    Signature { timestamp, hash: hex::encode(Sha256::digest(format!("{text}|{secret}"))) }
}

#[expect(clippy::cast_precision_loss, reason = "ten-thousandths of seconds stay below 2^53")]
fn with_four_decimals(at: Timestamp) -> f64 {
    at.as_microsecond().div_euclid(100) as f64 / 10_000.0
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use sha2::{Digest, Sha256};

    use super::sign;

    #[test]
    fn the_hash_is_over_fourteen_digits() {
        let at = Timestamp::from_microsecond(1_486_118_847_180_049).unwrap();
        let signature = sign(at, "ref");
        assert_eq!(signature.timestamp.to_bits(), 1_486_118_847.18_f64.to_bits());
        assert_eq!(signature.hash, hex::encode(Sha256::digest("1486118847.18|ref")));
    }
}
