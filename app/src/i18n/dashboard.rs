//! Texts of the dashboard's filters and of one payment's page.

use domain::lang::Lang;
use domain::transaction::TxType;

texts! {
    /// The form above the list.
    FilterTexts {
        title: "Paiements", "Payments";
        form: "Filtrer les paiements", "Filter the payments";
        search: "Rechercher", "Search";
        search_hint: "Commerçant, ville, note, étiquette", "Merchant, town, note, tag";
        more: "Filtres", "Filters";
        card: "Carte", "Card";
        category: "Catégorie", "Category";
        tag: "Étiquette", "Tag";
        any_card: "Toutes", "All";
        any_category: "Toutes", "All";
        any: "Tous", "All";
        from: "Du", "From";
        to: "Au", "To";
        min: "Montant minimal", "Smallest amount";
        max: "Montant maximal", "Largest amount";
        kind: "Sens", "Direction";
        debit: "Dépenses", "Money out";
        credit: "Recettes", "Money in";
        status: "État", "Status";
        status_settled: "Réglé", "Settled";
        apply: "Appliquer", "Apply";
        active: "Filtres actifs", "Active filters";
        clear: "Tout retirer", "Remove all";
        older: "Plus anciens", "Older";
        newer: "Plus récents", "Newer";
        pages: "Pages de la liste", "Pages of the list";
    }
}

texts! {
    /// One payment's page.
    PaymentTexts {
        title: "Paiement", "Payment";
        back: "Tous les paiements", "All payments";
        when: "Date, à la banque", "Date, at the bank";
        status: "État", "Status";
        status_settled: "Réglé", "Settled";
        category: "Catégorie", "Category";
        place: "Lieu", "Place";
        card: "Carte", "Card";
        foreign: "Montant chez le commerçant", "Amount at the merchant";
        rate: "Taux appliqué", "Rate applied";
        fee: "Frais de change", "Exchange fee";
        balance_after: "Solde après le paiement", "Balance after the payment";
        description: "Libellé de la banque", "The bank’s description";
        reference: "Référence", "Reference";
        reason: "Motif du refus", "Reason for the refusal";
        mcc: "Type de commerce", "Type of merchant";
        confirmed: "Confirmé", "Confirmed";
        confirmed_yes: "La banque l’a confirmé par un second canal.", "The bank has confirmed it through a second channel.";
        confirmed_no: "Annoncé par la banque ; pas encore confirmé par un second canal.", "Announced by the bank; not yet confirmed through a second channel.";
        contested: "La banque a dit deux choses différentes ; nous lui demandons laquelle est juste.", "The bank has said two different things; we are asking which one is right.";
        pending_note: "Ce paiement est autorisé mais pas encore débité : le montant peut encore changer.", "This payment is authorised but not yet settled: the amount may still change.";
        refused_note: "Ce paiement a été refusé : rien n’a été débité.", "This payment was refused: nothing was taken.";
    }
}

impl FilterTexts {
    pub fn remove(&self, what: &str) -> String {
        match self.lang {
            Lang::Fr => format!("Retirer le filtre {what}"),
            Lang::En => format!("Remove the filter {what}"),
        }
    }

    /// Which values of the address could not be read.
    pub fn not_understood(&self, fields: &[&str]) -> String {
        let quoted = |field: &&str| match self.lang {
            Lang::Fr => format!("«\u{202f}{}\u{202f}»", self.field(field)),
            Lang::En => format!("“{}”", self.field(field)),
        };
        let names = fields.iter().map(quoted).collect::<Vec<_>>().join(", ");
        match self.lang {
            Lang::Fr => format!("Valeur illisible, laissée de côté : {names}."),
            Lang::En => format!("Could not be read and was left out: {names}."),
        }
    }

    pub fn field(&self, name: &str) -> &'static str {
        match name {
            "card" => self.card,
            "category" => self.category,
            "tag" => self.tag,
            "from" => self.from,
            "to" => self.to,
            "min" => self.min,
            "max" => self.max,
            "type" => self.kind,
            "status" => self.status,
            _ => self.search,
        }
    }

    pub const fn direction(&self, kind: TxType) -> &'static str {
        match kind {
            TxType::Debit => self.debit,
            TxType::Credit => self.credit,
            TxType::Unknown => self.any,
        }
    }

    pub fn tagged(&self, tag: &str) -> String {
        match self.lang {
            Lang::Fr => format!("étiquette «\u{202f}{tag}\u{202f}»"),
            Lang::En => format!("tag “{tag}”"),
        }
    }

    pub fn since(&self, day: &str) -> String {
        match self.lang {
            Lang::Fr => format!("depuis le {day}"),
            Lang::En => format!("since {day}"),
        }
    }

    pub fn until(&self, day: &str) -> String {
        match self.lang {
            Lang::Fr => format!("jusqu’au {day}"),
            Lang::En => format!("until {day}"),
        }
    }
}

impl PaymentTexts {
    /// `1 EUR = 1.088100 USD`, with the vendor's digits.
    pub fn fx(&self, rate: &str) -> String {
        match self.lang {
            Lang::Fr => rate.replace('.', ","),
            Lang::En => rate.to_owned(),
        }
    }
}
