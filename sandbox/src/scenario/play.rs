//! A scenario while it is played: what it has in store for the next notification, call or payment.

use std::{collections::BTreeMap, time::Duration};

use super::{Scenario, dice::Dice};
use crate::{
    api::trouble::Trouble,
    notification::{
        HashFault, Oddities,
        event::Event,
        fate::{Fate, Line},
    },
};

#[derive(Debug)]
pub struct Play {
    scenario: Scenario,
    seed: u64,
    notifications: Dice,
    api: Dice,
    books: Dice,
    popup: Dice,
}

impl Play {
    pub fn new(scenario: Scenario, seed: u64) -> Self {
        Self {
            scenario,
            seed,
            notifications: Dice::new(seed, "notifications"),
            api: Dice::new(seed, "api"),
            books: Dice::new(seed, "books"),
            popup: Dice::new(seed, "popup"),
        }
    }

    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Changes what happens to the API, and nothing else.
    pub fn set_api(&mut self, api: super::Api) {
        self.scenario.api = api;
    }

    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// What was drawn so far, by the names of the scenario's fields.
    pub fn went_wrong(&self) -> BTreeMap<&'static str, u64> {
        let parts = [&self.notifications, &self.api, &self.books, &self.popup];
        parts.into_iter().flat_map(Dice::counts).map(|(what, times)| (*what, *times)).collect()
    }

    /// What happens to a new notification. What its call has asked for stands.
    pub fn befall(&mut self, asked: Oddities, event: &Event) -> Oddities {
        let wrong = &self.scenario.notifications;
        let dice = &mut self.notifications;
        let flipped = dice.hits("flip_hash", wrong.flip_hash);
        let latin_1 = dice.hits("latin_1", wrong.latin_1);
        let encoding = dice.pick(&wrong.encodings);
        let precision = dice.pick(&wrong.precisions);
        let late = dice.within(wrong.delay_ms);
        let more = dice.between(1, 10_000).cast_signed();
        let fate = Fate {
            duplicate: dice.hits("duplicate", wrong.duplicate),
            delay: dice.hits("delay", wrong.delay).then_some(late),
            behind_the_next: dice.hits("reorder", wrong.reorder),
            dropped: dice.hits("drop", wrong.drop),
            reuses_signature: dice.hits("reuse_signature", wrong.reuse_signature),
            resigned: dice.hits("resign", wrong.resign),
            retry_adds: dice.hits("change_retry", wrong.change_retry).then_some(more),
            backwards: dice.hits("backwards", wrong.backwards) && event.is_settled(),
            latin_1,
            line: self.line(),
        };
        Oddities {
            encoding: asked.encoding.or(latin_1.then_some(crate::Encoding::Form)).or(encoding),
            precision: asked.precision.or(precision),
            hash: if asked.hash == HashFault::None && flipped { HashFault::Flipped } else { asked.hash },
            fate,
            ..asked
        }
    }

    fn line(&mut self) -> Line {
        let wrong = &self.scenario.connections;
        let dice = &mut self.notifications;
        Line {
            cut: dice.hits("cut", wrong.cut),
            answer_lost: dice.hits("lose_answer", wrong.lose_answer),
            tries: wrong.tries,
            slow: dice.hits("slow", wrong.slow).then_some(wrong.pause()),
        }
    }

    /// What happens to the next call of the API. All is drawn each time, so that one chance does not move another.
    pub fn trouble(&mut self) -> Trouble {
        let wrong = &self.scenario.api;
        let dice = &mut self.api;
        let pause = Duration::from_millis;
        let drawn = [
            (dice.hits("down", wrong.down), Trouble::Down),
            (dice.hits("too_many", wrong.too_many), Trouble::TooMany { retry_after: None }),
            (
                dice.hits("too_many_for_now", wrong.too_many_for_now),
                Trouble::TooMany { retry_after: Some(wrong.retry_after_s) },
            ),
            (dice.hits("error", wrong.error), Trouble::Error),
            (dice.hits("half_json", wrong.half_json), Trouble::HalfJson),
            (dice.hits("silence", wrong.silence), Trouble::Silence(pause(wrong.silence_ms))),
            (dice.hits("other_account", wrong.other_account), Trouble::OtherAccount),
            (dice.hits("other_card", wrong.other_card), Trouble::OtherCard),
            (dice.hits("slow", wrong.slow), Trouble::Slow(pause(wrong.slow_ms))),
        ];
        drawn.into_iter().find_map(|(hits, trouble)| hits.then_some(trouble)).unwrap_or(Trouble::None)
    }

    /// Whether the next payment gets another card's transaction id.
    pub fn same_txid(&mut self) -> bool {
        self.books.hits("same_txid", self.scenario.books.same_txid)
    }

    /// Whether the customer who has just granted access takes it back.
    pub fn takes_back(&mut self) -> bool {
        self.popup.hits("revoke", self.scenario.popup.revoke)
    }
}
