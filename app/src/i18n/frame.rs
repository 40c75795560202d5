//! Texts of what stands around every page, and of the pages that say that something went wrong.

texts! {
    /// Header, footer and menus.
    FrameTexts {
        name: "Anytime Connect", "Anytime Connect";
        skip: "Aller au contenu", "Skip to content";
        navigation: "Navigation principale", "Main navigation";
        payments: "Paiements", "Payments";
        insights: "Bilan", "Insights";
        accounts: "Comptes", "Accounts";
        settings: "Réglages", "Settings";
        console: "Console", "Console";
        sign_in: "Se connecter", "Sign in";
        sign_up: "Créer un compte", "Create an account";
        sign_out: "Se déconnecter", "Sign out";
        menu: "Menu", "Menu";
        language: "Langue", "Language";
        other_language: "English", "Français";
        other_code: "EN", "FR";
        theme: "Apparence", "Appearance";
        theme_system: "Système", "System";
        theme_light: "Clair", "Light";
        theme_dark: "Sombre", "Dark";
        hide_amounts: "Masquer les montants", "Hide amounts";
        show_amounts: "Afficher les montants", "Show amounts";
        footer: "Lecture seule : personne ne peut payer ni virer depuis cette page.", "Read only: nobody can pay or transfer from here.";
        close: "Fermer", "Close";
    }
}

texts! {
    /// Pages for what went wrong: what happened, what to do, what is safe.
    ErrorTexts {
        not_found: "Cette page n’existe pas", "This page does not exist";
        not_found_help: "L’adresse est peut-être incomplète, ou ce qu’elle montrait a été effacé.", "The address may be incomplete, or what it showed has been erased.";
        unavailable: "Le service ne répond pas pour l’instant", "The service is not answering right now";
        unavailable_help: "Vos données sont en sécurité et rien n’est perdu : les paiements reçus entre-temps apparaîtront à votre retour. Réessayez dans une minute.", "Your data is safe and nothing is lost: payments that arrive meanwhile will appear when you come back. Try again in a minute.";
        forbidden: "Ce formulaire a été refusé", "This form was refused";
        forbidden_help: "Il ne venait pas d’une page de ce site. Rien n’a été changé. Ouvrez la page depuis ce site, puis recommencez.", "It did not come from a page of this site. Nothing was changed. Open the page from this site and try again.";
        too_many: "Trop de demandes", "Too many requests";
        too_many_help: "Patientez une minute, puis recommencez. Rien n’a été perdu.", "Wait a minute, then try again. Nothing was lost.";
        too_large: "Cet envoi est trop grand", "This is too large";
        too_large_help: "Rien n’a été changé. Raccourcissez votre saisie, puis recommencez.", "Nothing was changed. Shorten what you typed and try again.";
        second_factor: "La console demande un second facteur", "The console asks for a second factor";
        second_factor_help: "Vous vous êtes connecté avec votre seul mot de passe. Ajoutez une clé d’accès, ou un code de votre téléphone : la console s’ouvre aussitôt.", "You have signed in by your password alone. Add a passkey, or a code of your phone: the console opens at once.";
        add_passkey: "Ajouter une clé d’accès", "Add a passkey";
        add_code: "Activer la connexion en deux étapes", "Turn on two-step sign-in";
        retry: "Réessayer", "Try again";
        home: "Retour à l’accueil", "Back to the start";
    }
}
