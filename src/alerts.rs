//! What users want to be told of their payments.
//!
//! A rule tells of a payment when its condition holds of it and did not hold of what was known before. So a payment that is
//! authorised, then settled, is told of once, and one that was known before the rule was made is not told of at all.

use crate::ids::{CardRef, Txid};
use crate::money::{Currency, Money};
use crate::transaction::TxStatus;
use serde::{Deserialize, Serialize};

/// Rules of one user.
pub const MOST_RULES: usize = 20;

/// France, and what is France to a bank: ISO 3166 alpha-3.
const HOME: [&str; 9] = ["FRA", "GLP", "GUF", "MTQ", "REU", "MYT", "SPM", "BLM", "MAF"];

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    Amount,
    Abroad,
    NewMerchant,
    Refused,
    Balance,
}

impl RuleKind {
    pub const ALL: [Self; 5] = [Self::Amount, Self::Abroad, Self::NewMerchant, Self::Refused, Self::Balance];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Abroad => "abroad",
            Self::NewMerchant => "new-merchant",
            Self::Refused => "refused",
            Self::Balance => "balance",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it needs an amount.
    pub const fn has_limit(self) -> bool {
        matches!(self, Self::Amount | Self::Balance)
    }
}

/// When a rule tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// More than this was paid, in this currency.
    AmountOver(Money),
    /// In another country, or in another currency than the card's.
    Abroad,
    /// Where none of her cards was used before.
    NewMerchant,
    Refused,
    /// Less than this is left on the card, in this currency.
    BalanceUnder(Money),
}

impl Condition {
    /// None where an amount is missing, or one too many.
    pub const fn of(kind: RuleKind, limit: Option<Money>) -> Option<Self> {
        Some(match (kind, limit) {
            (RuleKind::Amount, Some(limit)) => Self::AmountOver(limit),
            (RuleKind::Balance, Some(limit)) => Self::BalanceUnder(limit),
            (RuleKind::Abroad, None) => Self::Abroad,
            (RuleKind::NewMerchant, None) => Self::NewMerchant,
            (RuleKind::Refused, None) => Self::Refused,
            _ => return None,
        })
    }

    pub const fn kind(self) -> RuleKind {
        match self {
            Self::AmountOver(_) => RuleKind::Amount,
            Self::Abroad => RuleKind::Abroad,
            Self::NewMerchant => RuleKind::NewMerchant,
            Self::Refused => RuleKind::Refused,
            Self::BalanceUnder(_) => RuleKind::Balance,
        }
    }

    pub const fn limit(self) -> Option<Money> {
        match self {
            Self::AmountOver(limit) | Self::BalanceUnder(limit) => Some(limit),
            Self::Abroad | Self::NewMerchant | Self::Refused => None,
        }
    }
}

/// A rule: when to tell, of which card.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rule {
    pub condition: Condition,
    /// None for all of them.
    pub card: Option<CardRef>,
}

/// By which ways a user is told, beside the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Ways {
    pub mail: bool,
    pub push: bool,
}

/// A payment as far as rules look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'p> {
    /// In the card's currency, debits negative.
    pub amount: Money,
    /// What the merchant was paid in.
    pub currency_fx: Currency,
    pub status: TxStatus,
    /// ISO 3166 alpha-3.
    pub country: Option<&'p str>,
    /// Her first payment there.
    pub first_there: bool,
}

impl Facts<'_> {
    fn is_abroad(&self) -> bool {
        self.amount.currency != self.currency_fx || self.country.is_some_and(|country| !HOME.contains(&country))
    }
}

impl Rule {
    /// Whether it tells of a payment of this card, of which `before` was known. Balances are [`Rule::hears`]'s.
    pub fn tells(&self, card: &CardRef, now: &Facts<'_>, before: Option<&Facts<'_>>) -> bool {
        self.is_about(card) && self.holds(now) && !before.is_some_and(|before| self.holds(before))
    }

    /// What a new balance of this card means to it. `known_low`: it is under the limit, and its owner was told so. `before` is
    /// the balance before the payment that it comes from, as far as that is known: it may have recovered unheard.
    pub fn hears(&self, card: &CardRef, after: Money, before: Option<Money>, known_low: bool) -> Hears {
        let Condition::BalanceUnder(limit) = self.condition else { return Hears::Nothing };
        if !self.is_about(card) || after.currency != limit.currency {
            return Hears::Nothing;
        }
        if after.minor >= limit.minor {
            return if known_low { Hears::Recovered } else { Hears::Nothing };
        }
        let fell = before.is_some_and(|before| before.currency == limit.currency && before.minor >= limit.minor);
        if fell || !known_low { Hears::Low } else { Hears::Nothing }
    }

    fn is_about(&self, card: &CardRef) -> bool {
        self.card.as_ref().is_none_or(|wanted| wanted == card)
    }

    fn holds(&self, facts: &Facts<'_>) -> bool {
        match self.condition {
            Condition::AmountOver(limit) => {
                facts.status != TxStatus::Refused
                    && facts.amount.currency == limit.currency
                    && facts.amount.minor < 0
                    && facts.amount.minor.unsigned_abs() > limit.minor.unsigned_abs()
            }
            Condition::Abroad => facts.is_abroad(),
            Condition::NewMerchant => facts.first_there,
            Condition::Refused => facts.status == TxStatus::Refused,
            Condition::BalanceUnder(_) => false,
        }
    }
}

/// What a balance is to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hears {
    Nothing,
    /// Its owner has to be told.
    Low,
    /// She will be told the next time.
    Recovered,
}

/// A rule as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleView {
    pub id: crate::ids::RuleId,
    pub rule: Rule,
    pub ways: Ways,
    pub is_on: bool,
}

/// What its owner was told: the data of the live event `alert`, with the number of those that she has not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertView {
    pub id: i64,
    pub kind: RuleKind,
    /// Of the rule, as it was then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<Money>,
    pub card_ref: CardRef,
    pub txid: Txid,
    pub merchant: String,
    pub amount: Money,
    /// What was left on the card, where the rule is about that.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub balance: Option<Money>,
    /// RFC 3339, Europe/Paris.
    pub booked_at: String,
    pub told_at: String,
}

/// The live event `alert`: the newest alert, or one that was just seen, and how many wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertNews {
    pub alert: AlertView,
    pub unread: i64,
}

/// A rule as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedRule {
    pub kind: String,
    pub amount: String,
    pub currency: String,
    /// Empty for all.
    pub card: String,
    pub ways: Ways,
}

/// Why a rule cannot be kept, by the field that it stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleProblem {
    UnknownKind,
    NoAmount,
    NotAnAmount,
    UnknownCurrency,
    UnknownCard,
    /// The same is there already.
    Known,
    TooMany,
}

impl RuleProblem {
    /// The field's name; none where the whole form is meant.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::UnknownKind => Some("kind"),
            Self::NoAmount | Self::NotAnAmount => Some("amount"),
            Self::UnknownCurrency => Some("currency"),
            Self::UnknownCard => Some("card"),
            Self::Known | Self::TooMany => None,
        }
    }
}

impl TypedRule {
    /// Reads what was typed by somebody with these cards. The limit of a card is in the card's currency, whatever was chosen.
    pub fn read(&self, cards: &[(CardRef, Currency)]) -> Result<Rule, Vec<RuleProblem>> {
        let mut problems = Vec::new();
        let card = match self.card.trim() {
            "" => None,
            text => {
                let found = cards.iter().find(|(card, _)| card.as_str() == text);
                if found.is_none() {
                    problems.push(RuleProblem::UnknownCard);
                }
                found
            }
        };
        let kind = RuleKind::from_code(self.kind.trim());
        let condition = match kind {
            None => {
                problems.push(RuleProblem::UnknownKind);
                None
            }
            Some(kind) if kind.has_limit() => match self.limit(card.map(|(_, currency)| *currency)) {
                Ok(limit) => Condition::of(kind, Some(limit)),
                Err(problem) => {
                    problems.push(problem);
                    None
                }
            },
            Some(kind) => Condition::of(kind, None),
        };
        match condition {
            Some(condition) if problems.is_empty() => Ok(Rule { condition, card: card.map(|(card, _)| card.clone()) }),
            _ => Err(problems),
        }
    }

    fn limit(&self, of_card: Option<Currency>) -> Result<Money, RuleProblem> {
        let chosen = match self.currency.trim() {
            "" => Ok(Currency::EUR),
            code => Currency::parse(code).map_err(|_| RuleProblem::UnknownCurrency),
        };
        let currency = of_card.map_or(chosen, Ok)?;
        let text: String = self.amount.chars().filter(|c| !c.is_whitespace()).collect();
        let text = text.trim_matches(|c| currency.symbol().contains(c));
        match text.replace(',', ".") {
            plain if plain.is_empty() => Err(RuleProblem::NoAmount),
            plain => {
                Money::parse(&plain, currency).ok().filter(|limit| limit.minor >= 0).ok_or(RuleProblem::NotAnAmount)
            }
        }
    }
}

#[cfg(test)]
mod tests;
