//! Mails on their way: from the outbox to a mail server that a test plays.

use domain::ids::UserId;
use domain::lang::Lang;
use domain::viewer::Role;
use server::alarms::{Alarms, Keeper, Kind};
use server::clock::{Clock as _, ManualClock, Moment};
use server::mail::{Content, Mail, MailConfig, Mailer, Post, Transport, Worker};
use server::secret::Secret;
use server::store::{NewUser, Store};
use server::vault::{KeyRing, Vault};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail server: what it was told, and what it answers to the end of a mail.
struct Server {
    url: String,
    said: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<&'static str>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (said, answer) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(Mutex::new("250 taken")));
        let (noted, answers) = (Arc::clone(&said), Arc::clone(&answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = *answers.lock().unwrap();
                let text = converse(stream, answer).await;
                noted.lock().unwrap().push(text);
            }
        });
        Self { url, said, answer }
    }

    /// The whole text of each mail that came, refused ones too.
    fn mails(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

/// Everything that one client said.
async fn converse(stream: TcpStream, at_the_end: &str) -> String {
    let mut stream = BufReader::new(stream);
    let mut said = String::new();
    stream.write_all(b"220 test\r\n").await.unwrap();
    let (mut line, mut in_mail) = (String::new(), false);
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        said.push_str(&line);
        let answer = match line.trim_end() {
            "." if in_mail => {
                in_mail = false;
                at_the_end
            }
            _ if in_mail => "",
            "DATA" => {
                in_mail = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        if !answer.is_empty() && stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            break;
        }
        line.clear();
    }
    said
}

struct World {
    store: Store,
    clock: Arc<ManualClock>,
    mailer: Mailer,
    worker: Worker,
    keeper: Keeper,
    vault: Vault,
    reader: UserId,
    _folder: TempDir,
}

impl World {
    async fn new(transport: Transport) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store =
            Store::open(&Secret::new(format!("sqlite://{}", folder.path().join("a.db").display()))).await.unwrap();
        store.migrate().await.unwrap();
        let ring = folder.path().join("keyring");
        KeyRing::create(&ring).unwrap();
        let clock = Arc::new(ManualClock::at(Moment::from_rfc3339("2026-11-23T12:00:00Z").unwrap()));
        let vault = Vault::open(KeyRing::read(&ring).unwrap(), store.clone(), clock.clone(), "partner").await.unwrap();
        let reader = UserId::parse("ab".repeat(16)).unwrap();
        let user = NewUser {
            id: &reader,
            email: "Reader@example.test",
            email_key: "reader@example.test",
            name: "Eve\r\nBcc: everybody@example.test",
            password_hash: None,
            role: Role::User,
            created_at: clock.now(),
        };
        store.create_user(&user).await.unwrap();
        let mailer = Mailer::new(store.clone(), vault.clone(), clock.clone());
        let (alarms, keeper) = Alarms::new(store.clone(), clock.clone());
        let origin = "https://app.test".to_owned();
        let config = MailConfig { transport, from: "Anytime Connect <no-reply@app.test>".to_owned() };
        let worker = Worker {
            store: store.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            mailer: mailer.clone(),
            post: Arc::new(Post::new(&config, &origin).unwrap()),
            origin,
            alarms,
        };
        Self { store, clock, mailer, worker, keeper, vault, reader, _folder: folder }
    }

    async fn enqueue(&self, content: Content, good_for: Option<Duration>) {
        let good_until = good_for.map(|time| self.clock.now().plus(time));
        self.mailer.enqueue(Mail { to: self.reader.clone(), lang: Lang::Fr, content, good_until }).await.unwrap();
    }

    async fn alarms(&mut self) -> Vec<String> {
        self.keeper.step().await;
        let open = self.store.open_alarms(10).await.unwrap();
        open.into_iter().filter(|alarm| alarm.kind == Kind::Mail.code()).map(|alarm| alarm.detail).collect()
    }
}

fn reset() -> Content {
    Content::ResetPassword { secret: Secret::new("s3cret") }
}

#[tokio::test]
async fn a_mail_goes_to_its_reader_and_is_gone() {
    let server = Server::start().await;
    let world = World::new(Transport::Smtp(Secret::new(&server.url))).await;
    world.enqueue(reset(), None).await;
    let stored = world.store.due_mails(world.clock.now(), 10).await.unwrap();
    assert!(!String::from_utf8_lossy(&stored[0].content).contains("s3cret"), "it is sealed while it waits");
    assert_eq!(world.worker.step().await.unwrap(), 1);
    assert_eq!(world.store.count_mails(10).await.unwrap(), (0, 0));
    let [mail] = &server.mails()[..] else { panic!("one mail") };
    for part in ["EHLO app.test", "MAIL FROM:<no-reply@app.test>", "RCPT TO:<Reader@example.test>", "s3cret"] {
        assert!(mail.contains(part), "{part} is missing in\n{mail}");
    }
    assert_eq!(mail.matches("RCPT TO").count(), 1);
    assert!(!mail.contains("Eve") && !mail.contains("Bcc"), "nothing that somebody has typed is in it");
    assert_eq!(world.worker.step().await.unwrap(), 0);
}

#[tokio::test]
async fn a_mail_is_tried_again_and_the_alarm_ends_when_one_goes() {
    let server = Server::start().await;
    let mut world = World::new(Transport::Smtp(Secret::new(&server.url))).await;
    *server.answer.lock().unwrap() = "451 later";
    world.enqueue(Content::PasswordChanged, None).await;
    let mut tries = 0;
    while world.store.count_mails(10).await.unwrap().0 == 1 {
        tries += world.worker.step().await.unwrap();
        assert_eq!(world.worker.step().await.unwrap(), 0, "not at once");
        world.clock.advance(Duration::from_hours(3));
    }
    assert_eq!((tries, server.mails().len()), (12, 12));
    assert_eq!(world.store.count_mails(10).await.unwrap(), (0, 1));
    assert_eq!(world.alarms().await, ["reason:refused-451"]);

    *server.answer.lock().unwrap() = "250 taken";
    world.enqueue(Content::PasswordChanged, None).await;
    world.clock.advance(Duration::from_secs(11));
    world.worker.step().await.unwrap();
    assert_eq!(world.alarms().await, [""; 0]);
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_not_tried_again() {
    let server = Server::start().await;
    let mut world = World::new(Transport::Smtp(Secret::new(&server.url))).await;
    *server.answer.lock().unwrap() = "550 Reader@example.test is nobody";
    world.enqueue(Content::TwoStepOn, None).await;
    world.worker.step().await.unwrap();
    assert_eq!(world.store.count_mails(10).await.unwrap(), (0, 1));
    assert_eq!(world.alarms().await, ["reason:refused-550"], "and no address in it");
}

#[tokio::test]
async fn a_mail_that_is_of_no_use_any_more_is_not_sent() {
    let server = Server::start().await;
    let world = World::new(Transport::Smtp(Secret::new(&server.url))).await;
    world.enqueue(reset(), Some(Duration::from_mins(30))).await;
    world.clock.advance(Duration::from_mins(30));
    world.worker.step().await.unwrap();
    assert_eq!((server.mails().len(), world.store.count_mails(10).await.unwrap()), (0, (0, 1)));
}

#[tokio::test]
async fn nobody_who_was_erased_gets_mail() {
    let server = Server::start().await;
    let world = World::new(Transport::Smtp(Secret::new(&server.url))).await;
    world.enqueue(reset(), None).await;
    world.vault.destroy_user_key(&world.reader).await.unwrap();
    world.worker.step().await.unwrap();
    assert_eq!((server.mails().len(), world.store.count_mails(10).await.unwrap()), (0, (0, 1)));
}

#[tokio::test]
async fn a_mail_server_that_is_not_there_is_waited_for() {
    let world = World::new(Transport::Smtp(Secret::new("smtp://127.0.0.1:9"))).await;
    world.enqueue(Content::TwoStepOff, None).await;
    world.worker.step().await.unwrap();
    assert_eq!(world.store.count_mails(10).await.unwrap(), (1, 0));
}
