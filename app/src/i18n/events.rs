//! Texts of events out.

use super::live::LiveTexts;
use crate::backend::SendStanding;
use domain::lang::Lang;

texts! {
    EventsTexts {
        title: "Événements sortants", "Events out";
        lead: "Ce que d’autres systèmes apprennent des liaisons, des paiements et des alarmes. Les destinations se gèrent par la ligne de commande (« event-endpoint »).", "What other systems are told of links, payments and alarms. Endpoints are managed by the command line (“event-endpoint”).";
        endpoints: "Destinations", "Endpoints";
        no_endpoints: "Aucune destination.", "No endpoint.";
        log: "Ce qui a été envoyé", "What was sent";
        no_match: "Aucun envoi ne correspond.", "Nothing that was sent matches.";
        user: "Personne", "Person";
        user_hint: "Son adresse e-mail, ou son identifiant", "E-mail address, or id";
        no_sends: "Rien n’a encore été envoyé.", "Nothing has been sent yet.";
        address: "Adresse", "Address";
        id: "Identifiant", "Id";
        told_of: "Apprend", "Told of";
        since: "Depuis", "Since";
        state: "État", "State";
        live: "En service", "In use";
        removed: "Retirée", "Removed";
        gone: "Ne veut plus rien (410)", "Wants no more (410)";
        two_secrets: "Deux secrets jusqu’au", "Two secrets until";
        at: "Quand", "When";
        event: "Événement", "Event";
        message: "Message", "Message";
        endpoint: "Destination", "Endpoint";
        tries: "Essais", "Tries";
        answer: "Réponse", "Answer";
        next: "Prochain essai", "Next try";
        last: "Dernier essai", "Last try";
        owner: "Concerne", "About";
        owner_page: "sa page", "the person’s page";
        waiting: "En attente", "Waiting";
        sent: "Envoyé", "Sent";
        dead: "Abandonné", "Given up";
        again: "Envoyer à nouveau", "Send again";
        again_help: "Le même message part encore, avec le même identifiant : la destination sait s’il lui est déjà parvenu.", "The same message goes again, with the same id: the endpoint knows whether it has had it.";
        done_again: "Le message part à nouveau.", "The message goes again.";
        sealed: "Le contenu est scellé et n’est pas montré ici.", "What it says is sealed, and not shown here.";
    }
}

impl EventsTexts {
    pub const fn standing(&self, standing: SendStanding) -> &'static str {
        match standing {
            SendStanding::Waiting => self.waiting,
            SendStanding::Sent => self.sent,
            SendStanding::Dead => self.dead,
        }
    }

    /// How far back the log was looked through.
    pub fn looked_to(&self, moment: &str) -> String {
        let to = LiveTexts::of(self.lang).moment(moment);
        match self.lang {
            Lang::Fr => format!("Cherché jusqu’au {to}."),
            Lang::En => format!("Looked through back to {to}."),
        }
    }

    /// How an endpoint ended; the code itself where it is none of ours.
    pub fn ended<'c>(&self, by: &'c str) -> &'c str {
        match by {
            "removed" => self.removed,
            "gone" => self.gone,
            other => other,
        }
    }

    /// Why the last try did not help; the code itself where it is none of ours.
    pub fn reason<'c>(&self, code: &'c str) -> &'c str {
        match (self.lang, code) {
            (Lang::Fr, "refused") => "refusé",
            (Lang::Fr, "timeout") => "pas de réponse à temps",
            (Lang::Fr, "unreachable") => "injoignable",
            (Lang::Fr, "broken-off") => "connexion rompue",
            (Lang::Fr, "address-refused") => "adresse non permise",
            (Lang::Fr, "unreadable") => "contenu illisible",
            (Lang::Fr, "no-secret") => "secret illisible",
            (Lang::Fr, "mail") => "l’e-mail n’est pas parti",
            (Lang::Fr, "gone") => "n’en veut plus",
            (Lang::Fr, "endpoint-ended") => "destination retirée",
            (Lang::En, "timeout") => "no answer in time",
            (Lang::En, "broken-off") => "broken off",
            (Lang::En, "address-refused") => "address not allowed",
            (Lang::En, "unreadable") => "cannot be read",
            (Lang::En, "no-secret") => "secret cannot be read",
            (Lang::En, "mail") => "the mail has not left",
            (Lang::En, "gone") => "wants no more",
            (Lang::En, "endpoint-ended") => "endpoint removed",
            (_, other) => other,
        }
    }
}
