//! Texts of the alerts: rules in words, the form, what was told.

use crate::backend::CardChoice;
use domain::alerts::{Condition, MOST_RULES, Rule, RuleKind, RuleProblem, Ways};
use domain::lang::Lang;

texts! {
    AlertTexts {
        title: "Alertes", "Alerts";
        one_title: "Modifier une alerte", "Change an alert";
        back: "Toutes les alertes", "All alerts";
        told: "Dernières alertes", "Latest alerts";
        told_none: "Rien à signaler. Ce que vos règles diront apparaîtra ici.", "Nothing to report. What your rules say will appear here.";
        unread: "Nouvelle", "New";
        see: "Tout marquer comme lu", "Mark all as read";
        newer: "Plus récentes", "Newer";
        older: "Plus anciennes", "Older";
        pages: "Pages des alertes", "Pages of alerts";
        rules: "Mes règles", "My rules";
        rules_none: "Aucune règle pour l’instant", "No rule yet";
        rules_none_help: "Choisissez ci-dessous ce dont vous voulez être prévenu.", "Choose below what you want to be told of.";
        rules_note: "Vos règles regardent les paiements à venir, pas l’historique. Chacune prévient une fois par paiement.", "Your rules look at payments to come, not at the past. Each tells once of a payment.";
        is_off: "Désactivée", "Off";
        switch_off: "Désactiver", "Switch off";
        switch_on: "Activer", "Switch on";
        change: "Modifier", "Change";
        add: "Ajouter une règle", "Add a rule";
        add_submit: "Ajouter", "Add";
        save: "Enregistrer", "Save";
        remove: "Supprimer cette règle", "Remove this rule";
        remove_help: "Ce qu’elle a déjà dit reste dans la liste.", "What it has told stays in the list.";
        kind: "Me prévenir", "Tell me";
        kind_amount: "d’un paiement important", "of a large payment";
        kind_amount_help: "Plus que le montant que vous indiquez.", "More than the amount that you give.";
        kind_abroad: "d’un paiement à l’étranger", "of a payment abroad";
        kind_abroad_help: "Dans un autre pays ou une autre devise.", "In another country or another currency.";
        kind_new: "d’un nouveau commerçant", "of a new merchant";
        kind_new_help: "La première fois qu’une de vos cartes y est utilisée.", "The first time that one of your cards is used there.";
        kind_refused: "d’un paiement refusé", "of a refused payment";
        kind_refused_help: "Par la banque, quel que soit le motif.", "By the bank, whatever the reason.";
        kind_balance: "d’un solde bas", "of a low balance";
        kind_balance_help: "Quand il reste moins que le montant que vous indiquez. Une fois, jusqu’à ce qu’il remonte.", "When less is left than the amount that you give. Once, until it has recovered.";
        amount: "Montant", "Amount";
        currency: "Devise", "Currency";
        card: "Carte", "Card";
        all_cards: "Toutes les cartes", "All cards";
        ways: "Et aussi", "And also";
        in_page: "Toujours dans cette page et à la cloche, en haut.", "Always on this page and at the bell, at the top.";
        by_mail: "par e-mail", "by e-mail";
        by_push: "sur les appareils que vous avez choisis", "on the devices that you have chosen";
        way_page: "Sur cette page", "On this page";
        way_mail: "par e-mail", "by e-mail";
        way_push: "sur vos appareils", "on your devices";
        done_added: "Règle ajoutée.", "Rule added.";
        done_changed: "Règle modifiée.", "Rule changed.";
        done_removed: "Règle supprimée.", "Rule removed.";
        done_on: "Règle activée.", "Rule switched on.";
        done_off: "Règle désactivée.", "Rule switched off.";
        done_device_added: "Appareil ajouté.", "Device added.";
        done_device_removed: "Appareil retiré.", "Device removed.";
    }
}

texts! {
    /// Browsers that are pushed to.
    DeviceTexts {
        heading: "Sur mes appareils", "On my devices";
        help: "Même quand ce site est fermé. Le message est chiffré jusqu’à votre navigateur\u{a0}: personne d’autre ne le lit.", "Even while this site is closed. The message is encrypted up to your browser: nobody else reads it.";
        no_script: "Pour activer les messages sur cet appareil, JavaScript est nécessaire.", "Turning messages on for this device needs JavaScript.";
        off: "Cet appareil ne reçoit pas encore de messages.", "This device gets no messages yet.";
        on: "Cet appareil reçoit les alertes des règles qui passent par vos appareils.", "This device gets the alerts of the rules that go to your devices.";
        denied: "Votre navigateur refuse les notifications de ce site. Autorisez-les dans ses réglages, puis rechargez la page.", "Your browser refuses notifications of this site. Allow them in its settings, then reload the page.";
        unable: "Ce navigateur ne sait pas recevoir de messages. Sur iPhone et iPad, ajoutez d’abord le site à l’écran d’accueil.", "This browser cannot get messages. On an iPhone or iPad, add the site to the home screen first.";
        too_many: "Vous avez déjà dix appareils. Retirez-en un.", "You have ten devices already. Remove one.";
        failed: "Cela n’a pas marché. Rien n’a été changé\u{a0}; réessayez plus tard.", "That did not work. Nothing was changed; try again later.";
        turn_on: "Activer sur cet appareil", "Turn on for this device";
        turn_off: "Désactiver sur cet appareil", "Turn off for this device";
        here: "cet appareil", "this device";
        since: "depuis le", "since";
        remove: "Retirer", "Remove";
        other: "Navigateur", "Browser";
    }
}

texts! {
    /// The page that a link in a mail leads to.
    StopTexts {
        title: "Ne plus recevoir ces e-mails\u{a0}?", "Stop these e-mails?";
        help: "Ces règles n’enverront plus d’e-mails. Elles continuent de prévenir sur le site.", "These rules will send no more e-mails. They go on telling you on the site.";
        stop: "Ne plus recevoir", "Stop them";
        done: "C’est fait", "Done";
        done_help: "Ces règles n’envoient plus d’e-mails.", "These rules send no more e-mails.";
        settings: "Régler les alertes", "Set up alerts";
    }
}

impl DeviceTexts {
    /// `Firefox · Android` of `Firefox/Android`.
    pub fn name(&self, families: &str) -> String {
        let known: Vec<&str> = families.split('/').filter(|family| *family != "other").collect();
        if known.is_empty() { self.other.to_owned() } else { known.join(" · ") }
    }
}

impl AlertTexts {
    /// `Paiement de plus de 50,00 €`.
    pub fn condition(&self, condition: Condition) -> String {
        let limit = condition.limit().map(|limit| limit.display(self.lang)).unwrap_or_default();
        match (self.lang, condition.kind()) {
            (Lang::Fr, RuleKind::Amount) => format!("Paiement de plus de {limit}"),
            (Lang::En, RuleKind::Amount) => format!("Payment over {limit}"),
            (Lang::Fr, RuleKind::Abroad) => "Paiement à l’étranger".to_owned(),
            (Lang::En, RuleKind::Abroad) => "Payment abroad".to_owned(),
            (Lang::Fr, RuleKind::NewMerchant) => "Nouveau commerçant".to_owned(),
            (Lang::En, RuleKind::NewMerchant) => "New merchant".to_owned(),
            (Lang::Fr, RuleKind::Refused) => "Paiement refusé".to_owned(),
            (Lang::En, RuleKind::Refused) => "Refused payment".to_owned(),
            (Lang::Fr, RuleKind::Balance) => format!("Solde sous {limit}"),
            (Lang::En, RuleKind::Balance) => format!("Balance under {limit}"),
        }
    }

    /// The card that a rule is about.
    pub fn card_of(&self, rule: &Rule, cards: &[CardChoice]) -> String {
        let Some(card) = &rule.card else { return self.all_cards.to_owned() };
        let known = cards.iter().find(|choice| choice.card_ref == *card);
        known.map_or_else(|| card.masked(), CardChoice::words)
    }

    /// `Sur cette page, par e-mail`.
    pub fn ways_of(&self, ways: Ways) -> String {
        let mut words = vec![self.way_page];
        words.extend(ways.mail.then_some(self.way_mail));
        words.extend(ways.push.then_some(self.way_push));
        words.join(", ")
    }

    pub const fn kind_words(&self, kind: RuleKind) -> (&'static str, &'static str) {
        match kind {
            RuleKind::Amount => (self.kind_amount, self.kind_amount_help),
            RuleKind::Abroad => (self.kind_abroad, self.kind_abroad_help),
            RuleKind::NewMerchant => (self.kind_new, self.kind_new_help),
            RuleKind::Refused => (self.kind_refused, self.kind_refused_help),
            RuleKind::Balance => (self.kind_balance, self.kind_balance_help),
        }
    }

    /// What has just been done, by the code in the address.
    pub fn done(&self, code: &str) -> Option<&'static str> {
        Some(match code {
            "added" => self.done_added,
            "changed" => self.done_changed,
            "removed" => self.done_removed,
            "on" => self.done_on,
            "off" => self.done_off,
            "device-added" => self.done_device_added,
            "device-removed" => self.done_device_removed,
            _ => return None,
        })
    }

    pub fn problem(&self, problem: RuleProblem) -> String {
        match (self.lang, problem) {
            (Lang::Fr, RuleProblem::UnknownKind) => "Choisissez de quoi vous voulez être prévenu.".to_owned(),
            (Lang::En, RuleProblem::UnknownKind) => "Choose what you want to be told of.".to_owned(),
            (Lang::Fr, RuleProblem::NoAmount) => "Indiquez un montant.".to_owned(),
            (Lang::En, RuleProblem::NoAmount) => "Give an amount.".to_owned(),
            (Lang::Fr, RuleProblem::NotAnAmount) => "Ce n’est pas un montant. Exemple\u{a0}: 49,90".to_owned(),
            (Lang::En, RuleProblem::NotAnAmount) => "This is no amount. Example: 49.90".to_owned(),
            (Lang::Fr, RuleProblem::UnknownCurrency) => "Choisissez une devise de la liste.".to_owned(),
            (Lang::En, RuleProblem::UnknownCurrency) => "Choose a currency from the list.".to_owned(),
            (Lang::Fr, RuleProblem::UnknownCard) => "Choisissez une carte de la liste.".to_owned(),
            (Lang::En, RuleProblem::UnknownCard) => "Choose a card from the list.".to_owned(),
            (Lang::Fr, RuleProblem::Known) => "Vous avez déjà cette règle.".to_owned(),
            (Lang::En, RuleProblem::Known) => "You have this rule already.".to_owned(),
            (Lang::Fr, RuleProblem::TooMany) => {
                format!("Vous avez déjà {MOST_RULES} règles, le maximum. Supprimez-en une.")
            }
            (Lang::En, RuleProblem::TooMany) => {
                format!("You have {MOST_RULES} rules already, the most there can be. Remove one.")
            }
        }
    }

    /// What a button is about, for those who hear it alone.
    pub fn named(&self, action: &str, rule: &str) -> String {
        match self.lang {
            Lang::Fr => format!("{action}\u{a0}: {rule}"),
            Lang::En => format!("{action}: {rule}"),
        }
    }
}

impl CardChoice {
    /// `Perso •••• 0001`.
    pub fn words(&self) -> String {
        match self.name.trim() {
            "" => self.card_ref.masked(),
            name => format!("{name} {}", self.card_ref.masked()),
        }
    }
}
