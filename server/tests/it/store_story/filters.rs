//! The filter of a list says the same in SQL as in `Filter::matches`.

use super::cast::{Cast, Linked};
use super::payments::query;
use domain::category::Category;
use domain::filter::Filter;
use domain::ids::{CardRef, UserId};
use domain::own::Writing;
use domain::transaction::{TxStatus, TxType};
use server::clock::Moment;
use server::store::{NewPayment, PaymentRow, PaymentsQuery, Proven};

/// Numbers that look random and are the same at each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    fn maybe<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (self.roll(3) == 0).then(|| self.pick(from))
    }
}

const MERCHANTS: [&str; 8] =
    ["FNAC", "Café Noir", "CAFÉ", "100% Bio", "under_score", r"back\slash", "İSTANBUL", "ΟΔΟΣ"];
const DESCRIPTIONS: [&str; 5] = ["", "Rue de Paris", "remise 50%", "a_b", "it's \"quoted\""];
const NEEDLES: [&str; 20] = [
    "fnac", "É", "é", "%", "_", r"\", "0%", "r_s", "rue de", "paris", "İ", "i", "Σ", "ς", "'", "\"", "noir rue",
    "\u{1f}", "\0", "",
];
const AMOUNTS: [i64; 10] = [0, 1, -1, 4_999, -5_000, 5_000, -5_001, i64::MAX, i64::MIN, i64::MIN + 1];
const SIZES: [i64; 7] = [0, 1, 5_000, 5_001, i64::MAX, -1, i64::MIN];
/// Around midnight of Paris, at both changes of the clock.
const TIMES: [&str; 8] = [
    "2026-03-28 23:59:59",
    "2026-03-29 00:00:00",
    "2026-03-29 03:00:00",
    "2026-03-29 23:59:59",
    "2026-03-30 00:00:00",
    "2026-10-25 00:00:00",
    "2026-10-25 23:59:59",
    "2026-10-26 00:00:00",
];
const DAYS: [&str; 6] = ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26", "9999-12-31"];
const TAGS: [&str; 6] = ["voyage", "VOYAGE", "voyage à deux", "50%", "a_b", "İ"];
const CATEGORIES: [Category; 3] = [Category::Books, Category::Groceries, Category::Other];
const KINDS: [TxType; 3] = [TxType::Debit, TxType::Credit, TxType::Unknown];
const STATUSES: [TxStatus; 4] = [TxStatus::Authorised, TxStatus::Settled, TxStatus::Refused, TxStatus::Unknown];

fn payment(dice: &mut Dice, linked: &Linked, cards: &[CardRef], number: usize) -> NewPayment {
    let (merchant, description) = (dice.pick(&MERCHANTS), dice.pick(&DESCRIPTIONS));
    let city = dice.maybe(&["Paris", "Saint_Denis", "ÉVRY"]);
    NewPayment {
        card_ref: dice.pick(cards),
        amount_minor: dice.pick(&AMOUNTS),
        category: dice.pick(&CATEGORIES),
        kind: dice.pick(&KINDS),
        status: dice.pick(&STATUSES),
        merchant: merchant.to_owned(),
        description: description.to_owned(),
        city: city.map(str::to_owned),
        ..linked.payment(&number.to_string(), Moment::from_bank_text(dice.pick(&TIMES)).unwrap())
    }
}

fn filter(dice: &mut Dice, cards: &[CardRef]) -> Filter {
    Filter {
        q: dice.maybe(&NEEDLES).map(str::to_owned),
        card: dice.maybe(cards),
        category: dice.maybe(&CATEGORIES),
        tag: dice.maybe(&TAGS).map(str::to_owned),
        from: dice.maybe(&DAYS).map(str::to_owned),
        to: dice.maybe(&DAYS).map(str::to_owned),
        min: dice.maybe(&SIZES),
        max: dice.maybe(&SIZES),
        kind: dice.maybe(&KINDS),
        status: dice.maybe(&STATUSES),
    }
}

/// Words of her own on every third payment; all of them as they are then.
async fn write_on_some(cast: &Cast, dice: &mut Dice, user: &UserId, all: Vec<PaymentRow>) -> Vec<PaymentRow> {
    for row in all.iter().step_by(3) {
        let tags: Vec<String> = (0..dice.roll(3)).map(|_| dice.pick(&TAGS).to_owned()).collect();
        let note = dice.maybe(&DESCRIPTIONS).unwrap_or_default();
        let category = dice.maybe(&CATEGORIES).map_or("", Category::code);
        let writing = Writing::parse(category, note, &tags.join(",")).unwrap();
        assert!(cast.store.write_own(user, &row.payment.key(), &writing, cast.at(4)).await.unwrap());
    }
    let written = cast.store.payments(&query(user)).await.unwrap();
    assert!(written.iter().any(|row| row.payment.own.category_bank.is_some()));
    written
}

pub(super) async fn the_query_lets_through_what_the_filter_does(cast: &Cast) {
    let linked = cast.linked().await;
    let token = cast.store.link(&linked.link).await.unwrap().unwrap().token_fp;
    let cards = [linked.card.clone(), cast.card_ref()];
    let proven = cast.prove(&linked.link, &token, "acc-filters", &cards, 2).await;
    assert_eq!(proven, Proven::Linked(linked.link.clone()));
    let mut dice = Dice(42);
    let payments: Vec<NewPayment> = (0..200).map(|number| payment(&mut dice, &linked, &cards, number)).collect();
    cast.store.apply_payments(&payments, false, cast.at(3)).await.unwrap();
    let all = cast.store.payments(&query(&linked.user)).await.unwrap();
    assert_eq!(all.len(), 200);
    let all = write_on_some(cast, &mut dice, &linked.user, all).await;

    let mut found = 0;
    for round in 0..400 {
        let filter = filter(&mut dice, &cards);
        let expected: Vec<i64> = all.iter().filter(|row| filter.matches(&row.payment)).map(|row| row.id).collect();
        let rows = cast.store.payments(&PaymentsQuery { filter: filter.clone(), ..query(&linked.user) }).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "round {round}: {filter:?}");
        found += rows.len();
    }
    assert!(found > 1_000, "the filters are too strict to show anything: {found}");
}
