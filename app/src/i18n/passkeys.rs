//! Texts of the passkeys.

use domain::lang::Lang;

texts! {
    PasskeyTexts {
        title: "Clés d’accès", "Passkeys";
        lead: "Une clé d’accès remplace le mot de passe et le code : votre empreinte, votre visage ou le code de votre appareil suffit. Un faux site ne peut ni la deviner ni la voler.", "A passkey takes the place of password and code: your fingerprint, your face or the code of your device is enough. A false site can neither guess nor steal it.";
        none: "Aucune clé d’accès pour l’instant", "No passkey yet";
        none_help: "Ajoutez-en une ci-dessous, sur cet appareil ou sur votre téléphone.", "Add one below, on this device or on your phone.";
        yours: "Vos clés d’accès", "Your passkeys";
        created: "Ajoutée", "Added";
        used: "Dernière utilisation", "Last used";
        unused: "Jamais utilisée", "Never used";
        synced: "Synchronisée entre vos appareils", "Synchronised between your devices";
        not_synced: "Sur un seul appareil", "On one device only";
        kept: "Conservation", "Where it is";
        manage: "Gérer", "Manage";
        add: "Ajouter une clé d’accès", "Add a passkey";
        add_submit: "Ajouter une clé d’accès", "Add a passkey";
        add_help: "Votre navigateur vous demandera où la garder, puis de prouver que c’est vous. Un e-mail vous le dira.", "Your browser will ask you where to keep it, then to prove that it is you. A mail will tell you so.";
        name: "Nom", "Name";
        name_hint: "Pour la reconnaître plus tard dans cette liste.", "To know it again later in this list.";
        current: "Mot de passe actuel", "Present password";
        no_script: "Pour ajouter une clé d’accès, activez JavaScript.", "To add a passkey, turn JavaScript on.";
        unable: "Ce navigateur ne sait pas faire de clés d’accès. Essayez avec un autre, ou avec votre téléphone.", "This browser cannot make passkeys. Try with another one, or with your phone.";
        cancelled: "Rien n’a été ajouté : la demande a été annulée ou a duré trop longtemps.", "Nothing was added: the request was cancelled, or took too long.";
        there: "Cet appareil a déjà une clé d’accès pour votre compte.", "This device has a passkey for your account already.";
        failed: "Cela n’a pas marché. Vérifiez votre connexion et recommencez.", "That did not work. Check your connection and try again.";
        done_added: "Clé d’accès ajoutée.", "Passkey added.";
        done_renamed: "Nom modifié.", "Name changed.";
        done_removed: "Clé d’accès supprimée.", "Passkey removed.";
        one_title: "Votre clé d’accès", "Your passkey";
        back: "Toutes les clés d’accès", "All passkeys";
        save: "Enregistrer", "Save";
        remove: "Supprimer…", "Remove…";
        remove_title: "Supprimer cette clé d’accès ?", "Remove this passkey?";
        remove_help: "Elle ne permettra plus de vous connecter. Supprimez-la aussi dans votre gestionnaire de mots de passe ; un e-mail vous le dira.", "It will not sign you in any more. Remove it from your password manager, too; a mail will tell you so.";
        remove_submit: "Supprimer", "Remove";
        or: "ou", "or";
        sign_in: "Se connecter avec une clé d’accès", "Sign in with a passkey";
        sign_in_cancelled: "Aucune clé d’accès n’a été utilisée. Recommencez, ou utilisez votre mot de passe.", "No passkey was used. Try again, or use your password.";
    }
}

impl PasskeyTexts {
    /// What has just been done, by the code in the address.
    pub fn done(&self, code: &str) -> Option<&'static str> {
        match code {
            "added" => Some(self.done_added),
            "renamed" => Some(self.done_renamed),
            "removed" => Some(self.done_removed),
            _ => None,
        }
    }

    pub const fn kept_words(&self, synced: bool) -> &'static str {
        if synced { self.synced } else { self.not_synced }
    }

    /// For who hears only the link.
    pub fn manage_this(&self, name: &str) -> String {
        match self.lang {
            Lang::Fr => format!("Gérer la clé d’accès {name}"),
            Lang::En => format!("Manage the passkey {name}"),
        }
    }
}
