//! Payments for the tests of the formats.

use domain::category::Category;
use domain::ids::{CardRef, Txid};
use domain::live::Seq;
use domain::money::{Currency, Money};
use domain::own::Own;
use domain::transaction::{Transaction, TxStatus, TxType};

pub(super) fn payment(n: i64, minor: i64) -> Transaction {
    let amount = Money::new(minor, Currency::EUR).decimal();
    Transaction {
        txid: Txid::parse(format!("{n:011}")).unwrap(),
        card_ref: CardRef::parse("ANY0000000001").unwrap(),
        amount: amount.clone(),
        amount_minor: minor,
        currency: Currency::EUR,
        amount_fx: amount,
        currency_fx: Currency::EUR,
        fx: "1.000000".into(),
        fx_fee: "0".into(),
        status: TxStatus::Settled,
        kind: if minor < 0 { TxType::Debit } else { TxType::Credit },
        mcc: "5942".into(),
        category: Category::Books,
        merchant: "FNAC DIRECT".into(),
        city: Some("Ivry Sur Sein".into()),
        country: Some("FRA".into()),
        description: "FNAC DIRECT - RUE".into(),
        balance_after: Some("2431.07".into()),
        booked_at: "2017-02-02T14:14:48+01:00".into(),
        confirmed: true,
        contested: false,
        missing: None,
        failed_reason: None,
        own: Own::default(),
        seq: Seq(n),
    }
}
