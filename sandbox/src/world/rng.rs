//! The world's only source of chance: splitmix64, from the seed alone.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// A stream of numbers that depends on nothing but the seed and a label.
///
/// One stream per purpose, so that drawing one more token does not move the next transaction id.
#[derive(Debug, Clone)]
pub struct Rng {
    state: u64,
}

impl Rng {
    pub fn new(seed: u64, label: &str) -> Self {
        let digest = Sha256::digest(format!("{seed}|{label}"));
        let state = digest.iter().take(8).fold(0, |word, byte| (word << 8) | u64::from(*byte));
        Self { state }
    }

    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number below `bound`; the slight bias of the remainder does not matter here.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64() % bound.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `percent` of a hundred draws.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        let len = u64::try_from(among.len()).ok()?;
        among.get(usize::try_from(self.below(len)).ok()?)
    }

    /// `length` hexadecimal digits.
    pub fn hex(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            // Writing to a string cannot fail.
            let _ = write!(text, "{:016x}", self.next_u64());
        }
        text.truncate(length);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let draw = |label| Rng::new(7, label).hex(40);
        assert_eq!(draw("tokens"), draw("tokens"));
        assert_ne!(draw("tokens"), draw("references"));
        assert_eq!(draw("tokens").len(), 40);
    }
}
