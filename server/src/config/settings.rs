//! The settings as they are typed: flags, each with its environment variable. An empty text is as good as none.

use crate::logging::LogFormat;
use clap::Args;

pub(super) const PUBLIC_URL: &str = "http://localhost:3000";
pub(super) const DATABASE_URL: &str = "sqlite://data/anytime-connect.db";
pub(super) const LISTEN: &str = "127.0.0.1:3000";
pub(super) const KEYRING: &str = "data/keyring";
pub(super) const CONNECT_URL: &str = "https://connect.anyti.me";
pub(super) const API_URL: &str = "https://ws.anyti.me";
pub(super) const METRICS: &str = "127.0.0.1:9464";
pub(super) const RECONCILE_EVERY: &str = "6h";
pub(super) const SILENCE_AFTER: &str = "24h";
pub(super) const QUIET_AFTER: &str = "7d";
pub(super) const RETAIN_BODIES: &str = "400d";
pub(super) const DATABASE_WAIT: &str = "1m";
pub(super) const BANK_ADDRESS: &str = "185.8.76.132";

/// Every variable whose name begins as ours do; others of that kind are mistakes.
pub(super) const NAMES: [&str; 8] = [
    "ANYTIME_PARTNER_ID",
    "ANYTIME_PARTNER_REFS",
    "ANYTIME_CONNECT_URL",
    "ANYTIME_API_URL",
    "ANYTIME_API_KEY_FILE",
    "ANYTIME_API_USERNAME",
    "WEBHOOK_SECRETS",
    "WEBHOOK_ALLOWED_IPS",
];

/// Where the log goes.
#[derive(Debug, Clone, Args)]
pub struct LogSettings {
    /// `pretty` or `json` [default: pretty on a terminal, else json]; `RUST_LOG` says how much
    #[arg(long, env = "LOG_FORMAT", global = true, value_enum)]
    pub log_format: Option<LogFormat>,
}

/// Which database. Fields are named as their variables, in small letters: messages rely on it.
#[derive(Debug, Clone, Args)]
pub struct DatabaseSettings {
    /// `sqlite://PATH` or `postgres://…`
    #[arg(long, env = "DATABASE_URL", default_value = DATABASE_URL, hide_env_values = true)]
    pub database_url: String,
}

/// What absolute links begin with.
#[derive(Debug, Clone, Args)]
pub struct PublicUrlSettings {
    /// Origin that browsers and the bank see; the only source of absolute links
    #[arg(long, env = "PUBLIC_URL", default_value = PUBLIC_URL)]
    pub public_url: String,
}

/// Where the keys are.
#[derive(Debug, Clone, Args)]
pub struct KeyringSettings {
    /// Keys that encrypt tokens: one `kid/base64(32 bytes)` per line, first is active, mode 0600
    #[arg(long, env = "KEYRING_FILE", default_value = KEYRING)]
    pub keyring_file: String,
}

/// Everything that `serve` takes.
#[derive(Debug, Clone, Args)]
pub struct ServeSettings {
    /// For development on this machine: allows plain http, and generates the key ring and the callback's secret
    #[arg(long)]
    pub dev: bool,
    /// Leave the database's schema as it is, and refuse to start if it is not up to date
    #[arg(long)]
    pub no_migrate: bool,
    /// Listen address
    #[arg(long = "listen", env = "LEPTOS_SITE_ADDR", default_value = LISTEN)]
    pub leptos_site_addr: String,
    #[command(flatten)]
    pub public_url: PublicUrlSettings,
    #[command(flatten)]
    pub database: DatabaseSettings,
    #[command(flatten)]
    pub keyring: KeyringSettings,
    #[command(flatten)]
    pub bank: BankSettings,
    #[command(flatten)]
    pub webhook: WebhookSettings,
    #[command(flatten)]
    pub mail: MailSettings,
    #[command(flatten)]
    pub watch: WatchSettings,
    #[command(flatten)]
    pub operators: OperatorSettings,
    #[command(flatten)]
    pub tell: TellSettings,
    #[command(flatten)]
    pub node: NodeSettings,
    #[command(flatten)]
    pub site: SiteSettings,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "One of several nodes")]
pub struct NodeSettings {
    /// What this process is called in logs, metrics and the console [default: the machine's name]
    #[arg(long, env = "NODE_NAME", default_value = "")]
    pub node_name: String,
    /// Seconds between not being ready any more and ending, once told to end [default: 5 with `PostgreSQL`; 0 with `SQLite` or `--dev`]
    #[arg(long, env = "DRAIN_SECONDS", default_value = "")]
    pub drain_seconds: String,
    /// How long the start waits for a `PostgreSQL` that does not answer yet
    #[arg(long, env = "DATABASE_WAIT", default_value = DATABASE_WAIT)]
    pub database_wait: String,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Operators")]
pub struct OperatorSettings {
    /// `required`: the console opens only to operators with a passkey or a code beside their password; or `optional` [default: required;
    /// with `--dev` optional]
    #[arg(long, env = "OPERATOR_SECOND_FACTOR", default_value = "")]
    pub operator_second_factor: String,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The bank")]
pub struct BankSettings {
    /// The 64 characters from the `BankStore`
    #[arg(long, env = "ANYTIME_PARTNER_ID", default_value = "")]
    pub anytime_partner_id: String,
    /// One or two references accepted in a notification's hash, with a comma between them [default: the partner id]
    #[arg(long, env = "ANYTIME_PARTNER_REFS", default_value = "", hide_env_values = true)]
    pub anytime_partner_refs: String,
    /// Where client.js lives
    #[arg(long, env = "ANYTIME_CONNECT_URL", default_value = CONNECT_URL)]
    pub anytime_connect_url: String,
    /// The bank's API
    #[arg(long, env = "ANYTIME_API_URL", default_value = API_URL)]
    pub anytime_api_url: String,
    /// RSA key (PEM) that signs API requests
    #[arg(long, env = "ANYTIME_API_KEY_FILE", default_value = "")]
    pub anytime_api_key_file: String,
    /// The name in the hash of the API's answers
    #[arg(long, env = "ANYTIME_API_USERNAME", default_value = "")]
    pub anytime_api_username: String,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Notifications")]
pub struct WebhookSettings {
    /// One or two secrets in the path of the callback, 32 characters or more, with a comma between them
    #[arg(long, env = "WEBHOOK_SECRETS", default_value = "", hide_env_values = true)]
    pub webhook_secrets: String,
    /// Addresses or CIDR blocks that notifications may come from, with commas between them
    #[arg(long, env = "WEBHOOK_ALLOWED_IPS", default_value = BANK_ADDRESS)]
    pub webhook_allowed_ips: String,
    /// Addresses or CIDR blocks whose X-Forwarded-For counts, with commas between them
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "")]
    pub trusted_proxies: String,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Mail to users")]
pub struct MailSettings {
    /// `smtps://USER:PASSWORD@HOST:PORT`, or `smtp://…` for STARTTLS [default: none, mails become files in `mail` beside the
    /// database]
    #[arg(long, env = "SMTP_URL", default_value = "", hide_env_values = true)]
    pub smtp_url: String,
    /// `Name <address>` that mails come from [default: no-reply at our own host, for files only]
    #[arg(long, env = "MAIL_FROM", default_value = "")]
    pub mail_from: String,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Watching and keeping")]
pub struct WatchSettings {
    /// Where Prometheus finds /metrics; `off` for nowhere
    #[arg(long, env = "METRICS_ADDR", default_value = METRICS)]
    pub metrics_addr: String,
    /// The bank's statements are read through at least this often
    #[arg(long, env = "RECONCILE_EVERY", default_value = RECONCILE_EVERY)]
    pub reconcile_every: String,
    /// No notification for this long raises an alarm
    #[arg(long, env = "SILENCE_AFTER", default_value = SILENCE_AFTER)]
    pub silence_after: String,
    /// An account without news for this long, and for twice its longest pause between payments, says so to its owner
    #[arg(long, env = "QUIET_AFTER", default_value = QUIET_AFTER)]
    pub quiet_after: String,
    /// How long the bodies of notifications are kept, encrypted
    #[arg(long, env = "RETAIN_BODIES", default_value = RETAIN_BODIES)]
    pub retain_bodies: String,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Telling others")]
pub struct TellSettings {
    /// Address that alarms are mailed to
    #[arg(long, env = "ALARM_MAIL_TO", default_value = "")]
    pub alarm_mail_to: String,
    /// Language of these mails: `fr` or `en` [default: fr]
    #[arg(long, env = "ALARM_MAIL_LANG", default_value = "")]
    pub alarm_mail_lang: String,
    /// Address that alarms are posted to, signed after Standard Webhooks
    #[arg(long, env = "ALARM_WEBHOOK_URL", default_value = "", hide_env_values = true)]
    pub alarm_webhook_url: String,
    /// File with the secret that signs them: `whsec_…`
    #[arg(long, env = "ALARM_WEBHOOK_SECRET_FILE", default_value = "")]
    pub alarm_webhook_secret_file: String,
    /// Addresses or CIDR blocks of our own network that alarms and events may be posted to, with commas between them
    #[arg(long, env = "EVENT_NETWORKS", default_value = "")]
    pub event_networks: String,
}

/// cargo-leptos's own variables, as far as serving needs them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Files for browsers")]
pub struct SiteSettings {
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site", hide = true)]
    pub leptos_site_root: String,
    #[arg(long, env = "LEPTOS_SITE_PKG_DIR", default_value = "pkg", hide = true)]
    pub leptos_site_pkg_dir: String,
    #[arg(long, env = "LEPTOS_OUTPUT_NAME", default_value = "anytime-connect", hide = true)]
    pub leptos_output_name: String,
    #[arg(long, env = "LEPTOS_HASH_FILES", default_value = "false", hide = true)]
    pub leptos_hash_files: String,
    #[arg(long, env = "LEPTOS_HASH_FILE_NAME", default_value = "hash.txt", hide = true)]
    pub leptos_hash_file_name: String,
}
