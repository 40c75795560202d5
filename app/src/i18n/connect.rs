//! Texts of linking an account: before, during and after the bank's window.

texts! {
    ConnectTexts {
        title: "Lier votre compte Anytime", "Link your Anytime account";
        lead: "La banque ouvre sa propre fenêtre. Vous vous y connectez chez elle : nous ne voyons jamais votre mot de passe.", "The bank opens a window of its own. You sign in there: we never see your password.";
        shared: "Ce qui est partagé", "What is shared";
        shared_1: "Le nom du titulaire et la liste de vos cartes", "The holder’s name and the list of your cards";
        shared_2: "Vos soldes", "Your balances";
        shared_3: "Vos paiements par carte, passés et à venir", "Your card payments, past and to come";
        kept: "Ce qui ne l’est pas", "What is not";
        kept_1: "Votre identifiant et votre mot de passe", "Your user name and your password";
        kept_2: "Vos numéros de carte complets", "Your full card numbers";
        kept_3: "Le droit de payer ou de virer", "The right to pay or to transfer";
        purpose: "Nous nous en servons pour vous les montrer ici, et pour rien d’autre.", "We use it to show it to you here, and for nothing else.";
        stop: "Comment arrêter", "How to stop";
        stop_1: "Ici, dans Comptes, en un geste", "Here, under Accounts, in one step";
        stop_2: "Ou dans votre espace Anytime, quand vous voulez", "Or in your Anytime customer area, at any time";
        before: "Rien n’est partagé tant que vous n’avez pas accepté dans la fenêtre de la banque.", "Nothing is shared until you accept in the bank’s window.";
        button_label: "Bouton de la banque", "The bank’s button";
        loading: "Chargement du bouton de la banque…", "Loading the bank’s button…";
        steps: "Où vous en êtes", "Where you are";
        step_window: "Fenêtre de la banque ouverte", "The bank’s window is open";
        step_sign_in: "Connexion à votre compte", "Signed in to your account";
        step_access: "Accès accepté", "Access accepted";
        step_confirmed: "Confirmé par la banque", "Confirmed by the bank";
        state_todo: "à venir", "to come";
        state_now: "en cours", "in progress";
        state_done: "fait", "done";
        no_script: "Le bouton de la banque a besoin de JavaScript. Activez-le pour ce site, puis rechargez cette page. Le reste de l’application fonctionne sans.", "The bank’s button needs JavaScript. Turn it on for this site and reload this page. The rest of the application works without.";
        blocked: "Votre navigateur a bloqué la fenêtre", "Your browser blocked the window";
        blocked_help: "Autorisez les fenêtres surgissantes pour ce site (l’icône est en général au bout de la barre d’adresse), puis appuyez de nouveau sur le bouton.", "Allow pop-up windows for this site (the icon is usually at the end of the address bar), then press the button again.";
        signing_in: "Connectez-vous dans la fenêtre de la banque. Si vous ne la voyez pas, elle est peut-être derrière celle-ci.", "Sign in inside the bank’s window. If you cannot see it, it may be behind this one.";
        wrong_password: "La banque n’a pas reconnu ces identifiants", "The bank did not recognise these details";
        wrong_password_help: "Essayez encore dans sa fenêtre. Ce sont ceux de votre compte Anytime, pas ceux de ce site.", "Try again in its window. They are those of your Anytime account, not those of this site.";
        deciding: "Lisez ce que la banque vous demande, puis acceptez ou refusez dans sa fenêtre.", "Read what the bank asks, then accept or refuse in its window.";
        refused: "Vous avez refusé l’accès", "You refused the access";
        refused_help: "Rien n’a été partagé. Si c’était une erreur, appuyez de nouveau sur le bouton et choisissez d’accepter.", "Nothing was shared. If that was a mistake, press the button again and choose to accept.";
        closed: "La fenêtre a été fermée avant la fin", "The window was closed before the end";
        closed_help: "Rien n’a été partagé. Appuyez de nouveau sur le bouton pour recommencer.", "Nothing was shared. Press the button again to start over.";
        bank_error: "La banque a rencontré un problème", "The bank ran into a problem";
        bank_error_help: "Rien n’a été partagé. Recommencez dans quelques minutes ; si cela se répète, le problème est chez la banque.", "Nothing was shared. Try again in a few minutes; if it happens again, the problem is at the bank.";
        unreachable: "La banque ne répond pas", "The bank is not answering";
        unreachable_help: "Son bouton n’a pas pu être chargé. Un bloqueur de contenu peut en être la cause. Rechargez la page dans un moment.", "Its button could not be loaded. A content blocker may be the cause. Reload the page in a moment.";
        reload: "Recharger la page", "Reload the page";
        confirming: "Accès accepté. La banque le confirme, cela prend quelques secondes.", "Access accepted. The bank is confirming it, this takes a few seconds.";
        slow: "La confirmation prend plus de temps que d’habitude", "The confirmation takes longer than usual";
        slow_help: "Vous pouvez quitter cette page : la liaison se terminera d’elle-même.", "You can leave this page: the linking will finish by itself.";
        linked: "Votre compte est lié", "Your account is linked";
        linked_help: "Vos paiements arrivent…", "Your payments are on their way…";
        to_payments: "Voir mes paiements", "See my payments";
        not_saved: "La liaison n’a pas pu être enregistrée", "The link could not be saved";
        not_saved_help: "Rechargez cette page, puis recommencez. Si la banque nous prévient entre-temps, la liaison se fera d’elle-même.", "Reload this page and try again. If the bank notifies us meanwhile, the link will be made by itself.";
        conflict: "Cette liaison a été refusée", "This link was refused";
        conflict_help: "La demande était trop ancienne, ou ce compte est déjà lié à quelqu’un d’autre. Rechargez cette page, puis recommencez.", "The request was too old, or this account is already linked to somebody else. Reload this page and try again.";
        failed: "La banque a refusé l’accès", "The bank refused the access";
        failed_help: "Rien n’a été partagé de plus. Recommencez dans quelques minutes.", "Nothing more has been shared. Try again in a few minutes.";
        revoked: "L’accès a été retiré à la banque", "The access was withdrawn at the bank";
        revoked_help: "Appuyez de nouveau sur le bouton si vous voulez lier ce compte.", "Press the button again if you want to link this account.";
        signed_out: "Vous avez été déconnecté", "You have been signed out";
        signed_out_help: "Reconnectez-vous ici, puis recommencez.", "Sign in here again, then start over.";
        sign_in: "Se connecter", "Sign in";
    }
}
