//! Texts about a user's data: hiding it, who has looked at it, taking it along, and erasing it.

use super::live::grouped;
use crate::backend::Deed;
use domain::lang::Lang;

texts! {
    PrivacyTexts {
        title: "Vos données", "Your data";
        back: "Réglages", "Settings";
        hidden: "Montants", "Amounts";
        hidden_help: "Masqués, ils se lisent en les survolant ou en les touchant.", "Hidden ones are read by pointing at them or touching them.";
        hide: "Masquer", "Hide";
        show: "Afficher", "Show";
        looks: "Qui a consulté mes données", "Who has looked at my data";
        looks_help: "Chaque consultation par un opérateur est notée.", "Every look of an operator is noted.";
        looks_lead: "Nos opérateurs aident quand quelque chose ne va pas. Chaque fois que l’un d’eux ouvre votre page ou une notification qui vous concerne, c’est noté ici avant qu’il ne la voie. Ce qu’il fait pour votre compte est noté de même.", "Our operators help when something is wrong. Each time that one of them opens your page or a notification about you, it is noted here before it is shown. What they do about your account is noted too.";
        no_looks: "Personne n’a consulté vos données.", "Nobody has looked at your data.";
        see: "Voir", "See";
        when: "Quand", "When";
        who: "Qui", "Who";
        what: "Quoi", "What";
        page: "Votre page : comptes, derniers paiements et notifications", "Your page: accounts, latest payments and notifications";
        token: "Votre jeton d’accès à la banque, par un de nos programmes", "Your access token for the bank, by one of our programs";
        notification: "Une notification de la banque", "A notification of the bank";
        pages: "Pages de la liste", "Pages of the list";
        newer: "Plus récentes", "Newer";
        older: "Plus anciennes", "Older";
        download: "Télécharger mes données", "Download my data";
        download_help: "Tout ce que nous gardons sur vous, dans un fichier JSON.", "Everything that we keep about you, in one JSON file.";
        download_submit: "Télécharger", "Download";
        erase: "Effacer mon compte", "Erase my account";
        erase_help: "Sans retour possible. Vous recevez un reçu.", "This cannot be undone. You get a receipt.";
        erase_link: "Effacer…", "Erase…";
        erase_title: "Effacer mon compte", "Erase my account";
        erase_lead: "Voici ce qui se passe, tout de suite et sans retour possible :", "This is what happens, at once and without return:";
        erase_1: "Votre nom, votre adresse, votre mot de passe et toutes vos sessions sont effacés.", "Your name, your address, your password and all your sessions are erased.";
        erase_2: "La clé qui chiffre vos accès à la banque est détruite : ils sont illisibles pour toujours.", "The key that encrypts your accesses to the bank is destroyed: they can never be read again.";
        erase_3: "Vos comptes, cartes, paiements, notes et étiquettes disparaissent pour tous, puis sont supprimés.", "Your accounts, cards, payments, notes and tags disappear for everybody, then are removed.";
        erase_4: "Ce que la banque enverrait encore sur vos cartes n’est plus gardé.", "What the bank may still send about your cards is not kept any more.";
        erase_bank: "À la banque, l’accès reste dans votre liste : retirez-le aussi dans votre espace Anytime. Nous ne pouvons pas le faire à votre place.", "At the bank the access stays in your list: withdraw it in your Anytime customer area too. We cannot do that for you.";
        erase_backups: "Une sauvegarde faite auparavant peut encore contenir ces données jusqu’à ce qu’elle soit remplacée.", "A back-up made before may still hold this data until it is replaced.";
        erase_first: "Vous pouvez d’abord", "You can first";
        erase_first_link: "télécharger vos données", "download your data";
        current: "Mot de passe actuel", "Present password";
        sure: "J’ai compris que rien ne pourra être rétabli.", "I understand that nothing can be restored.";
        erase_submit: "Effacer mon compte", "Erase my account";
        receipt: "Reçu d’effacement", "Receipt of erasure";
        receipt_lead: "Votre compte n’existe plus. Gardez ce numéro : il prouve quand vous l’avez demandé, et nos opérateurs le retrouvent. Rien d’autre ne reste de vous.", "Your account is no more. Keep this number: it proves when you asked for it, and our operators find it. Nothing else of you is left.";
        number: "Numéro", "Number";
        asked_at: "Demandé", "Asked for";
        done_at: "Suppression terminée", "Removal complete";
        under_way: "En cours. Plus personne ne voit ces données.", "Under way. Nobody sees this data any more.";
        links: "Accès détruits", "Accesses destroyed";
        payments: "Paiements supprimés", "Payments removed";
        receipt_bank: "Pensez à retirer aussi l’accès dans votre espace Anytime.", "Remember to withdraw the access in your Anytime customer area too.";
        receipt_keep: "Cette page reste à cette adresse ; notez-la ou imprimez-la.", "This page stays at this address; note it or print it.";
        receipts: "Reçus", "Receipts";
        receipts_title: "Reçus d’effacement", "Receipts of erasure";
        receipts_lead: "Une personne qui a fait effacer son compte peut vous donner un numéro.", "Somebody who had an account erased may give you a number.";
        find: "Chercher", "Look up";
        not_found: "Aucun reçu ne porte ce numéro.", "No receipt has this number.";
    }
}

impl PrivacyTexts {
    pub fn count(&self, count: i64) -> String {
        grouped(count, self.lang)
    }

    /// What an operator has done about her.
    pub const fn done(&self, deed: Deed) -> &'static str {
        match (self.lang, deed) {
            (Lang::Fr, Deed::Note) => "A écrit une note sur votre compte",
            (Lang::Fr, Deed::Mark) => "A signalé votre compte à l’équipe",
            (Lang::Fr, Deed::Unmark) => "A retiré le signalement de votre compte",
            (Lang::Fr, Deed::Pause) => "A suspendu votre compte",
            (Lang::Fr, Deed::Resume) => "A rétabli votre compte",
            (Lang::Fr, Deed::Forget) => "A oublié une de vos liaisons avec la banque, en gardant l’historique",
            (Lang::Fr, Deed::Relink) => "A créé un lien pour que vous reliiez votre compte de nouveau",
            (Lang::En, Deed::Note) => "Wrote a note about your account",
            (Lang::En, Deed::Mark) => "Pointed your account out to the team",
            (Lang::En, Deed::Unmark) => "Took that back",
            (Lang::En, Deed::Pause) => "Paused your account",
            (Lang::En, Deed::Resume) => "Resumed your account",
            (Lang::En, Deed::Forget) => "Forgot one of your links to the bank, and kept its history",
            (Lang::En, Deed::Relink) => "Made a link for you to link your account again",
        }
    }

    /// With its number, by which operators know it.
    pub fn notification_of(&self, number: i64) -> String {
        match self.lang {
            Lang::Fr => format!("{} (n°\u{a0}{number})", self.notification),
            Lang::En => format!("{} (no.\u{a0}{number})", self.notification),
        }
    }
}
