use super::*;
use clap::Parser;

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    serve: ServeSettings,
}

fn read(flags: &[&str]) -> Result<Config, ConfigError> {
    let program = Program::try_parse_from(std::iter::once("test").chain(flags.iter().copied())).unwrap();
    serve(&program.serve, &Places::default())
}

fn problem(flags: &[&str]) -> String {
    read(flags).expect_err("the start should be refused").to_string()
}

const ID: &str = "de30000000000000000000000000000000000000000000000000000000000001";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn production<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut flags = vec!["--public-url", "https://a.example", "--anytime-partner-id", ID];
    flags.extend(["--anytime-partner-refs", "a-reference", "--webhook-secrets", SECRET]);
    flags.extend(more);
    flags
}

#[test]
fn a_complete_configuration_is_read() {
    let config = read(&production(&["--trusted-proxies", "10.0.0.0/8"])).unwrap();
    assert_eq!(config.public_url.origin, "https://a.example");
    assert_eq!(config.partner.refs, [Secret::new("a-reference")]);
    assert_eq!(config.webhook.allowed, ["185.8.76.132/32".parse().unwrap()]);
    assert_eq!((config.bank.connect_url.as_str(), config.dev), ("https://connect.anyti.me", false));
}

#[test]
fn production_refuses_plain_http() {
    assert!(problem(&["--anytime-partner-id", ID]).starts_with("PUBLIC_URL"));
}

#[test]
fn production_needs_a_secret_in_the_path_of_the_callback() {
    let flags = ["--public-url", "https://a.example", "--anytime-partner-id", ID];
    assert!(problem(&flags).starts_with("WEBHOOK_SECRETS"));
}

#[test]
fn a_partner_id_has_64_characters() {
    let flags = ["--public-url", "https://a.example", "--anytime-partner-id", "abc"];
    assert!(problem(&flags).starts_with("ANYTIME_PARTNER_ID"));
}

#[test]
fn ip_13_nobody_trusts_every_proxy() {
    for net in ["0.0.0.0/0", "::/0", "10.0.0.1,0.0.0.0/0", "0.0.0.0/1,128.0.0.0/1"] {
        assert!(problem(&production(&["--trusted-proxies", net])).starts_with("TRUSTED_PROXIES"), "{net}");
    }
}

#[test]
fn ip_14_a_list_that_lets_nobody_in_is_refused() {
    for empty in [",", " , ,"] {
        assert!(problem(&production(&["--webhook-allowed-ips", empty])).starts_with("WEBHOOK_ALLOWED_IPS"), "{empty}");
    }
    let config = read(&production(&["--webhook-allowed-ips", " "])).unwrap();
    assert_eq!(config.webhook.allowed, ["185.8.76.132/32".parse().unwrap()], "what is left out is the bank's address");
}

#[test]
fn development_stays_on_this_machine() {
    assert!(problem(&["--dev", "--listen", "0.0.0.0:3000"]).starts_with("LEPTOS_SITE_ADDR"));
}

#[test]
fn development_makes_its_own_secrets_and_keeps_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let keyring = folder.path().join("new/keyring");
    let database = format!("sqlite://{}", folder.path().join("new/db").display());
    let flags = ["--dev", "--keyring-file", keyring.to_str().unwrap(), "--database-url", &database];
    let first = read(&flags).unwrap();
    let again = read(&flags).unwrap();
    assert_eq!(first.webhook.secrets, again.webhook.secrets);
    assert!(first.webhook.secrets[0].expose().len() >= 32);
    let ring = std::fs::read_to_string(&keyring).unwrap();
    let (kid, key) = ring.trim().split_once('/').unwrap();
    assert_eq!((kid.len(), key.len()), (9, 44));
    let mode = std::fs::metadata(&keyring).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn without_a_mail_server_mails_are_files_beside_the_database() {
    let config = read(&production(&["--database-url", "sqlite://far/away.db"])).unwrap();
    assert_eq!(config.mail.transport, Transport::Files("far/mail".into()));
    assert_eq!(config.mail.from, "Anytime Connect <no-reply@a.example>");
}

#[test]
fn a_mail_server_needs_a_sender_and_an_address_that_can_be_read() {
    let url = "smtps://user:hunter2@mail.example:465";
    let config = read(&production(&["--smtp-url", url, "--mail-from", "X <x@a.example>"])).unwrap();
    assert_eq!(config.mail.transport, Transport::Smtp(Secret::new(url)));
    assert!(problem(&production(&["--smtp-url", url])).starts_with("MAIL_FROM"));
    assert!(problem(&production(&["--smtp-url", url, "--mail-from", "nobody"])).starts_with("MAIL_FROM"));
    let refused =
        problem(&production(&["--smtp-url", "https://user:hunter2@mail.example", "--mail-from", "x@a.example"]));
    assert!(refused.starts_with("SMTP_URL") && !refused.contains("hunter2"), "{refused}");
}

#[test]
fn operators_need_a_second_factor_unless_somebody_develops() {
    let required = |flags: &[&str]| read(&production(flags)).unwrap().second_factor_required;
    assert!(required(&[]));
    assert!(!required(&["--operator-second-factor", "optional"]));
    let folder = tempfile::tempdir().unwrap();
    let (database, keyring) = (folder.path().join("test.db"), folder.path().join("keyring"));
    let (database, keyring) = (format!("sqlite://{}", database.display()), keyring.display().to_string());
    let mut flags = vec!["--dev", "--database-url", &database, "--keyring-file", &keyring];
    assert!(!read(&flags).unwrap().second_factor_required);
    flags.extend(["--operator-second-factor", "required"]);
    assert!(read(&flags).unwrap().second_factor_required);
    assert!(problem(&production(&["--operator-second-factor", "yes"])).starts_with("OPERATOR_SECOND_FACTOR"));
}

#[test]
fn a_node_has_a_name_and_leaves_slowly_where_there_may_be_others() {
    let node = |flags: &[&str]| read(&production(flags)).unwrap().node;
    let seconds = |flags: &[&str]| node(flags).drain.as_secs();
    assert!(nodes::is_name(&node(&[]).name));
    assert_eq!(node(&["--node-name", "web-1"]).name, "web-1");
    assert!(problem(&production(&["--node-name", "web 1"])).starts_with("NODE_NAME"));
    let postgres = ["--database-url", "postgres://h/d"];
    assert_eq!((seconds(&[]), seconds(&postgres)), (0, 5));
    assert_eq!(seconds(&["--drain-seconds", "12"]), 12);
    assert_eq!(seconds(&[&postgres[..], &["--drain-seconds", "0"]].concat()), 0);
    for bad in ["-1", "5s", "301"] {
        assert!(problem(&production(&[&format!("--drain-seconds={bad}")])).starts_with("DRAIN_SECONDS"), "{bad}");
    }
    assert_eq!(node(&["--database-wait", "90s"]).database_wait, Duration::from_secs(90));
    assert!(problem(&production(&["--database-wait", "long"])).starts_with("DATABASE_WAIT"));
}
