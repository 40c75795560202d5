//! Rules and what they told.

use crate::fake::{Fake, card_choice, context, rules, told};
use crate::{all, full, one, page, text};
use app::page::{PageContext, RefusedRule};
use domain::alerts::{RuleProblem, TypedRule};
use domain::lang::Lang;
use domain::viewer::Role;

#[tokio::test]
async fn alerts_say_their_rules_and_what_they_told_in_words() {
    let fake =
        Fake { rules: rules(), told: told("FNAC"), card_choices: vec![card_choice(1, "Perso", "EUR")], ..full() };
    let base = PageContext { unread: 4, lang: Lang::En, ..context("/settings/alerts", Some(Role::User)) };
    let document = page(base.clone(), fake.clone()).await;
    let words: Vec<String> =
        all(&document, "[data-testid=rule]").into_iter().map(|rule| text(rule).trim().to_owned()).collect();
    assert_eq!(words.len(), 5);
    assert!(words[0].starts_with("Payment over €50.00") && words[0].contains("Perso •••• 0001"), "{words:?}");
    assert!(words[0].contains("On this page, by e-mail, on your devices"), "{words:?}");
    assert!(words[1].contains("Off") && words[1].contains("Switch on") && words[1].contains("All cards"), "{words:?}");
    let alerts: Vec<String> = all(&document, "[data-testid=alert]").into_iter().map(text).collect();
    assert_eq!(alerts.len(), 5);
    assert!(alerts[0].contains("New") && alerts[0].contains("Over €50.00") && alerts[0].contains("−€98.32"));
    assert!(!alerts[4].contains("New"), "the last one was seen: {alerts:?}");
    assert!(alerts[4].contains("€12.40 left, under €50.00"), "{alerts:?}");
    assert_eq!(one(&document, "form[data-see] input[name=up_to]").attr("value"), Some("9"));
    assert_eq!(text(one(&document, "[data-alert-count]")), "4");
    assert_eq!(text(one(&document, "[data-alert-words]")), "4 unread");
    // Cards of one currency need no choice of it.
    assert_eq!(one(&document, "input[name=currency]").attr("value"), Some("EUR"));

    let quiet = page(PageContext { unread: 0, ..base }, Fake::default()).await;
    assert!(all(&quiet, "form[data-see]").is_empty() && text(one(&quiet, "[data-alert-count]")).is_empty());
    assert!(text(one(&quiet, "main")).contains("No rule yet"));
}

#[tokio::test]
async fn a_refused_rule_keeps_what_was_typed_beside_what_is_wrong_with_it() {
    for path in ["/settings/alerts", "/settings/alerts/00000000000000000000000000000000"] {
        let typed = TypedRule { kind: "balance".into(), amount: "much".into(), ..TypedRule::default() };
        let rule = Some(RefusedRule { typed, problems: vec![RuleProblem::NotAnAmount, RuleProblem::Known] });
        let base = PageContext { rule, ..context(path, Some(Role::User)) };
        let document = page(base, Fake { rules: rules(), ..Fake::default() }).await;
        let amount = one(&document, "input[name=amount]");
        assert_eq!((amount.attr("value"), amount.attr("aria-invalid")), (Some("much"), Some("true")));
        assert_eq!(amount.attr("aria-describedby"), Some("amount-problem"));
        assert_eq!(one(&document, "input[name=kind][checked]").attr("value"), Some("balance"));
        one(&document, "[data-testid=rule-problem]");
    }
}
