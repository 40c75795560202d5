//! Texts of what a user's payments tell her.

use super::live::grouped;
use domain::abroad::{Cost, Costs};
use domain::calendar::Day;
use domain::lang::Lang;
use domain::money::{Currency, Money};
use domain::month::Month;
use domain::recurring::{Recurring, Rhythm};
use domain::spending::Against;

texts! {
    /// The month's page, and its strip on the dashboard.
    InsightsTexts {
        title: "Bilan du mois", "The month in figures";
        see: "Voir le bilan", "See the month";
        months: "Mois voisins", "Neighbouring months";
        card: "Carte", "Card";
        any_card: "Toutes les cartes", "All cards";
        show: "Afficher", "Show";
        spent: "Dépensé", "Spent";
        balance: "Solde total", "Total balance";
        payments: "Paiements", "Payments";
        refunded: "Remboursé par les commerçants", "Given back by merchants";
        loaded: "Versé sur les cartes", "Put on cards";
        by_day: "Jour par jour", "Day by day";
        by_category: "Par catégorie", "By category";
        merchants: "Principaux commerçants", "Largest merchants";
        abroad: "Ce que les devises ont vraiment coûté", "What foreign currencies really cost";
        recurring: "Paiements réguliers", "Recurring payments";
        recurring_none: "Aucun paiement régulier reconnu pour l’instant : il en faut trois, à un mois d’intervalle, chez le même commerçant.", "No recurring payment recognised so far: it takes three at the same merchant, a month apart.";
        as_table: "Voir en tableau", "Show as a table";
        day: "Jour", "Day";
        category: "Catégorie", "Category";
        merchant: "Commerçant", "Merchant";
        amount: "Montant", "Amount";
        share: "Part", "Share";
        empty: "Aucune dépense ce mois-ci", "Nothing spent this month";
        empty_then: "Aucune dépense ce mois-là", "Nothing spent in that month";
        empty_help: "Les paiements de ce mois apparaîtront ici dès qu’il y en aura.", "This month’s payments will appear here as soon as there are any.";
        empty_then_help: "Aucun paiement n’a été fait avec ces cartes. Les autres mois sont à un pas d’ici, au-dessus.", "No payment was made with these cards. The other months are one step away, above.";
        to_come: "Ce mois n’a pas encore commencé ; voici le mois en cours.", "That month has not begun yet; this is the current one.";
        misread: "L’adresse contient une valeur illisible, laissée de côté.", "A value of the address could not be read and was left out.";
        more_abroad: "Il y en a davantage : seuls les plus récents sont comptés ici.", "There are more: only the most recent are counted here.";
        late: "en retard", "late";
        weekly: "Chaque semaine", "Every week";
        monthly: "Chaque mois", "Every month";
    }
}

impl InsightsTexts {
    /// `25 octobre`, `25 October`.
    pub fn day_of_month(&self, day: Day) -> String {
        let month = Month::of(day).name(self.lang);
        match (self.lang, day.day) {
            (Lang::Fr, 1) => format!("1er\u{a0}{month}"),
            (_, day) => format!("{day}\u{a0}{month}"),
        }
    }

    /// How much more or less than in the month before.
    pub fn against(&self, against: &Against, month: Month) -> String {
        let then = against.then.display(self.lang);
        let before = month.previous().name(self.lang);
        let when = against.until.map(|day| self.day_of_month(day));
        let (compared, at) = match (self.lang, when) {
            (Lang::Fr, Some(day)) => (format!("qu’au {day}"), format!("Au {day}")),
            (Lang::Fr, None) => (format!("qu’en {before}"), format!("En {before}")),
            (Lang::En, Some(day)) => (format!("by {day}"), format!("By {day}")),
            (Lang::En, None) => (format!("in {before}"), format!("In {before}")),
        };
        match (self.lang, against.change) {
            (Lang::Fr, None) => format!("{at}, rien n’était dépensé."),
            (Lang::En, None) => format!("{at}, nothing was spent."),
            (Lang::Fr, Some(0)) => format!("Autant {compared} ({then})."),
            (Lang::En, Some(0)) => format!("As much as {compared} ({then})."),
            (Lang::Fr, Some(1_000..)) => format!("Bien plus {compared} ({then})."),
            (Lang::En, Some(1_000..)) => format!("Far more than {compared} ({then})."),
            (Lang::Fr, Some(more @ 1..)) => format!("{more}\u{202f}% de plus {compared} ({then})."),
            (Lang::En, Some(more @ 1..)) => format!("{more}% more than {compared} ({then})."),
            (Lang::Fr, Some(less)) => format!("{}\u{202f}% de moins {compared} ({then}).", less.unsigned_abs()),
            (Lang::En, Some(less)) => format!("{}% less than {compared} ({then}).", less.unsigned_abs()),
        }
    }

    /// `42 %`.
    pub fn percent(&self, percent: i64) -> String {
        match (self.lang, percent) {
            (_, ..0) => "–".to_owned(),
            (Lang::Fr, 0) => "<\u{202f}1\u{202f}%".to_owned(),
            (Lang::En, 0) => "<\u{202f}1%".to_owned(),
            (Lang::Fr, percent) => format!("{percent}\u{202f}%"),
            (Lang::En, percent) => format!("{percent}%"),
        }
    }

    /// `3 paiements`.
    pub fn count(&self, payments: i64) -> String {
        let number = grouped(payments, self.lang);
        match (self.lang, payments) {
            (Lang::Fr, 0 | 1) => format!("{number}\u{a0}paiement"),
            (Lang::Fr, _) => format!("{number}\u{a0}paiements"),
            (Lang::En, 1) => format!("{number}\u{a0}payment"),
            (Lang::En, _) => format!("{number}\u{a0}payments"),
        }
    }

    /// The picture of the days in words.
    pub fn busiest(&self, day: Day, spent: Money) -> String {
        let (day, spent) = (self.day_of_month(day), spent.display(self.lang));
        match self.lang {
            Lang::Fr => format!("Le plus gros jour\u{202f}: le {day}, {spent}."),
            Lang::En => format!("The most on {day}: {spent}."),
        }
    }

    pub fn no_day(&self) -> &'static str {
        match self.lang {
            Lang::Fr => "Aucun jour n’a coûté plus qu’il n’a rapporté.",
            Lang::En => "No day cost more than it brought back.",
        }
    }

    /// When the figures were read, and what they count.
    pub fn as_of(&self, moment: &str) -> String {
        match self.lang {
            Lang::Fr => format!(
                "Chiffres du {moment}, heure de la banque. Les paiements refusés ne comptent pas\u{202f}; les remboursements sont déduits."
            ),
            Lang::En => {
                format!("Figures of {moment}, bank time. Refused payments do not count; refunds are deducted.")
            }
        }
    }

    /// The strip's figures are of the moment at which the page was opened.
    pub fn glance_as_of(&self, clock: &str) -> String {
        match self.lang {
            Lang::Fr => format!("à {clock}"),
            Lang::En => format!("at {clock}"),
        }
    }

    /// The month's name above its sum: `En novembre`, `In November`.
    pub fn in_month(&self, month: Month) -> String {
        match self.lang {
            Lang::Fr => format!("Dépensé en {}", month.name(self.lang)),
            Lang::En => format!("Spent in {}", month.name(self.lang)),
        }
    }

    /// What one payment in another currency cost.
    pub fn cost(&self, cost: &Cost) -> String {
        let (there, all) = (cost.there.display(self.lang), cost.all.display(self.lang));
        match self.lang {
            Lang::Fr => format!("{there} vous ont coûté {all}{}.", self.fee(cost)),
            Lang::En => format!("{there} cost you {all}{}.", self.fee(cost)),
        }
    }

    /// The same for several.
    pub fn costs(&self, costs: &Costs) -> String {
        let count = self.count(i64::from(costs.payments));
        let code = costs.cost.there.currency;
        match self.lang {
            Lang::Fr => format!("{count} en {}\u{202f}: {}", code.code(), self.cost(&costs.cost)),
            Lang::En => format!("{count} in {}: {}", code.code(), self.cost(&costs.cost)),
        }
    }

    /// What one unit of the own currency bought.
    pub fn rate(&self, cost: &Cost) -> Option<String> {
        let all = self.unit(cost, cost.rate()?);
        let without = cost.rate_without_fee().filter(|_| cost.fee.is_some_and(|fee| fee.minor > 0));
        Some(match (self.lang, without.map(|rate| self.amount(rate, cost.there.currency))) {
            (Lang::Fr, Some(without)) => format!("Tout compris, {all}\u{202f}; sans les frais, {without}."),
            (Lang::Fr, None) => format!("Tout compris, {all}."),
            (Lang::En, Some(without)) => format!("All included, {all}; without the fee, {without}."),
            (Lang::En, None) => format!("All included, {all}."),
        })
    }

    fn fee(&self, cost: &Cost) -> String {
        let Some(fee) = cost.fee else { return String::new() };
        if fee.minor == 0 {
            return match self.lang {
                Lang::Fr => ", sans frais".to_owned(),
                Lang::En => ", without a fee".to_owned(),
            };
        }
        let share = cost.fee_in_mille().map(|mille| format!(" ({})", self.mille(mille))).unwrap_or_default();
        match self.lang {
            Lang::Fr => format!(", dont {} de frais{share}", fee.display(self.lang)),
            Lang::En => format!(", of which {} is the fee{share}", fee.display(self.lang)),
        }
    }

    /// Tenths of a percent: `2,0 %`.
    fn mille(&self, mille: i64) -> String {
        match self.lang {
            Lang::Fr => format!("{},{}\u{202f}%", mille / 10, mille % 10),
            Lang::En => format!("{}.{}%", mille / 10, mille % 10),
        }
    }

    /// `1 € = 1,0641 $`.
    fn unit(&self, cost: &Cost, rate: i128) -> String {
        let own = cost.all.currency;
        let one = self.placed("1", own);
        format!("{one}\u{a0}=\u{a0}{}", self.amount(rate, cost.there.currency))
    }

    /// A rate in millionths as an amount of its currency, with as many digits as say something.
    fn amount(&self, rate: i128, currency: Currency) -> String {
        let (decimals, step) = match rate {
            100_000_000.. => (2, 10_000),
            10_000_000.. => (3, 1_000),
            _ => (4, 100),
        };
        let rounded = (rate + step / 2) / step;
        let scale = 10_i128.pow(decimals);
        let point = match self.lang {
            Lang::Fr => ',',
            Lang::En => '.',
        };
        let whole = grouped(i64::try_from(rounded / scale).unwrap_or(i64::MAX), self.lang);
        let width = decimals as usize;
        self.placed(&format!("{whole}{point}{:0width$}", rounded % scale), currency)
    }

    /// A number beside the sign of its currency, as `Money` places it.
    fn placed(&self, number: &str, currency: Currency) -> String {
        let symbol = currency.symbol();
        match self.lang {
            Lang::Fr => format!("{number}\u{a0}{symbol}"),
            Lang::En if symbol.chars().count() == 1 => format!("{symbol}{number}"),
            Lang::En => format!("{symbol}\u{a0}{number}"),
        }
    }

    pub const fn rhythm(&self, rhythm: Rhythm) -> &'static str {
        match rhythm {
            Rhythm::Weekly => self.weekly,
            Rhythm::Monthly => self.monthly,
        }
    }

    /// The usual amount, said to be about that where it varies.
    pub fn usual(&self, recurring: &Recurring) -> String {
        let amount = recurring.amount.display(self.lang);
        match (self.lang, recurring.varies) {
            (_, false) => amount,
            (Lang::Fr, true) => format!("environ {amount}"),
            (Lang::En, true) => format!("about {amount}"),
        }
    }

    pub fn expected(&self, day: Day) -> String {
        let day = day.display(self.lang);
        match self.lang {
            Lang::Fr => format!("attendu le {day}"),
            Lang::En => format!("expected on {day}"),
        }
    }

    /// What is still to come this month.
    pub fn still_to_come(&self, sums: &[Money], month: Month) -> String {
        let sums = sums.iter().map(|sum| sum.display(self.lang)).collect::<Vec<_>>().join(" + ");
        match self.lang {
            Lang::Fr => format!("Encore attendu en {}\u{202f}: {sums}.", month.name(self.lang)),
            Lang::En => format!("Still expected in {}: {sums}.", month.name(self.lang)),
        }
    }

    /// Whole units on the axis of a picture: `200 €`.
    pub fn on_axis(&self, money: Money) -> String {
        let text = money.display(self.lang);
        match self.lang {
            Lang::Fr => text.replace(",000", "").replace(",00", ""),
            Lang::En => text.trim_end_matches(".000").trim_end_matches(".00").to_owned(),
        }
    }

    /// What the link to a month says to those who do not see its arrow.
    pub fn month_link(&self, month: Month) -> String {
        match self.lang {
            // In front of April, August and October.
            Lang::Fr if matches!(month.month, 4 | 8 | 10) => format!("Bilan d’{}", month.display(self.lang)),
            Lang::Fr => format!("Bilan de {}", month.display(self.lang)),
            Lang::En => format!("{} in figures", month.display(self.lang)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::abroad::Foreign;

    fn money(text: &str, code: &str) -> Money {
        Money::parse(text, Currency::parse(code).unwrap()).unwrap()
    }

    fn cost(taken: &str, there: Money, rate: &str, fee: &str) -> Cost {
        Foreign { taken: money(taken, "EUR"), there, rate, fee }.cost().unwrap()
    }

    #[test]
    fn what_a_payment_abroad_cost_is_said_in_words() {
        let dollars = cost("48.96", money("52.10", "USD"), "0.921317", "0.96");
        let (fr, en) = (InsightsTexts::of(Lang::Fr), InsightsTexts::of(Lang::En));
        assert_eq!(
            fr.cost(&dollars),
            "52,10\u{a0}$ vous ont coûté 48,96\u{a0}€, dont 0,96\u{a0}€ de frais (2,0\u{202f}%)."
        );
        assert_eq!(
            fr.rate(&dollars).unwrap(),
            "Tout compris, 1\u{a0}€\u{a0}=\u{a0}1,0641\u{a0}$\u{202f}; sans les frais, 1,0854\u{a0}$."
        );
        assert_eq!(en.cost(&dollars), "$52.10 cost you €48.96, of which €0.96 is the fee (2.0%).");
        let yen = cost("10.11", money("1650", "JPY"), "0.006127", "0");
        assert_eq!(en.cost(&yen), "¥1,650 cost you €10.11, without a fee.");
        assert_eq!(en.rate(&yen).unwrap(), "All included, €1\u{a0}=\u{a0}¥163.20.");
        let francs = cost("9.71", money("9.10", "CHF"), "1.046233", "0.19");
        assert!(en.rate(&francs).unwrap().contains("CHF\u{a0}0.9372"), "{:?}", en.rate(&francs));
    }

    #[test]
    fn a_month_is_held_against_the_one_before_in_words() {
        let month = Month { year: 2026, month: 11 };
        let until = Some(month.previous().day(1));
        let then = money("1373.00", "EUR");
        let said = |lang, until, change| InsightsTexts::of(lang).against(&Against { until, then, change }, month);
        assert_eq!(
            said(Lang::Fr, until, Some(-12)),
            "12\u{202f}% de moins qu’au 1er\u{a0}octobre (1\u{202f}373,00\u{a0}€)."
        );
        assert_eq!(said(Lang::En, None, Some(12)), "12% more than in October (€1,373.00).");
        assert_eq!(said(Lang::Fr, None, Some(0)), "Autant qu’en octobre (1\u{202f}373,00\u{a0}€).");
        assert_eq!(said(Lang::En, until, None), "By 1\u{a0}October, nothing was spent.");
        assert_eq!(said(Lang::Fr, None, Some(33_233)), "Bien plus qu’en octobre (1\u{202f}373,00\u{a0}€).");
    }

    #[test]
    fn an_axis_has_whole_units() {
        let axis = |text, code, lang| InsightsTexts::of(lang).on_axis(money(text, code));
        assert_eq!(axis("1000.00", "EUR", Lang::Fr), "1\u{202f}000\u{a0}€");
        assert_eq!(axis("1000.00", "EUR", Lang::En), "€1,000");
        assert_eq!(axis("0.50", "EUR", Lang::En), "€0.50");
        assert_eq!(axis("5000", "JPY", Lang::En), "¥5,000");
    }
}
