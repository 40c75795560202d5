//! Texts of the operators' console.

use crate::backend::{AlarmKind, Verdict};
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
        clear: "Retirer les filtres", "Clear filters";
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
        no_user_deliveries: "Aucune notification.", "No delivery.";
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
        this_one: "celle-ci", "this one";
        owner: "Concerne", "About";
        nobody: "Personne n’est encore reconnu.", "Nobody recognised yet.";
        last_try: "Dernier essai de la banque : un échec de plus et elle était perdue.", "The bank’s last try: one more failure and it was lost.";
        facts: "Faits", "Facts";
        alarms: "Alarmes", "Alarms";
        alarm: "Alarme", "Alarm";
        no_alarms: "Tout va bien : aucune alarme.", "All is well: no alarm.";
        subject: "Concerne", "About";
        first_noticed: "Depuis", "Since";
        last_noticed: "Dernière fois", "Last time";
        times: "Relevée", "Noticed";
        seen_to: "Marquer comme traitée", "Mark as seen to";
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
            (Lang::Fr, "bank") => "Parole de la banque",
            (Lang::Fr, "operator") => "Parole d’un opérateur",
            (Lang::Fr, "tries") => "Essais",
            (Lang::Fr, "figures") => "Chiffres",
            (Lang::Fr, "type") => "Type de contenu",
            (Lang::Fr, "body") => "Contenu",
            (Lang::En, "path") => "Secret address",
            (Lang::En, "address") => "The bank’s address",
            (Lang::En, "hash") => "Hash",
            (Lang::En, "fresh") => "Fresh",
            (Lang::En, "new") => "Not seen before",
            (Lang::En, "webhook") => "Recipient",
            (Lang::En, "bank") => "The bank’s word",
            (Lang::En, "operator") => "An operator’s word",
            (Lang::En, "tries") => "Tries",
            (Lang::En, "figures") => "Figures",
            (Lang::En, "type") => "Content type",
            (Lang::En, "body") => "Body",
            (_, other) => other,
        }
    }

    /// What was seen of a piece of evidence: a code, some with a value behind a colon. One that is none of ours stands for itself.
    pub fn detail(&self, detail: &str) -> String {
        let (code, value) = detail.split_once(':').unwrap_or((detail, ""));
        let words = match (code, value) {
            ("peer", _) => return value.to_owned(),
            ("age", _) => return self.age(value),
            ("tries", _) => return self.odd_tries(value),
            ("odd", _) => return value.split(',').map(|code| self.oddity(code)).collect::<Vec<_>>().join(", "),
            (code, _) => match (self.lang, code) {
                (Lang::Fr, "secret-path") => "le chemin secret",
                (Lang::Fr, "first-reference") => "avec la première référence",
                (Lang::Fr, "second-reference") => "avec la seconde référence",
                (Lang::Fr, "public-reference") => "juste, mais la référence est publique",
                (Lang::Fr, "no-reference") => "ne correspond à aucune référence",
                (Lang::Fr, "no-time") => "sans heure",
                (Lang::Fr, "ours") => "nomme notre adresse",
                (Lang::Fr, "another") => "nomme une autre adresse",
                (Lang::Fr, "unnamed") => "ne nomme aucune adresse",
                (Lang::Fr, "reused-hash") => "l’empreinte a déjà servi à une autre référence",
                (Lang::Fr, "guessed") => "déduit du contenu",
                (Lang::Fr, "cut") => "seul le début est conservé",
                (Lang::Fr, "release") => "admise",
                (Lang::Fr, "attach") => "rattachée à une personne",
                (Lang::Fr, "vouched") => "la banque confirme",
                (Lang::Fr, "not-in-statement") => "absent du relevé pour l’instant",
                (Lang::Fr, "unknown-card") => "carte inconnue pour l’instant",
                (Lang::Fr, "token-refused") => "la banque refuse le jeton",
                (Lang::Fr, "token-works") => "la banque accepte encore le jeton",
                (Lang::Fr, "bank-unavailable" | "bank-paused" | "rate-limited") => "la banque ne répond pas encore",
                (Lang::Fr, "unknown") => "inconnue",
                (Lang::En, "secret-path") => "the secret path",
                (Lang::En, "first-reference") => "with the first reference",
                (Lang::En, "second-reference") => "with the second reference",
                (Lang::En, "public-reference") => "right, but the reference is public",
                (Lang::En, "no-reference") => "fits none of the references",
                (Lang::En, "no-time") => "without a time",
                (Lang::En, "ours") => "names our address",
                (Lang::En, "another") => "names another address",
                (Lang::En, "unnamed") => "names no address",
                (Lang::En, "reused-hash") => "the hash came with another reference before",
                (Lang::En, "guessed") => "guessed from the body",
                (Lang::En, "cut") => "only its beginning is kept",
                (Lang::En, "release") => "let in",
                (Lang::En, "attach") => "attached to somebody",
                (Lang::En, "vouched") => "the bank confirms it",
                (Lang::En, "not-in-statement") => "not in the statement yet",
                (Lang::En, "unknown-card") => "the card is not known yet",
                (Lang::En, "token-refused") => "the bank refuses the token",
                (Lang::En, "token-works") => "the bank still accepts the token",
                (Lang::En, "bank-unavailable" | "bank-paused" | "rate-limited") => "the bank does not answer yet",
                (_, _) => detail,
            },
        };
        words.to_owned()
    }

    fn age(&self, seconds: &str) -> String {
        let seconds: i64 = seconds.parse().unwrap_or_default();
        match (self.lang, seconds < 0) {
            (Lang::Fr, false) => format!("{seconds}\u{a0}s"),
            (Lang::Fr, true) => format!("{}\u{a0}s en avance sur notre horloge", seconds.saturating_neg()),
            (Lang::En, false) => format!("{seconds}\u{a0}s old"),
            (Lang::En, true) => format!("{}\u{a0}s ahead of our clock", seconds.saturating_neg()),
        }
    }

    fn odd_tries(&self, tries: &str) -> String {
        let (current, most) = tries.split_once('/').unwrap_or((tries, "?"));
        match self.lang {
            Lang::Fr => format!("essai {current} sur {most}, ce qui ne se peut pas"),
            Lang::En => format!("try {current} of {most}, which cannot be"),
        }
    }

    fn oddity<'c>(&self, code: &'c str) -> &'c str {
        match (self.lang, code) {
            (Lang::Fr, "sign") => "signe et sens se contredisent",
            (Lang::Fr, "rate") => "montants différents au taux de 1",
            (Lang::Fr, "fee") => "frais négatifs ou plus grands que le montant",
            (Lang::Fr, "type") => "sens inconnu",
            (Lang::Fr, "status") => "état inconnu",
            (Lang::Fr, "clock-change") => "pendant le changement d’heure",
            (Lang::Fr, "future") => "datée de plus d’un jour d’avance",
            (Lang::En, "sign") => "sign and direction contradict each other",
            (Lang::En, "rate") => "amounts differ at a rate of 1",
            (Lang::En, "fee") => "a fee that is negative or larger than the amount",
            (Lang::En, "type") => "unknown direction",
            (Lang::En, "status") => "unknown state",
            (Lang::En, "clock-change") => "in the hour when the clocks change",
            (Lang::En, "future") => "dated more than a day ahead",
            (_, other) => other,
        }
    }

    pub const fn alarm(&self, kind: AlarmKind) -> &'static str {
        match (self.lang, kind) {
            (Lang::Fr, AlarmKind::LastTry) => "Dernier essai de la banque",
            (Lang::Fr, AlarmKind::Silence) => "Plus aucune notification",
            (Lang::Fr, AlarmKind::ForeignAddress) => "Bon chemin, autre adresse",
            (Lang::Fr, AlarmKind::ReusedHash) => "Une empreinte, beaucoup de références",
            (Lang::Fr, AlarmKind::Flood) => "Trop de notifications refusées pour les garder toutes",
            (Lang::Fr, AlarmKind::GaveUp) => "Traitement abandonné",
            (Lang::Fr, AlarmKind::Conflict) => "Deux contenus pour une référence",
            (Lang::Fr, AlarmKind::FalseRevocation) => "Révoqué, mais le jeton fonctionne",
            (Lang::Fr, AlarmKind::Unconfirmed) => "Paiements absents du relevé",
            (Lang::Fr, AlarmKind::PartnerRefused) => "La banque nous refuse",
            (Lang::Fr, AlarmKind::BankDown) => "La banque ne répond pas",
            (Lang::Fr, AlarmKind::Downtime) => "Le serveur était arrêté",
            (Lang::Fr, AlarmKind::Mail) => "Un e-mail n’a pas pu partir",
            (Lang::En, AlarmKind::LastTry) => "The bank’s last try",
            (Lang::En, AlarmKind::Silence) => "No notification any more",
            (Lang::En, AlarmKind::ForeignAddress) => "Right path, other address",
            (Lang::En, AlarmKind::ReusedHash) => "One hash, many references",
            (Lang::En, AlarmKind::Flood) => "Too many refused notifications to keep all",
            (Lang::En, AlarmKind::GaveUp) => "Processing given up",
            (Lang::En, AlarmKind::Conflict) => "Two contents for one reference",
            (Lang::En, AlarmKind::FalseRevocation) => "Revoked, but the token works",
            (Lang::En, AlarmKind::Unconfirmed) => "Payments missing from the statement",
            (Lang::En, AlarmKind::PartnerRefused) => "The bank refuses us",
            (Lang::En, AlarmKind::BankDown) => "The bank does not answer",
            (Lang::En, AlarmKind::Downtime) => "The server was not running",
            (Lang::En, AlarmKind::Mail) => "A mail could not be sent",
            (Lang::Fr, AlarmKind::WornKey) => "Une clé a beaucoup servi",
            (Lang::En, AlarmKind::WornKey) => "A key is worn",
            (Lang::Fr, AlarmKind::Events) => "Une destination ne prend plus ses événements",
            (Lang::En, AlarmKind::Events) => "An endpoint does not take its events",
        }
    }

    /// What an operator can do about it.
    pub const fn advice(&self, kind: AlarmKind) -> &'static str {
        match (self.lang, kind) {
            (Lang::Fr, AlarmKind::LastTry) => "Voyez ses essais et leur motif ; le relevé comble ce qui manque.",
            (Lang::Fr, AlarmKind::Silence) => {
                "Vérifiez chez la banque l’adresse de rappel, et que le pare-feu la laisse entrer."
            }
            (Lang::Fr, AlarmKind::ForeignAddress) => {
                "La banque a-t-elle changé d’adresse ? Sinon, changez le chemin secret : quelqu’un le connaît."
            }
            (Lang::Fr, AlarmKind::ReusedHash) => {
                "Quelqu’un recopie une empreinte. Changez le chemin secret et demandez une nouvelle référence."
            }
            (Lang::Fr, AlarmKind::Flood) => "Changez le chemin secret : quelqu’un le connaît.",
            (Lang::Fr, AlarmKind::GaveUp) => "Ouvrez la notification ; le journal du serveur dit pourquoi.",
            (Lang::Fr, AlarmKind::Conflict) => "La première compte. Comparez les arrivées de cette référence.",
            (Lang::Fr, AlarmKind::FalseRevocation) => "Demandez à la banque. Le jeton scellé est gardé un jour.",
            (Lang::Fr, AlarmKind::Unconfirmed) => "Comparez avec le relevé de la banque : ces paiements n’y sont pas.",
            (Lang::Fr, AlarmKind::PartnerRefused) => {
                "Vérifiez la clé de signature et l’adresse autorisée chez la banque."
            }
            (Lang::Fr, AlarmKind::BankDown) => "Rien à faire : tout reprend quand elle répond.",
            (Lang::Fr, AlarmKind::Downtime) => "Rien à faire : tous les relevés sont relus.",
            (Lang::Fr, AlarmKind::Mail) => "Vérifiez SMTP_URL et MAIL_FROM ; le journal du serveur dit pourquoi.",
            (Lang::En, AlarmKind::LastTry) => {
                "Look at its tries and their reasons; the statement fills what is missing."
            }
            (Lang::En, AlarmKind::Silence) => {
                "Check the callback address at the bank, and that the firewall lets it in."
            }
            (Lang::En, AlarmKind::ForeignAddress) => {
                "Has the bank moved? If not, change the secret path: somebody knows it."
            }
            (Lang::En, AlarmKind::ReusedHash) => {
                "Somebody copies a hash. Change the secret path and ask for a new reference."
            }
            (Lang::En, AlarmKind::Mail) => "Check SMTP_URL and MAIL_FROM; the server’s log says why.",
            (Lang::En, AlarmKind::Flood) => "Change the secret path: somebody knows it.",
            (Lang::En, AlarmKind::GaveUp) => "Open the delivery; the server’s log says why.",
            (Lang::En, AlarmKind::Conflict) => "The first one counts. Compare the arrivals of this reference.",
            (Lang::En, AlarmKind::FalseRevocation) => "Ask the bank. The sealed token is kept for a day.",
            (Lang::En, AlarmKind::Unconfirmed) => "Compare with the bank’s statement: these payments are not in it.",
            (Lang::En, AlarmKind::PartnerRefused) => "Check the signing key, and our address on the bank’s list.",
            (Lang::En, AlarmKind::BankDown) => "Nothing to do: everything goes on when it answers.",
            (Lang::En, AlarmKind::Downtime) => "Nothing to do: all statements are read again.",
            (Lang::Fr, AlarmKind::WornKey) => "Faites une nouvelle clé : la page des clés, ou `keys rotate`.",
            (Lang::En, AlarmKind::WornKey) => "Make a new key: the page of keys, or `keys rotate`.",
            (Lang::Fr, AlarmKind::Events) => {
                "Voyez les événements sortants ; une fois la destination rétablie, renvoyez ce qui est abandonné."
            }
            (Lang::En, AlarmKind::Events) => {
                "Look at events out; once the endpoint works again, send again what was given up."
            }
        }
    }

    pub fn noticed(&self, times: i64) -> String {
        match (self.lang, times) {
            (Lang::Fr, 1) => "une fois".to_owned(),
            (Lang::En, 1) => "once".to_owned(),
            (Lang::Fr, n) => format!("{n} fois"),
            (Lang::En, n) => format!("{n} times"),
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
