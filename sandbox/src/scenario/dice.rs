//! Draws for one part of the bank.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use super::{
    Span,
    chance::{Chance, OF},
};
use crate::world::rng::Rng;

/// One stream of the scenario's seed. Parts have their own, so that how often a partner calls the API does not move what
/// happens to notifications.
#[derive(Debug)]
pub struct Dice {
    rng: Rng,
    /// How often each thing might have gone wrong so far.
    times: HashMap<&'static str, u64>,
    /// How often each thing went wrong.
    hits: BTreeMap<&'static str, u64>,
}

impl Dice {
    pub fn new(seed: u64, part: &str) -> Self {
        Self { rng: Rng::new(seed, &format!("scenario {part}")), times: HashMap::new(), hits: BTreeMap::new() }
    }

    pub fn hits(&mut self, what: &'static str, chance: Chance) -> bool {
        let hit = self.draw(what, chance);
        if hit {
            *self.hits.entry(what).or_default() += 1;
        }
        hit
    }

    /// What went wrong so far, and how often.
    pub const fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.hits
    }

    fn draw(&mut self, what: &'static str, chance: Chance) -> bool {
        match chance {
            Chance::Never => false,
            Chance::Share(share) => self.rng.below(OF) < share,
            Chance::Every(every) => {
                let times = self.times.entry(what).or_default();
                *times += 1;
                times.is_multiple_of(every)
            }
        }
    }

    pub fn pick<T: Copy>(&mut self, among: &[T]) -> Option<T> {
        if among.is_empty() { None } else { self.rng.pick(among).copied() }
    }

    pub fn within(&mut self, span: Span) -> Duration {
        Duration::from_millis(self.rng.between(span.0, span.1))
    }

    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        self.rng.between(low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Dice};

    #[test]
    fn the_nth_time_is_counted_for_each_thing() {
        let mut dice = Dice::new(1, "test");
        let every = |dice: &mut Dice, what| (0..6).map(|_| dice.hits(what, Chance::Every(3))).collect::<Vec<_>>();
        assert_eq!(every(&mut dice, "a"), [false, false, true, false, false, true]);
        assert!(!dice.hits("b", Chance::Every(3)));
    }

    #[test]
    fn a_share_is_drawn_from_the_seed() {
        let draw = |seed| {
            let mut dice = Dice::new(seed, "test");
            (0..1_000).map(|_| dice.hits("a", Chance::Share(250_000))).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let hits = draw(7).into_iter().filter(|hit| *hit).count();
        assert!((180..320).contains(&hits), "{hits}");
    }
}
