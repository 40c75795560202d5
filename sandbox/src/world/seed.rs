//! Who banks here. The names never change; the seed decides what they did.

use jiff::{ToSpan, civil::Date};

use super::{
    Account, Card, Customer, Txids, World,
    history::{self, Past},
    money::Minor,
    rng::Rng,
    tokens::Tokens,
};

const CUSTOMERS: [(&str, &str, &str, &str); 4] = [
    ("alice@example.test", "Alice", "Martin", "F"),
    ("bruno@example.test", "Bruno", "Lefèvre", "M"),
    ("chloe@example.test", "Chloé", "Dubois", "F"),
    ("david@example.test", "David", "Moreau", "M"),
];

/// A card's name and past.
type Planned = (&'static str, Past);

/// Whose account, what kind, and the cards on it.
const ACCOUNTS: [(usize, &str, &[Planned]); 5] = [
    (0, "PERSONAL", &[("Everyday", past(150, 160, 8, 184_220)), ("Travel", past(150, 300, 25, 96_050))]),
    (0, "BUSINESS", &[("Studio", past(150, 210, 5, 250_000))]),
    (1, "PERSONAL", &[("World", past(150, 180, 85, 142_300))]),
    (2, "PERSONAL", &[("Main", past(40_000, 2_900, 6, 120_000))]),
    (3, "PERSONAL", &[]),
];

const fn past(payments: u64, days: u64, abroad: u64, opening: i64) -> Past {
    Past { payments, days, abroad, opening: Minor(opening) }
}

impl World {
    /// The world as it was on the evening before `today`.
    pub fn new(seed: u64, today: Date) -> Self {
        let customers = CUSTOMERS
            .map(|(email, first_name, last_name, gender)| Customer { email, first_name, last_name, gender })
            .to_vec();
        let mut world = Self {
            accounts: Vec::new(),
            cards: Vec::new(),
            tokens: Tokens::new(seed),
            recent: std::collections::HashMap::new(),
            txids: Txids::new(seed),
            references: Rng::new(seed, "references"),
            next_request_id: Rng::new(seed, "requests").between(90_000, 120_000),
            customers,
        };
        let mut rng = Rng::new(seed, "accounts");
        for (customer, acc_type, cards) in ACCOUNTS {
            let acc_id = world.open_account(customer, acc_type, &mut rng);
            for (name, past) in cards {
                world.issue_card(acc_id, customer, name, *past, (seed, today), &mut rng);
            }
        }
        world
    }

    fn open_account(&mut self, customer: usize, acc_type: &'static str, rng: &mut Rng) -> u64 {
        let acc_id = 100_000 + u64::try_from(self.accounts.len()).unwrap_or(0) * 150_000 + rng.below(150_000);
        let owner = &self.customers[customer];
        let corp_name = match acc_type {
            "BUSINESS" => format!("ATELIER {} SARL", owner.last_name.to_uppercase()),
            _ => format!("{} {}", owner.first_name, owner.last_name.to_uppercase()),
        };
        let funds = Minor(rng.between(80_000, 450_000).cast_signed());
        self.accounts.push(Account { acc_id, customer, acc_type, corp_name, funds });
        acc_id
    }

    fn issue_card(
        &mut self,
        acc_id: u64,
        customer: usize,
        name: &str,
        past: Past,
        (seed, today): (u64, Date),
        rng: &mut Rng,
    ) {
        let number = u64::try_from(self.cards.len()).unwrap_or(0);
        let card_ref = format!("ANY{:010}", 1_000_000_000 + number * 750_000_000 + rng.below(750_000_000));
        let mut chance = Rng::new(seed, &format!("card {number}"));
        let activated = today.checked_sub((past.days.cast_signed() + 9).days()).unwrap_or(today);
        self.cards.push(Card {
            card_ref,
            acc_id,
            customer,
            card_type: if number % 2 == 0 { "PLASTIC" } else { "VIRTUAL" },
            card_name: name.to_owned(),
            status: "ACT",
            activated,
            expires: today.checked_add(2.years()).unwrap_or(today).last_of_month(),
            book: history::write(past, today, &mut chance, &mut self.txids),
        });
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::world::{
        World,
        books::{Kind, Status},
    };

    fn world(seed: u64) -> World {
        World::new(seed, date(2026, 11, 23))
    }

    #[test]
    fn the_same_seed_gives_the_same_history() {
        let text = |seed| format!("{:?}{:?}", world(seed).cards, world(seed).accounts);
        assert!(text(1) == text(1));
        assert!(text(1) != text(2));
    }

    #[test]
    fn the_promised_customers_hold_the_promised_cards() {
        let world = world(1);
        let held = |email| {
            let customer = world.customer(email).unwrap();
            (world.accounts_of(customer).count(), world.cards_of(customer).count())
        };
        assert_eq!(held("alice@example.test"), (2, 3));
        assert_eq!(held("Bruno@example.test"), (1, 1));
        assert_eq!(held("chloe@example.test"), (1, 1));
        assert_eq!(held("david@example.test"), (1, 0));
        let chloe = world.cards_of(2).next().unwrap();
        assert_eq!(chloe.book.transactions().len(), 40_000);
    }

    #[test]
    fn every_book_adds_up_to_the_cent_and_ends_before_today() {
        for card in &world(3).cards {
            let mut balance = card.book.opening.0;
            let mut last = None;
            for line in card.book.transactions() {
                let converted = line.amount_fx.to_euros(line.currency, line.fx).0;
                assert_eq!(line.amount.0, converted + line.fx_fee.0);
                balance += match (line.status, line.kind) {
                    (Status::Refused, _) => 0,
                    (_, Kind::Debit) => -line.amount.0,
                    (_, Kind::Credit) => line.amount.0,
                };
                assert_eq!(line.balance_after.0, balance);
                assert!(balance >= 0, "seeded books stay above zero");
                assert!(last < Some(line.date), "dates and ids rise");
                last = Some(line.date);
            }
            assert!(last.unwrap().date() < date(2026, 11, 23));
        }
    }
}
