//! Texts of what people write on their payments, and of what happened to one.

use domain::lang::Lang;
use domain::own::{LONGEST_NOTE, LONGEST_TAG, MOST_TAGS, WritingProblem};

texts! {
    /// The form on a payment's page.
    OwnTexts {
        heading: "Vos mots", "Your words";
        lead: "Personne d’autre ne les voit. Ils restent, quoi que la banque dise de ce paiement ensuite.", "Nobody else sees them. They stay, whatever the bank says of this payment later.";
        category: "Catégorie", "Category";
        tags: "Étiquettes", "Tags";
        tags_of: "Étiquettes de ce paiement", "Tags of this payment";
        note: "Note", "Note";
        save: "Enregistrer", "Save";
        saved: "Enregistré.", "Saved.";
        unknown_category: "Cette catégorie n’existe pas.", "There is no such category.";
    }
}

texts! {
    /// What happened to a payment, step by step.
    HistoryTexts {
        heading: "Déroulement", "What happened";
        paid: "Paiement, à l’heure de la banque", "Payment, by the bank’s clock";
        told: "La banque nous en a parlé pour la première fois", "The bank first told us of it";
        confirmed: "Confirmé par un second canal de la banque", "Confirmed through a second channel of the bank";
        contested: "La banque a dit deux choses différentes", "The bank said two different things";
        own: "Vous y avez écrit", "You wrote on it";
    }
}

impl OwnTexts {
    pub fn as_the_bank_says(&self, category: &str) -> String {
        match self.lang {
            Lang::Fr => format!("Comme le dit la banque ({category})"),
            Lang::En => format!("As the bank says ({category})"),
        }
    }

    /// Her category, beside what the bank says.
    pub fn instead_of(&self, own: &str, bank: &str) -> String {
        match self.lang {
            Lang::Fr => format!("{own} (selon la banque\u{a0}: {bank})"),
            Lang::En => format!("{own} (the bank says: {bank})"),
        }
    }

    pub fn tags_hint(&self) -> String {
        match self.lang {
            Lang::Fr => format!("Séparées par des virgules, {MOST_TAGS} au plus."),
            Lang::En => format!("With commas between them, {MOST_TAGS} at most."),
        }
    }

    pub const fn note_hint(&self) -> &'static str {
        match self.lang {
            Lang::Fr => "1\u{202f}000 caractères au plus. La recherche la trouve.",
            Lang::En => "1,000 characters at most. The search finds it.",
        }
    }

    pub fn problem(&self, problem: WritingProblem) -> String {
        match (self.lang, problem) {
            (_, WritingProblem::UnknownCategory) => self.unknown_category.to_owned(),
            (Lang::Fr, WritingProblem::NoteTooLong) => "La note dépasse 1\u{202f}000 caractères.".to_owned(),
            (Lang::En, WritingProblem::NoteTooLong) => "The note is longer than 1,000 characters.".to_owned(),
            (Lang::Fr, WritingProblem::TooManyTags) => format!("Il y a plus de {MOST_TAGS} étiquettes."),
            (Lang::En, WritingProblem::TooManyTags) => format!("There are more than {MOST_TAGS} tags."),
            (Lang::Fr, WritingProblem::TagTooLong) => format!("Une étiquette dépasse {LONGEST_TAG} caractères."),
            (Lang::En, WritingProblem::TagTooLong) => format!("A tag is longer than {LONGEST_TAG} characters."),
        }
    }

    pub fn payments_with(&self, tag: &str) -> String {
        match self.lang {
            Lang::Fr => format!("Paiements avec l’étiquette {tag}"),
            Lang::En => format!("Payments with the tag {tag}"),
        }
    }
}

// The words above say it.
const _: () = assert!(LONGEST_NOTE == 1_000);
