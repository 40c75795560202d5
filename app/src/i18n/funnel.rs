//! Texts of the funnel: how far attempts to link came.

use super::live::grouped;
use crate::backend::FunnelStep;
use domain::lang::Lang;

texts! {
    FunnelTexts {
        title: "Parcours de liaison", "Linking funnel";
        nav: "Parcours", "Funnel";
        lead: "Chaque affichage du bouton de la banque est une tentative. Elle compte une fois par étape, au jour où elle a commencé.", "Each showing of the bank’s button is an attempt. It counts once for each step, on the day on which it began.";
        from: "Du", "From";
        to: "Au", "To";
        browser: "Navigateur", "Browser";
        language: "Langue", "Language";
        any_browser: "Tous", "All";
        any_language: "Toutes", "Both";
        other_browser: "Autres", "Others";
        french: "Français", "French";
        english: "Anglais", "English";
        steps: "Étape par étape", "Step by step";
        step: "Étape", "Step";
        event: "Événement", "Event";
        attempts: "Tentatives", "Attempts";
        share: "Part", "Share";
        lost: "Perdues depuis l’étape précédente", "Lost since the step before";
        aside: "En chemin", "On the way";
        aside_lead: "Ce qui peut arriver à chaque étape, et plusieurs fois ; compté une fois par tentative.", "What may happen at any step, and repeatedly; counted once for each attempt.";
        by_day: "Par jour", "By day";
        as_table: "En tableau", "As a table";
        day: "Jour", "Day";
        shown: "Commencées", "Begun";
        kept: "Liées", "Linked";
        nothing: "Aucune tentative sur cette période.", "No attempt in this period.";
        ours: "par nous", "by us";
    }
}

impl FunnelTexts {
    pub const fn step(&self, step: FunnelStep) -> &'static str {
        match (self.lang, step) {
            (Lang::Fr, FunnelStep::Shown) => "Bouton affiché",
            (Lang::Fr, FunnelStep::Popup) => "Fenêtre ouverte",
            (Lang::Fr, FunnelStep::LoginForm) => "Formulaire d’identification",
            (Lang::Fr, FunnelStep::SignedIn) => "Identification réussie",
            (Lang::Fr, FunnelStep::Scope) => "Page des droits d’accès",
            (Lang::Fr, FunnelStep::TokenCreated) => "Accès accepté",
            (Lang::Fr, FunnelStep::Kept) => "Jeton conservé",
            (Lang::Fr, FunnelStep::LoginPressed) => "Bouton d’identification pressé",
            (Lang::Fr, FunnelStep::LoginFailed) => "Identification échouée",
            (Lang::Fr, FunnelStep::Refused) => "Accès refusé",
            (Lang::Fr, FunnelStep::Closed) => "Fenêtre fermée",
            (Lang::Fr, FunnelStep::Quit) => "Fini, et quitté",
            (Lang::Fr, FunnelStep::Error) => "Erreur technique",
            (Lang::En, FunnelStep::Shown) => "Button shown",
            (Lang::En, FunnelStep::Popup) => "Popup open",
            (Lang::En, FunnelStep::LoginForm) => "Login form",
            (Lang::En, FunnelStep::SignedIn) => "Logged in",
            (Lang::En, FunnelStep::Scope) => "Scope page",
            (Lang::En, FunnelStep::TokenCreated) => "Access accepted",
            (Lang::En, FunnelStep::Kept) => "Token kept",
            (Lang::En, FunnelStep::LoginPressed) => "Login button pressed",
            (Lang::En, FunnelStep::LoginFailed) => "Login failed",
            (Lang::En, FunnelStep::Refused) => "Access refused",
            (Lang::En, FunnelStep::Closed) => "Popup closed",
            (Lang::En, FunnelStep::Quit) => "Done, and quit",
            (Lang::En, FunnelStep::Error) => "Technical error",
        }
    }

    /// When the vendor says that the event is triggered; what we say of our own.
    pub const fn explained(&self, step: FunnelStep) -> &'static str {
        match (self.lang, step) {
            (Lang::Fr, FunnelStep::Shown) => "Quand la page du bouton est affichée.",
            (Lang::Fr, FunnelStep::Popup) => "Quand la fenêtre est affichée.",
            (Lang::Fr, FunnelStep::LoginForm) => "Quand l’écran d’identification est affiché.",
            (Lang::Fr, FunnelStep::SignedIn) => "Quand le client s’est identifié à son compte.",
            (Lang::Fr, FunnelStep::Scope) => "Quand la page d’acceptation des droits est affichée.",
            (Lang::Fr, FunnelStep::TokenCreated) => "Quand le jeton a été créé.",
            (Lang::Fr, FunnelStep::Kept) => {
                "Quand le jeton nous est parvenu, par le navigateur ou par une notification."
            }
            (Lang::Fr, FunnelStep::LoginPressed) => "Quand le client presse le bouton d’identification.",
            (Lang::Fr, FunnelStep::LoginFailed) => "Quand le client n’a pas réussi à s’identifier.",
            (Lang::Fr, FunnelStep::Refused) => "Quand le client presse le bouton de refus sur la page des droits.",
            (Lang::Fr, FunnelStep::Closed) => "Quand la fenêtre est fermée.",
            (Lang::Fr, FunnelStep::Quit) => {
                "Quand le client presse le bouton « quitter », une fois le parcours terminé."
            }
            (Lang::Fr, FunnelStep::Error) => "Si une erreur technique survient.",
            (Lang::En, FunnelStep::Shown) => "When the page with the button is shown.",
            (Lang::En, FunnelStep::Popup) => "When the popup is displayed.",
            (Lang::En, FunnelStep::LoginForm) => "When the login screen is displayed.",
            (Lang::En, FunnelStep::SignedIn) => "When the user is successfully logged in to the account.",
            (Lang::En, FunnelStep::Scope) => "When the scope acceptance page is displayed.",
            (Lang::En, FunnelStep::TokenCreated) => "When the token has been created.",
            (Lang::En, FunnelStep::Kept) => "When the token has reached us, by the browser or by a notification.",
            (Lang::En, FunnelStep::LoginPressed) => "When the user clicks on the login button.",
            (Lang::En, FunnelStep::LoginFailed) => "When the user has failed to log in.",
            (Lang::En, FunnelStep::Refused) => {
                "When the user clicks on the refuse button in the scope acceptance screen."
            }
            (Lang::En, FunnelStep::Closed) => "When the popup is closed.",
            (Lang::En, FunnelStep::Quit) => "When the user clicks on the quit button, having completed the process.",
            (Lang::En, FunnelStep::Error) => "If a technical error occurs.",
        }
    }

    /// A family of browsers.
    pub fn family<'b>(&self, browser: &'b str) -> &'b str {
        if browser == "other" { self.other_browser } else { browser }
    }

    pub fn number(&self, number: i64) -> String {
        grouped(number, self.lang)
    }

    /// A part of a whole in percent, with a digit behind the point; a dash where there is no whole.
    pub fn percent(&self, part: i64, whole: i64) -> String {
        if whole <= 0 {
            return "—".to_owned();
        }
        let tenths = i128::from(part) * 1_000 / i128::from(whole);
        match self.lang {
            Lang::Fr => format!("{},{}\u{a0}%", tenths / 10, tenths % 10),
            Lang::En => format!("{}.{}%", tenths / 10, tenths % 10),
        }
    }

    /// Attempts that went no further, and their share of those that came so far.
    pub fn lost(&self, before: i64, here: i64) -> String {
        let lost = before - here;
        match lost {
            0 => "0".to_owned(),
            lost => format!("−{} ({})", self.number(lost), self.percent(lost, before)),
        }
    }

    pub fn summary(&self, begun: i64, kept: i64) -> String {
        let (begun_words, share) = (self.number(begun), self.percent(kept, begun));
        match (self.lang, begun, kept) {
            (_, 0, _) => self.nothing.to_owned(),
            (Lang::Fr, 1, _) => format!("Sur 1 tentative, {} aboutie ({share}).", self.number(kept)),
            (Lang::Fr, _, _) => format!("Sur {begun_words} tentatives, {} abouties ({share}).", self.number(kept)),
            (Lang::En, 1, _) => format!("Of 1 attempt, {} came to a link ({share}).", self.number(kept)),
            (Lang::En, _, _) => format!("Of {begun_words} attempts, {} came to a link ({share}).", self.number(kept)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_losses_are_exact() {
        let (fr, en) = (FunnelTexts::of(Lang::Fr), FunnelTexts::of(Lang::En));
        assert_eq!((en.percent(1, 3), fr.percent(2, 3)), ("33.3%".into(), "66,6\u{a0}%".into()));
        assert_eq!((en.percent(5, 5), en.percent(0, 0)), ("100.0%".into(), "—".into()));
        assert_eq!((en.lost(1_200, 1_000), en.lost(7, 7)), ("−200 (16.6%)".into(), "0".into()));
        assert_eq!(en.summary(2_000, 1_500), "Of 2,000 attempts, 1,500 came to a link (75.0%).");
        assert_eq!(en.summary(0, 0), en.nothing);
    }
}
