//! The product under load: the release server as a process, the bank's stand-in in this one.

use sandbox::Sandbox;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

const SECRET: &str = "bench-bench-bench-bench-bench-bench-0123456789";
const HOOK: &str = "/webhooks/anytime/bench-bench-bench-bench-bench-bench-0123456789";
const REFERENCE: &str = "bench-partner-reference";
/// A bank that does not answer.
const NOWHERE: &str = "http://127.0.0.1:9";
/// Its file.
pub(crate) const DATABASE: &str = "bench.db";
const PARTNER: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

pub(crate) struct Product {
    pub(crate) address: SocketAddr,
    metrics: SocketAddr,
    folder: tempfile::TempDir,
    server: Child,
    bank: Sandbox,
    http: reqwest::Client,
}

/// A signed-in person.
pub(crate) struct Person {
    pub(crate) cookie: String,
    http: reqwest::Client,
    url: String,
}

impl Product {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir_in(target()).expect("a folder");
        let address = free_address();
        let config = sandbox::Config {
            partner_id: PARTNER.to_owned(),
            partner_ref: REFERENCE.to_owned(),
            callback: format!("http://{address}/webhooks/anytime/{SECRET}"),
            origin: format!("http://{address}"),
            ..sandbox::Config::default()
        };
        let bank = sandbox::start(config).await.expect("the bank's stand-in");
        let metrics = free_address();
        let server = spawn(address, metrics, folder.path(), &bank.url());
        let http = client();
        let product = Self { address, metrics, folder, server, bank, http };
        product.wait_until_ready().await;
        product
    }

    /// Ends the server and starts it again; the time until it is ready.
    pub(crate) async fn restart(&mut self) -> Duration {
        self.end_server().await;
        let start = Instant::now();
        self.server = spawn(self.address, self.metrics, self.folder.path(), &self.bank.url());
        self.wait_until_ready().await;
        start.elapsed()
    }

    pub(crate) const fn reference() -> &'static str {
        REFERENCE
    }

    pub(crate) const fn hook() -> &'static str {
        HOOK
    }

    /// Megabytes of memory that the server holds.
    pub(crate) fn resident_mb(&self) -> f64 {
        self.memory_mb("VmRSS:")
    }

    /// From here on it is noted anew how much it has held at the most.
    pub(crate) fn forget_peak(&self) {
        let pid = self.server.id().expect("a running server");
        std::fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("its peak is forgotten");
    }

    /// The most that it has held.
    pub(crate) fn peak_mb(&self) -> f64 {
        self.memory_mb("VmHWM:")
    }

    fn memory_mb(&self, name: &str) -> f64 {
        let pid = self.server.id().expect("a running server");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the server's status");
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u32>().ok());
        f64::from(kilobytes.expect("a size")) / 1_024.0
    }

    /// Distinct valid card notifications, form-encoded as the vendor's PHP does, for the cards of so many people in turn.
    pub(crate) fn notifications(count: u64, people: u64) -> Vec<String> {
        Self::numbered_notifications(count, |n| n % people).into_iter().map(|(_, body)| body).collect()
    }

    /// The same, each with its txid, for the card of whom `whose` names.
    pub(crate) fn numbered_notifications(count: u64, whose: impl Fn(u64) -> u64) -> Vec<(u64, String)> {
        // Each is made at a moment of its own, within the five minutes that count as fresh.
        let begin = now() - 200;
        (0..count)
            .map(|_| {
                let n = NEXT.fetch_add(1, Ordering::Relaxed);
                (n, notification(n, begin + i64::try_from(n / 10_000 % 400).unwrap_or(0), whose(n)))
            })
            .collect()
    }

    /// One that is made now, for the card of one of so many people.
    pub(crate) fn fresh_notification(people: u64) -> String {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        notification(n, now(), n % people)
    }

    /// Starts anew with so many linked people and a bank that does not answer. The answer is their cookies.
    pub(crate) async fn link_people(&mut self, count: u64) -> Vec<String> {
        self.end_server().await;
        self.remove(DATABASE);
        self.server = spawn(self.address, self.metrics, self.folder.path(), NOWHERE);
        self.wait_until_ready().await;
        self.end_server().await;
        let cookies = crate::people::link(self.folder.path(), PARTNER, count).await;
        self.server = spawn(self.address, self.metrics, self.folder.path(), NOWHERE);
        self.wait_until_ready().await;
        cookies
    }

    /// Does something with its folder while the server does not run.
    pub(crate) async fn at_rest<T>(&mut self, work: impl AsyncFnOnce(&Path) -> T) -> T {
        self.end_server().await;
        let outcome = work(self.folder.path()).await;
        self.server = spawn(self.address, self.metrics, self.folder.path(), NOWHERE);
        self.wait_until_ready().await;
        outcome
    }

    /// Runs a command of the program beside the server.
    pub(crate) async fn command(&self, arguments: &[&str]) {
        self.command_on(arguments, DATABASE).await;
    }

    /// The same, for a database of its folder.
    pub(crate) async fn command_on(&self, arguments: &[&str], database: &str) {
        let ended = self.program(arguments, database).stdout(Stdio::null()).status().await.expect("the program");
        assert!(ended.success(), "{arguments:?}");
    }

    /// Kills a command as soon as this is so.
    pub(crate) async fn killed_when(&self, arguments: &[&str], database: &str, is_so: impl AsyncFn() -> bool) {
        let mut command = self.program(arguments, database).stdout(Stdio::null()).spawn().expect("the program");
        while !is_so().await {
            let ended = command.try_wait().expect("the program");
            assert!(ended.is_none(), "{arguments:?} was quicker");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        command.kill().await.expect("its end");
    }

    fn program(&self, arguments: &[&str], database: &str) -> Command {
        let mut command = Command::new(target().join("release/anytime-connect"));
        command.args(arguments).current_dir(self.folder.path()).kill_on_drop(true);
        command.env("DATABASE_URL", self.url(database)).env("KEYRING_FILE", self.folder.path().join("keyring"));
        command
    }

    /// Which part of the data keys the newest key of the ring protects.
    pub(crate) async fn share_under_the_active_key(&self) -> f64 {
        let listed = self.program(&["keys", "list", "--json"], DATABASE).output().await.expect("the program");
        let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("JSON");
        let keys = listed["keys"].as_array().expect("keys");
        let protects = |key: &serde_json::Value| key["data_keys"].as_f64().expect("a number");
        protects(&keys[0]) / keys.iter().map(protects).sum::<f64>()
    }

    /// Removes a file of its folder, with what `SQLite` keeps beside it.
    pub(crate) fn remove(&self, file: &str) {
        std::fs::remove_file(self.folder.path().join(file)).expect("a file of the folder");
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(self.folder.path().join(format!("{file}{ending}")));
        }
    }

    /// The ids of the people of some cards.
    pub(crate) async fn users_of_cards(&self, count: i64) -> Vec<String> {
        let options = SqliteConnectOptions::new().filename(self.folder.path().join(DATABASE)).read_only(true);
        let mut database = options.connect().await.expect("the database");
        let found =
            sqlx::query_scalar("SELECT user_id FROM cards WHERE card_ref > 'ANY0000000000' ORDER BY card_ref LIMIT $1")
                .bind(count)
                .fetch_all(&mut database)
                .await;
        database.close().await.expect("its end");
        found.expect("people")
    }

    /// Lines of a file, read to its end.
    pub(crate) async fn count_lines(&self, path: &str, cookie: &str) -> usize {
        let request = self.http.get(format!("http://{}{path}", self.address)).header("Cookie", cookie);
        let mut answer = request.send().await.expect("a file").error_for_status().expect("a file without error");
        let mut lines = 0;
        while let Some(piece) = answer.chunk().await.expect("the whole file") {
            lines += piece.split(|byte| *byte == b'\n').count() - 1;
        }
        lines
    }

    /// Megabytes of a file of its folder; none where it is not there.
    pub(crate) fn file_mb(&self, file: &str) -> f64 {
        let bytes = std::fs::metadata(self.folder.path().join(file)).map_or(0, |file| file.len());
        f64::from(u32::try_from(bytes / 1_024).unwrap_or(u32::MAX)) / 1_024.0
    }

    fn url(&self, database: &str) -> String {
        format!("sqlite://{}/{database}", self.folder.path().display())
    }

    /// A gauge of the server's metrics.
    pub(crate) async fn gauge(&self, name: &str) -> f64 {
        let text = self.http.get(format!("http://{}/metrics", self.metrics)).send().await.expect("metrics");
        let text = text.text().await.expect("text");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).expect("the gauge");
        line.parse().expect("a number")
    }

    /// Signs a person up and links her to a customer of the bank, history and all.
    pub(crate) async fn link(&self, customer: &str) -> Person {
        let url = format!("http://{}", self.address);
        let form = [("name", "Bench"), ("email", "bench@example.test"), ("password", "a long enough passphrase")];
        let answer =
            self.http.post(format!("{url}/sign-up")).header("Origin", &url).form(&form).send().await.expect("sign-up");
        let cookie = answer
            .headers()
            .get("set-cookie")
            .expect("a session")
            .to_str()
            .expect("text")
            .split(';')
            .next()
            .expect("a pair")
            .to_owned();
        let person = Person { cookie, http: self.http.clone(), url };
        let page = person.get("/connect", "identity").await;
        let page = String::from_utf8(page).expect("text");
        let custom_reference =
            page.split("data-custom-ref=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a reference");
        let body = serde_json::json!({ "customer": customer, "custom_reference": custom_reference });
        let control = format!("{}/control/create-token", self.bank.url());
        self.http.post(control).json(&body).send().await.expect("create-token").error_for_status().expect("a token");
        let start = Instant::now();
        while start.elapsed() < Duration::from_mins(2) {
            let list = person.get("/transactions.json?from=2000-01-01", "identity").await;
            let complete =
                !String::from_utf8_lossy(&person.get("/settings/accounts", "identity").await).contains("progress");
            if complete && list.len() > 5_000 {
                return person;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("the history was not fetched in two minutes");
    }

    /// Begins to move to another database, while the server goes on.
    pub(crate) fn begin_copy(&self, to: &str) -> Copy {
        let mut command = Command::new(target().join("release/anytime-connect"));
        command.args(["copy", "--follow", "--json", "--from", &self.url(DATABASE), "--to", to]);
        command.current_dir(self.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Copy(command.spawn().expect("the program"))
    }

    pub(crate) async fn stop(mut self) {
        self.end_server().await;
        self.end_bank().await;
    }

    pub(crate) async fn end_bank(self) {
        self.bank.stop().await;
    }

    pub(crate) async fn end_server(&mut self) {
        let pid = self.server.id().expect("a running server");
        let ended = Command::new("kill").arg("-TERM").arg(pid.to_string()).status().await.expect("kill");
        assert!(ended.success());
        self.server.wait().await.expect("the server's end");
    }

    async fn wait_until_ready(&self) {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            let answer = self.http.get(format!("http://{}/readyz", self.address)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the server was not ready in twenty seconds");
    }
}

/// A copy that follows the server.
pub(crate) struct Copy(Child);

impl Copy {
    pub(crate) async fn kill(&mut self) {
        assert!(self.0.try_wait().expect("the copy").is_none(), "it has ended by itself");
        self.0.kill().await.expect("its end");
    }

    /// Everything is in both.
    pub(crate) async fn until_ready(&mut self) {
        let mut lines = BufReader::new(self.0.stderr.take().expect("what it says")).lines();
        let mut said = String::new();
        while let Some(line) = lines.next_line().await.expect("a line") {
            if line.contains("Stop the server") {
                return;
            }
            said += &line;
        }
        panic!("the copy has ended: {said}");
    }

    /// How many rows have moved, and for how many seconds nobody served them.
    pub(crate) async fn outcome(self) -> (u64, f64) {
        let ended = self.0.wait_with_output().await.expect("its end");
        assert!(ended.status.success(), "the copy failed");
        let told: serde_json::Value = serde_json::from_slice(&ended.stdout).expect("JSON");
        (told["rows"].as_u64().expect("rows"), told["seconds_without_server"].as_f64().expect("seconds"))
    }
}

impl Person {
    pub(crate) async fn dashboard(&self, encoding: &str) -> Vec<u8> {
        self.get("/dashboard", encoding).await
    }

    async fn get(&self, path: &str, encoding: &str) -> Vec<u8> {
        let request = self
            .http
            .get(format!("{}{path}", self.url))
            .header("Cookie", &self.cookie)
            .header("Accept-Encoding", encoding);
        let answer = request.send().await.expect("a page").error_for_status().expect("a page without error");
        answer.bytes().await.expect("a body").to_vec()
    }
}

static NEXT: AtomicU64 = AtomicU64::new(1);

#[expect(clippy::disallowed_methods, reason = "the bank's clock, in a benchmark")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The nth, told in this second.
fn notification(n: u64, second: i64, whose: u64) -> String {
    let timestamp = format!("{second}.{:04}", n % 10_000);
    let hash = hex::encode(Sha256::digest(format!("{timestamp}|{REFERENCE}")));
    let (field, data) = ("notification%5B", "notification%5Bdata%5D%5B");
    let tx = "notification%5Bdata%5D%5Bbody%5D%5Btransaction%5D%5B";
    // As scattered as the bank's own.
    let reference = &hex::encode(Sha256::digest(n.to_string()))[..40];
    format!(
        "{field}reference%5D={reference}&{field}created_at%5D=2026-01-30T10%3A17%3A48%2B01%3A00&{field}context%5D=anytime-connect&{field}current_try%5D=1&{field}max_tries%5D=3&{data}hash%5D={hash}&{data}timestamp%5D={timestamp}&{data}event_name%5D=card_transaction_received&{data}request_id%5D=109605&{data}type_response%5D=async&{data}body%5D%5Bmethod%5D=card_last_tx&{data}body%5D%5Bcard_ref%5D=ANY{whose:010}&{data}body%5D%5Bacc_id%5D=1&{tx}txid%5D={n}&{tx}mcc%5D=5942&{tx}amount%5D=98.32&{tx}amount_fx%5D=98.32&{tx}currency%5D=EUR&{tx}fx%5D=1.000000&{tx}fx_fee%5D=0&{tx}status%5D=S&{tx}type%5D=D&{tx}balance_after%5D=0.00&{tx}date%5D=2026-02-02+14%3A14%3A48&{tx}description%5D=FNAC+DIRECT+-+RUE+DES+BATEAUX+LAVOIRS%2C+IVRY+SUR+SEIN%2C94768%2CFRA%2CFRA"
    )
}

/// Bytes of the compressed script and wasm that the dashboard loads.
pub(crate) fn bundle_bytes() -> u64 {
    let packages = target().join("site/pkg");
    let files = std::fs::read_dir(packages).expect("the built site");
    let sizes = files.filter_map(|file| {
        let file = file.ok()?;
        let name = file.file_name().into_string().ok()?;
        (name.ends_with(".js.br") || name.ends_with(".wasm.br"))
            .then(|| file.metadata().map(|m| m.len()).unwrap_or_default())
    });
    sizes.sum()
}

#[expect(clippy::disallowed_methods, reason = "the browsers and the bank of a benchmark")]
fn client() -> reqwest::Client {
    // The same TLS provider as the server's, though everything here is plain.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

fn spawn(address: SocketAddr, metrics: SocketAddr, folder: &Path, bank: &str) -> Child {
    Command::new(target().join("release/anytime-connect"))
        .args(["serve", "--dev"])
        .env("LEPTOS_SITE_ADDR", address.to_string())
        .env("PUBLIC_URL", format!("http://{address}"))
        .env("LEPTOS_SITE_ROOT", target().join("site"))
        .env("LEPTOS_HASH_FILES", "true")
        .env("DATABASE_URL", format!("sqlite://{}/bench.db", folder.display()))
        .env("KEYRING_FILE", folder.join("keyring"))
        .env("ANYTIME_PARTNER_ID", PARTNER)
        .env("ANYTIME_PARTNER_REFS", REFERENCE)
        .env("ANYTIME_CONNECT_URL", bank)
        .env("ANYTIME_API_URL", bank)
        .env("WEBHOOK_SECRETS", SECRET)
        .env("WEBHOOK_ALLOWED_IPS", "127.0.0.1")
        .env("METRICS_ADDR", metrics.to_string())
        .env("RUST_LOG", "error")
        .current_dir(folder)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the release server: run `make build` first")
}
