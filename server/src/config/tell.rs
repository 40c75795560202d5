//! Who is told of alarms, and how far events may go.

use super::settings::TellSettings;
use super::{ConfigError, Places, lists};
use crate::accounts::email::Email;
use crate::outbox::{Reach, SigningSecret, Target};
use crate::secret::Secret;
use domain::lang::Lang;
use ipnet::IpNet;

/// Who is told what happens.
#[derive(Debug, Clone, Default)]
pub struct Tell {
    /// Whom mails about alarms go to.
    pub alarm_mail_to: Option<String>,
    pub alarm_mail_lang: Lang,
    pub alarm_webhook: Option<AlarmWebhook>,
    /// Blocks of our own network that events may go to.
    pub networks: Vec<IpNet>,
}

/// Where alarms are posted to.
#[derive(Debug, Clone)]
pub struct AlarmWebhook {
    pub url: String,
    /// `whsec_…`
    pub secret: Secret,
}

pub(super) fn tell(settings: &TellSettings, dev: bool, places: &Places) -> Result<Tell, ConfigError> {
    let networks = networks(&settings.event_networks, places)?;
    let mail = settings.alarm_mail_to.trim();
    let address = Email::parse(mail).map(|address| address.as_typed().to_owned());
    if !mail.is_empty() && address.is_none() {
        return Err(places.error("ALARM_MAIL_TO", "it is no mail address"));
    }
    let lang = match settings.alarm_mail_lang.trim() {
        "" => Lang::default(),
        code => Lang::from_code(code).ok_or_else(|| places.error("ALARM_MAIL_LANG", "it is fr or en"))?,
    };
    let reach = Reach { networks: networks.clone(), also_here: dev };
    let alarm_webhook = webhook(settings, &reach, places)?;
    Ok(Tell { alarm_mail_to: address, alarm_mail_lang: lang, alarm_webhook, networks })
}

/// `EVENT_NETWORKS`.
pub fn networks(text: &str, places: &Places) -> Result<Vec<IpNet>, ConfigError> {
    lists::nets("EVENT_NETWORKS", text, places)
}

fn webhook(settings: &TellSettings, reach: &Reach, places: &Places) -> Result<Option<AlarmWebhook>, ConfigError> {
    let (url, file) = (settings.alarm_webhook_url.trim(), settings.alarm_webhook_secret_file.trim());
    match (url, file) {
        ("", "") => return Ok(None),
        ("", _) => return Err(places.error("ALARM_WEBHOOK_URL", "there is a secret, and no address that it is for")),
        (_, "") => {
            let problem =
                "what is posted is signed: it takes a file with a secret, `whsec_` and base64 of 24 bytes or more";
            return Err(places.error("ALARM_WEBHOOK_SECRET_FILE", problem));
        }
        _ => {}
    }
    Target::parse(url, reach).map_err(|error| places.error("ALARM_WEBHOOK_URL", error.to_string()))?;
    let text = std::fs::read_to_string(file)
        .map_err(|error| places.error("ALARM_WEBHOOK_SECRET_FILE", format!("it cannot be read: {error}")))?;
    let secret = SigningSecret::parse(&text)
        .ok_or_else(|| places.error("ALARM_WEBHOOK_SECRET_FILE", "it holds no `whsec_…`"))?;
    Ok(Some(AlarmWebhook { url: url.to_owned(), secret: Secret::new(secret.text()) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> TellSettings {
        TellSettings {
            alarm_mail_to: String::new(),
            alarm_mail_lang: String::new(),
            alarm_webhook_url: String::new(),
            alarm_webhook_secret_file: String::new(),
            event_networks: String::new(),
        }
    }

    fn refused(settings: &TellSettings) -> String {
        tell(settings, false, &Places::default()).unwrap_err().to_string()
    }

    #[test]
    fn nobody_is_told_unless_it_is_said_whom() {
        let told = tell(&settings(), false, &Places::default()).unwrap();
        assert!(told.alarm_mail_to.is_none() && told.alarm_webhook.is_none() && told.networks.is_empty());
    }

    #[test]
    fn an_address_needs_a_secret_and_both_have_to_be_right() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let secret = SigningSecret::generate().text();
        std::fs::write(file.path(), format!("{secret}\n")).unwrap();
        let path = file.path().display().to_string();
        let url = || "https://alarms.example.com/hook".to_owned();
        let whole = TellSettings { alarm_webhook_url: url(), alarm_webhook_secret_file: path.clone(), ..settings() };
        let webhook = tell(&whole, false, &Places::default()).unwrap().alarm_webhook.unwrap();
        assert_eq!(webhook.secret.expose(), secret);

        let alone = TellSettings { alarm_webhook_url: url(), ..settings() };
        assert!(refused(&alone).starts_with("ALARM_WEBHOOK_SECRET_FILE"));
        let inside = TellSettings { alarm_webhook_url: "https://10.0.0.1/".into(), ..whole.clone() };
        assert!(refused(&inside).contains("EVENT_NETWORKS"));
        std::fs::write(file.path(), "secret").unwrap();
        assert!(refused(&whole).contains("whsec_"));
        let mail = TellSettings { alarm_mail_to: "nobody".into(), ..settings() };
        assert!(refused(&mail).starts_with("ALARM_MAIL_TO"));
    }
}
