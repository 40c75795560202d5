//! Texts of everybody's payments.

use super::live::LiveTexts;
use domain::lang::Lang;
use domain::transaction::{TxStatus, TxType};

texts! {
    AllPaymentsTexts {
        title: "Paiements", "Payments";
        lead: "Sans commerçant ni lieu : ceux-ci se voient sur la page de la personne, qui apprend qu’on les a vus.", "Without merchant or place: those are seen on the person’s page, and she is told that somebody has looked.";
        booked: "Date", "Time";
        amount: "Montant", "Amount";
        status: "État", "State";
        kind: "Sens", "Direction";
        card: "Carte", "Card";
        txid: "Numéro", "Transaction id";
        owner: "De", "Whose";
        from: "Du", "From";
        to: "Au", "To";
        min: "Montant de", "Amount from";
        max: "à", "to";
        any: "Tous", "All";
        settled: "Réglé", "Settled";
        debit: "Débit", "Debit";
        credit: "Crédit", "Credit";
        unknown: "Inconnu", "Unknown";
        none: "Aucun paiement ne correspond.", "No payment matches.";
        go_on: "Continuer la recherche", "Search on";
        newest: "Les plus récents", "The newest";
    }
}

impl AllPaymentsTexts {
    pub fn state(&self, status: TxStatus, confirmed: bool) -> &'static str {
        match LiveTexts::of(self.lang).payment_status(status, confirmed) {
            Some(word) => word,
            None => self.settled,
        }
    }

    pub const fn direction(&self, kind: TxType) -> &'static str {
        match kind {
            TxType::Debit => self.debit,
            TxType::Credit => self.credit,
            TxType::Unknown => self.unknown,
        }
    }

    /// What could not be read of the filters, by the names of their fields.
    pub fn not_understood(&self, names: &[&str]) -> String {
        let words: Vec<&str> = names
            .iter()
            .map(|name| match *name {
                "card" => self.card,
                "txid" => self.txid,
                "from" => self.from,
                "to" => self.to,
                "min" => self.min,
                "max" => self.max,
                "status" => self.status,
                other => other,
            })
            .collect();
        match self.lang {
            Lang::Fr => format!("Filtre illisible, laissé de côté\u{a0}: {}.", words.join(", ")),
            Lang::En => format!("This filter cannot be read, and was left aside: {}.", words.join(", ")),
        }
    }

    /// How far was looked for those that fit.
    pub fn looked_to(&self, rfc3339: &str) -> String {
        let moment = LiveTexts::of(self.lang).moment(rfc3339);
        match self.lang {
            Lang::Fr => format!("Cherché jusqu’au {moment}\u{a0}; il y en a d’autres au-delà."),
            Lang::En => format!("Searched up to {moment}; there are more beyond."),
        }
    }
}
