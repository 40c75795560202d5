//! Texts of the settings and of the linked accounts.

use super::live::LiveTexts;
use domain::lang::Lang;
use domain::link::LinkStatus;

texts! {
    SettingsTexts {
        title: "Réglages", "Settings";
        profile: "Profil", "Profile";
        name: "Nom", "Name";
        email: "Adresse e-mail", "E-mail address";
        language: "Langue", "Language";
        theme: "Apparence", "Appearance";
        save: "Enregistrer", "Save";
        session: "Session", "Session";
        session_help: "Vous déconnecter ferme la session de ce navigateur. Vos comptes restent liés et continuent d’être suivis.", "Signing out ends the session of this browser. Your accounts stay linked and keep being followed.";
        sign_out: "Se déconnecter", "Sign out";
        accounts: "Comptes liés", "Linked accounts";
        accounts_help: "Voir, lier à nouveau ou retirer l’accès à vos comptes Anytime.", "See, link again or withdraw the access to your Anytime accounts.";
        manage: "Gérer les comptes", "Manage accounts";
        alerts: "Alertes", "Alerts";
        alerts_help: "Être prévenu d’un gros paiement, d’un paiement à l’étranger ou refusé, d’un nouveau commerçant, d’un solde bas.", "Be told of a large payment, one abroad or refused, a new merchant, a low balance.";
        alerts_manage: "Régler les alertes", "Set up alerts";
    }
}

texts! {
    AccountsTexts {
        title: "Comptes", "Accounts";
        link_another: "Lier un compte", "Link an account";
        linked_on: "Lié le", "Linked on";
        confirmed_at: "Confirmé par la banque", "Confirmed by the bank";
        confirmed_no: "Pas encore", "Not yet";
        revoked_at: "Accès retiré", "Access withdrawn";
        last_news: "Dernières nouvelles", "Last news";
        never: "Aucune pour l’instant", "None so far";
        history: "Historique", "History";
        history_complete: "Complet", "Complete";
        cards: "Cartes", "Cards";
        holder: "Titulaire", "Holder";
        balance: "Solde", "Balance";
        forget: "Retirer l’accès…", "Withdraw the access…";
        forget_title: "Retirer l’accès à ce compte ?", "Withdraw the access to this account?";
        forget_help: "Nous effaçons l’accès et ne lirons plus rien de ce compte. À la banque, il reste dans la liste jusqu’à ce que vous le retiriez dans votre espace Anytime.", "We erase the access and read nothing more of this account. At the bank it stays in the list until you withdraw it in your Anytime customer area.";
        forget_choice: "Que faire de l’historique ?", "What about the history?";
        keep: "Le garder", "Keep it";
        keep_help: "Les paiements déjà reçus restent visibles ici.", "Payments received so far stay visible here.";
        erase: "L’effacer", "Erase it";
        erase_help: "Les paiements de ce compte sont effacés, sans retour possible.", "The payments of this account are erased; this cannot be undone.";
        forget_submit: "Retirer l’accès", "Withdraw the access";
        ended: "Oublier…", "Forget…";
        ended_title: "Oublier ce compte ?", "Forget this account?";
        ended_help: "Nous n’avons plus accès à ce compte ; il disparaît de cette page.", "We have no access to this account any more; it goes from this page.";
        ended_submit: "Oublier", "Forget";
    }
}

/// Words for ending a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndingWords {
    pub unfold: &'static str,
    pub title: &'static str,
    pub help: &'static str,
    pub submit: &'static str,
}

impl AccountsTexts {
    /// Where there is no access any more none can be withdrawn.
    pub const fn ending(&self, status: LinkStatus) -> EndingWords {
        match status {
            LinkStatus::Pending | LinkStatus::Linked => EndingWords {
                unfold: self.forget,
                title: self.forget_title,
                help: self.forget_help,
                submit: self.forget_submit,
            },
            LinkStatus::Revoked | LinkStatus::Failed => EndingWords {
                unfold: self.ended,
                title: self.ended_title,
                help: self.ended_help,
                submit: self.ended_submit,
            },
        }
    }

    /// `2 févr. 2017 à 14:14`.
    pub fn moment(&self, rfc3339: &str) -> String {
        LiveTexts::of(self.lang).moment(rfc3339)
    }

    pub fn cards(&self, count: usize) -> String {
        match (self.lang, count) {
            (Lang::Fr, 0) => "Aucune carte".to_owned(),
            (Lang::Fr, 1) => "1 carte".to_owned(),
            (Lang::Fr, n) => format!("{n} cartes"),
            (Lang::En, 0) => "No card".to_owned(),
            (Lang::En, 1) => "1 card".to_owned(),
            (Lang::En, n) => format!("{n} cards"),
        }
    }
}
