//! Texts of what keeps an account safe: passwords, codes, sessions.

use domain::lang::Lang;

texts! {
    SecurityTexts {
        title: "Sécurité", "Security";
        back: "Réglages", "Settings";
        password: "Mot de passe", "Password";
        password_help: "Changez-le si quelqu’un d’autre pourrait le connaître.", "Change it if somebody else could know it.";
        password_title: "Changer le mot de passe", "Change the password";
        password_lead: "Vos autres sessions prendront fin, et un e-mail vous le dira.", "Your other sessions will end, and a mail will tell you so.";
        password_submit: "Changer le mot de passe", "Change the password";
        password_changed: "Votre mot de passe est changé. Vos autres sessions ont pris fin.", "Your password is changed. Your other sessions have ended.";
        current: "Mot de passe actuel", "Present password";
        new: "Nouveau mot de passe", "New password";
        change: "Changer", "Change";
        two_step: "Connexion en deux étapes", "Two-step sign-in";
        two_step_help: "Un code de votre téléphone, en plus du mot de passe.", "A code of your phone, beside the password.";
        on: "Activée", "On";
        off: "Désactivée", "Off";
        manage: "Gérer", "Manage";
        passkeys: "Clés d’accès", "Passkeys";
        passkeys_help: "Se connecter avec son empreinte, son visage ou le code de son appareil.", "Sign in with your fingerprint, your face or the code of your device.";
        sessions: "Sessions", "Sessions";
        sessions_help: "Les navigateurs où vous êtes connecté.", "The browsers that you are signed in with.";
        see: "Voir", "See";
        sessions_lead: "Une session prend fin d’elle-même après un quart d’heure sans activité.", "A session ends by itself after a quarter of an hour without activity.";
        this_session: "Cette session", "This session";
        last_used: "Dernière activité", "Last activity";
        signed_in: "Connexion", "Signed in";
        end: "Fermer", "End";
        end_others: "Fermer toutes les autres sessions", "End all other sessions";
        no_others: "Aucune autre session n’est ouverte.", "No other session is open.";
    }
}

texts! {
    TwoStepTexts {
        title: "Connexion en deux étapes", "Two-step sign-in";
        lead: "À chaque connexion, nous demandons aussi un code que votre téléphone affiche. Un mot de passe volé ne suffit plus.", "At each sign-in we also ask for a code that your phone shows. A stolen password is not enough any more.";
        need: "Il vous faut une application de codes, comme Aegis, FreeOTP, Google Authenticator ou votre gestionnaire de mots de passe.", "You need an app for codes, such as Aegis, FreeOTP, Google Authenticator or your password manager.";
        current: "Mot de passe actuel", "Present password";
        begin: "Commencer", "Begin";
        step_1: "Ajoutez ce compte à votre application", "Add this account to your app";
        scan: "Visez ce dessin avec l’application.", "Point the app at this drawing.";
        qr: "Code QR à scanner avec votre application de codes", "QR code to scan with your app for codes";
        or_type: "Sans appareil photo, saisissez cette clé :", "Without a camera, type this key:";
        or_open: "Ouvrir l’application sur cet appareil", "Open the app on this device";
        address: "Adresse pour l’application", "Address for the app";
        step_2: "Saisissez le code qu’elle affiche", "Type the code that it shows";
        code: "Code à 6 chiffres", "6-digit code";
        confirm: "Activer", "Turn on";
        again: "Recommencer avec une nouvelle clé", "Begin again with a new key";
        codes_title: "Vos codes de secours", "Your recovery codes";
        codes_lead: "Si vous perdez votre téléphone, chacun d’eux vous connecte une fois. Notez-les maintenant et gardez-les en lieu sûr : ils ne seront plus jamais affichés.", "If you lose your phone, each of them signs you in once. Write them down now and keep them in a safe place: they will never be shown again.";
        codes_on: "La connexion en deux étapes est activée.", "Two-step sign-in is on.";
        codes_done: "Je les ai notés", "I have written them down";
        since: "Activée depuis", "On since";
        left: "Codes de secours restants", "Recovery codes left";
        few_left: "Il vous reste peu de codes de secours. Créez-en de nouveaux.", "Few recovery codes are left. Make new ones.";
        renew: "Nouveaux codes de secours…", "New recovery codes…";
        renew_title: "Remplacer les codes de secours ?", "Replace the recovery codes?";
        renew_help: "Les anciens ne serviront plus.", "The old ones will no longer work.";
        renew_submit: "Créer de nouveaux codes", "Make new codes";
        end: "Désactiver…", "Turn off…";
        end_title: "Désactiver la connexion en deux étapes ?", "Turn two-step sign-in off?";
        end_help: "Le mot de passe suffira de nouveau. Un e-mail vous le dira.", "The password will be enough again. A mail will tell you so.";
        end_submit: "Désactiver", "Turn off";
        any_code: "Code du téléphone ou code de secours", "Code of the phone or recovery code";
        sign_in_title: "Votre code", "Your code";
        sign_in_lead: "Ouvrez votre application de codes et saisissez le code de votre compte Anytime Connect.", "Open your app for codes and type the code of your Anytime Connect account.";
        sign_in_hint: "Téléphone perdu ? Saisissez un de vos codes de secours.", "Lost your phone? Type one of your recovery codes.";
        sign_in_submit: "Se connecter", "Sign in";
        sign_in_again: "Se connecter avec un autre compte", "Sign in with another account";
    }
}

impl SecurityTexts {
    /// `Firefox sur Android`; whatever is not known is said to be so.
    pub fn device(&self, browser: &str, system: &str) -> String {
        let known = |name: &str| Some(name.to_owned()).filter(|name| name != "other");
        match (self.lang, known(browser), known(system)) {
            (Lang::Fr, Some(browser), Some(system)) => format!("{browser} sur {system}"),
            (Lang::En, Some(browser), Some(system)) => format!("{browser} on {system}"),
            (_, Some(one), None) | (_, None, Some(one)) => one,
            (Lang::Fr, None, None) => "Navigateur inconnu".to_owned(),
            (Lang::En, None, None) => "Unknown browser".to_owned(),
        }
    }

    /// For who hears only the button.
    pub fn end_this(&self, device: &str) -> String {
        match self.lang {
            Lang::Fr => format!("Fermer la session {device}"),
            Lang::En => format!("End the session {device}"),
        }
    }
}
