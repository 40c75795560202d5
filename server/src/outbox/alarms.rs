//! Tells whoever looks after this server of alarms: once when one opens, once when it ends, and of many in one message.

use super::client::Delivered;
use super::{SigningSecret, open_secret, seal_secret, wording};
use crate::clock::{Moment, SharedClock};
use crate::config::Tell;
use crate::lifecycle::repeat;
use crate::mail::Post;
use crate::nodes::Duty;
use crate::store::{AlarmRecord, DueSend, EndpointRecord, EventKind, Store, Topic, Wording};
use crate::vault::{Vault, VaultError};
use app::backend::AlarmKind;
use app::i18n::live::LiveTexts;
use app::i18n::operator::OperatorTexts;
use domain::lang::Lang;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The endpoints that the configuration makes.
pub const ALARM_WEBHOOK: &str = "alarm-webhook";
pub const ALARM_MAIL: &str = "alarm-mail";

const POLL: Duration = Duration::from_secs(2);
/// Alarms of one moment are told together.
const GATHER: Duration = Duration::from_secs(15);
/// So many are told without waiting for more.
const MANY: usize = 50;
const MOST: i64 = 50;

/// An alarm as it is told.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    kind: String,
    /// In English, for whoever reads raw messages.
    title: String,
    subject: String,
    detail: String,
    times: i64,
    first_at: String,
    ended_at: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Changes {
    opened: Vec<Told>,
    ended: Vec<Told>,
}

impl From<&AlarmRecord> for Told {
    fn from(alarm: &AlarmRecord) -> Self {
        Self {
            title: title(&alarm.kind, Lang::En).to_owned(),
            kind: alarm.kind.clone(),
            subject: alarm.subject.clone(),
            detail: alarm.detail.clone(),
            times: alarm.times,
            first_at: alarm.first_at.bank_text(),
            ended_at: alarm.ended_at.map(Moment::bank_text),
        }
    }
}

/// What the configuration asks for becomes endpoints, and what it does not ask for any more ends.
pub async fn set_up(store: &Store, vault: &Vault, tell: &Tell, now: Moment) -> Result<(), VaultError> {
    let webhook = tell
        .alarm_webhook
        .as_ref()
        .and_then(|webhook| Some((webhook.url.clone(), SigningSecret::parse(webhook.secret.expose())?)));
    // Nothing is signed there; each endpoint has a secret.
    let mail = tell.alarm_mail_to.as_ref().map(|address| (format!("mailto:{address}"), SigningSecret::generate()));
    let known = store.endpoints().await?;
    for (id, wanted) in [(ALARM_WEBHOOK, webhook), (ALARM_MAIL, mail)] {
        let there = known.iter().find(|endpoint| endpoint.id == id && endpoint.ended_at.is_none());
        match (wanted, there) {
            (None, None) => {}
            (None, Some(_)) => {
                store.end_endpoint(id, "removed", now).await?;
            }
            (Some((url, secret)), there) => {
                let same = match there {
                    Some(there) => there.url == url && (id == ALARM_MAIL || has_secret(vault, there, &secret).await?),
                    None => false,
                };
                if !same {
                    let (secret_key, secret) = seal_secret(vault, id, &secret).await?;
                    store.put_endpoint(&endpoint(id, url, secret_key, secret, now)).await?;
                }
            }
        }
    }
    Ok(())
}

fn endpoint(id: &str, url: String, secret_key: String, secret: Vec<u8>, now: Moment) -> EndpointRecord {
    EndpointRecord {
        id: id.to_owned(),
        url,
        events: Topic::Alarm.code().to_owned(),
        secret_key,
        secret,
        old_secret: None,
        old_until: None,
        created_at: now,
        ended_at: None,
        ended_by: String::new(),
    }
}

async fn has_secret(vault: &Vault, endpoint: &EndpointRecord, secret: &SigningSecret) -> Result<bool, VaultError> {
    let Some(key) = vault.key(&endpoint.secret_key).await? else { return Ok(false) };
    Ok(open_secret(&key, &endpoint.id, &endpoint.secret).is_some_and(|known| known.bytes() == secret.bytes()))
}

/// Looks for alarms that nobody was told of.
pub struct AlarmTeller {
    pub store: Store,
    pub vault: Vault,
    pub clock: SharedClock,
    /// The outbox's.
    pub wake: Arc<Notify>,
    pub duty: Duty,
}

impl AlarmTeller {
    /// Runs until the shutdown.
    pub async fn run(self, shutdown: CancellationToken) {
        // Nobody wakes it: alarms of one moment gather before they are told.
        repeat("the teller of alarms", &Notify::new(), POLL, shutdown, || self.step()).await;
    }

    /// Tells what has gathered, and returns how many alarms that was about. Where nobody is to be told, they are noted all the
    /// same: who wants to be told later is not told of the past.
    pub async fn step(&self) -> Result<usize, VaultError> {
        if !self.duty.is_ours().await? {
            return Ok(0);
        }
        let now = self.clock.now();
        let opened = self.store.untold_alarms(MOST).await?;
        let ended = self.store.untold_ends(MOST).await?;
        let moments = opened.iter().map(|alarm| alarm.first_at).chain(ended.iter().filter_map(|alarm| alarm.ended_at));
        let Some(oldest) = moments.min() else { return Ok(0) };
        if now.since(oldest) < GATHER && opened.len() + ended.len() < MANY {
            return Ok(0);
        }
        let endpoints = self.store.look_at_endpoints().await?;
        let wanting: Vec<String> = endpoints
            .into_iter()
            .filter(|endpoint| endpoint.topics().any(|topic| topic == Topic::Alarm))
            .map(|endpoint| endpoint.id)
            .collect();
        let telling = if wanting.is_empty() { None } else { Some((self.word(&opened, &ended, now).await?, wanting)) };
        let ids = |alarms: &[AlarmRecord]| alarms.iter().map(|alarm| alarm.id).collect::<Vec<_>>();
        self.store.tell_alarms(ids(&opened), ids(&ended), telling, now).await?;
        self.wake.notify_one();
        Ok(opened.len() + ended.len())
    }

    async fn word(&self, opened: &[AlarmRecord], ended: &[AlarmRecord], now: Moment) -> Result<Wording, VaultError> {
        let told = |alarms: &[AlarmRecord]| alarms.iter().map(Told::from).collect();
        let changes = Changes { opened: told(opened), ended: told(ended) };
        // Our own types always serialise.
        let data = serde_json::to_value(&changes).unwrap_or_default();
        let body = wording::body(EventKind::AlarmsChanged, now, &data);
        Ok(wording::sealed(&*self.vault.house_key().await?, &body))
    }
}

/// The same message as a mail.
pub(super) async fn mail(
    post: &Post,
    send: &DueSend,
    address: &str,
    body: &[u8],
    lang: Lang,
    origin: &str,
    now: Moment,
) -> Delivered {
    let Some((subject, text)) = letter(body, lang, origin) else { return Delivered::Silent("unreadable") };
    match post.send_plain(&send.message_id, address, subject, text, now).await {
        Ok(()) => Delivered::Taken(250),
        Err(error) => {
            tracing::warn!(reason = error.reason, "a mail about alarms could not be sent");
            Delivered::Silent("mail")
        }
    }
}

/// Subject and text; none where the message is no message of ours.
fn letter(body: &[u8], lang: Lang, origin: &str) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct Message {
        data: Changes,
    }
    let Message { data: Changes { opened, ended } } = serde_json::from_slice(body).ok()?;
    let subject = match (lang, opened.as_slice(), ended.len()) {
        (Lang::Fr, [], ended) => format!("Alarmes terminées\u{a0}: {ended} (Anytime Connect)"),
        (Lang::Fr, [one], _) => format!("Alarme\u{a0}: {} (Anytime Connect)", title(&one.kind, lang)),
        (Lang::Fr, many, _) => format!("{} alarmes (Anytime Connect)", many.len()),
        (Lang::En, [], ended) => format!("Alarms over: {ended} (Anytime Connect)"),
        (Lang::En, [one], _) => format!("Alarm: {} (Anytime Connect)", title(&one.kind, lang)),
        (Lang::En, many, _) => format!("{} alarms (Anytime Connect)", many.len()),
    };
    let (begun, over) = match lang {
        Lang::Fr => ("Ouvertes\u{a0}:", "Terminées\u{a0}:"),
        Lang::En => ("Open:", "Over:"),
    };
    let mut text = String::new();
    for (head, alarms, advised) in [(begun, &opened, true), (over, &ended, false)] {
        if !alarms.is_empty() {
            let lines: Vec<String> = alarms.iter().map(|alarm| line(alarm, lang, advised)).collect();
            text.extend([head, "\n\n", &lines.join("\n"), "\n\n"]);
        }
    }
    Some((subject, format!("{text}{origin}/operator/alarms\n")))
}

fn line(alarm: &Told, lang: Lang, advised: bool) -> String {
    let texts = OperatorTexts::of(lang);
    let moment = LiveTexts::of(lang).moment(alarm.ended_at.as_ref().filter(|_| !advised).unwrap_or(&alarm.first_at));
    let subject = if alarm.subject.is_empty() { String::new() } else { format!(" ({})", alarm.subject) };
    let advice =
        AlarmKind::from_code(&alarm.kind).filter(|_| advised).map(|kind| format!("\n  {}", texts.advice(kind)));
    format!("- {}{subject}, {moment}{}", title(&alarm.kind, lang), advice.unwrap_or_default())
}

/// An alarm in words; its code where a newer version has raised it.
fn title(kind: &str, lang: Lang) -> &str {
    AlarmKind::from_code(kind).map_or(kind, |kind| OperatorTexts::of(lang).alarm(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: AlarmKind, ended_at: Option<&str>) -> Told {
        Told {
            kind: kind.code().to_owned(),
            title: String::new(),
            subject: if kind == AlarmKind::LastTry { "d5ec".to_owned() } else { String::new() },
            detail: String::new(),
            times: 1,
            first_at: "2026-11-23T10:41:12+01:00".to_owned(),
            ended_at: ended_at.map(str::to_owned),
        }
    }

    #[test]
    fn a_mail_says_what_opened_what_to_do_and_what_is_over() {
        let changes = Changes {
            opened: vec![told(AlarmKind::LastTry, None)],
            ended: vec![told(AlarmKind::BankDown, Some("2026-11-23T11:00:00+01:00"))],
        };
        let body = wording::body(EventKind::AlarmsChanged, Moment(0), &serde_json::to_value(&changes).unwrap());
        let (subject, text) = letter(&body, Lang::En, "https://app.test").unwrap();
        assert_eq!(subject, "Alarm: The bank’s last try (Anytime Connect)");
        let text = text.replace('\u{a0}', " ");
        assert!(text.contains("- The bank’s last try (d5ec), 23 Nov 2026 at 10:41\n  Look at its tries"), "{text}");
        assert!(text.contains("Over:\n\n- The bank does not answer, 23 Nov 2026 at 11:00\n"), "{text}");
        assert!(text.ends_with("https://app.test/operator/alarms\n"), "{text}");
        assert!(letter(b"{}", Lang::Fr, "").is_none());
    }
}
