//! Texts of the operators' console.

use crate::backend::Verdict;
use domain::lang::Lang;
use domain::viewer::Role;

texts! {
    OperatorTexts {
        console: "Console", "Console";
        users: "Utilisateurs", "Users";
        deliveries: "Notifications", "Deliveries";
        user: "Utilisateur", "User";
        delivery: "Notification", "Delivery";
        search: "Rechercher", "Search";
        search_hint: "Début de l’adresse ou du nom", "Start of the address or name";
        status: "Liaison", "Link";
        any: "Tous", "All";
        any_link: "Toutes", "All";
        apply: "Filtrer", "Filter";
        clear: "Retirer", "Clear";
        name: "Nom", "Name";
        email: "Adresse", "Address";
        role: "Rôle", "Role";
        created: "Créé le", "Created";
        cards: "Cartes", "Cards";
        last_news: "Dernières nouvelles", "Last news";
        never: "Jamais", "Never";
        none: "Aucune", "None";
        no_users: "Aucun utilisateur ne correspond.", "No user matches.";
        no_deliveries: "Aucune notification ne correspond.", "No delivery matches.";
        older: "Plus anciennes", "Older";
        newer: "Plus récentes", "Newer";
        next: "Suivants", "Next";
        previous: "Précédents", "Previous";
        pages: "Pages de la liste", "Pages of the list";
        links: "Liaisons", "Links";
        no_links: "Aucune liaison.", "No link.";
        payments: "Derniers paiements", "Latest payments";
        no_payments: "Aucun paiement.", "No payment.";
        user_deliveries: "Ses notifications", "Their deliveries";
        fingerprint: "Empreinte du jeton", "Token fingerprint";
        by_browser: "Par le navigateur", "By the browser";
        by_notification: "Par la notification", "By the notification";
        confirmed: "Confirmée", "Confirmed";
        problem: "Problème", "Problem";
        amount: "Montant", "Amount";
        merchant: "Commerçant", "Merchant";
        when: "Date", "Date";
        verdict: "Verdict", "Verdict";
        event: "Événement", "Event";
        reference: "Référence", "Reference";
        reason: "Motif", "Reason";
        state: "Traitement", "Processing";
        received: "Reçue", "Received";
        attempt: "Essai", "Try";
        peer: "Adresse source", "Source address";
        unreadable: "illisible", "unreadable";
        trust: "Carte de confiance", "Trust card";
        good: "pour", "for";
        bad: "contre", "against";
        unknown: "sans avis", "not judged";
        body: "Contenu reçu", "Body received";
        body_help: "Jetons, empreintes et références sont masqués.", "Tokens, hashes and references are masked.";
        body_gone: "Le contenu a dépassé sa durée de conservation.", "The body is past its retention.";
        content_type: "Type de contenu", "Content type";
        tries: "Arrivées de la même référence", "Arrivals of the same reference";
        this_one: "celle-ci", "this one";
        owner: "Concerne", "About";
        nobody: "Personne n’est encore reconnu.", "Nobody recognised yet.";
        last_try: "Dernier essai de la banque : un échec de plus et elle était perdue.", "The bank’s last try: one more failure and it was lost.";
        facts: "Faits", "Facts";
    }
}

impl OperatorTexts {
    pub const fn verdict(&self, verdict: Verdict) -> &'static str {
        match (self.lang, verdict) {
            (Lang::Fr, Verdict::Accepted) => "Acceptée",
            (Lang::Fr, Verdict::Duplicate) => "Doublon",
            (Lang::Fr, Verdict::Held) => "Retenue",
            (Lang::Fr, Verdict::Quarantined) => "En quarantaine",
            (Lang::Fr, Verdict::Rejected) => "Refusée",
            (Lang::En, Verdict::Accepted) => "Accepted",
            (Lang::En, Verdict::Duplicate) => "Duplicate",
            (Lang::En, Verdict::Held) => "Held",
            (Lang::En, Verdict::Quarantined) => "Quarantined",
            (Lang::En, Verdict::Rejected) => "Rejected",
        }
    }

    pub const fn role_name(&self, role: Role) -> &'static str {
        match (self.lang, role) {
            (Lang::Fr, Role::User) => "Utilisateur",
            (Lang::Fr, Role::Viewer) => "Lecteur",
            (Lang::Fr, Role::Operator) => "Opérateur",
            (Lang::Fr, Role::Admin) => "Administrateur",
            (Lang::En, Role::User) => "User",
            (Lang::En, Role::Viewer) => "Viewer",
            (Lang::En, Role::Operator) => "Operator",
            (Lang::En, Role::Admin) => "Administrator",
        }
    }

    /// What processing made of a delivery; the code itself where it is none of ours.
    pub fn processing<'c>(&self, code: &'c str) -> &'c str {
        match (self.lang, code) {
            (Lang::Fr, "pending") => "en attente",
            (Lang::Fr, "done") => "traitée",
            (Lang::Fr, "parked") => "mise de côté",
            (Lang::Fr, "dead") => "abandonnée",
            (Lang::En, "dead") => "given up",
            (_, other) => other,
        }
    }

    /// What a piece of evidence is about; the name itself where it is none of ours.
    pub fn signal<'n>(&self, name: &'n str) -> &'n str {
        match (self.lang, name) {
            (Lang::Fr, "path") => "Adresse secrète",
            (Lang::Fr, "address") => "Adresse de la banque",
            (Lang::Fr, "hash") => "Empreinte",
            (Lang::Fr, "fresh") => "Fraîcheur",
            (Lang::Fr, "new") => "Jamais vue",
            (Lang::Fr, "webhook") => "Destinataire",
            (Lang::Fr, "confirmed") => "Confirmée ailleurs",
            (Lang::En, "path") => "Secret address",
            (Lang::En, "address") => "The bank’s address",
            (Lang::En, "hash") => "Hash",
            (Lang::En, "fresh") => "Fresh",
            (Lang::En, "new") => "Not seen before",
            (Lang::En, "webhook") => "Recipient",
            (Lang::En, "confirmed") => "Confirmed elsewhere",
            (_, other) => other,
        }
    }

    pub fn trust_score(&self, good: usize, judged: usize) -> String {
        match self.lang {
            Lang::Fr => format!("{good} indices favorables sur {judged} examinés"),
            Lang::En => format!("{good} of {judged} signals speak for it"),
        }
    }

    pub fn try_of(&self, current: i64, most: Option<i64>) -> String {
        match (self.lang, most) {
            (Lang::Fr, Some(most)) => format!("{current} sur {most}"),
            (Lang::En, Some(most)) => format!("{current} of {most}"),
            (_, None) => current.to_string(),
        }
    }
}
