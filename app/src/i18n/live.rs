//! Texts of the live dashboard, drawn on the server and in the browser.

use domain::alerts::{AlertView, RuleKind};
use domain::calendar::{Day, clock_minutes};
use domain::lang::Lang;
use domain::link::{HistoryProgress, LinkStatus};
use domain::merchant::{readable, titled};
use domain::money::Money;
use domain::transaction::{Transaction, TxStatus};

texts! {
    /// Words of payments, cards and links, and of the live badge.
    LiveTexts {
        heading: "Paiements", "Payments";
        snapshot: "Instantané", "Snapshot";
        snapshot_help: "Cette page ne se met pas à jour toute seule. Rechargez-la pour voir les nouveautés.", "This page does not update by itself. Reload it to see what is new.";
        unavailable: "Mise à jour en direct indisponible", "Live updates unavailable";
        connecting: "Connexion…", "Connecting…";
        live: "En direct", "Live";
        total: "Solde total", "Total balance";
        accounts: "Comptes liés", "Linked accounts";
        balance_unknown: "Solde pas encore connu", "Balance not known yet";
        card: "Carte", "Card";
        card_blocked: "Bloquée", "Blocked";
        card_inactive: "Inactive", "Inactive";
        pending: "Liaison en cours", "Linking";
        linked: "Lié", "Linked";
        revoked: "Accès retiré", "Access withdrawn";
        failed: "Liaison échouée", "Linking failed";
        pending_help: "La banque confirme l’accès. Cela prend en général quelques secondes.", "The bank is confirming the access. This usually takes a few seconds.";
        failed_help: "La banque a refusé l’accès. Rien n’a été partagé de plus. Vous pouvez recommencer.", "The bank refused the access. Nothing more has been shared. You can try again.";
        link_again: "Lier à nouveau", "Link again";
        no_card: "Aucune carte sur ce compte", "No card on this account";
        no_card_help: "Dès que la banque vous délivre une carte, ses paiements apparaîtront ici.", "As soon as the bank issues you a card, its payments will appear here.";
        undo: "Ce n’est pas moi : annuler", "Not me: undo";
        history_label: "Récupération de l’historique", "Fetching your history";
        status_pending: "En attente", "Pending";
        status_refused: "Refusé", "Refused";
        status_unknown: "État inconnu", "Unknown state";
        status_unconfirmed: "Non confirmé", "Unconfirmed";
        no_link: "Aucun compte lié pour l’instant", "No linked account yet";
        no_link_help: "Liez votre compte Anytime : vos soldes et vos paiements par carte apparaîtront ici, au moment où ils ont lieu.", "Link your Anytime account: your balances and card payments will appear here, the moment they happen.";
        connect: "Lier mon compte Anytime", "Link my Anytime account";
        no_payment: "Aucun paiement pour l’instant", "No payment yet";
        no_payment_help: "Le prochain paiement par carte apparaîtra ici de lui-même.", "Your next card payment will appear here by itself.";
        no_match: "Aucun paiement ne correspond", "No payment matches";
        no_match_help: "Retirez un filtre ou élargissez la période.", "Remove a filter or widen the period.";
        clear_filters: "Retirer tous les filtres", "Remove all filters";
        no_merchant: "Commerçant inconnu", "Unknown merchant";
        note: "Avec une note", "With a note";
        load: "Rechargement", "Top-up";
        list_label: "Paiements par jour", "Payments by day";
        go_newest: "Voir les plus récents", "See the newest";
        alerts: "Alertes", "Alerts";
        alerts_new: "Nouvelles alertes", "New alerts";
        alerts_all: "Voir les alertes", "See the alerts";
        alert_abroad: "À l’étranger", "Abroad";
        alert_new_merchant: "Nouveau commerçant", "New merchant";
        alert_refused: "Paiement refusé", "Refused payment";
    }
}

const WEEKDAYS_FR: [&str; 7] = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];
const WEEKDAYS_EN: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl LiveTexts {
    /// Its owner's where she has chosen one. Money put on a card comes from a bank, and is no bank fee.
    pub fn category(&self, payment: &Transaction) -> &'static str {
        let chosen = payment.own.category_bank.is_some();
        if payment.is_load() && !chosen { self.load } else { payment.category.name(self.lang) }
    }

    /// `jeudi 2 févr. 2017`; the text itself where it is no day.
    pub fn day(&self, iso: &str) -> String {
        let Some(day) = Day::parse(iso) else { return iso.to_owned() };
        let names = match self.lang {
            Lang::Fr => &WEEKDAYS_FR,
            Lang::En => &WEEKDAYS_EN,
        };
        format!("{} {}", names[weekday(day)], day.display(self.lang))
    }

    /// `2 févr. 2017 à 14:14`.
    pub fn moment(&self, rfc3339: &str) -> String {
        let Some(day) = Day::parse(rfc3339) else { return rfc3339.to_owned() };
        let day = day.display(self.lang);
        match (self.lang, clock_minutes(rfc3339)) {
            (_, "") => day,
            (Lang::Fr, clock) => format!("{day} à\u{a0}{clock}"),
            (Lang::En, clock) => format!("{day} at {clock}"),
        }
    }

    pub const fn link_status(&self, status: LinkStatus) -> &'static str {
        match status {
            LinkStatus::Pending => self.pending,
            LinkStatus::Linked => self.linked,
            LinkStatus::Revoked => self.revoked,
            LinkStatus::Failed => self.failed,
        }
    }

    /// The word beside a payment; none for one that is settled and confirmed.
    pub const fn payment_status(&self, status: TxStatus, confirmed: bool) -> Option<&'static str> {
        match status {
            TxStatus::Authorised => Some(self.status_pending),
            TxStatus::Refused => Some(self.status_refused),
            TxStatus::Unknown => Some(self.status_unknown),
            TxStatus::Settled if !confirmed => Some(self.status_unconfirmed),
            TxStatus::Settled => None,
        }
    }

    /// What seems to be missing, by its amount: debits are negative.
    pub fn missing(&self, money: Money) -> String {
        let size = Money::new(money.minor.saturating_abs(), money.currency).display(self.lang);
        match (self.lang, money.minor < 0) {
            (Lang::Fr, true) => format!("Un paiement de {size} semble manquer ici. Nous le demandons à la banque."),
            (Lang::Fr, false) => format!("Un crédit de {size} semble manquer ici. Nous le demandons à la banque."),
            (Lang::En, true) => format!("A payment of {size} seems to be missing here. We are asking the bank."),
            (Lang::En, false) => format!("A credit of {size} seems to be missing here. We are asking the bank."),
        }
    }

    pub fn catching_up(&self, events: u32) -> String {
        match (self.lang, events) {
            (_, 0) => self.connecting.to_owned(),
            (Lang::Fr, n) => format!("Rattrapage : {n}"),
            (Lang::En, n) => format!("Catching up: {n}"),
        }
    }

    pub fn offline(&self, since: &str) -> String {
        match self.lang {
            Lang::Fr => format!("Hors ligne depuis {since}"),
            Lang::En => format!("Offline since {since}"),
        }
    }

    pub fn last_news(&self, rfc3339: &str) -> String {
        match self.lang {
            Lang::Fr => format!("dernières nouvelles de la banque : {}", self.moment(rfc3339)),
            Lang::En => format!("last news from the bank: {}", self.moment(rfc3339)),
        }
    }

    pub fn account_of(&self, holder: &str) -> String {
        match (self.lang, holder) {
            (Lang::Fr, "") => "Compte Anytime".to_owned(),
            (Lang::En, "") => "Anytime account".to_owned(),
            (Lang::Fr, holder) => format!("Compte {}", of(&person(holder))),
            (Lang::En, holder) => format!("Account of {}", person(holder)),
        }
    }

    pub fn withdrawn(&self, when: Option<&str>) -> String {
        match (self.lang, when.map(|when| self.moment(when))) {
            (Lang::Fr, Some(when)) => {
                format!("L’accès a été retiré à la banque le {when}. Votre historique est conservé.")
            }
            (Lang::Fr, None) => "L’accès a été retiré à la banque. Votre historique est conservé.".to_owned(),
            (Lang::En, Some(when)) => format!("Access was withdrawn at the bank on {when}. Your history is kept."),
            (Lang::En, None) => "Access was withdrawn at the bank. Your history is kept.".to_owned(),
        }
    }

    pub fn unseen(&self, holder: &str) -> String {
        match (self.lang, holder) {
            (Lang::Fr, "") => "Un compte a été lié au vôtre par un message de la banque.".to_owned(),
            (Lang::Fr, holder) => format!("Un compte au nom {} a été lié au vôtre.", of(&person(holder))),
            (Lang::En, "") => "An account was linked to yours by a message from the bank.".to_owned(),
            (Lang::En, holder) => format!("An account held by {} was linked to yours.", person(holder)),
        }
    }

    /// `12 400 paiements sur 40 000`.
    pub fn history(&self, progress: HistoryProgress) -> String {
        let count = |n: i64| grouped(n, self.lang);
        match (self.lang, progress.total) {
            (Lang::Fr, 0) if progress.done < 2 => format!("{} paiement récupéré", count(progress.done)),
            (Lang::Fr, 0) => format!("{} paiements récupérés", count(progress.done)),
            (Lang::En, 0) if progress.done == 1 => "1 payment fetched".to_owned(),
            (Lang::En, 0) => format!("{} payments fetched", count(progress.done)),
            (Lang::Fr, total) => format!("{} paiements sur {}", count(progress.done), count(total)),
            (Lang::En, total) => format!("{} of {} payments", count(progress.done), count(total)),
        }
    }

    pub fn new_elsewhere(&self, count: u32) -> String {
        match (self.lang, count) {
            (Lang::Fr, 1) => "1 nouveau paiement.".to_owned(),
            (Lang::Fr, n) => format!("{n} nouveaux paiements."),
            (Lang::En, 1) => "1 new payment.".to_owned(),
            (Lang::En, n) => format!("{n} new payments."),
        }
    }

    /// Why somebody was told of a payment.
    pub fn alert_reason(&self, alert: &AlertView) -> String {
        let limit = alert.limit.map(|limit| limit.display(self.lang)).unwrap_or_default();
        let left = alert.balance.map(|balance| balance.display(self.lang)).unwrap_or_default();
        match (self.lang, alert.kind) {
            (_, RuleKind::Abroad) => self.alert_abroad.to_owned(),
            (_, RuleKind::NewMerchant) => self.alert_new_merchant.to_owned(),
            (_, RuleKind::Refused) => self.alert_refused.to_owned(),
            (Lang::Fr, RuleKind::Amount) => format!("Plus de {limit}"),
            (Lang::En, RuleKind::Amount) => format!("Over {limit}"),
            (Lang::Fr, RuleKind::Balance) => format!("Il reste {left}, moins de {limit}"),
            (Lang::En, RuleKind::Balance) => format!("{left} left, under {limit}"),
        }
    }

    /// Alerts that nobody has looked at; nothing where there are none.
    pub fn unread(&self, count: i64) -> String {
        match (self.lang, count) {
            (_, ..=0) => String::new(),
            (Lang::Fr, 1) => "1 non lue".to_owned(),
            (Lang::Fr, n) => format!("{} non lues", few(n)),
            (Lang::En, n) => format!("{} unread", few(n)),
        }
    }

    /// What a screen reader is told of alerts that came together.
    pub fn alert_announcement(&self, alerts: &[AlertView]) -> String {
        match (self.lang, alerts) {
            (_, []) => String::new(),
            (lang, [alert]) => {
                let colon = if lang == Lang::Fr { "Alerte\u{a0}:" } else { "Alert:" };
                let amount = alert.amount.display_signed(lang);
                format!("{colon} {}, {}, {amount}", self.alert_reason(alert), titled(&alert.merchant))
            }
            (Lang::Fr, many) => format!("{} alertes", many.len()),
            (Lang::En, many) => format!("{} alerts", many.len()),
        }
    }

    /// What a screen reader is told of payments that came together.
    pub fn announcement(&self, payments: &[Transaction]) -> String {
        let count = payments.len();
        if let [payment] = payments {
            let amount = payment.money().display_signed(self.lang);
            return match self.lang {
                Lang::Fr => format!("1 nouveau paiement, {}, {amount}", titled(&payment.merchant)),
                Lang::En => format!("1 new payment, {}, {amount}", titled(&payment.merchant)),
            };
        }
        let mut sums = payments.iter().map(Transaction::money);
        let first = sums.next();
        let total = sums.try_fold(first, |sum, money| sum.map(|sum| sum.checked_add(money))).flatten();
        let total = total.map(|money| format!(", {}", money.display_signed(self.lang))).unwrap_or_default();
        match self.lang {
            Lang::Fr => format!("{count} nouveaux paiements{total}"),
            Lang::En => format!("{count} new payments{total}"),
        }
    }
}

/// A count beside a bell: beyond this nobody counts.
pub fn few(count: i64) -> String {
    if count > 99 { "99+".to_owned() } else { count.to_string() }
}

/// `Alice MARTIN`, as banks write, like a name. Small letters say nothing about the words beside them.
pub fn person(name: &str) -> String {
    name.split(' ').map(readable).collect::<Vec<_>>().join(" ")
}

/// `d’Alice`, `de Bruno`.
fn of(name: &str) -> String {
    let vowel = name.chars().next().is_some_and(|first| "aàâeéèêiîïoôuùûyAÀÂEÉÈÊIÎÏOÔUÙÛY".contains(first));
    if vowel { format!("d’{name}") } else { format!("de {name}") }
}

/// `40 000` in French, `40,000` in English.
pub fn grouped(number: i64, lang: Lang) -> String {
    let separator = match lang {
        Lang::Fr => '\u{202f}',
        Lang::En => ',',
    };
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && !out.ends_with('-') {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// 0 for a Sunday (Sakamoto's rule).
fn weekday(day: Day) -> usize {
    const SHIFT: [usize; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let month = usize::from(day.month.clamp(1, 12));
    let year = usize::from(day.year) - usize::from(month < 3 && day.year > 0);
    (year + year / 4 - year / 100 + year / 400 + SHIFT[month - 1] + usize::from(day.day)) % 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_weekday() {
        assert_eq!(LiveTexts::of(Lang::Fr).day("2017-02-02"), "jeudi 2\u{a0}févr.\u{a0}2017");
        assert_eq!(LiveTexts::of(Lang::En).day("2024-02-29"), "Thursday 29\u{a0}Feb\u{a0}2024");
        assert_eq!(LiveTexts::of(Lang::En).day("soon"), "soon");
    }

    #[test]
    fn a_holder_is_named_as_french_is_spoken() {
        let texts = LiveTexts::of(Lang::Fr);
        assert_eq!(texts.account_of("ÉLISE ROY"), "Compte d’Élise Roy");
        assert_eq!(texts.account_of("BRUNO LE GOFF"), "Compte de Bruno Le Goff");
        assert_eq!(texts.account_of("Alice MARTIN"), "Compte d’Alice Martin");
        assert_eq!(texts.account_of(""), "Compte Anytime");
    }

    #[test]
    fn counts_are_grouped_for_each_language() {
        assert_eq!(grouped(40_000, Lang::Fr), "40\u{202f}000");
        assert_eq!(grouped(1_234_500, Lang::En), "1,234,500");
        assert_eq!(grouped(0, Lang::En), "0");
        assert_eq!(grouped(100, Lang::Fr), "100");
    }
}
