//! Texts of the page of the server's health.

use super::live::{LiveTexts, grouped};
use super::operator::OperatorTexts;
use crate::backend::{Condition, NodeLine, NodeState, Reading, Verdict, Vital};
use domain::lang::Lang;

texts! {
    HealthTexts {
        title: "Santé", "Health";
        all_well: "Rien ne se perd, et rien n’attend.", "Nothing is lost, and nothing waits.";
        state: "État", "State";
        what: "Quoi", "What";
        value: "Valeur", "Value";
        since: "Depuis", "Since";
        good: "En ordre", "Good";
        watch: "À surveiller", "Watch";
        bad: "Mauvais", "Bad";
        as_of: "Relevé le", "As of";
        live_on: "Mis à jour toutes les cinq secondes", "Renewed every five seconds";
        live_off: "Mise à jour arrêtée", "No longer renewed";
        again: "Relever à nouveau", "Look again";
        arriving: "Ce qui arrive", "What arrives";
        saying: "Ce que dit la banque", "What the bank says";
        waiting: "Ce qui attend quelqu’un", "What waits for somebody";
        serving: "Ce serveur", "This server";
        here_only: "Comptés et chronométrés sur ce serveur, depuis son démarrage.", "Counted and timed on this server, since it was started.";
        quiet: "rien depuis cinq minutes", "nothing for five minutes";
        none_yet: "aucune", "none yet";
        nodes: "Nœuds", "Nodes";
        node: "Nœud", "Node";
        here: "(celui-ci)", "(this one)";
        elsewhere: "la base a le sien", "the database has its own";
        unread: "illisible", "cannot be read";
    }
}

impl HealthTexts {
    pub const fn condition(&self, condition: Condition) -> &'static str {
        match condition {
            Condition::Good => self.good,
            Condition::Watch => self.watch,
            Condition::Bad => self.bad,
        }
    }

    /// The page in a sentence.
    pub fn summary(&self, bad: usize, watch: usize) -> String {
        let bad_words = match (self.lang, bad) {
            (_, 0) => None,
            (Lang::Fr, 1) => Some("1 point mauvais".to_owned()),
            (Lang::Fr, n) => Some(format!("{n} points mauvais")),
            (Lang::En, n) => Some(format!("{n} bad")),
        };
        let watch_words = match (self.lang, watch) {
            (_, 0) => None,
            (Lang::Fr, n) => Some(format!("{n} à surveiller")),
            (Lang::En, n) => Some(format!("{n} to be watched")),
        };
        let words: Vec<String> = bad_words.into_iter().chain(watch_words).collect();
        if words.is_empty() { self.all_well.to_owned() } else { format!("{}.", words.join(", ")) }
    }

    pub const fn vital(&self, vital: Vital) -> &'static str {
        match (self.lang, vital) {
            (Lang::Fr, Vital::Acknowledging) => "Acquitter une notification",
            (Lang::Fr, Vital::Arrivals) => "En attente d’enregistrement",
            (Lang::Fr, Vital::Effects) => "En attente de leur effet",
            (Lang::Fr, Vital::Lag) => "De l’arrivée à l’effet",
            (Lang::Fr, Vital::Commit) => "Enregistrement durable",
            (Lang::Fr, Vital::Processing) => "Traitement",
            (Lang::Fr, Vital::LastDelivery) => "Dernière notification",
            (Lang::Fr, Vital::LastHour) => "Dernière heure",
            (Lang::Fr, Vital::Held) => "Retenues",
            (Lang::Fr, Vital::Quarantined) => "En quarantaine",
            (Lang::Fr, Vital::Parked) => "Sans carte connue",
            (Lang::Fr, Vital::Missing) => "Paiements qui semblent manquer",
            (Lang::Fr, Vital::Bank) => "API de la banque",
            (Lang::Fr, Vital::Alarms) => "Alarmes ouvertes",
            (Lang::Fr, Vital::Key) => "Clé active",
            (Lang::Fr, Vital::Mails) => "E-mails",
            (Lang::Fr, Vital::Disk) => "Place sur le disque",
            (Lang::Fr, Vital::Database) => "Base de données",
            (_, Vital::Versions) => "Versions",
            (Lang::Fr, Vital::Up) => "En marche depuis",
            (Lang::En, Vital::Acknowledging) => "Acknowledging a notification",
            (Lang::En, Vital::Arrivals) => "Waiting to be stored",
            (Lang::En, Vital::Effects) => "Waiting for their effect",
            (Lang::En, Vital::Lag) => "From arrival to effect",
            (Lang::En, Vital::Commit) => "Storing durably",
            (Lang::En, Vital::Processing) => "Processing",
            (Lang::En, Vital::LastDelivery) => "Last notification",
            (Lang::En, Vital::LastHour) => "Last hour",
            (Lang::En, Vital::Held) => "Held",
            (Lang::En, Vital::Quarantined) => "Quarantined",
            (Lang::En, Vital::Parked) => "Without a known card",
            (Lang::En, Vital::Missing) => "Payments that seem to be missing",
            (Lang::En, Vital::Bank) => "The bank’s API",
            (Lang::En, Vital::Alarms) => "Open alarms",
            (Lang::En, Vital::Key) => "Active key",
            (Lang::En, Vital::Mails) => "Mails",
            (Lang::En, Vital::Disk) => "Room on the disk",
            (Lang::En, Vital::Database) => "Database",
            (Lang::En, Vital::Up) => "Up since",
        }
    }

    pub fn reading(&self, vital: Vital, reading: &Reading) -> String {
        match reading {
            Reading::Is(is_so) => self.is_so(vital, *is_so).to_owned(),
            Reading::Count { count, most } => self.count(*count, *most),
            Reading::Times(None) => self.quiet.to_owned(),
            Reading::Times(Some((mean, worst))) => match self.lang {
                Lang::Fr => format!("{} en moyenne, {} au pire", self.time(*mean), self.time(*worst)),
                Lang::En => format!("{} on average, {} at worst", self.time(*mean), self.time(*worst)),
            },
            Reading::At(None) => self.none_yet.to_owned(),
            Reading::At(Some(at)) => self.moment(at),
            Reading::Verdicts(verdicts) => self.verdicts(verdicts),
            Reading::Bank { paused_until, failed } => self.bank(paused_until.as_deref(), failed.as_ref()),
            Reading::Key { kid, uses } => match self.lang {
                Lang::Fr => format!("{kid}, {} usages", grouped(*uses, self.lang)),
                Lang::En => format!("{kid}, {} uses", grouped(*uses, self.lang)),
            },
            Reading::Mails { waiting, given_up, most } => match self.lang {
                Lang::Fr => {
                    format!("{} en attente, {} abandonnés", self.count(*waiting, *most), self.count(*given_up, *most))
                }
                Lang::En => {
                    format!("{} waiting, {} given up", self.count(*waiting, *most), self.count(*given_up, *most))
                }
            },
            Reading::Bytes(Some(bytes)) => match self.lang {
                Lang::Fr => format!("{} libres", self.bytes(*bytes)),
                Lang::En => format!("{} free", self.bytes(*bytes)),
            },
            Reading::Bytes(None) => self.elsewhere.to_owned(),
            Reading::Database { engine, bytes } => format!("{engine}, {}", self.bytes(*bytes)),
            Reading::Versions { program, schema } => match self.lang {
                Lang::Fr => format!("programme {program}, schéma {schema}"),
                Lang::En => format!("program {program}, schema {schema}"),
            },
        }
    }

    /// What a node does, its version, and when it was last seen.
    pub fn node_value(&self, node: &NodeLine) -> String {
        let state = match (self.lang, node.state) {
            (Lang::Fr, NodeState::Serving) => "en service",
            (Lang::Fr, NodeState::Leaving) => "sur le départ",
            (Lang::Fr, NodeState::Silent) => "muet",
            (Lang::En, NodeState::Serving) => "serving",
            (Lang::En, NodeState::Leaving) => "leaving",
            (Lang::En, NodeState::Silent) => "silent",
        };
        let seen = self.moment(&node.seen_at);
        match self.lang {
            Lang::Fr => format!("{state}, version {}, vu le {seen}", node.version),
            Lang::En => format!("{state}, version {}, seen {seen}", node.version),
        }
    }

    const fn is_so(&self, vital: Vital, is_so: bool) -> &'static str {
        match (self.lang, vital, is_so) {
            (Lang::Fr, Vital::Processing, true) => "en marche",
            (Lang::Fr, Vital::Processing, false) => "suspendu par un opérateur",
            (Lang::En, Vital::Processing, true) => "running",
            (Lang::En, Vital::Processing, false) => "paused by an operator",
            (_, _, true) => "possible",
            (Lang::Fr, _, false) => "impossible\u{a0}: la base ne peut pas être écrite",
            (Lang::En, _, false) => "not possible: the database cannot be written to",
        }
    }

    fn count(&self, count: i64, most: i64) -> String {
        let more = if count >= most { "+" } else { "" };
        format!("{}{more}", grouped(count, self.lang))
    }

    fn verdicts(&self, verdicts: &[(Verdict, i64)]) -> String {
        let operator = OperatorTexts::of(self.lang);
        let told = verdicts.iter().map(|(verdict, count)| {
            format!("{} {}", grouped(*count, self.lang), operator.verdict(*verdict).to_lowercase())
        });
        told.collect::<Vec<_>>().join(", ")
    }

    fn bank(&self, paused_until: Option<&str>, failed: Option<&(String, String)>) -> String {
        let now = match (self.lang, paused_until) {
            (Lang::Fr, None) => "répond, ou n’a pas été appelée".to_owned(),
            (Lang::Fr, Some(until)) => format!("pas d’appel avant le {}", self.moment(until)),
            (Lang::En, None) => "answers, or was not called".to_owned(),
            (Lang::En, Some(until)) => format!("no call before {}", self.moment(until)),
        };
        match (self.lang, failed) {
            (_, None) => now,
            (Lang::Fr, Some((code, at))) => format!("{now}\u{a0}; dernier échec le {} ({code})", self.moment(at)),
            (Lang::En, Some((code, at))) => format!("{now}; last failure {} ({code})", self.moment(at)),
        }
    }

    pub fn moment(&self, rfc3339: &str) -> String {
        LiveTexts::of(self.lang).moment(rfc3339)
    }

    /// Microseconds in the unit that has the fewest digits.
    fn time(&self, micros: i64) -> String {
        match micros {
            ..100_000 => format!("{}\u{a0}ms", self.tenths(micros / 100)),
            100_000..1_000_000 => format!("{}\u{a0}ms", micros / 1_000),
            1_000_000..60_000_000 => format!("{}\u{a0}s", self.tenths(micros / 100_000)),
            _ => format!("{}\u{a0}min", micros / 60_000_000),
        }
    }

    fn bytes(&self, bytes: i64) -> String {
        const MEBI: i64 = 1024 * 1024;
        let (mebi, gibi) = match self.lang {
            Lang::Fr => ("Mio", "Gio"),
            Lang::En => ("MiB", "GiB"),
        };
        if bytes < 1024 * MEBI {
            return format!("{}\u{a0}{mebi}", self.tenths(bytes * 10 / MEBI));
        }
        format!("{}\u{a0}{gibi}", self.tenths((bytes / MEBI) * 10 / 1024))
    }

    /// A number of tenths as a number: `1.2`.
    fn tenths(&self, tenths: i64) -> String {
        let sign = if self.lang == Lang::Fr { ',' } else { '.' };
        match tenths % 10 {
            0 => grouped(tenths / 10, self.lang),
            part => format!("{}{sign}{part}", grouped(tenths / 10, self.lang)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_in_ones_own_language() {
        let (fr, en) = (HealthTexts::of(Lang::Fr), HealthTexts::of(Lang::En));
        let times = [450, 12_300, 250_000, 1_200_000, 125_000_000].map(|micros| en.time(micros).replace('\u{a0}', " "));
        assert_eq!(times, ["0.4 ms", "12.3 ms", "250 ms", "1.2 s", "2 min"]);
        assert_eq!(fr.time(1_200_000), "1,2\u{a0}s");
        assert_eq!((en.bytes(1_572_864), fr.bytes(5 << 30)), ("1.5\u{a0}MiB".into(), "5\u{a0}Gio".into()));
        let many = Reading::Count { count: 1_000, most: 1_000 };
        assert_eq!(en.reading(Vital::Held, &many), "1,000+");
    }

    #[test]
    fn the_page_is_told_in_a_sentence() {
        let en = HealthTexts::of(Lang::En);
        assert_eq!(en.summary(0, 0), en.all_well);
        assert_eq!(en.summary(2, 1), "2 bad, 1 to be watched.");
        assert_eq!(HealthTexts::of(Lang::Fr).summary(1, 0), "1 point mauvais.");
    }
}
