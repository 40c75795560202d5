use super::*;
use proptest::prelude::*;

fn card(n: u8) -> CardRef {
    CardRef::parse(format!("ANY{n:010}")).unwrap()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn paid(minor: i64, status: TxStatus) -> Facts<'static> {
    Facts { amount: eur(minor), currency_fx: Currency::EUR, status, country: Some("FRA"), first_there: false }
}

fn rule(condition: Condition) -> Rule {
    Rule { condition, card: None }
}

fn typed(kind: &str, amount: &str) -> TypedRule {
    TypedRule { kind: kind.to_owned(), amount: amount.to_owned(), ..TypedRule::default() }
}

#[test]
fn each_condition_tells_of_what_it_says() {
    use TxStatus::{Authorised, Refused, Settled};
    let over = rule(Condition::AmountOver(eur(5_000)));
    for (facts, tells) in [
        (paid(-5_001, Settled), true),
        (paid(-5_001, Authorised), true),
        (paid(-5_000, Settled), false),
        (paid(5_001, Settled), false),
        (paid(-5_001, Refused), false),
        (Facts { amount: Money::new(-9_999, Currency::parse("USD").unwrap()), ..paid(0, Settled) }, false),
    ] {
        assert_eq!(over.tells(&card(1), &facts, None), tells, "{facts:?}");
    }
    let abroad = rule(Condition::Abroad);
    let dollars = Facts { currency_fx: Currency::parse("USD").unwrap(), country: None, ..paid(-1, Settled) };
    for (facts, tells) in [
        (paid(-1, Settled), false),
        (Facts { country: None, ..paid(-1, Settled) }, false),
        (Facts { country: Some("REU"), ..paid(-1, Settled) }, false),
        (Facts { country: Some("ITA"), ..paid(-1, Settled) }, true),
        (Facts { country: Some("ITA"), ..paid(-1, Refused) }, true),
        (dollars, true),
    ] {
        assert_eq!(abroad.tells(&card(1), &facts, None), tells, "{facts:?}");
    }
    let refused = rule(Condition::Refused);
    assert!(refused.tells(&card(1), &paid(-1, Refused), None));
    assert!(refused.tells(&card(1), &paid(-1, Refused), Some(&paid(-1, Authorised))));
    assert!(!refused.tells(&card(1), &paid(-1, Authorised), None));
    let first = Facts { first_there: true, ..paid(-1, Settled) };
    assert!(rule(Condition::NewMerchant).tells(&card(1), &first, None));
}

#[test]
fn a_low_balance_is_told_once_until_it_has_recovered() {
    let rule = rule(Condition::BalanceUnder(eur(1_000)));
    let hears = |after: i64, before: Option<i64>, low| rule.hears(&card(1), eur(after), before.map(eur), low);
    assert_eq!(hears(999, None, false), Hears::Low);
    assert_eq!(hears(500, Some(999), true), Hears::Nothing);
    assert_eq!(hears(1_000, Some(500), true), Hears::Recovered);
    assert_eq!(hears(1_000, Some(500), false), Hears::Nothing);
    assert_eq!(hears(900, Some(2_000), true), Hears::Low, "it has recovered, and nobody said so");
    let dollars = Money::new(1, Currency::parse("USD").unwrap());
    assert_eq!(rule.hears(&card(1), dollars, None, false), Hears::Nothing);
}

#[test]
fn what_was_typed_is_read_as_it_was_meant() {
    let usd = Currency::parse("USD").unwrap();
    let cards = [(card(1), Currency::EUR), (card(2), usd)];
    let condition = |typed: TypedRule| typed.read(&cards).map(|rule| rule.condition);
    for text in ["50", "50,00", " 50.00 €", "5\u{202f}0", "€50"] {
        assert_eq!(condition(typed("amount", text)), Ok(Condition::AmountOver(eur(5_000))), "{text}");
    }
    let of_card = TypedRule { card: card(2).to_string(), currency: "EUR".to_owned(), ..typed("balance", "50") };
    let read = of_card.read(&cards).unwrap();
    assert_eq!(read, Rule { condition: Condition::BalanceUnder(Money::new(5_000, usd)), card: Some(card(2)) });
    assert_eq!(condition(typed("abroad", "nonsense")), Ok(Condition::Abroad));
    for (typed, problem) in [
        (typed("amount", " "), RuleProblem::NoAmount),
        (typed("amount", "much"), RuleProblem::NotAnAmount),
        (typed("amount", "-5"), RuleProblem::NotAnAmount),
        (typed("amount", "1,234.56"), RuleProblem::NotAnAmount),
        (typed("balance", "0.001"), RuleProblem::NotAnAmount),
        (typed("everything", "5"), RuleProblem::UnknownKind),
        (TypedRule { currency: "XXX".to_owned(), ..typed("amount", "5") }, RuleProblem::UnknownCurrency),
        (TypedRule { card: card(3).to_string(), ..typed("abroad", "") }, RuleProblem::UnknownCard),
    ] {
        assert_eq!(typed.read(&cards), Err(vec![problem]), "{typed:?}");
    }
}

#[test]
fn codes_are_read_back() {
    for kind in RuleKind::ALL {
        assert_eq!(RuleKind::from_code(kind.code()), Some(kind));
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()));
    }
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["EUR", "USD", "JPY"]).prop_map(|code| Currency::parse(code).unwrap())
}

fn facts() -> impl Strategy<Value = Facts<'static>> {
    let status =
        prop::sample::select(vec![TxStatus::Unknown, TxStatus::Authorised, TxStatus::Settled, TxStatus::Refused]);
    let country = prop::sample::select(vec![None, Some("FRA"), Some("ITA")]);
    (any::<i64>(), currency(), currency(), status, country, any::<bool>()).prop_map(
        |(minor, own, currency_fx, status, country, first_there)| Facts {
            amount: Money::new(minor, own),
            currency_fx,
            status,
            country,
            first_there,
        },
    )
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let limit = (0..i64::MAX, currency()).prop_map(|(minor, currency)| Money::new(minor, currency));
    let condition = (prop::sample::select(RuleKind::ALL.to_vec()), limit)
        .prop_map(|(kind, limit)| Condition::of(kind, kind.has_limit().then_some(limit)).unwrap());
    (condition, prop::option::of((1_u8..4).prop_map(card))).prop_map(|(condition, card)| Rule { condition, card })
}

proptest! {
    /// However a payment is told, and however often.
    #[test]
    fn telling_the_same_again_is_no_news(rule in any_rule(), facts in facts(), n in 1_u8..4) {
        prop_assert!(!rule.tells(&card(n), &facts, Some(&facts)));
    }

    #[test]
    fn a_rule_for_one_card_is_silent_about_the_others(rule in any_rule(), facts in facts(), n in 1_u8..4) {
        let silent = rule.card.as_ref().is_some_and(|wanted| *wanted != card(n));
        if silent {
            prop_assert!(!rule.tells(&card(n), &facts, None));
            prop_assert_eq!(rule.hears(&card(n), facts.amount, None, false), Hears::Nothing);
        }
    }

    #[test]
    fn a_lower_limit_tells_of_everything_that_a_higher_one_does(facts in facts(), a in 0..i64::MAX, b in 0..i64::MAX) {
        let tells = |minor| rule(Condition::AmountOver(Money::new(minor, facts.amount.currency))).tells(&card(1), &facts, None);
        prop_assert!(tells(a.min(b)) || !tells(a.max(b)));
    }

    /// Whatever balances follow each other, its owner is told again only after one that is not low.
    #[test]
    fn two_warnings_have_a_recovery_between_them(balances in prop::collection::vec(-10_i64..20, 1..40), limit in 0_i64..10) {
        let rule = rule(Condition::BalanceUnder(eur(limit)));
        let (mut low, mut recovered, mut before) = (false, true, None);
        for after in balances {
            let heard = rule.hears(&card(1), eur(after), before.map(eur), low);
            prop_assert_eq!(heard == Hears::Low, after < limit && recovered);
            match heard {
                Hears::Low => low = true,
                Hears::Recovered => low = false,
                Hears::Nothing => {}
            }
            recovered = after >= limit;
            before = Some(after);
        }
    }

    #[test]
    fn no_typing_panics_and_what_is_read_is_within_bounds(kind in ".{0,12}", amount in ".{0,24}", currency in "[A-Z]{0,4}", card in ".{0,16}") {
        let typed = TypedRule { kind, amount, currency, card, ways: Ways::default() };
        if let Ok(rule) = typed.read(&[]) {
            prop_assert!(rule.card.is_none());
            prop_assert!(rule.condition.limit().is_none_or(|limit| limit.minor >= 0));
        }
    }
}
