//! The two languages, chosen by the script's address.

/// French or English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    Fr,
    En,
}

impl Lang {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    pub const fn words(self) -> &'static Words {
        match self {
            Self::Fr => &FRENCH,
            Self::En => &ENGLISH,
        }
    }
}

/// Everything that client.js and the popup say.
#[derive(Debug)]
pub struct Words {
    pub button: &'static str,
    pub blocked: &'static str,
    pub foreign_origin: &'static str,
    pub title: &'static str,
    pub sign_in: &'static str,
    pub sign_in_why: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub log_in: &'static str,
    pub wrong: &'static str,
    pub demo: &'static str,
    pub scope: &'static str,
    pub scope_asks: &'static str,
    pub scope_items: [&'static str; 3],
    pub scope_not: &'static str,
    pub scope_until: &'static str,
    pub reference: &'static str,
    pub signed_in_as: &'static str,
    pub accept: &'static str,
    pub refuse: &'static str,
    pub done: &'static str,
    pub done_text: &'static str,
    pub quit: &'static str,
    pub refused: &'static str,
    pub refused_text: &'static str,
    pub close: &'static str,
    pub trouble: &'static str,
    pub expired: &'static str,
    pub too_long: &'static str,
}

static FRENCH: Words = Words {
    button: "Se connecter avec Anytime",
    blocked: "Votre navigateur a bloqué la fenêtre d’Anytime.",
    foreign_origin: "Anytime Connect n’est pas autorisé sur ce site.",
    title: "Anytime Connect",
    sign_in: "Connexion à votre compte",
    sign_in_why: "Connectez-vous pour choisir ce que ce site pourra voir :",
    email: "Adresse e-mail",
    password: "Mot de passe",
    log_in: "Se connecter",
    wrong: "L’adresse e-mail ou le mot de passe est incorrect.",
    demo: "Banque de démonstration : alice@example.test, bruno@…, chloe@… ou david@example.test, mot de passe « anytime ».",
    scope: "Autoriser l’accès ?",
    scope_asks: "demande à accéder à votre compte Anytime :",
    scope_items: [
        "vos comptes et leurs soldes",
        "vos cartes",
        "les paiements de vos cartes, passés et à venir, en temps réel",
    ],
    scope_not: "Votre mot de passe n’est jamais transmis.",
    scope_until: "Vous pourrez retirer cet accès à tout moment depuis votre espace client.",
    reference: "Référence",
    signed_in_as: "Connecté en tant que",
    accept: "Accepter",
    refuse: "Refuser",
    done: "C’est fait",
    done_text: "L’accès est accordé. Vous pouvez fermer cette fenêtre.",
    quit: "Quitter",
    refused: "Accès refusé",
    refused_text: "Rien n’a été transmis à ce site.",
    close: "Fermer",
    trouble: "Un problème est survenu",
    expired: "Cette fenêtre a expiré. Fermez-la et recommencez.",
    too_long: "La référence dépasse 255 caractères.",
};

static ENGLISH: Words = Words {
    button: "Connect with Anytime",
    blocked: "Your browser blocked the Anytime window.",
    foreign_origin: "Anytime Connect is not allowed on this site.",
    title: "Anytime Connect",
    sign_in: "Sign in to your account",
    sign_in_why: "Sign in to choose what this site may see:",
    email: "Email address",
    password: "Password",
    log_in: "Log in",
    wrong: "The email address or the password is wrong.",
    demo: "Demonstration bank: alice@example.test, bruno@…, chloe@… or david@example.test, password “anytime”.",
    scope: "Allow access?",
    scope_asks: "asks for access to your Anytime account:",
    scope_items: [
        "your accounts and their balances",
        "your cards",
        "your card payments, past and to come, in real time",
    ],
    scope_not: "Your password is never passed on.",
    scope_until: "You can take this access back at any time in your customer area.",
    reference: "Reference",
    signed_in_as: "Signed in as",
    accept: "Accept",
    refuse: "Refuse",
    done: "All done",
    done_text: "Access is granted. You can close this window.",
    quit: "Quit",
    refused: "Access refused",
    refused_text: "Nothing was passed on to this site.",
    close: "Close",
    trouble: "Something went wrong",
    expired: "This window has expired. Close it and start again.",
    too_long: "The reference is longer than 255 characters.",
};
