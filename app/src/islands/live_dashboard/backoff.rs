//! How long to wait before the stream is opened again.

/// Waits from one second to thirty, each spread by chance so that browsers do not all come back at once. The second one is as short as the first:
/// whoever comes back at once may meet a balancer that has not noticed yet that a server is gone. Then they double.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

const FIRST_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 30_000.0;

impl Backoff {
    /// The next wait in milliseconds; `chance` is from 0 to 1.
    pub(super) fn next_ms(&mut self, chance: f64) -> f64 {
        let full = (FIRST_MS * f64::from(1_u32 << self.failures.saturating_sub(1).min(5))).min(LONGEST_MS);
        self.failures = self.failures.saturating_add(1);
        full * (0.75 + chance / 2.0)
    }

    pub(super) const fn succeeded(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_minute_and_start_over_after_a_success() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.next_ms(0.5)).collect();
        assert_eq!(waits, [1_000.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 30_000.0, 30_000.0]);
        backoff.succeeded();
        assert!(backoff.next_ms(0.0) >= 750.0 && backoff.next_ms(1.0) <= 1_250.0);
    }
}
