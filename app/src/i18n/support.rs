//! Texts of the consent to be seen by support, and of seeing somebody's pages under it.

use crate::backend::{OwnPage, SupportTime};
use domain::lang::Lang;

texts! {
    SupportTexts {
        title: "Laisser l’équipe regarder mon compte", "Let support look at my account";
        help: "Pour un temps que vous choisissez, avec la trace de chaque page.", "For a time that you choose, with every page noted.";
        lead: "Quand quelque chose ne va pas, il est parfois plus simple que notre équipe voie vos pages telles que vous les voyez. Personne ne le peut sans votre accord.", "When something is wrong, it can be simpler for our team to see your pages as you see them. Nobody can without your consent.";
        seen_1: "Ce qu’elle voit : vos paiements, avec vos notes et étiquettes, les montants, l’analyse du mois et vos comptes.", "What they see: your payments with your notes and tags, the amounts, the month’s analysis and your accounts.";
        seen_2: "Ce qu’elle ne voit jamais : votre mot de passe, vos codes, vos jetons, vos réglages de sécurité.", "What they never see: your password, your codes, your tokens, your security settings.";
        seen_3: "Elle ne peut rien changer, ni rien télécharger.", "Nothing can be changed or downloaded.";
        seen_4: "Vous recevez un e-mail quand quelqu’un commence, et chaque page vue est notée.", "You get a mail when somebody begins, and each page seen is noted.";
        looks_link: "Qui a consulté mes données", "Who has looked at my data";
        choose: "Pour combien de temps ?", "For how long?";
        allow: "Permettre", "Allow";
        change: "Choisir une autre durée, à partir de maintenant", "Choose another time, from now on";
        withdraw: "Y mettre fin tout de suite", "End it at once";
        allowed_until: "Vous le permettez jusqu’au", "You allow it until";
        not_allowed: "Vous ne le permettez pas pour l’instant.", "You do not allow it at the moment.";
        looking: "Regarde en ce moment", "Looking now";
        since: "depuis le", "since";
        nobody: "Personne ne regarde en ce moment.", "Nobody is looking at the moment.";
        back: "Réglages", "Settings";
        manage: "Choisir", "Choose";
        began: "A commencé à voir vos pages telles que vous les voyez, comme vous l’avez permis", "Began to see your pages as you see them, as you have allowed";
        see_as: "Voir comme la personne", "See as the person does";
        see_as_help: "Ses paiements, son mois et ses comptes tels qu’elle les voit, sans rien pouvoir changer. Il faut son accord, votre motif et votre mot de passe. Chaque page est notée dans le journal avec le motif, et la personne voit laquelle et quand.", "Payments, month and accounts as the person sees them; nothing can be changed. It takes consent, your reason and your password. Each page is noted in the log with the reason, and the person sees which one and when.";
        see_as_go: "Voir comme la personne…", "See as the person does…";
        they_allow: "La personne le permet jusqu’au", "The person allows it until";
        they_do_not: "La personne ne le permet pas pour l’instant. Elle le peut dans ses réglages, sous « Laisser l’équipe regarder mon compte ».", "The person does not allow it at the moment. The place for it is in the settings, under “Let support look at my account”.";
        begin: "Commencer", "Begin";
        password: "Votre mot de passe", "Your password";
        user_page: "Page de la personne", "The person’s page";
        banner: "Compte vu avec l’accord de la personne", "An account seen with consent";
        banner_rules: "Rien ne peut être changé. Chaque page est notée, et la personne le voit.", "Nothing can be changed. Each page is noted, and the person sees it.";
        end: "Quitter", "Leave";
        note_of: "Note de la personne", "The person’s note";
        snapshot: "Cette page montre le moment où elle a été ouverte.", "This page shows the moment at which it was opened.";
    }
}

impl SupportTexts {
    pub const fn time(&self, time: SupportTime) -> &'static str {
        match (self.lang, time) {
            (_, SupportTime::QuarterHour) => "15 minutes",
            (Lang::Fr, SupportTime::Hour) => "1 heure",
            (Lang::Fr, SupportTime::Day) => "24 heures",
            (Lang::En, SupportTime::Hour) => "1 hour",
            (Lang::En, SupportTime::Day) => "24 hours",
        }
    }

    /// A page that was seen, told to whose it is.
    pub const fn saw(&self, page: OwnPage) -> &'static str {
        match (self.lang, page) {
            (Lang::Fr, OwnPage::Payments) => "A vu votre liste de paiements, telle que vous la voyez",
            (Lang::Fr, OwnPage::Payment) => "A vu la page d’un de vos paiements, telle que vous la voyez",
            (Lang::Fr, OwnPage::Insights) => "A vu l’analyse de vos dépenses, telle que vous la voyez",
            (Lang::Fr, OwnPage::Accounts) => "A vu la page de vos comptes, telle que vous la voyez",
            (Lang::En, OwnPage::Payments) => "Saw your list of payments, as you see it",
            (Lang::En, OwnPage::Payment) => "Saw the page of one of your payments, as you see it",
            (Lang::En, OwnPage::Insights) => "Saw the analysis of your spending, as you see it",
            (Lang::En, OwnPage::Accounts) => "Saw the page of your accounts, as you see it",
        }
    }

    /// Before and after the name of whose account it is.
    pub const fn banner_about(&self) -> (&'static str, &'static str) {
        match self.lang {
            Lang::Fr => ("Vous voyez le compte de ", " tel que cette personne le voit."),
            Lang::En => ("You see the account of ", " as that person does."),
        }
    }

    /// Until when, as a moment in words.
    pub fn until(&self, moment: &str) -> String {
        match self.lang {
            Lang::Fr => format!("Jusqu’au {moment}"),
            Lang::En => format!("Until {moment}"),
        }
    }

    /// Before and after the number of minutes that are left. None of it is empty: that would be drawn as a space.
    pub const fn left(&self) -> (&'static str, &'static str) {
        match self.lang {
            Lang::Fr => ("(encore ", "\u{a0}min)"),
            Lang::En => ("(", "\u{a0}min left)"),
        }
    }
}
