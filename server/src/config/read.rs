//! From settings to a [`Config`].

use super::settings::{
    self, BankSettings, DatabaseSettings, KeyringSettings, NodeSettings, OperatorSettings, PublicUrlSettings,
    ServeSettings, SiteSettings, WatchSettings, WebhookSettings,
};
use super::tell::tell;
use super::{
    BankConfig, Config, ConfigError, Limits, MailConfig, NodeConfig, Partner, Places, PublicUrl, Site, Watch,
    WebhookConfig, dev, lists, span, url,
};
use crate::mail::{Post, Transport};
use crate::nodes;
use crate::secret::Secret;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Whoever shares out requests asks every second or two whether a node is ready.
const DRAIN_SECONDS: u64 = 5;
const MOST_DRAIN_SECONDS: u64 = 300;

/// Checks everything that `serve` is given. In development it also makes what is missing.
pub fn serve(settings: &ServeSettings, places: &Places) -> Result<Config, ConfigError> {
    let listen = listen(&settings.leptos_site_addr, settings.dev, places)?;
    let public_url = public_url(&settings.public_url, places)?;
    if !settings.dev && !public_url.https {
        return Err(places.error("PUBLIC_URL", "it has to be https; `--dev` allows http, on this machine"));
    }
    let database = database(&settings.database);
    let keyring = keyring(&settings.keyring);
    let partner = partner(&settings.bank, settings.dev, places)?;
    let mut webhook = webhook(&settings.webhook, settings.dev, places)?;
    let bank = bank(&settings.bank, places)?;
    let site = site(&settings.site, places)?;
    let watch = Watch { tell: tell(&settings.tell, settings.dev, places)?, ..watch(&settings.watch, places)? };
    let node = node(&settings.node, database.expose().starts_with("postgres") && !settings.dev, places)?;
    let second_factor_required = second_factor(&settings.operators, settings.dev, places)?;
    let mail = mail(settings, dev::folder(&database, &keyring).join("mail"), &public_url, places)?;
    if settings.dev {
        crate::vault::KeyRing::create(&keyring).map_err(|error| places.error("KEYRING_FILE", error.to_string()))?;
        if webhook.secrets.is_empty() {
            let secret = dev::webhook_secret(&database, &keyring);
            webhook.secrets.push(secret.map_err(|error| places.error("WEBHOOK_SECRETS", error.to_string()))?);
        }
    }
    let (dev, migrate, limits) = (settings.dev, !settings.no_migrate, Limits::default());
    Ok(Config {
        listen,
        dev,
        migrate,
        public_url,
        database,
        keyring,
        partner,
        webhook,
        bank,
        mail,
        site,
        watch,
        node,
        second_factor_required,
        limits,
    })
}

/// `shared`: somebody shares out requests between this node and others.
fn node(settings: &NodeSettings, shared: bool, places: &Places) -> Result<NodeConfig, ConfigError> {
    let name = match settings.node_name.trim() {
        "" => nodes::of_this_machine(),
        name if nodes::is_name(name) => name.to_owned(),
        _ => {
            let problem = "it has to be 1 to 64 letters, digits, dots, dashes or underscores";
            return Err(places.error("NODE_NAME", problem));
        }
    };
    let seconds: u64 = match settings.drain_seconds.trim() {
        "" if shared => DRAIN_SECONDS,
        "" => 0,
        text => {
            let seconds = text.parse().ok().filter(|seconds| *seconds <= MOST_DRAIN_SECONDS);
            seconds.ok_or_else(|| places.error("DRAIN_SECONDS", "it has to be a number of seconds, 300 at most"))?
        }
    };
    let database_wait = span::parse(or(&settings.database_wait, settings::DATABASE_WAIT))
        .map_err(|problem| places.error("DATABASE_WAIT", problem))?;
    Ok(NodeConfig { name, drain: Duration::from_secs(seconds), database_wait })
}

/// On a developer's machine a password alone is enough, unless she says otherwise.
fn second_factor(settings: &OperatorSettings, dev: bool, places: &Places) -> Result<bool, ConfigError> {
    match settings.operator_second_factor.trim() {
        "" => Ok(!dev),
        "required" => Ok(true),
        "optional" => Ok(false),
        _ => Err(places.error("OPERATOR_SECOND_FACTOR", "it is required or optional")),
    }
}

pub fn database(settings: &DatabaseSettings) -> Secret {
    Secret::new(or(&settings.database_url, settings::DATABASE_URL))
}

pub fn keyring(settings: &KeyringSettings) -> PathBuf {
    PathBuf::from(or(&settings.keyring_file, settings::KEYRING))
}

pub fn public_url(settings: &PublicUrlSettings, places: &Places) -> Result<PublicUrl, ConfigError> {
    PublicUrl::parse(or(&settings.public_url, settings::PUBLIC_URL))
        .map_err(|problem| places.error("PUBLIC_URL", problem))
}

fn listen(text: &str, dev: bool, places: &Places) -> Result<SocketAddr, ConfigError> {
    let address: Result<SocketAddr, _> = or(text, settings::LISTEN).parse();
    let address = address.map_err(|_| places.error("LEPTOS_SITE_ADDR", "it has to be ADDRESS:PORT"))?;
    if dev && !address.ip().is_loopback() {
        let problem = "`--dev` serves plain http with generated secrets: it listens on this machine only";
        return Err(places.error("LEPTOS_SITE_ADDR", problem));
    }
    Ok(address)
}

fn partner(settings: &BankSettings, dev: bool, places: &Places) -> Result<Partner, ConfigError> {
    let id = settings.anytime_partner_id.trim();
    let well_formed = id.len() == 64 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let left_out = dev && id.is_empty();
    if !well_formed && !left_out {
        return Err(places.error("ANYTIME_PARTNER_ID", "it has to be the 64 letters and digits from the BankStore"));
    }
    if id.is_empty() {
        tracing::warn!("without ANYTIME_PARTNER_ID nobody can connect an account");
    }
    let refs = lists::partner_refs("ANYTIME_PARTNER_REFS", &settings.anytime_partner_refs, id, places)?;
    Ok(Partner { id: id.to_owned(), refs })
}

fn webhook(settings: &WebhookSettings, dev: bool, places: &Places) -> Result<WebhookConfig, ConfigError> {
    let secrets = lists::path_secrets("WEBHOOK_SECRETS", &settings.webhook_secrets, places)?;
    if secrets.is_empty() && !dev {
        return Err(places.error("WEBHOOK_SECRETS", "the callback needs a secret (`openssl rand -hex 32`)"));
    }
    let allowed = or(&settings.webhook_allowed_ips, settings::BANK_ADDRESS);
    let allowed = lists::nets("WEBHOOK_ALLOWED_IPS", allowed, places)?;
    if allowed.is_empty() {
        return Err(places.error("WEBHOOK_ALLOWED_IPS", "nobody could deliver a notification"));
    }
    let trusted_proxies = lists::nets("TRUSTED_PROXIES", &settings.trusted_proxies, places)?;
    if let Some(wide) = lists::too_wide(&trusted_proxies) {
        let problem = format!("{wide} is too wide: everybody in it could choose the address that they come from");
        return Err(places.error("TRUSTED_PROXIES", problem));
    }
    Ok(WebhookConfig { secrets, allowed, trusted_proxies })
}

fn bank(settings: &BankSettings, places: &Places) -> Result<BankConfig, ConfigError> {
    let connect_url = PublicUrl::parse(or(&settings.anytime_connect_url, settings::CONNECT_URL))
        .map_err(|problem| places.error("ANYTIME_CONNECT_URL", problem))?
        .origin;
    let api_url = url::base(or(&settings.anytime_api_url, settings::API_URL))
        .map_err(|problem| places.error("ANYTIME_API_URL", problem))?;
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let key_file = given(&settings.anytime_api_key_file).map(PathBuf::from);
    Ok(BankConfig { connect_url, api_url, key_file, username: given(&settings.anytime_api_username) })
}

fn mail(
    settings: &ServeSettings,
    files: PathBuf,
    public_url: &PublicUrl,
    places: &Places,
) -> Result<MailConfig, ConfigError> {
    let (dev, settings) = (settings.dev, &settings.mail);
    let (url, from) = (settings.smtp_url.trim(), settings.mail_from.trim());
    if url.is_empty() && dev {
        tracing::info!(folder = %files.display(), "mails to users become files in this folder");
    } else if url.is_empty() {
        tracing::warn!(folder = %files.display(), "without SMTP_URL mails to users do not reach them: they become files in this folder");
    } else if from.is_empty() {
        return Err(places.error("MAIL_FROM", "mails need an address that they come from"));
    }
    let host = public_url.origin.split("://").nth(1).and_then(|rest| rest.split(':').next()).unwrap_or_default();
    let from = if from.is_empty() { format!("Anytime Connect <no-reply@{host}>") } else { from.to_owned() };
    let config = |transport| MailConfig { transport, from: from.clone() };
    // Each by itself, so that the right one is named.
    let by_file = config(Transport::Files(files));
    Post::new(&by_file, &public_url.origin).map_err(|problem| places.error("MAIL_FROM", problem))?;
    if url.is_empty() {
        return Ok(by_file);
    }
    let by_smtp = config(Transport::Smtp(Secret::new(url)));
    Post::new(&by_smtp, &public_url.origin).map_err(|problem| places.error("SMTP_URL", problem))?;
    Ok(by_smtp)
}

fn site(settings: &SiteSettings, places: &Places) -> Result<Site, ConfigError> {
    let hash_files = match settings.leptos_hash_files.as_str() {
        "true" => true,
        "false" | "" => false,
        _ => return Err(places.error("LEPTOS_HASH_FILES", "it is true or false")),
    };
    Ok(Site {
        root: PathBuf::from(or(&settings.leptos_site_root, "target/site")),
        pkg_dir: or(&settings.leptos_site_pkg_dir, "pkg").trim_matches('/').to_owned(),
        output_name: or(&settings.leptos_output_name, "anytime-connect").to_owned(),
        hash_files,
        hash_file: or(&settings.leptos_hash_file_name, "hash.txt").to_owned(),
    })
}

fn watch(settings: &WatchSettings, places: &Places) -> Result<Watch, ConfigError> {
    let metrics = match or(&settings.metrics_addr, settings::METRICS) {
        "off" => None,
        address => {
            let address = address.parse();
            Some(address.map_err(|_| places.error("METRICS_ADDR", "it has to be ADDRESS:PORT, or off"))?)
        }
    };
    let length = |name, text, default| span::parse(or(text, default)).map_err(|problem| places.error(name, problem));
    Ok(Watch {
        metrics,
        reconcile_every: length("RECONCILE_EVERY", &settings.reconcile_every, settings::RECONCILE_EVERY)?,
        silence_after: length("SILENCE_AFTER", &settings.silence_after, settings::SILENCE_AFTER)?,
        quiet_after: length("QUIET_AFTER", &settings.quiet_after, settings::QUIET_AFTER)?,
        retain_bodies: length("RETAIN_BODIES", &settings.retain_bodies, settings::RETAIN_BODIES)?,
        ..Watch::default()
    })
}

/// The text, or the default if there is none.
fn or<'t>(text: &'t str, default: &'t str) -> &'t str {
    let text = text.trim();
    if text.is_empty() { default } else { text }
}

#[cfg(test)]
mod tests;
