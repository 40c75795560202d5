//! Texts of what operators see of people and do about them, and of the links for linking again.

use crate::backend::{Deed, Fact, FoundBy};
use domain::lang::Lang;

texts! {
    PeopleTexts {
        story: "Ce qui s’est passé", "What happened";
        story_end: "C’est tout ce que nous savons.", "This is all that we know.";
        older: "Avant", "Earlier";
        newest: "Revenir au plus récent", "Back to the newest";
        pages: "Pages du récit", "Pages of the story";
        found_by: "Trouvé par", "Found by";
        more_found: "D’autres personnes correspondent. Précisez la recherche.", "More people match. Narrow the search.";
        marked: "À suivre", "Marked";
        only_marked: "À suivre seulement", "Marked only";
        paused: "Suspendu", "Paused";
        paused_since: "Compte suspendu depuis", "Account paused since";
        paused_help: "Personne ne peut s’y connecter, et la banque n’est pas interrogée. Les notifications gardent leurs effets.", "Nobody can sign in to it, and the bank is not asked. Notifications keep their effects.";
        open_alarm: "en cours", "open";
        first_payment: "Premier paiement après la liaison", "First payment after the link was made";
        token: "Jeton", "Token";
        actions: "Agir", "Do something";
        actions_help: "Chaque acte demande un motif, et la personne voit dans ses réglages ce qui a été fait. Elle ne voit pas le motif.", "Everything takes a reason, and the person sees in the settings what was done. The reason stays with us.";
        viewers_only_see: "Votre rôle permet de voir, pas d’agir.", "Your role lets you look, not act.";
        one_time_title: "Lien pour relier de nouveau", "Link for linking again";
        one_time_help: "Il n’est montré que cette fois. Il sert une fois, pendant sept jours, et seulement à la personne dont voici l’adresse. Envoyez-le comme vous voulez.", "It is shown this once. It works once, for seven days, and only for the person with this address. Send it by any way.";
        one_time_label: "Adresse à transmettre", "Address to pass on";
        again_title: "Relier votre compte Anytime", "Link your Anytime account again";
        again_lead: "Notre équipe vous propose de relier de nouveau votre compte Anytime, pour que vos paiements continuent d’arriver ici.", "Our team suggests that you link your Anytime account again, so that your payments go on arriving here.";
        again_fact_1: "Ce lien n’ouvre rien par lui-même : il mène au bouton de la banque.", "This link opens nothing by itself: it leads to the bank’s button.";
        again_fact_2: "C’est vous qui acceptez, dans la fenêtre de la banque. Vos codes de la banque ne nous sont jamais montrés.", "It is you who accepts, in the bank’s window. Your codes of the bank are never shown to us.";
        again_fact_3: "Il ne sert qu’à vous, et une seule fois.", "It works for you alone, and once.";
        again_sign_in: "Connectez-vous d’abord : le lien ne sert qu’à la personne à qui il est destiné.", "Sign in first: the link works only for the person whom it is for.";
        sign_in: "Se connecter", "Sign in";
        again_go: "Continuer vers le bouton de la banque", "Go on to the bank’s button";
        another_title: "Ce lien est pour une autre personne", "This link is for another person";
        another_help: "Vous êtes connecté avec un compte auquel il n’est pas destiné. Si vous avez un autre compte, déconnectez-vous, puis rouvrez le lien.", "You are signed in with an account that it is not for. If you have another account, sign out and open the link again.";
        sign_out: "Se déconnecter", "Sign out";
        expired_title: "Ce lien ne sert plus", "This link no longer works";
        expired_help: "Il a déjà été utilisé, un autre l’a remplacé, ou il a plus de sept jours. Vous pouvez toujours relier votre compte depuis le site.", "It has been used, another one has replaced it, or it is older than seven days. You can always link your account from the site.";
        to_connect: "Relier mon compte", "Link my account";
    }
}

/// The words of something to do about a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeedWords {
    /// What unfolds its form.
    pub unfold: &'static str,
    /// What it does.
    pub help: &'static str,
    pub submit: &'static str,
    /// Once it is done.
    pub done: &'static str,
}

impl PeopleTexts {
    /// By what somebody was found.
    pub const fn way(&self, by: FoundBy) -> &'static str {
        match (self.lang, by) {
            (Lang::Fr, FoundBy::Id) => "identifiant",
            (Lang::Fr, FoundBy::Token) => "empreinte du jeton",
            (Lang::Fr, FoundBy::Card) => "carte",
            (Lang::Fr, FoundBy::Account) => "compte bancaire",
            (Lang::Fr, FoundBy::Email) => "adresse",
            (Lang::Fr, FoundBy::Name) => "nom",
            (Lang::En, FoundBy::Id) => "id",
            (Lang::En, FoundBy::Token) => "token fingerprint",
            (Lang::En, FoundBy::Card) => "card",
            (Lang::En, FoundBy::Account) => "bank account",
            (Lang::En, FoundBy::Email) => "address",
            (Lang::En, FoundBy::Name) => "name",
        }
    }

    pub const fn fact(&self, fact: Fact) -> &'static str {
        match (self.lang, fact) {
            (Lang::Fr, Fact::SignedUp) => "Compte créé",
            (Lang::Fr, Fact::ByBrowser) => "Jeton reçu du navigateur",
            (Lang::Fr, Fact::ByNotification) => "Jeton reçu par notification",
            (Lang::Fr, Fact::Proven) => "Liaison confirmée par la banque",
            (Lang::Fr, Fact::Refused) => "Jeton refusé par la banque",
            (Lang::Fr, Fact::Revoked) => "Accès retiré à la banque",
            (Lang::Fr, Fact::Forgotten) => "Liaison oubliée",
            (Lang::Fr, Fact::RelinkOpened) => "Lien pour relier ouvert",
            (Lang::Fr, Fact::RelinkUsed) => "Lien pour relier utilisé",
            (Lang::En, Fact::SignedUp) => "Account created",
            (Lang::En, Fact::ByBrowser) => "Token brought by the browser",
            (Lang::En, Fact::ByNotification) => "Token brought by a notification",
            (Lang::En, Fact::Proven) => "Link confirmed by the bank",
            (Lang::En, Fact::Refused) => "Token refused by the bank",
            (Lang::En, Fact::Revoked) => "Access withdrawn at the bank",
            (Lang::En, Fact::Forgotten) => "Link forgotten",
            (Lang::En, Fact::RelinkOpened) => "Link for linking again opened",
            (Lang::En, Fact::RelinkUsed) => "Link for linking again used",
        }
    }

    /// What the bank's script has told, by its name for it; the name itself where it is none of the eleven.
    pub fn event<'n>(&self, name: &'n str) -> &'n str {
        match (self.lang, name) {
            (Lang::Fr, "onDisplayPopup") => "Fenêtre de la banque ouverte",
            (Lang::Fr, "onDisplayLoginFormScreen") => "Page de connexion de la banque affichée",
            (Lang::Fr, "onClickLoginButton") => "Identifiants envoyés à la banque",
            (Lang::Fr, "onLoginSucceeded") => "Connexion à la banque réussie",
            (Lang::Fr, "onLoginFailed") => "Connexion à la banque refusée",
            (Lang::Fr, "onDisplayScopeAcceptanceScreen") => "Demande d’accord affichée",
            (Lang::Fr, "onClickRefuseButton") => "Accord refusé",
            (Lang::Fr, "onTokenCreated") => "Accord donné : la banque a créé un jeton",
            (Lang::Fr, "onClickQuitButton") => "Fenêtre quittée par son bouton",
            (Lang::Fr, "onClosePopup") => "Fenêtre de la banque fermée",
            (Lang::Fr, "onError") => "Erreur de la fenêtre de la banque",
            (Lang::En, "onDisplayPopup") => "The bank’s window opened",
            (Lang::En, "onDisplayLoginFormScreen") => "The bank’s sign-in page shown",
            (Lang::En, "onClickLoginButton") => "Password sent to the bank",
            (Lang::En, "onLoginSucceeded") => "Signed in at the bank",
            (Lang::En, "onLoginFailed") => "Sign-in refused by the bank",
            (Lang::En, "onDisplayScopeAcceptanceScreen") => "Asked for consent",
            (Lang::En, "onClickRefuseButton") => "Consent refused",
            (Lang::En, "onTokenCreated") => "Consent given: the bank made a token",
            (Lang::En, "onClickQuitButton") => "Window left by its button",
            (Lang::En, "onClosePopup") => "The bank’s window closed",
            (Lang::En, "onError") => "Error in the bank’s window",
            (_, other) => other,
        }
    }

    pub const fn deed(&self, deed: Deed) -> DeedWords {
        match self.lang {
            Lang::Fr => deed_fr(deed),
            Lang::En => deed_en(deed),
        }
    }

    /// `26 nov. 2026 à 14:14:48`: to the second, for what is compared with other logs.
    pub fn full(&self, rfc3339: &str, moment: &str) -> String {
        let seconds = rfc3339.get(16..19).unwrap_or_default();
        format!("{moment}{seconds}")
    }
}

const fn deed_fr(deed: Deed) -> DeedWords {
    match deed {
        Deed::Note => DeedWords {
            unfold: "Écrire une note…",
            help: "Le texte reste dans le récit et dans le journal.",
            submit: "Noter",
            done: "C’est noté.",
        },
        Deed::Mark => DeedWords {
            unfold: "Marquer « à suivre »…",
            help: "La personne apparaît marquée dans la liste, pour toute l’équipe.",
            submit: "Marquer",
            done: "La personne est marquée.",
        },
        Deed::Unmark => DeedWords {
            unfold: "Ne plus suivre…",
            help: "La marque disparaît de la liste.",
            submit: "Retirer la marque",
            done: "La marque est retirée.",
        },
        Deed::Pause => DeedWords {
            unfold: "Suspendre le compte…",
            help: "Ses sessions prennent fin, personne ne peut s’y connecter, et la banque n’est plus interrogée. Ce que la banque envoie garde ses effets.",
            submit: "Suspendre",
            done: "Le compte est suspendu.",
        },
        Deed::Resume => DeedWords {
            unfold: "Rétablir le compte…",
            help: "On peut de nouveau s’y connecter, et la banque est interrogée de ce qui a attendu.",
            submit: "Rétablir",
            done: "Le compte est rétabli.",
        },
        Deed::Forget => DeedWords {
            unfold: "Oublier cette liaison…",
            help: "Le jeton est effacé chez nous et ne peut plus servir. Les paiements déjà reçus restent. À la banque, l’accès reste dans la liste de la personne.",
            submit: "Oublier la liaison",
            done: "La liaison est oubliée, son historique est gardé.",
        },
        Deed::Relink => DeedWords {
            unfold: "Proposer de relier…",
            help: "Crée un lien personnel, à usage unique, valable sept jours, qui mène la personne au bouton de la banque. Il remplace le précédent.",
            submit: "Créer le lien",
            done: "Le lien est créé.",
        },
    }
}

const fn deed_en(deed: Deed) -> DeedWords {
    match deed {
        Deed::Note => DeedWords {
            unfold: "Write a note…",
            help: "The text stays in the story and in the log.",
            submit: "Note",
            done: "It is noted.",
        },
        Deed::Mark => DeedWords {
            unfold: "Mark…",
            help: "The person stands marked in the list, for the whole team.",
            submit: "Mark",
            done: "The person is marked.",
        },
        Deed::Unmark => DeedWords {
            unfold: "Remove the mark…",
            help: "The mark goes from the list.",
            submit: "Remove the mark",
            done: "The mark is removed.",
        },
        Deed::Pause => DeedWords {
            unfold: "Pause the account…",
            help: "Its sessions end, nobody can sign in to it, and the bank is no longer asked. What the bank sends keeps its effects.",
            submit: "Pause",
            done: "The account is paused.",
        },
        Deed::Resume => DeedWords {
            unfold: "Resume the account…",
            help: "It can be signed in to again, and the bank is asked for what has waited.",
            submit: "Resume",
            done: "The account is resumed.",
        },
        Deed::Forget => DeedWords {
            unfold: "Forget this link…",
            help: "The token is erased here and can serve no more. Payments that have come stay. At the bank the access stays in the person’s list.",
            submit: "Forget the link",
            done: "The link is forgotten, its history is kept.",
        },
        Deed::Relink => DeedWords {
            unfold: "Suggest linking again…",
            help: "Makes a personal link, good once, for seven days, that leads the person to the bank’s button. It takes the place of the one before.",
            submit: "Make the link",
            done: "The link is made.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_full_has_its_seconds() {
        let texts = PeopleTexts::of(Lang::En);
        assert_eq!(texts.full("2026-11-26T14:14:48+01:00", "26 Nov 2026 at 14:14"), "26 Nov 2026 at 14:14:48");
        assert_eq!(texts.full("nonsense", "nonsense"), "nonsense");
    }
}
