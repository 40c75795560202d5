//! Texts of what pauses and resumes the processing of notifications.

use super::live::LiveTexts;
use domain::lang::Lang;

texts! {
    ProcessingTexts {
        help: "Les notifications sont acquittées et conservées comme d’habitude ; elles auront leur effet à la reprise.", "Notifications are acknowledged and stored as usual; they have their effect once processing resumes.";
        resume: "Reprendre le traitement", "Resume processing";
        pause: "Suspendre le traitement…", "Pause processing…";
        pause_title: "Suspendre le traitement des notifications ?", "Pause the processing of notifications?";
        pause_help: "Rien n’est perdu : elles sont toujours acquittées et conservées, mais les paiements et les liaisons qu’elles annoncent attendent la reprise, sur tous les serveurs et même après un redémarrage. Les relevés de la banque continuent d’être lus.", "Nothing is lost: they are still acknowledged and stored, but the payments and links that they announce wait until processing resumes, on every server and across restarts. The bank’s statements are still read.";
        pause_submit: "Suspendre le traitement", "Pause processing";
        by: "par", "by";
    }
}

impl ProcessingTexts {
    pub fn paused_since(&self, rfc3339: &str) -> String {
        let moment = LiveTexts::of(self.lang).moment(rfc3339);
        match self.lang {
            Lang::Fr => format!("Traitement suspendu depuis le {moment}"),
            Lang::En => format!("Processing paused since {moment}"),
        }
    }
}
