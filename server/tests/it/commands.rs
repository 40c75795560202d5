//! The program's commands, run as a person runs them.

use server::clock::{Clock as _, SystemClock};
use server::secret::Secret;
use server::store::{Progress, Store};
use sqlx::{Connection as _, SqliteConnection};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use tempfile::TempDir;

/// The program beside this test's own.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anytime-connect"));
    command.env_clear();
    command
}

struct Place {
    folder: TempDir,
}

impl Place {
    /// With a database that holds something, and the ring that it was written with.
    async fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.succeeds(&["operator", "add", "ada@example.test", "--role", "admin"]);
        server::vault::KeyRing::create(&place.folder.path().join("data/keyring")).unwrap();
        let store = place.open("data/anytime-connect.db").await;
        let ring = server::vault::KeyRing::read(&place.folder.path().join("data/keyring")).unwrap();
        let vault = server::vault::Vault::open(ring, store.clone(), Arc::new(SystemClock), "").await.unwrap();
        vault.inbox_key(SystemClock.now()).await.unwrap();
        store.close().await;
        place
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program().args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn fails(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn keys(&self) -> Vec<serde_json::Value> {
        let listed: serde_json::Value = serde_json::from_str(&self.succeeds(&["keys", "list", "--json"])).unwrap();
        listed["keys"].as_array().unwrap().clone()
    }

    async fn open(&self, file: &str) -> Store {
        let url = format!("sqlite://{}", self.folder.path().join(file).display());
        Store::open(&Secret::new(url)).await.unwrap()
    }

    async fn holds(&self, url: &str) -> Vec<server::store::TableSum> {
        let store = Store::open(&Secret::new(url)).await.unwrap();
        let nobody: Progress = Arc::new(|_, _| {});
        let sums = store.sums(&nobody).await.unwrap();
        store.close().await;
        sums
    }

    fn url(&self, file: &str) -> String {
        format!("sqlite://{}", self.folder.path().join(file).display())
    }
}

#[tokio::test]
async fn keys_are_rotated_and_retired_from_the_command_line() {
    let place = Place::new().await;
    let before = place.keys();
    assert_eq!((before.len(), &before[0]["active"], &before[0]["data_keys"]), (1, &true.into(), &2.into()));
    let old = before[0]["kid"].as_str().unwrap();
    assert!(place.fails(&["keys", "retire", old]).contains("active"));
    assert!(place.fails(&["keys", "retire", "k0"]).contains("no key `k0`"));

    let told = place.succeeds(&["keys", "rotate"]);
    assert!(told.contains("2 data keys"), "{told}");
    let after = place.keys();
    assert_eq!((after.len(), &after[0]["data_keys"], &after[1]["data_keys"]), (2, &2.into(), &0.into()));
    assert_eq!(after[1]["kid"], old);
    let shown = place.succeeds(&["keys", "list"]);
    assert!(shown.lines().count() == 3 && shown.contains("active"), "{shown}");
    let early = place.fails(&["keys", "retire", old]);
    assert!(early.contains("minutes"), "{early}");
}

#[tokio::test]
async fn keys_of_the_api_are_made_listed_and_revoked() {
    let place = Place::new().await;
    let made = place.succeeds(&[
        "api-key",
        "add",
        "Billing",
        "--scope",
        "users:read,tokens:read",
        "--address",
        "10.0.0.0/8,::1",
    ]);
    let key = made.lines().last().unwrap();
    assert!(key.starts_with("acv1_") && key.len() > 40 && !key.contains(' '), "{made}");
    let listed: serde_json::Value = serde_json::from_str(&place.succeeds(&["api-key", "list", "--json"])).unwrap();
    let listed = &listed["keys"][0];
    assert_eq!((&listed["name"], &listed["scopes"][1]), (&"Billing".into(), &"tokens:read".into()));
    assert_eq!(listed["addresses"], serde_json::json!(["10.0.0.0/8", "::1/128"]));
    let shown = place.succeeds(&["api-key", "list"]);
    assert!(shown.contains("Billing") && !shown.contains(key), "{shown}");
    let store = place.open("data/anytime-connect.db").await;
    let acts = store.acts(None, None, 9).await.unwrap();
    assert_eq!((acts[0].act.as_str(), acts[0].name.as_str()), ("add-api-key", "command line"));
    assert!(store.api_key(&server::api::hash_of(key)).await.unwrap().is_some());
    store.close().await;

    let id = listed["id"].as_str().unwrap();
    place.succeeds(&["api-key", "revoke", id]);
    assert!(place.fails(&["api-key", "revoke", id]).contains("no key"));
    assert!(place.succeeds(&["api-key", "list"]).contains("revoked"));
    let refused = place.run(&["api-key", "add", "Billing", "--scope", "everything"]);
    assert_eq!(refused.status.code(), Some(2), "a wrong use");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("users:read"));
    place.fails(&["api-key", "add", " ", "--scope", "users:read"]);
}

#[tokio::test]
async fn a_log_that_was_changed_afterwards_says_where() {
    let place = Place::new().await;
    for name in ["Billing", "Support", "Audit"] {
        place.succeeds(&["api-key", "add", name, "--scope", "users:read"]);
    }
    let whole: serde_json::Value = serde_json::from_str(&place.succeeds(&["audit", "verify", "--json"])).unwrap();
    assert_eq!((&whole["whole"], &whole["acts"]), (&true.into(), &3.into()));
    let kept = whole["hash"].as_str().unwrap();
    let exported = place.succeeds(&["audit", "export"]);
    let last: serde_json::Value = serde_json::from_str(exported.lines().last().unwrap()).unwrap();
    assert_eq!((exported.lines().count(), &last["hash"]), (3, &kept.into()));
    assert!(place.succeeds(&["audit", "verify", "--kept", kept]).contains("stands in it"));
    let other = place.run(&["audit", "verify", "--kept", "c0ffee"]);
    assert_eq!(other.status.code(), Some(3), "written anew");

    let change = async |text: &'static str| {
        let mut database = SqliteConnection::connect(&place.url("data/anytime-connect.db")).await.unwrap();
        sqlx::query(text).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
        let broken = place.run(&["audit", "verify"]);
        assert_eq!(broken.status.code(), Some(3), "{text}");
        String::from_utf8(broken.stdout).unwrap()
    };
    let reason = "UPDATE acts SET reason = 'Billing: everything' WHERE number = 1";
    assert!(change(reason).await.contains("act 1 was changed"));
    assert!(change("DELETE FROM acts WHERE number = 1").await.contains("act 1 is missing"));
    assert!(change("DELETE FROM acts").await.contains("3 was noted as the last"));
}

#[tokio::test]
async fn programs_read_json_and_shells_and_man_know_the_commands() {
    let place = Place::new().await;
    let json = |arguments: &[&str]| -> serde_json::Value { serde_json::from_str(&place.succeeds(arguments)).unwrap() };
    let made = json(&["--json", "api-key", "add", "Billing", "--scope", "users:read"]);
    assert!(made["key"].as_str().unwrap().starts_with("acv1_"));
    assert_eq!(json(&["api-key", "revoke", made["id"].as_str().unwrap(), "--json"])["revoked"], true);
    assert_eq!(json(&["migrate", "--json"])["migrated"], true);
    assert_eq!(json(&["keys", "rotate", "--json"])["moved"], 2);
    let invited = json(&["operator", "add", "ada@example.test", "--role", "viewer", "--json"]);
    assert_eq!(invited["known_before"], true);
    assert!(invited["link"].as_str().unwrap().contains("/set-up/"));
    let backup = json(&["backup", "j.backup", "--json"]);
    assert!(backup["seconds"].is_number() && backup["verified"] == false, "{backup}");
    let refused = place.fails(&["backup", "j.backup", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&refused).unwrap();
    assert!(error["error"].as_str().unwrap().contains("exists already"));

    for shell in ["bash", "zsh", "fish"] {
        assert!(place.succeeds(&["completion", shell]).contains("api-key"), "{shell}");
    }
    let manual = place.succeeds(&["manual"]);
    for words in [".TH anytime-connect", "ANYTIME-CONNECT KEYS ROTATE", "WEBHOOK_SECRETS"] {
        assert!(manual.contains(words), "{words} in {manual}");
    }
}

#[tokio::test]
async fn endpoints_are_made_listed_changed_and_removed() {
    let place = Place::new().await;
    let add = ["event-endpoint", "add", "https://partner.example.com/hooks", "--events", "transaction,link"];
    let made = place.succeeds(&add);
    let secret = made.lines().last().unwrap();
    assert!(server::outbox::SigningSecret::parse(secret).is_some() && !secret.contains(' '), "{made}");
    let listed: serde_json::Value =
        serde_json::from_str(&place.succeeds(&["event-endpoint", "list", "--json"])).unwrap();
    let listed = &listed["endpoints"][0];
    assert_eq!(listed["events"], serde_json::json!(["link", "transaction"]));
    let id = listed["id"].as_str().unwrap();
    let changed = place.succeeds(&["event-endpoint", "secret", id]);
    assert!(changed.lines().last().unwrap().starts_with("whsec_") && !changed.contains(secret), "{changed}");
    let shown = place.succeeds(&["event-endpoint", "list"]);
    assert!(shown.contains("partner.example.com") && !shown.contains("whsec_"), "{shown}");
    place.succeeds(&["event-endpoint", "remove", id]);
    assert!(place.fails(&["event-endpoint", "remove", id]).contains("no endpoint"));
    assert!(place.fails(&["event-endpoint", "secret", id]).contains("no endpoint"));
    assert!(place.fails(&["event-endpoint", "remove", "alarm-mail"]).contains("configuration"));
    let inside = ["event-endpoint", "add", "https://10.0.0.1/", "--events", "link"];
    assert!(place.fails(&inside).contains("private network"));
    place.succeeds(&[&inside[..], &["--event-networks", "10.0.0.0/8"]].concat());
    let here = ["event-endpoint", "add", "http://127.0.0.1:9/", "--events", "link"];
    assert!(place.fails(&here).contains("https"));
    place.succeeds(&[&here[..], &["--dev"]].concat());
    let store = place.open("data/anytime-connect.db").await;
    let acts: Vec<_> = store.acts(None, None, 9).await.unwrap().into_iter().map(|act| act.act).collect();
    assert_eq!(acts, ["add-endpoint", "add-endpoint", "remove-endpoint", "change-endpoint-secret", "add-endpoint"]);
    store.close().await;
}

#[tokio::test]
async fn a_backup_is_restored_and_compared() {
    let place = Place::new().await;
    let database = place.url("data/anytime-connect.db");
    let before = place.holds(&database).await;
    assert!(place.succeeds(&["backup", "a.backup", "--verify"]).contains("read again"));
    let file = place.folder.path().join("a.backup");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = std::fs::read(&file).unwrap();
    assert!(place.fails(&["backup", "a.backup"]).contains("exists already"));
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "it is as it was");

    let told = place.succeeds(&["restore", "a.backup", "--verify", "--database-url", "sqlite://new/restored.db"]);
    assert!(told.contains("compared"), "{told}");
    assert_eq!(place.holds(&place.url("new/restored.db")).await, before);
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "a restore changes nothing of it");
    let again = place.fails(&["restore", "a.backup", "--database-url", "sqlite://new/restored.db"]);
    assert!(again.contains("not empty"), "{again}");

    std::fs::write(place.folder.path().join("other-ring"), "k1/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
        .unwrap();
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(place.folder.path().join("other-ring"), mode).unwrap();
    let strange =
        ["restore", "a.backup", "--verify", "--keyring-file", "other-ring", "--database-url", "sqlite://b.db"];
    assert!(place.fails(&strange).contains("not in the ring"));
    assert_eq!(left_over(place.folder.path()), [""; 0], "nothing is left of what was tried");
}

#[tokio::test]
async fn a_damaged_backup_is_refused() {
    let place = Place::new().await;
    place.succeeds(&["backup", "a.backup"]);
    let file = place.folder.path().join("a.backup");
    let good = std::fs::read(&file).unwrap();
    for (name, bytes) in
        [("cut", good[..good.len() / 2].to_vec()), ("noise", vec![7; 8192]), ("scratched", scratched(&good))]
    {
        std::fs::write(&file, bytes).unwrap();
        let url = format!("sqlite://{name}.db");
        let refused = place.fails(&["restore", "a.backup", "--database-url", &url]);
        assert!(!refused.contains("busy"), "{refused}");
        assert!(!place.folder.path().join(format!("{name}.db")).exists(), "{name}");
    }
    assert!(place.fails(&["restore", "nowhere", "--database-url", "sqlite://d.db"]).contains("nowhere"));
    assert_eq!(left_over(place.folder.path()), [""; 0]);
}

/// The schema and the migrations are whole; a page behind them is not.
fn scratched(good: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let page = bytes.len() - 4096;
    bytes[page..page + 64].fill(0xFF);
    bytes
}

#[tokio::test]
async fn a_database_moves_to_postgres_and_back_and_its_backup_is_a_file() {
    let place = Place::new().await;
    let postgres = crate::postgres::Postgres::start().await;
    let (from, to) = (place.url("data/anytime-connect.db"), postgres.url().expose().to_owned());
    let before = place.holds(&from).await;
    place.succeeds(&["copy", "--from", &from, "--to", &to]);
    assert_eq!(place.holds(&to).await, before);
    place.succeeds(&["backup", "b.backup", "--verify", "--database-url", &to]);
    assert_eq!(place.holds(&place.url("b.backup")).await, before);
    place.succeeds(&["copy", "--from", &to, "--to", "sqlite://back.db"]);
    assert_eq!(place.holds(&place.url("back.db")).await, before);
}

#[tokio::test]
async fn no_server_starts_on_half_a_copy() {
    let place = Place::new().await;
    let store = place.open("data/anytime-connect.db").await;
    store.mark("unfinished-copy", SystemClock.now()).await.unwrap();
    store.close().await;
    let refused = place.fails(&["serve", "--dev", "--listen", "127.0.0.1:0"]);
    assert!(refused.contains("was not finished"), "{refused}");
}

/// Many rows, in a database and in a file of it.
async fn filled(place: &Place) -> (String, Vec<server::store::TableSum>) {
    let url = place.url("data/anytime-connect.db");
    let file = place.folder.path().join("data/anytime-connect.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let many = "INSERT INTO looks (user_id, at, operator_id, operator_name, what, subject)
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000)
         SELECT users.id, n, 'o', 'Olga', 'delivery', n FROM numbers CROSS JOIN users";
    sqlx::raw_sql(many).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let sums = place.holds(&url).await;
    (url, sums)
}

/// Rows of a table that a copy is filling; none where it is not there yet, or nobody else may read.
async fn rows(url: &str) -> i64 {
    sqlx::any::install_default_drivers();
    let Ok(mut connection) = sqlx::AnyConnection::connect(url).await else { return 0 };
    let counted = sqlx::query_scalar("SELECT COUNT(*) FROM looks").fetch_one(&mut connection).await;
    let _closed = connection.close().await;
    counted.unwrap_or(0)
}

/// Runs a command that fills a database, and kills it in the middle, once more rows are there than before.
async fn kill_in_the_middle(place: &Place, arguments: &[&str], target: &str, beyond: i64) -> i64 {
    let mut command = program();
    command.args(arguments).current_dir(place.folder.path()).stdout(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let found = loop {
        let found = rows(target).await;
        if found > beyond {
            break found;
        }
        assert!(child.try_wait().unwrap().is_none(), "it has ended before it was killed");
    };
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9), "it has ended before it was killed");
    found
}

#[tokio::test]
async fn a_restore_that_was_killed_goes_on_and_ends_with_the_same() {
    let place = Place::new().await;
    let (_, sums) = filled(&place).await;
    place.succeeds(&["backup", "a.backup"]);
    let target = place.url("restored.db");
    let restore = ["restore", "a.backup", "--verify", "--database-url", target.as_str()];
    for beyond in [0, 20_000] {
        let found = kill_in_the_middle(&place, &restore, &target, beyond).await;
        assert!(found < 200_000, "{found} rows: there was no middle");
        assert!(place.fails(&["serve", "--dev", "--database-url", &target]).contains("was not finished"));
        assert!(left_over(place.folder.path()).contains(&"a.backup.reading".to_owned()), "what it has read from");
    }
    place.succeeds(&restore);
    assert_eq!(place.holds(&target).await, sums);
    assert_eq!(left_over(place.folder.path()), [""; 0], "also what those have left who were killed");
    assert!(place.fails(&restore).contains("not empty"), "nothing is mixed");
}

#[tokio::test]
async fn a_copy_to_postgres_that_was_killed_goes_on_and_ends_with_the_same() {
    let place = Place::new().await;
    let (from, sums) = filled(&place).await;
    let postgres = crate::postgres::Postgres::start().await;
    let to = postgres.url().expose().to_owned();
    let copy = ["copy", "--from", from.as_str(), "--to", to.as_str()];
    for beyond in [0, 20_000] {
        let found = kill_in_the_middle(&place, &copy, &to, beyond).await;
        assert!(found < 200_000, "{found} rows: there was no middle");
    }
    // What was there already has changed meanwhile: it is copied again.
    let store = place.open("data/anytime-connect.db").await;
    store.mark("between two copies", SystemClock.now()).await.unwrap();
    store.raise_alarm("flood", "", "", SystemClock.now()).await.unwrap();
    store.close().await;
    place.succeeds(&copy);
    let (after, there) = (place.holds(&from).await, place.holds(&to).await);
    assert_ne!(after, sums);
    assert_eq!(there, after);
    let went_on = Store::open(&postgres.url()).await.unwrap();
    went_on.must_be_whole().await.unwrap();
    assert!(went_on.raise_alarm("silence", "", "", SystemClock.now()).await.unwrap(), "numbers go on behind the last");
    went_on.close().await;
}

/// Files that a command makes for itself.
fn left_over(folder: &Path) -> Vec<String> {
    let names = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".part") || name.contains(".reading")).collect()
}
