//! The ledger: the bank's payments as our rows.

use crate::clock::Moment;
use crate::store::{CardRecord, NewPayment};
use crate::vendor::{BankPayment, PaymentError};
use domain::category;
use domain::merchant;

/// A payment of the bank as a row of one of the card's owners. `confirmed_at` is when the bank's API showed it, none for
/// a notification.
pub fn entry(
    card: &CardRecord,
    payment: &BankPayment,
    confirmed_at: Option<Moment>,
) -> Result<NewPayment, PaymentError> {
    let amounts = payment.amounts(card.currency)?;
    let merchant = merchant::parse(&payment.description);
    Ok(NewPayment {
        link_id: card.link_id.clone(),
        user_id: card.user_id.clone(),
        card_ref: card.card_ref.clone(),
        txid: payment.txid.clone(),
        amount_minor: amounts.amount.minor,
        currency: card.currency,
        fx_amount_minor: amounts.amount_fx.minor,
        fx_currency: payment.currency_fx,
        fx: payment.fx.clone(),
        fx_fee: payment.fx_fee.clone(),
        status: payment.status,
        kind: payment.kind,
        mcc: payment.mcc.clone(),
        category: category::of_mcc(&payment.mcc),
        merchant: merchant.name,
        city: merchant.city,
        country: merchant.country,
        description: payment.description.clone(),
        balance_after_minor: amounts.balance_after.map(|balance| balance.minor),
        booked_at: payment.booked_at,
        booked_text: payment.booked_at.bank_text(),
        failed_reason: payment.failed_reason.clone(),
        confirmed_at,
    })
}
