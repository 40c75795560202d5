//! The three events and what each carries.

use crate::{
    clock,
    php::Value,
    world::{
        books::{Failure, Status, Transaction},
        money::{Currency, Minor},
    },
};

#[derive(Debug, Clone)]
pub enum Event {
    TokenCreated { token: String, custom_reference: Option<String> },
    TokenRevoked { token: String, custom_reference: Option<String> },
    CardTransaction { request_id: u64, card_ref: String, acc_id: u64, transaction: Box<Transaction> },
}

impl Event {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TokenCreated { .. } => "token_created",
            Self::TokenRevoked { .. } => "token_revoked",
            Self::CardTransaction { .. } => "card_transaction_received",
        }
    }

    /// Whether it tells of a settled payment.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::CardTransaction { transaction, .. } if transaction.status == Status::Settled)
    }

    /// The same news with cents too much, which only a scenario tells.
    #[must_use]
    pub fn dearer(&self, cents: i64) -> Self {
        self.retold(|transaction| transaction.amount.0 += cents)
    }

    /// The same payment as it was before it was settled.
    #[must_use]
    pub fn authorised(&self) -> Self {
        self.retold(|transaction| transaction.status = Status::Authorised)
    }

    fn retold(&self, change: impl FnOnce(&mut Transaction)) -> Self {
        let mut event = self.clone();
        if let Self::CardTransaction { transaction, .. } = &mut event {
            change(transaction);
        }
        event
    }

    /// What stands beside hash, timestamp and name.
    pub fn data(&self, webhook: &str) -> Vec<(&'static str, Value)> {
        match self {
            Self::TokenCreated { token, custom_reference } | Self::TokenRevoked { token, custom_reference } => vec![
                ("webhook", webhook.into()),
                ("token", token.as_str().into()),
                ("custom_reference", custom_reference.clone().into()),
            ],
            Self::CardTransaction { request_id, card_ref, acc_id, transaction } => vec![
                ("request_id", (*request_id).into()),
                ("type_response", "async".into()),
                (
                    "body",
                    Value::Map(vec![
                        ("method", "card_last_tx".into()),
                        ("card_ref", card_ref.as_str().into()),
                        ("acc_id", acc_id.to_string().into()),
                        ("transaction", Value::Map(transaction_fields(transaction))),
                    ]),
                ),
            ],
        }
    }
}

/// A payment with the vendor's mix of numbers and strings.
pub fn transaction_fields(transaction: &Transaction) -> Vec<(&'static str, Value)> {
    let mut fields = vec![
        ("txid", transaction.txid.into()),
        ("mcc", i64::from(transaction.mcc).into()),
        ("amount", transaction.amount.float(Currency::Eur).into()),
        ("amount_fx", transaction.amount_fx.float(transaction.currency).into()),
        ("currency", transaction.currency.code().into()),
        ("fx", transaction.fx.to_string().into()),
        ("fx_fee", fee(transaction.fx_fee)),
        ("status", transaction.status.code().into()),
        ("type", transaction.kind.code().into()),
        ("balance_after", transaction.balance_after.text(Currency::Eur).into()),
        ("date", clock::naive(transaction.date).into()),
        ("description", transaction.description.as_str().into()),
    ];
    if let Some(failure) = &transaction.failure {
        fields.push(("failed_reason", failed_reason(failure)));
    }
    fields
}

fn fee(fee: Minor) -> Value {
    if fee.0 == 0 { 0_i64.into() } else { fee.float(Currency::Eur).into() }
}

fn failed_reason(failure: &Failure) -> Value {
    Value::Map(vec![("code", failure.code.as_str().into()), ("message", failure.message.as_str().into())])
}
