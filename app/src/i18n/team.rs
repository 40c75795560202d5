//! Texts of the team: who is an operator.

texts! {
    TeamTexts {
        title: "Équipe", "Team";
        lead: "Qui voit cette console. Les lecteurs voient, les opérateurs agissent, les administrateurs décident aussi qui fait partie de l’équipe.", "Who sees this console. Viewers look, operators act, administrators also decide who is in the team.";
        needs_factor: "Sans clé d’accès ni code, la console reste fermée.", "Without a passkey or a code the console stays closed.";
        optional_factor: "Le second facteur est facultatif sur ce serveur (OPERATOR_SECOND_FACTOR).", "The second factor is optional on this server (OPERATOR_SECOND_FACTOR).";
        role: "Rôle", "Role";
        factor: "Second facteur", "Second factor";
        seen: "Dernière activité", "Last here";
        you: "vous", "you";
        code: "Code", "Code";
        passkey: "Clé d’accès", "Passkey";
        no_factor: "Aucun", "None";
        never: "Jamais", "Never";
        invited: "Lien d’accès valable jusqu’au", "Set-up link good until";
        cannot: "Ne peut pas encore se connecter", "Cannot sign in yet";
        change: "Modifier…", "Change…";
        change_role: "Changer de rôle", "Change the role";
        change_help: "Ses sessions prennent fin.", "Their sessions end.";
        new_link: "Nouveau lien d’accès", "New set-up link";
        new_link_help: "Pour choisir un nouveau mot de passe. Sa clé d’accès et son code restent. Le lien n’est montré qu’une fois.", "For choosing a new password. Passkey and code stay. The link is shown once.";
        end: "Retirer l’accès", "End the access";
        end_help: "La console n’existe plus pour cette personne, tout de suite. Son compte d’utilisateur reste.", "The console is no more for this person, at once. The account as a user stays.";
        last_admin: "Seul administrateur qui peut se connecter : son rôle ne peut être ni changé ni retiré.", "The only administrator who can sign in: this role can be neither changed nor ended.";
        add: "Ajouter quelqu’un…", "Add somebody…";
        add_title: "Ajouter quelqu’un à l’équipe", "Add somebody to the team";
        add_help: "Vous recevez un lien à transmettre, par lequel la personne choisit son mot de passe. Un compte qui existe déjà change de rôle, et ses sessions prennent fin.", "You get a link to pass on, by which the person chooses a password. An account that exists already changes its role, and its sessions end.";
        email: "Adresse e-mail", "E-mail address";
        add_submit: "Ajouter", "Add";
        link_title: "Lien d’accès", "Set-up link";
        link_help: "Il n’est montré que cette fois. Il sert une fois, pendant 24 heures. Transmettez-le à la personne dont voici l’adresse, et à personne d’autre.", "It is shown this once. It works once, for 24 hours. Pass it on to the person with this address, and to nobody else.";
        link_label: "Adresse à transmettre", "Address to pass on";
        done_role: "Le rôle est changé.", "The role is changed.";
        done_end: "L’accès est retiré.", "The access is ended.";
    }
}
