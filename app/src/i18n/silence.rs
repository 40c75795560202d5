//! Texts of accounts that have gone silent.

use super::live::LiveTexts;
use domain::lang::Lang;

texts! {
    SilenceTexts {
        help: "Si vous avez payé depuis, redemandez à la banque. Si rien ne vient, liez à nouveau le compte.", "If you have paid since, ask the bank again. If nothing comes, link the account again.";
        ask: "Redemander à la banque", "Ask the bank again";
        asked: "Nous demandons à la banque. Ce qui est nouveau apparaît parmi vos paiements dans un instant.", "We are asking the bank. What is new appears among your payments in a moment.";
    }
}

impl SilenceTexts {
    pub fn since(&self, rfc3339: &str) -> String {
        let when = LiveTexts::of(self.lang).moment(rfc3339);
        match self.lang {
            Lang::Fr => format!("Aucune nouvelle de la banque depuis le {when}"),
            Lang::En => format!("No news from the bank since {when}"),
        }
    }
}
