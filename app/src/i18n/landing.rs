//! Texts of the first page.

texts! {
    LandingTexts {
        title: "Vos paiements Anytime, au moment où ils ont lieu", "Your Anytime payments, the moment they happen";
        lead: "Liez votre compte Anytime une fois. Chaque paiement par carte s’affiche ici en une seconde, avec son commerçant, sa catégorie et votre nouveau solde.", "Link your Anytime account once. Every card payment shows up here within a second, with its merchant, its category and your new balance.";
        sign_up: "Créer un compte", "Create an account";
        sign_in: "Se connecter", "Sign in";
        sample: "Exemple", "Sample";
        sample_label: "À quoi ressemblent vos paiements", "What your payments look like";
        live_title: "En direct, vraiment", "Live, and honest about it";
        live: "Un paiement s’affiche sans recharger la page. Si la connexion se coupe, la page le dit, puis rattrape tout.", "A payment appears without reloading. If the connection drops, the page says so, then catches up on everything.";
        safe_title: "Lecture seule, chiffré", "Read only, encrypted";
        safe: "Nous lisons vos soldes et vos paiements, rien d’autre. L’accès est chiffré, et personne ne peut payer avec.", "We read your balances and payments, nothing else. The access is kept encrypted, and nobody can pay with it.";
        yours_title: "Vous restez maître", "Yours to stop";
        yours: "Retirez l’accès quand vous voulez, ici ou à la banque. Vous choisissez de garder l’historique ou de l’effacer.", "Withdraw the access whenever you like, here or at the bank. You choose to keep the history or to erase it.";
    }
}
