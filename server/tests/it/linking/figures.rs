//! What a payment says, from the notification to her rows.

use super::notice::{Notice, arrived, purchase, settled};
use super::world::World;
use domain::ids::UserId;
use server::inbox;
use server::store::PaymentRow;

async fn linked(world: &World) -> (UserId, String) {
    let alice = world.user("a@example.test").await;
    world.linked(&alice, "alice@example.test").await;
    (alice, world.first_card("alice@example.test"))
}

async fn row(world: &World, user: &UserId, txid: &str) -> Option<PaymentRow> {
    world.payments(user, 10_000).await.into_iter().find(|row| row.payment.txid.as_str() == txid)
}

#[tokio::test]
async fn fs_01_fs_02_fs_04_amounts_are_to_the_cent() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    for (index, (amount, minor)) in [
        ("98.32", -9832),
        (r#""98.32""#, -9832),
        ("98.319999999999993", -9832),
        ("0.30000000000000004", -30),
        ("0", 0),
        ("-0", 0),
        (r#""-0.00""#, 0),
        ("-98.32", -9832),
    ]
    .into_iter()
    .enumerate()
    {
        let txid = format!("a{index}");
        let data = purchase(&card, &txid, &[("amount", amount), ("amount_fx", amount)]);
        assert_eq!(settled(&world, &Notice::new(&world, data)).await, (200, "accepted", String::new()), "{amount}");
        assert_eq!(row(&world, &alice, &txid).await.unwrap().payment.amount_minor, minor, "{amount}");
    }
}

#[tokio::test]
async fn fs_06_fs_08_fs_09_fs_10_fs_12_fs_13_fs_22_figures_that_cannot_be_are_kept_and_not_shown() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let endless = "1".repeat(10_000);
    for (field, value, reason) in [
        ("amount", "1.0E+20", "bad-amount"),
        ("amount", "1e400", "bad-amount"),
        ("amount", endless.as_str(), "bad-amount"),
        ("amount", r#""98,32""#, "bad-amount"),
        ("amount", r#""1 234.50""#, "bad-amount"),
        ("amount", r#""1'234.50""#, "bad-amount"),
        ("amount", r#""EUR 5""#, "bad-amount"),
        ("amount", r#""""#, "bad-amount"),
        ("amount", "null", "bad-amount"),
        ("amount", "true", "bad-amount"),
        ("amount", "[]", "bad-amount"),
        ("amount", "{}", "bad-amount"),
        ("amount", "", "bad-amount"),
        ("amount", r#"" 98.32""#, "bad-amount"),
        ("amount", r#""+98.32""#, "bad-amount"),
        ("amount", r#"".5""#, "bad-amount"),
        ("amount", r#""5.""#, "bad-amount"),
        ("amount", r#""٩٨""#, "bad-amount"),
        ("amount", "1.234", "bad-amount"),
        ("amount_fx", "1.234", "bad-amount-fx"),
        ("currency", r#""JPY""#, "bad-amount-fx"),
        ("currency", r#""eur""#, "bad-currency"),
        ("currency", r#""EURO""#, "bad-currency"),
        ("currency", r#""XXX""#, "bad-currency"),
        ("currency", "978", "bad-currency"),
        ("currency", r#""""#, "bad-currency"),
        ("currency", r#""€""#, "bad-currency"),
        ("date", r#""2017-02-30 10:00:00""#, "bad-date"),
        ("txid", r#""""#, "bad-txid"),
    ] {
        let came = settled(&world, &Notice::new(&world, purchase(&card, "555", &[(field, value)]))).await;
        assert_eq!(came, (200, "quarantined", reason.to_owned()), "{field}: {}", value.get(..40).unwrap_or(value));
    }
    for bad in ["", "ANY", "any0000000000", "../../etc/passwd", "ANY 000000000", &"A".repeat(300)] {
        let came = settled(&world, &Notice::new(&world, purchase(bad, "555", &[]))).await;
        assert_eq!(came, (200, "quarantined", "bad-card-reference".to_owned()), "{bad}");
    }
    assert!(row(&world, &alice, "555").await.is_none());
}

#[tokio::test]
async fn fs_12_decimals_are_those_of_the_currency() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    for (txid, currency, amount, minor) in [("y", r#""JPY""#, "98", -98), ("d", r#""KWD""#, "1.234", -1234)] {
        let data = purchase(&card, txid, &[("currency", currency), ("amount_fx", amount)]);
        assert_eq!(settled(&world, &Notice::new(&world, data)).await.1, "accepted", "{currency}");
        let payment = row(&world, &alice, txid).await.unwrap().payment;
        assert_eq!(payment.amount_fx.trim_start_matches('-'), amount, "{currency}: {minor}");
    }
}

#[tokio::test]
async fn fs_17_fs_18_fs_21_fs_26_what_only_looks_odd_is_taken() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    for (index, (field, value)) in [
        ("balance_after", "0.00"),
        ("balance_after", "-99999.99"),
        ("balance_after", "null"),
        ("request_id", "99999999999999999999999"),
        ("request_id", "-1"),
        ("request_id", r#""r-1""#),
        ("request_id", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let txid = format!("o{index}");
        let data = purchase(&card, &txid, &[(field, value)]).replace(r#""acc_id":"1""#, r#""acc_id":"xxx""#);
        let came = settled(&world, &Notice::new(&world, data)).await;
        assert_eq!(came, (200, "accepted", String::new()), "{field} {value}");
        assert!(row(&world, &alice, &txid).await.is_some());
    }
}

#[tokio::test]
async fn fs_20_names_of_payments_are_the_text_that_came() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    for txid in
        ["11111111111", "9223372036854775808", "9007199254740993", "00011", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]
    {
        settled(&world, &Notice::new(&world, purchase(&card, txid, &[]))).await;
        assert!(row(&world, &alice, txid).await.is_some(), "{txid}");
    }
    settled(&world, &Notice::new(&world, purchase(&card, "", &[("txid", "9007199254740995")]))).await;
    assert!(row(&world, &alice, "9007199254740995").await.is_some(), "a number is no float");
}

#[tokio::test]
async fn fs_24_fs_25_fs_33_fs_36_words_of_merchants_are_stored_masked_short_and_clean() {
    let world = World::start().await;
    let (alice, card) = linked(&world).await;
    let long = "é".repeat(25_000);
    for (txid, description, shown) in [
        ("pan", "PAID 4111 1111 1111 1111 CVV 123", "PAID **** **** **** 1111 CVV 123".to_owned()),
        ("dashes", "4111-1111-1111-1111", "****-****-****-1111".to_owned()),
        ("iban", "VIR FR7630006000011234567890189", "VIR FR76*******************0189".to_owned()),
        ("esc", "a\u{0}b\u{1b}[2J\r\nc\u{202e}d", "a b [2J cd".to_owned()),
        ("long", long.as_str(), "é".repeat(1_024)),
        ("none", "", String::new()),
    ] {
        let description = serde_json::to_string(description).unwrap();
        let data = purchase(&card, txid, &[("description", &description)]);
        settled(&world, &Notice::new(&world, data)).await;
        let payment = row(&world, &alice, txid).await.unwrap().payment;
        assert_eq!(payment.description, shown, "{txid}");
        assert!(!format!("{payment:?}").contains("4111 1111") && !format!("{payment:?}").contains("6000011234"));
        let delivery = world.deliveries().await.remove(0);
        let body = inbox::masked_body(&world.vault, &delivery).await.unwrap().unwrap();
        for secret in ["4111 1111", "4111-1111", "6000011234567890"] {
            assert!(!body.contains(secret), "an operator sees {secret}");
        }
        if txid == "long" {
            assert!(body.contains(&long), "the raw body is kept whole");
        }
    }
}

#[tokio::test]
async fn fs_28_fs_30_fs_32_odd_figures_are_marked() {
    let world = World::start().await;
    for (field, value, mark) in [
        ("type", r#""X""#, "type"),
        ("date", r#""2026-03-29 02:30:00""#, "clock-change"),
        ("date", r#""2026-10-25 02:30:00""#, "clock-change"),
        ("date", r#""2999-01-01 00:00:00""#, "future"),
        ("amount", "-12.40", "sign"),
        ("fx_fee", "-1", "fee"),
    ] {
        let body = Notice::new(&world, purchase("ANY0000000000", "555", &[(field, value)])).json();
        assert_eq!(arrived(&world, "application/json", &body).await.0, 200, "{field}");
        let trust = world.deliveries().await.remove(0).trust;
        assert!(trust.contains("odd:") && trust.contains(mark), "{field}: {trust}");
    }
}
