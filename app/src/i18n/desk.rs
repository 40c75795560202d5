//! Texts of what operators do with deliveries.

use super::live::LiveTexts;
use crate::backend::{Doubt, ReplayState};
use crate::page::DecisionProblem;
use domain::lang::Lang;

texts! {
    DeskTexts {
        review: "À examiner", "To review";
        replays: "Retraitements", "Replays";
        replay: "Retraitement", "Replay";
        trial: "Simulation", "Dry run";
        acts: "Journal", "Log";
        tries: "Arrivées de la même référence", "Arrivals of the same reference";
        tries_help: "Chacune est comparée à celle qui compte, ou à la première.", "Each is compared with the one that counts, or with the first.";
        counts: "compte", "counts";
        same_content: "Même contenu", "Same content";
        other_content: "Autre contenu", "Other content";
        not_comparable: "Comparaison impossible : un contenu n’est plus lisible.", "Cannot be compared: a body can no longer be read.";
        usual: "Change à chaque essai", "Changes with every try";
        absent: "absent", "absent";
        answered: "Notre réponse", "Our answer";
        can_be_done: "Ce qui peut être fait", "What can be done";
        nothing_to_do: "Rien à faire.", "Nothing to do.";
        viewers_only_see: "Votre rôle permet de voir, pas de décider.", "Your role lets you look, not decide.";
        try_replay: "Simuler un retraitement", "Dry run of a replay";
        replay_help: "La notification est jugée de nouveau, avec la configuration d’aujourd’hui, comme à son arrivée. Ce qui a déjà eu son effet n’en a pas deux.", "The delivery is judged anew, by today’s configuration, as of its arrival. What has had its effect has none twice.";
        try_release: "Simuler l’admission", "Dry run of letting it in";
        release_help: "Elle aurait son effet sur votre parole, quoi que disent ses indices.", "It would have its effect by your word, whatever its evidence says.";
        try_attach: "Simuler le rattachement", "Dry run of attaching it";
        attach_help: "Le jeton irait à cette personne ; la banque doit encore le prouver.", "The token would go to this person; the bank has yet to prove it.";
        attach_email: "Adresse de la personne", "The person’s address";
        takes_two: "L’expéditeur n’a pas prouvé qui il est : une seconde personne devra confirmer.", "The sender did not prove itself: a second person will have to agree.";
        ask: "Demander à la banque maintenant", "Ask the bank now";
        close: "Classer sans suite…", "Put aside…";
        close_title: "Classer sans suite ?", "Put it aside?";
        close_help: "Elle reste conservée et visible dans la liste, mais n’attend plus personne.", "It stays stored and in the list, but waits for nobody any more.";
        close_submit: "Classer", "Put aside";
        closed: "Classée sans suite.", "Put aside.";
        reopen: "Rouvrir", "Take that back";
        text: "Dans le contenu", "In the content";
        text_hint: "Cherché tel qu’il est montré : ce qui est masqué (jetons, empreintes, numéros de carte) ne se trouve pas.", "Looked for as it is shown: what is masked (tokens, hashes, card numbers) cannot be found.";
        go_on: "Chercher plus loin", "Go on looking";
        reason: "Motif", "Reason";
        reason_hint: "Conservé dans le journal avec votre nom.", "Kept in the log with your name.";
        reason_missing: "Indiquez un motif.", "Give a reason.";
        reason_long: "500 caractères au plus.", "500 characters at most.";
        nobody_known: "Personne n’a cette adresse.", "Nobody has this address.";
        email_invalid: "Ce n’est pas une adresse e-mail.", "This is no e-mail address.";
        known_operator: "Cette personne est déjà dans l’équipe.", "This person is in the team already.";
        account_paused: "Le compte de cette personne est suspendu.", "This person’s account is paused.";
        last_admin: "C’est le seul administrateur qui peut se connecter : nommez-en d’abord un autre.", "This is the only administrator who can sign in: make another one first.";
        asked_before: "Déjà demandé", "Asked before";
        replay_these: "Retraiter cette sélection…", "Replay this selection…";
        new_title: "Retraiter des notifications", "Replay deliveries";
        new_help: "D’abord une simulation : elle montre ce qui changerait, et ne change rien.", "First a dry run: it shows what would change, and changes nothing.";
        start_trial: "Lancer la simulation", "Start the dry run";
        selection: "Sélection", "Selection";
        everything: "toutes les notifications", "all deliveries";
        by: "Par", "By";
        when: "Quand", "When";
        state: "État", "State";
        progress: "Avancement", "Progress";
        changed: "Changent", "Change";
        doubtful: "Restent", "Stay";
        second: "Seconde personne", "Second person";
        attached: "Rattachée à", "Attached to";
        refresh: "Actualiser", "Refresh";
        cancel: "Annuler", "Cancel";
        cancel_help: "Ce qui est déjà fait reste.", "What is done stays.";
        paused: "Le traitement est suspendu : rien n’est fait avant sa reprise.", "Processing is paused: nothing is done until it resumes.";
        would_change: "Ce qui changerait", "What would change";
        has_changed: "Ce qui a changé", "What has changed";
        nothing_would: "Rien ne changerait.", "Nothing would change.";
        nothing_has: "Rien n’a changé.", "Nothing has changed.";
        apply_title: "Retraiter pour de bon", "Replay for good";
        apply: "Retraiter", "Replay";
        propose: "Proposer à une seconde personne", "Propose to a second person";
        answer_title: "Êtes-vous d’accord ?", "Do you agree?";
        agree: "Confirmer", "Agree";
        decline: "Refuser", "Decline";
        waits_for_second: "En attente d’une seconde personne.", "Waits for a second person.";
        before: "Avant", "Before";
        after: "Après", "After";
        no_replays: "Aucun retraitement pour l’instant. Ils partent d’une notification, ou de la sélection d’une liste.", "No replay yet. They begin at a delivery, or at the selection of a list.";
        no_acts: "Rien n’a encore été fait.", "Nothing has been done yet.";
        download_acts: "Télécharger le journal (CSV)", "Download the log (CSV)";
        chain_help: "Chaque acte porte l’empreinte du précédent. Conservez celle-ci ailleurs : un journal réécrit ne la contient plus. Vérifier :", "Each act carries the hash of the one before. Keep this one elsewhere: a log that was written anew does not hold it. Verify:";
        act: "Acte", "Act";
        subject: "Sujet", "Subject";
        none_quarantined: "Rien en quarantaine.", "Nothing in quarantine.";
        none_held: "Rien n’est retenu.", "Nothing is held.";
        none_parked: "Aucune n’attend sa carte.", "None waits for its card.";
        kinds: "Ce qui attend", "What waits";
        to_agree: "À confirmer", "To be agreed with";
        more: "Suite", "More";
        source: "Adresse source", "Source address";
        source_hint: "Parmi celles qui ne sont pas acceptées", "Among those that were not accepted";
        try_number: "Essai", "Try";
        from: "Du", "From";
        to: "Au", "To";
        newer_live: "Voir les plus récentes", "See the newest";
        live_on: "En direct", "Live";
        live_off: "Hors ligne", "Offline";
        settled: "réglé", "settled";
    }
}

impl DeskTexts {
    /// How far back a text was looked for, and whether it was found on the way.
    pub fn looked_to(&self, moment: Option<&str>, none: bool) -> String {
        let to = moment.map(|moment| LiveTexts::of(self.lang).moment(moment));
        match (self.lang, to, none) {
            (Lang::Fr, Some(to), true) => format!(
                "Rien trouvé jusqu’au {to}. Les contenus sont chiffrés\u{a0}: ils sont ouverts un à un, les plus récents d’abord."
            ),
            (Lang::Fr, Some(to), false) => format!(
                "Cherché jusqu’au {to}. Les contenus sont chiffrés\u{a0}: ils sont ouverts un à un, les plus récents d’abord."
            ),
            (Lang::Fr, None, true) => "Rien trouvé dans ce qui est gardé.".to_owned(),
            (Lang::Fr, None, false) => "C’est tout ce qui se trouve dans ce qui est gardé.".to_owned(),
            (Lang::En, Some(to), true) => format!(
                "Nothing found back to {to}. Contents are encrypted: they are opened one by one, the newest first."
            ),
            (Lang::En, Some(to), false) => format!(
                "Looked for back to {to}. Contents are encrypted: they are opened one by one, the newest first."
            ),
            (Lang::En, None, true) => "Nothing found in what is kept.".to_owned(),
            (Lang::En, None, false) => "This is all that is found in what is kept.".to_owned(),
        }
    }

    pub const fn doubt(&self, doubt: Doubt) -> &'static str {
        match (self.lang, doubt) {
            (Lang::Fr, Doubt::Quarantined) => "En quarantaine",
            (Lang::Fr, Doubt::Held) => "Retenues",
            (Lang::Fr, Doubt::Parked) => "Sans carte connue",
            (Lang::En, Doubt::Quarantined) => "Quarantined",
            (Lang::En, Doubt::Held) => "Held",
            (Lang::En, Doubt::Parked) => "Without a known card",
        }
    }

    pub const fn none_of(&self, doubt: Doubt) -> &'static str {
        match doubt {
            Doubt::Quarantined => self.none_quarantined,
            Doubt::Held => self.none_held,
            Doubt::Parked => self.none_parked,
        }
    }

    pub const fn replay_state(&self, state: ReplayState) -> &'static str {
        match (self.lang, state) {
            (Lang::Fr, ReplayState::Proposed) => "à confirmer",
            (Lang::Fr, ReplayState::Running) => "en cours",
            (Lang::Fr, ReplayState::Done) => "terminé",
            (Lang::Fr, ReplayState::Cancelled) => "annulé",
            (Lang::Fr, ReplayState::Declined) => "refusé",
            (Lang::Fr, ReplayState::Failed) => "abandonné",
            (Lang::En, ReplayState::Proposed) => "to be agreed with",
            (Lang::En, ReplayState::Running) => "running",
            (Lang::En, ReplayState::Done) => "done",
            (Lang::En, ReplayState::Cancelled) => "cancelled",
            (Lang::En, ReplayState::Declined) => "declined",
            (Lang::En, ReplayState::Failed) => "given up",
        }
    }

    /// What is done, by its code; the code itself where it is none of ours.
    pub fn what<'c>(&self, code: &'c str) -> &'c str {
        let known = match self.lang {
            Lang::Fr => done_in_french(code),
            Lang::En => done_in_english(code),
        };
        known.unwrap_or(code)
    }

    /// What something that changes is.
    pub fn thing<'c>(&self, code: &'c str) -> &'c str {
        match (self.lang, code) {
            (Lang::Fr, "delivery") => "Notification",
            (Lang::Fr, "payment") => "Paiement",
            (Lang::Fr, "link") => "Liaison",
            (Lang::Fr, "balance") => "Solde de la carte",
            (Lang::En, "delivery") => "Delivery",
            (Lang::En, "payment") => "Payment",
            (Lang::En, "link") => "Link",
            (Lang::En, "balance") => "Balance of the card",
            (_, other) => other,
        }
    }

    /// Which field of it.
    pub fn field<'c>(&self, code: &'c str) -> &'c str {
        match (self.lang, code) {
            (Lang::Fr, "verdict") => "verdict",
            (Lang::Fr, "reason") => "motif",
            (Lang::Fr, "state") => "traitement",
            (Lang::Fr, "user") => "personne",
            (Lang::Fr, "status") => "état",
            (Lang::Fr, "amount") => "montant",
            (Lang::Fr, "balance") => "solde",
            (Lang::Fr, "failed-reason") => "refus",
            (Lang::Fr, "confirmed") => "confirmé",
            (Lang::Fr, "contested") => "contesté",
            (Lang::Fr, "problem") => "problème",
            (Lang::Fr, "notified") => "notifiée",
            (Lang::Fr, "revoked") => "révoquée",
            (Lang::En, "failed-reason") => "refusal",
            (Lang::En, "state") => "processing",
            (Lang::En, "user") => "person",
            (_, other) => other,
        }
    }

    pub fn outcome(&self, code: &str) -> &'static str {
        match (self.lang, code.split_once(':').map_or(code, |(code, _)| code)) {
            (Lang::Fr, "effect") => "change",
            (Lang::Fr, "under-way") => "en cours de traitement : laissée",
            (Lang::Fr, "stays") => "reste telle quelle",
            (Lang::Fr, _) => "sans effet",
            (Lang::En, "effect") => "changes",
            (Lang::En, "under-way") => "being processed: left alone",
            (Lang::En, "stays") => "stays as it is",
            (Lang::En, _) => "without effect",
        }
    }

    pub const fn problem(&self, problem: DecisionProblem) -> &'static str {
        match problem {
            DecisionProblem::ReasonMissing => self.reason_missing,
            DecisionProblem::ReasonTooLong => self.reason_long,
            DecisionProblem::NobodyKnown => self.nobody_known,
            DecisionProblem::EmailInvalid => self.email_invalid,
            DecisionProblem::KnownOperator => self.known_operator,
            DecisionProblem::AccountPaused => self.account_paused,
            DecisionProblem::LastAdmin => self.last_admin,
        }
    }

    pub fn selected(&self, count: i64, is_more: bool) -> String {
        let count = self.count(count, is_more);
        match self.lang {
            Lang::Fr => format!("{count} notifications sont concernées."),
            Lang::En => format!("{count} deliveries are meant."),
        }
    }

    pub fn count(&self, count: i64, is_more: bool) -> String {
        let gap = match self.lang {
            Lang::Fr => '\u{202f}',
            Lang::En => ',',
        };
        let digits = count.to_string();
        let mut text = String::new();
        for (n, digit) in digits.chars().enumerate() {
            if n > 0 && (digits.len() - n).is_multiple_of(3) {
                text.push(gap);
            }
            text.push(digit);
        }
        if is_more { text + "+" } else { text }
    }

    pub fn chained(&self, count: i64) -> String {
        let number = self.count(count, false);
        match (self.lang, count) {
            (Lang::Fr, 1) => "1 acte enchaîné ; son empreinte :".to_owned(),
            (Lang::Fr, _) => format!("{number} actes enchaînés ; l’empreinte du dernier :"),
            (Lang::En, 1) => "1 act is chained; its hash:".to_owned(),
            (Lang::En, _) => format!("{number} acts are chained; the last one’s hash:"),
        }
    }

    pub fn of_total(&self, seen: i64, total: i64) -> String {
        match self.lang {
            Lang::Fr => format!("{} sur {}", self.count(seen, false), self.count(total, false)),
            Lang::En => format!("{} of {}", self.count(seen, false), self.count(total, false)),
        }
    }
}

fn done_in_french(code: &str) -> Option<&'static str> {
    Some(match code {
        "replay" => "Retraitement",
        "release" => "Admission",
        "attach" => "Rattachement",
        "trial" => "Simulation",
        "propose-release" => "Admission proposée",
        "propose-attach" => "Rattachement proposé",
        "agree" => "Confirmation",
        "decline" => "Refus",
        "cancel" => "Annulation",
        "close" => "Classement sans suite",
        "reopen" => "Réouverture",
        "ask" => "Question à la banque",
        "export-acts" => "Téléchargement du journal",
        "rotate-key" => "Nouvelle clé",
        "retire-key" => "Retrait d’une clé",
        "add-api-key" => "Clé d’API créée",
        "revoke-api-key" => "Clé d’API révoquée",
        "mark-user" => "À suivre",
        "unmark-user" => "Plus à suivre",
        "pause-user" => "Compte suspendu",
        "resume-user" => "Compte rétabli",
        "forget-link" => "Liaison oubliée",
        "make-relink" => "Lien pour relier créé",
        "add-operator" => "Opérateur ajouté",
        "change-role" => "Rôle changé",
        "set-up-link" => "Lien d’accès créé",
        "end-operator" => "Accès retiré",
        "add-endpoint" => "Destination ajoutée",
        "remove-endpoint" => "Destination retirée",
        "change-endpoint-secret" => "Secret d’une destination changé",
        "send-event-again" => "Événement renvoyé",
        "note-user" => "Note",
        "see-as-user" => "Vu comme la personne",
        "see-page" => "Page vue comme la personne",
        _ => return None,
    })
}

fn done_in_english(code: &str) -> Option<&'static str> {
    Some(match code {
        "export-acts" => "Download of the log",
        "mark-user" => "Marked",
        "unmark-user" => "No longer marked",
        "pause-user" => "Account paused",
        "resume-user" => "Account resumed",
        "forget-link" => "Link forgotten",
        "make-relink" => "Link for linking again made",
        "add-operator" => "Operator added",
        "change-role" => "Role changed",
        "set-up-link" => "Set-up link made",
        "end-operator" => "Access ended",
        "add-endpoint" => "Endpoint added",
        "remove-endpoint" => "Endpoint removed",
        "change-endpoint-secret" => "Secret of an endpoint changed",
        "send-event-again" => "Event sent again",
        "rotate-key" => "New key",
        "retire-key" => "Key retired",
        "add-api-key" => "API key made",
        "revoke-api-key" => "API key revoked",
        "replay" => "Replay",
        "release" => "Letting in",
        "attach" => "Attaching",
        "trial" => "Dry run",
        "propose-release" => "Letting in, proposed",
        "propose-attach" => "Attaching, proposed",
        "agree" => "Agreement",
        "decline" => "Refusal",
        "cancel" => "Cancelling",
        "close" => "Putting aside",
        "reopen" => "Taking back",
        "ask" => "Question to the bank",
        "note-user" => "Note",
        "see-as-user" => "Seen as the person does",
        "see-page" => "Page seen as the person does",
        _ => return None,
    })
}
