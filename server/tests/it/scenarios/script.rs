//! What customers do: a random sequence of payments, the same for the same seed.

use super::bank::Bank;
use sandbox::world::rng::Rng;
use serde_json::{Value, json};

const SHOPS: [&str; 4] = [
    "CAFÉ DE L'ÉGLISE - PLACE DU MARCHÉ, SAINT-ÉTIENNE,42000,FRA,FRA",
    "FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA",
    "BÄCKEREI & CO / 7%+1 = 8, MÜNCHEN,80331,DEU,DEU",
    "Bouquiniste",
];
const CURRENCIES: [&str; 4] = ["USD", "GBP", "JPY", "CHF"];

pub(super) struct Script {
    rng: Rng,
    cards: Vec<String>,
    /// Payments by id and card: those that may still be settled, and those that may be given back.
    pending: Vec<(Value, Value)>,
    settled: Vec<(Value, Value)>,
}

impl Script {
    pub(super) fn new(seed: u64, cards: Vec<String>) -> Self {
        Self { rng: Rng::new(seed, "script"), cards, pending: Vec::new(), settled: Vec::new() }
    }

    /// Plays so many steps, one after the other.
    pub(super) async fn play(&mut self, bank: &Bank, steps: usize) {
        for _ in 0..steps {
            self.step(bank).await;
        }
    }

    async fn step(&mut self, bank: &Bank) {
        match self.rng.below(12) {
            0 => {
                bank.control("refuse-payment", self.payment()).await;
            }
            1 | 2 if !self.pending.is_empty() => {
                let chosen = self.draw(self.pending.len());
                let (txid, card) = self.pending.swap_remove(chosen);
                bank.control("settle", json!({ "txid": txid, "card_ref": card })).await;
                self.settled.push((txid, card));
            }
            3 if !self.settled.is_empty() => {
                let chosen = self.draw(self.settled.len());
                let (txid, card) = self.settled.swap_remove(chosen);
                bank.control("refund", json!({ "txid": txid, "card_ref": card })).await;
            }
            roll => {
                let status = if roll > 8 { "A" } else { "S" };
                let mut payment = self.payment();
                payment["status"] = status.into();
                let paid = bank.control("purchase", payment).await;
                let paid = &paid["transactions"][0];
                let known = (paid["txid"].clone(), paid["card_ref"].clone());
                if status == "A" { self.pending.push(known) } else { self.settled.push(known) }
            }
        }
    }

    /// A purchase that nothing goes wrong with comes last, so that the product hears of each card's account again.
    pub(super) async fn last_word(&mut self, bank: &Bank) {
        bank.control("purchase", self.payment()).await;
    }

    fn payment(&mut self) -> Value {
        let card = self.rng.pick(&self.cards).unwrap().clone();
        let description = *self.rng.pick(&SHOPS).unwrap();
        let foreign = self.rng.chance(30).then(|| *self.rng.pick(&CURRENCIES).unwrap());
        let amount = match foreign {
            Some("JPY") => self.rng.between(100, 90_000).to_string(),
            _ => format!("{}.{:02}", self.rng.below(200), self.rng.between(1, 99)),
        };
        json!({ "card_ref": card, "amount": amount, "currency": foreign, "description": description })
    }

    fn draw(&mut self, below: usize) -> usize {
        usize::try_from(self.rng.below(u64::try_from(below).unwrap())).unwrap()
    }
}
