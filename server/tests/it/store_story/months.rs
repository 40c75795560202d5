//! What a month's payments come to.

use super::cast::{Cast, Linked};
use domain::calendar::Day;
use domain::category::Category;
use domain::ids::{CardRef, PaymentKey, Txid};
use domain::money::{Currency, Money};
use domain::month::Month;
use domain::own::Writing;
use domain::spending::Spending;
use domain::transaction::{TxStatus, TxType};
use server::clock::Moment;
use server::store::{Applied, MonthQuery, NewPayment, Proven};

const MARCH: Month = Month { year: 2026, month: 3 };

fn at(text: &str) -> Moment {
    Moment::from_bank_text(text).unwrap()
}

fn of(linked: &Linked, month: Month) -> MonthQuery {
    MonthQuery { user_id: linked.user.clone(), card: None, month }
}

fn of_card(linked: &Linked, card: &CardRef) -> MonthQuery {
    MonthQuery { card: Some(card.clone()), ..of(linked, MARCH) }
}

fn paid(linked: &Linked, txid: &str, when: &str, amount: i64, category: Category) -> NewPayment {
    NewPayment {
        amount_minor: amount,
        fx_amount_minor: amount,
        kind: if amount < 0 { TxType::Debit } else { TxType::Credit },
        category,
        ..linked.payment(txid, at(when))
    }
}

fn named(merchant: &str, payment: NewPayment) -> NewPayment {
    NewPayment { merchant: merchant.to_owned(), ..payment }
}

async fn march(cast: &Cast, query: &MonthQuery) -> Vec<Spending> {
    Spending::add_up(&cast.store.month_sums(query).await.unwrap().cells, query.month)
}

/// (spent, refunded, loaded, payments)
fn figures(sum: &Spending) -> (i64, i64, i64, i64) {
    (sum.spent, sum.refunded, sum.loaded, sum.payments)
}

pub(super) async fn a_month_adds_up_to_what_was_spent_at_the_bank(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let waiting = NewPayment {
        status: TxStatus::Authorised,
        ..paid(&linked, "1", "2026-03-05 10:00:00", -1_000, Category::Books)
    };
    let payments = [
        // The first and the last second of the month at the bank, and their neighbours.
        paid(&linked, "2", "2026-02-28 23:59:59", -7_000_000, Category::Home),
        paid(&linked, "3", "2026-03-01 00:00:00", -10, Category::Home),
        paid(&linked, "4", "2026-03-31 23:59:59", -20, Category::Home),
        paid(&linked, "5", "2026-04-01 00:00:00", -8_000_000, Category::Home),
        waiting.clone(),
        NewPayment {
            status: TxStatus::Refused,
            ..paid(&linked, "6", "2026-03-05 11:00:00", -9_000_000, Category::Books)
        },
        paid(&linked, "7", "2026-03-06 10:00:00", 400, Category::Books),
        paid(&linked, "8", "2026-03-06 10:00:00", 50_000, Category::Fees),
        // Nobody pays that, and a sum of such would overflow.
        paid(&linked, "9", "2026-03-07 10:00:00", i64::MAX, Category::Other),
        paid(&linked, "10", "2026-03-07 10:00:00", i64::MIN, Category::Other),
        paid(&linked, "11", "2026-03-07 10:00:00", i64::MIN, Category::Other),
    ];
    store.apply_payments(&payments, false, cast.at(1)).await.unwrap();
    let sums = march(cast, &of(&linked, MARCH)).await;
    assert_eq!(sums.len(), 1);
    assert_eq!(figures(&sums[0]), (630, 400, 50_000, 3));
    let days = |day: usize| sums[0].days[day - 1];
    assert_eq!((days(1), days(5), days(6), days(31)), (10, 1_000, -400, 20));
    assert_eq!(sums[0].of_category(Category::Books), 600);

    // Settled, it is the same payment; and the feed says that something has changed.
    let before = store.month_sums(&of(&linked, MARCH)).await.unwrap().seq;
    let settled = NewPayment { status: TxStatus::Settled, ..waiting };
    assert_eq!(store.apply_payments(&[settled], true, cast.at(2)).await.unwrap(), [Applied::Changed]);
    assert_eq!(figures(&march(cast, &of(&linked, MARCH)).await[0]), (630, 400, 50_000, 3));
    let read = store.month_sums(&of(&linked, MARCH)).await.unwrap();
    assert!(read.seq > before);
    assert_eq!(read.seq, store.last_seq(&linked.user).await.unwrap());
    assert_eq!(march(cast, &of(&cast.linked().await, MARCH)).await, [], "nobody else's");
    assert_eq!(march(cast, &of(&linked, Month { year: 9_999, month: 12 })).await, []);
    under_the_categories_of_their_owner(cast, &linked).await;
    of_a_card_alone(cast, &linked).await;
    through_two_links_a_payment_counts_once(cast, &linked).await;
}

/// What people call their payments moves them between categories, and makes no refund of what they put on a card.
async fn under_the_categories_of_their_owner(cast: &Cast, linked: &Linked) {
    let before = cast.store.month_sums(&of(linked, MARCH)).await.unwrap().seq;
    for txid in ["1", "8"] {
        let key = PaymentKey { card_ref: linked.card.clone(), txid: Txid::parse(txid).unwrap() };
        let writing = Writing { category: Some(Category::Travel), ..Writing::default() };
        assert!(cast.store.write_own(&linked.user, &key, &writing, cast.at(2)).await.unwrap());
    }
    let read = cast.store.month_sums(&of(linked, MARCH)).await.unwrap();
    assert!(read.seq > before, "what was remembered is not true any more");
    let sums = march(cast, &of(linked, MARCH)).await;
    assert_eq!(figures(&sums[0]), (630, 400, 50_000, 3));
    let of_category = |category| sums[0].of_category(category);
    assert_eq!((of_category(Category::Travel), of_category(Category::Books)), (1_000, -400));
    let merchants = cast.store.month_details(&of(linked, MARCH)).await.unwrap().merchants;
    assert_eq!(merchants.iter().map(|sum| sum.spent.minor).collect::<Vec<_>>(), [630]);
}

async fn of_a_card_alone(cast: &Cast, linked: &Linked) {
    let other = cast.card_ref();
    let dollars = Currency::parse("USD").unwrap();
    let payment = NewPayment {
        card_ref: other.clone(),
        currency: dollars,
        fx_currency: dollars,
        ..paid(linked, "12", "2026-03-09 10:00:00", -333, Category::Travel)
    };
    cast.store.apply_payments(&[payment], false, cast.at(3)).await.unwrap();
    let both = march(cast, &of(linked, MARCH)).await;
    assert_eq!(
        both.iter().map(|sum| (sum.currency, sum.spent)).collect::<Vec<_>>(),
        [(Currency::EUR, 630), (dollars, 333)]
    );
    assert_eq!(march(cast, &of_card(linked, &other)).await, both[1..]);
    assert_eq!(march(cast, &of_card(linked, &linked.card)).await, both[..1]);
    let oldest = |card| cast.store.oldest_payment(&linked.user, card);
    assert_eq!(oldest(None).await.unwrap(), Some(at("2026-02-28 23:59:59")));
    assert_eq!(oldest(Some(&other)).await.unwrap(), Some(at("2026-03-09 10:00:00")));
    assert_eq!(oldest(Some(&cast.card_ref())).await.unwrap(), None);
}

async fn through_two_links_a_payment_counts_once(cast: &Cast, linked: &Linked) {
    let token = cast.token();
    let second = cast.pending(&linked.user, &token, 4).await;
    let account = format!("acc-{}", cast.number());
    let proven = cast.prove(&second, &token, &account, std::slice::from_ref(&linked.card), 5).await;
    assert_eq!(proven, Proven::Linked(second.clone()));
    let twin = NewPayment { link_id: second, ..paid(linked, "1", "2026-03-05 10:00:00", -1_000, Category::Books) };
    assert_eq!(cast.store.apply_payments(&[twin], false, cast.at(6)).await.unwrap(), [Applied::New]);
    assert_eq!(figures(&march(cast, &of(linked, MARCH)).await[0]), (630, 400, 50_000, 3));
}

pub(super) async fn a_month_names_its_merchants_and_what_abroad_cost(cast: &Cast) {
    let store = &cast.store;
    let linked = cast.linked().await;
    let shop = |number: i64| {
        let when = format!("2026-03-{:02} 10:00:00", number + 1);
        named(&format!("Shop {number}"), paid(&linked, &format!("s{number}"), &when, -100 * number, Category::Shopping))
    };
    let mut payments: Vec<NewPayment> = (1..=12).map(shop).collect();
    let back = named("Shop 12", paid(&linked, "b1", "2026-03-20 10:00:00", 1_150, Category::Shopping));
    // Put on the card, and so given back by nobody.
    let load = named("Shop 11", paid(&linked, "b2", "2026-03-20 11:00:00", 90_000, Category::Cash));
    let dollars = |txid: &str, status| NewPayment {
        fx_currency: Currency::parse("USD").unwrap(),
        fx_amount_minor: -5_210,
        fx: "0.921317".to_owned(),
        fx_fee: "0.96".to_owned(),
        status,
        ..named("Amtrak", paid(&linked, txid, "2026-03-21 10:00:00", -4_896, Category::Transport))
    };
    payments.extend([back, load, dollars("d1", TxStatus::Settled), dollars("d2", TxStatus::Refused)]);
    store.apply_payments(&payments, false, cast.at(1)).await.unwrap();

    let details = store.month_details(&of(&linked, MARCH)).await.unwrap();
    let merchants: Vec<_> =
        details.merchants.iter().map(|sum| (sum.merchant.as_str(), sum.spent.minor, sum.payments)).collect();
    assert_eq!(merchants[..3], [("Amtrak", 4_896, 1), ("Shop 11", 1_100, 1), ("Shop 10", 1_000, 1)]);
    assert_eq!(merchants.len(), 8);
    assert!(merchants.iter().all(|(name, ..)| *name != "Shop 12"), "it gave nearly all back");
    assert_eq!(details.merchants[0].category, Category::Transport);
    let abroad: Vec<_> = details.abroad.iter().map(|cost| (cost.all, cost.fee)).collect();
    let euros = |minor| Money::new(minor, Currency::EUR);
    assert_eq!(abroad, [(euros(4_896), Some(euros(96)))]);
    assert_eq!(details.seq, store.last_seq(&linked.user).await.unwrap());
    let nothing = store.month_details(&of_card(&linked, &cast.card_ref())).await.unwrap();
    assert_eq!((nothing.merchants.len(), nothing.abroad.len()), (0, 0));
    what_was_paid_since_a_day(cast, &linked).await;
}

async fn what_was_paid_since_a_day(cast: &Cast, linked: &Linked) {
    let since = Day { year: 2026, month: 3, day: 12 };
    let past = cast.store.payments_since(&linked.user, None, since).await.unwrap();
    let found: Vec<_> = past.payments.iter().map(|one| (one.merchant.as_str(), one.amount, one.day.iso())).collect();
    assert_eq!(
        found,
        [
            ("Amtrak", 4_896, "2026-03-21".to_owned()),
            ("Shop 12", 1_200, "2026-03-13".to_owned()),
            ("Shop 11", 1_100, "2026-03-12".to_owned()),
        ]
    );
    let of_card = cast.store.payments_since(&linked.user, Some(&linked.card), since).await.unwrap();
    assert_eq!(of_card, past);
    let elsewhere = cast.store.payments_since(&linked.user, Some(&cast.card_ref()), since).await.unwrap();
    assert_eq!((elsewhere.seq, elsewhere.payments.len()), (past.seq, 0));
}
