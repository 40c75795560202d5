//! What is sent of alerts that wait: the words of a push message and of a mail.

use app::i18n::live::LiveTexts;
use domain::alerts::AlertView;
use domain::lang::Lang;
use domain::merchant::titled;

/// Alerts of one message; those that come before it goes, go with it.
pub(super) const MOST: i64 = 100;
/// Of which so many are told one by one.
const TOLD: usize = 10;
/// A push message stands on a small screen.
const TOLD_SHORTLY: usize = 3;
/// Characters of a merchant's name.
const LONGEST_NAME: usize = 60;

/// Several alerts in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
}

impl Digest {
    /// For a mail: each with its moment.
    pub(super) fn long(lang: Lang, alerts: &[AlertView]) -> Self {
        let texts = LiveTexts::of(lang);
        let line = |alert: &AlertView| {
            format!("{} · {} · {}", texts.alert_reason(alert), what(alert, lang), texts.moment(&alert.booked_at))
        };
        Self::of(lang, alerts, TOLD, line)
    }

    /// For a push message.
    pub(super) fn short(lang: Lang, alerts: &[AlertView]) -> Self {
        if let [alert] = alerts {
            return Self { title: LiveTexts::of(lang).alert_reason(alert), lines: vec![what(alert, lang)] };
        }
        let line = |alert: &AlertView| format!("{} · {}", LiveTexts::of(lang).alert_reason(alert), what(alert, lang));
        Self::of(lang, alerts, TOLD_SHORTLY, line)
    }

    /// The newest first, and how many there are beside those that are told.
    fn of(lang: Lang, alerts: &[AlertView], most: usize, line: impl Fn(&AlertView) -> String) -> Self {
        let mut lines: Vec<String> = alerts.iter().rev().take(most).map(line).collect();
        let more = alerts.len().saturating_sub(most);
        if more > 0 {
            lines.push(others(lang, more));
        }
        Self { title: title(lang, alerts.len()), lines }
    }
}

fn title(lang: Lang, count: usize) -> String {
    match (lang, count) {
        (Lang::Fr, 1) => "1 alerte".to_owned(),
        (Lang::Fr, n) => format!("{n} alertes"),
        (Lang::En, 1) => "1 alert".to_owned(),
        (Lang::En, n) => format!("{n} alerts"),
    }
}

fn others(lang: Lang, count: usize) -> String {
    match (lang, count) {
        (Lang::Fr, 1) => "et 1 autre".to_owned(),
        (Lang::Fr, n) => format!("et {n} autres"),
        (Lang::En, 1) => "and 1 other".to_owned(),
        (Lang::En, n) => format!("and {n} others"),
    }
}

/// `Fnac Direct · −98,32 €`
fn what(alert: &AlertView, lang: Lang) -> String {
    let amount = alert.amount.display_signed(lang);
    // What looks like a link would be made one by mail programs.
    let name = titled(alert.merchant.replace("://", " ").trim());
    let short: String = name.chars().take(LONGEST_NAME).collect();
    if short.is_empty() { amount } else { format!("{short} · {amount}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::alerts::RuleKind;
    use domain::ids::{CardRef, Txid};
    use domain::money::{Currency, Money};

    fn alert(id: i64, merchant: &str) -> AlertView {
        AlertView {
            id,
            kind: RuleKind::Amount,
            limit: Some(Money::new(5_000, Currency::EUR)),
            card_ref: CardRef::parse("ANY0000000001").unwrap(),
            txid: Txid::parse(id.to_string()).unwrap(),
            merchant: merchant.to_owned(),
            amount: Money::new(-9_832, Currency::EUR),
            balance: None,
            booked_at: "2026-11-23T14:14:48+01:00".to_owned(),
            told_at: "2026-11-23T14:14:50+01:00".to_owned(),
        }
    }

    #[test]
    fn one_alert_says_what_it_is_about() {
        let fr = Digest::short(Lang::Fr, &[alert(1, "FNAC DIRECT")]);
        assert_eq!(
            (fr.title.as_str(), fr.lines),
            ("Plus de 50,00\u{a0}€", vec!["Fnac Direct · −98,32\u{a0}€".to_owned()])
        );
        let en = Digest::short(Lang::En, &[alert(1, "")]);
        assert_eq!((en.title.as_str(), en.lines), ("Over €50.00", vec!["−€98.32".to_owned()]));
        let mail = Digest::long(Lang::En, &[alert(1, "FNAC")]);
        assert_eq!(mail.lines, ["Over €50.00 · Fnac · −€98.32 · 23\u{a0}Nov\u{a0}2026 at 14:14"]);
    }

    #[test]
    fn many_are_counted_and_the_newest_are_told() {
        let alerts: Vec<_> = (1..=12).map(|n| alert(n, &format!("SHOP {n}"))).collect();
        let short = Digest::short(Lang::Fr, &alerts);
        assert_eq!((short.title.as_str(), short.lines.len()), ("12 alertes", 4));
        assert!(short.lines[0].contains("Shop 12") && short.lines[3] == "et 9 autres", "{short:?}");
        let long = Digest::long(Lang::En, &alerts);
        assert_eq!((long.title.as_str(), long.lines.len(), long.lines[10].as_str()), ("12 alerts", 11, "and 2 others"));
    }

    #[test]
    fn the_longest_names_fit_into_a_message() {
        let alerts: Vec<_> = (1..=100).map(|n| alert(n, &"É".repeat(1_000))).collect();
        let Digest { title, lines } = Digest::short(Lang::Fr, &alerts);
        assert!(title.len() + lines.iter().map(String::len).sum::<usize>() < 1_500);
    }
}
