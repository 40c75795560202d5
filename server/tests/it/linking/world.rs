//! A bank, a store, and everything of ours between them, driven step by step under a clock that the test holds.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use domain::ids::{IntentId, LinkId, UserId};
use domain::lang::Lang;
use domain::link::LinkStatus;
use domain::viewer::Role;
use sandbox::Sandbox;
use sandbox::bank::Weather;
use sandbox::world::books::{Description, Draft, Kind, Status};
use sandbox::world::money::{Currency, Minor};
use server::alarms::{Alarms, Keeper};
use server::anytime::{Client, ClientConfig};
use server::clock::{Clock as _, ManualClock, Moment, SharedClock};
use server::config::Watch;
use server::inbox::{self, Asker, Pressure, Replayer, Steps, Wakes, Writer};
use server::links::{self, AskedFor, Links, Outcome};
use server::nodes::Duty;
use server::secret::Secret;
use server::sessions::Sessions;
use server::store::{DeliveriesQuery, DeliveryRecord, LinkRecord, NewUser, PaymentRow, PaymentsQuery, Store};
use server::upkeep::Upkeep;
use server::vault::{KeyRing, Vault};
use server::webhooks::{self, Criteria, Floods, Receiver};
use server::{clock, randomness};
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub(super) const PATH_SECRET: &str = "a-path-secret-of-at-least-32-characters";
pub(super) const RECONCILE_EVERY: Duration = Duration::from_hours(6);
pub(super) const PARTNER_REF: &str = "the-partner-reference";

pub(super) struct World {
    pub store: Store,
    pub vault: Vault,
    pub links: Links,
    pub bank: Sandbox,
    pub clock: Arc<ManualClock>,
    hooks: Router,
    inbox: inbox::Worker,
    asker: Asker,
    pub upkeep: Upkeep,
    keeper: tokio::sync::Mutex<Keeper>,
    steps: links::Worker,
    writer_stop: CancellationToken,
    references: AtomicU64,
    pub folder: tempfile::TempDir,
}

impl World {
    pub(super) async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(clock::SystemClock.now()));
        let shared: SharedClock = clock.clone();
        let store = Store::open(&Secret::new(format!("sqlite://{}/it.db", folder.path().display()))).await.unwrap();
        store.migrate().await.unwrap();
        let ring = folder.path().join("keyring");
        KeyRing::create(&ring).unwrap();
        let vault = Vault::open(KeyRing::read(&ring).unwrap(), store.clone(), shared.clone(), "partner").await.unwrap();
        // Nobody listens to this bank's notifications: the tests bring their own.
        let config = sandbox::Config { retry_after: Vec::new(), ..sandbox::Config::default() };
        let bank = sandbox::start(config).await.unwrap();
        let client = ClientConfig { url: bank.url(), signer: None, username: Some("demo-partner".into()) };
        let (alarms, keeper) = Alarms::new(store.clone(), shared.clone());
        let wakes = Wakes::default();
        let links = Links {
            store: store.clone(),
            vault: vault.clone(),
            clock: shared.clone(),
            bank: Arc::new(Client::new(client, shared.clone()).unwrap()),
            wake: Arc::new(Notify::new()),
            deliveries_wake: Arc::clone(&wakes.worker),
            alarms,
            reconcile_every: RECONCILE_EVERY,
            asked_for: AskedFor::default(),
        };
        let (inbox, writer) = Writer::new(store.clone(), vault.clone(), wakes.clone());
        let writer_stop = CancellationToken::new();
        tokio::spawn(writer.run(writer_stop.clone()));
        let hooks = hooks(&links, inbox);
        let worker = worker(&links, wakes.worker);
        let asker = Asker {
            store: store.clone(),
            vault: vault.clone(),
            clock: shared.clone(),
            links: links.clone(),
            wake: wakes.asker,
        };
        let upkeep = upkeep(&links);
        let keeper = tokio::sync::Mutex::new(keeper);
        let steps = links::Worker::new(links.clone());
        let references = AtomicU64::new(1);
        Self {
            store,
            vault,
            links,
            bank,
            clock,
            hooks,
            inbox: worker,
            asker,
            steps,
            upkeep,
            keeper,
            writer_stop,
            references,
            folder,
        }
    }

    pub(super) async fn user(&self, email: &str) -> UserId {
        let id = UserId::parse(randomness::id()).unwrap();
        let user = NewUser {
            id: &id,
            email,
            email_key: email,
            name: "A Person",
            password_hash: None,
            role: Role::User,
            created_at: self.clock.now(),
        };
        self.store.create_user(&user).await.unwrap();
        id
    }

    /// Opens a link intent as the connect page does; its custom reference.
    pub(super) async fn intent(&self, user: &UserId) -> String {
        let id = IntentId::parse(randomness::id()).unwrap();
        let now = self.clock.now();
        self.store.add_intent(&id, user, now, now.plus(Duration::from_mins(30)), Lang::En, "Firefox").await.unwrap();
        self.vault.seal_reference(&id)
    }

    /// The customer accepts at the bank; her token.
    pub(super) fn grant(&self, customer: &str, custom_reference: &str) -> Secret {
        let mut world = self.bank.bank.world();
        let customer = world.customer(customer).unwrap();
        Secret::new(world.tokens.grant(customer, Some(custom_reference.to_owned())).token)
    }

    /// The browser brings a token.
    pub(super) async fn browser(&self, user: &UserId, token: &Secret, reference: &str) -> Outcome {
        self.links.brought(user, token, Some(reference)).await.unwrap()
    }

    /// The bank sends `token_created` or `token_revoked`; the answer's status.
    pub(super) async fn notify_token(&self, event: &str, token: &Secret, custom_reference: &str) -> u16 {
        self.post(&self.token_form_sent(Duration::ZERO, event, token, custom_reference)).await
    }

    /// The bank sends a card payment of 12.40 at this card; the answer's status.
    pub(super) async fn notify_payment(&self, card_ref: &str, txid: &str, status: &str) -> u16 {
        self.post(&self.payment_form(self.next_reference(), card_ref, txid, status, "12.40")).await
    }

    pub(super) fn payment_form(
        &self,
        reference: u64,
        card_ref: &str,
        txid: &str,
        status: &str,
        amount: &str,
    ) -> String {
        self.payment_form_stamped(&self.stamp_of(reference), reference, card_ref, txid, status, amount)
    }

    pub(super) fn payment_form_stamped(
        &self,
        stamp: &str,
        reference: u64,
        card_ref: &str,
        txid: &str,
        status: &str,
        amount: &str,
    ) -> String {
        let mut fields = data(&[("event_name", "card_transaction_received"), ("body][method", "card_last_tx")]);
        fields.extend(data(&[("body][card_ref", card_ref), ("body][acc_id", "1")]));
        for (name, value) in [
            ("txid", txid),
            ("mcc", "5942"),
            ("amount", amount),
            ("amount_fx", amount),
            ("currency", "EUR"),
            ("fx", "1.000000"),
            ("fx_fee", "0"),
            ("status", status),
            ("type", "D"),
            ("balance_after", "1.00"),
            ("date", "2017-02-02 14:14:48"),
            ("description", "FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA"),
        ] {
            fields.push((format!("notification[data][body][transaction][{name}]"), value.to_owned()));
        }
        form(stamp, reference, &fields)
    }

    pub(super) fn next_reference(&self) -> u64 {
        self.references.fetch_add(1, Ordering::SeqCst)
    }

    /// The time of the last notification, as its text.
    pub(super) fn stamp(&self) -> String {
        self.stamp_of(self.references.load(Ordering::SeqCst) - 1)
    }

    /// Each notification is made at a moment of its own.
    fn stamp_of(&self, reference: u64) -> String {
        stamp(self.clock.now(), reference)
    }

    /// A notification of a token that was made so long ago.
    pub(super) fn token_form_sent(&self, ago: Duration, event: &str, token: &Secret, custom: &str) -> String {
        let reference = self.next_reference();
        let fields = [("event_name", event), ("token", token.expose()), ("custom_reference", custom)];
        form(&stamp(self.clock.now().minus(ago), reference), reference, &data(&fields))
    }

    pub(super) fn first_card(&self, customer: &str) -> String {
        let bank = self.bank.bank.world();
        let customer = bank.customer(customer).unwrap();
        let card = bank.cards_of(customer).next().unwrap();
        card.card_ref.clone()
    }

    /// A payment now stands in the bank's books, and nobody is told; its txid.
    pub(super) fn bank_books(&self, card_ref: &str, amount: &str) -> String {
        let mut bank = self.bank.bank.world();
        let card = bank.card(card_ref).unwrap();
        let txid = bank.draw_txid();
        let now = jiff::Timestamp::from_microsecond(self.clock.now().0).unwrap();
        let draft = Draft {
            txid,
            mcc: 5942,
            amount_fx: Minor::parse(amount, Currency::Eur).unwrap(),
            currency: Currency::Eur,
            fx: Currency::Eur.usual_rate(),
            fx_fee: Minor(0),
            status: Status::Settled,
            kind: Kind::Debit,
            date: now.in_tz("Europe/Paris").unwrap().datetime(),
            description: Description::Known("FNAC DIRECT - RUE DES BATEAUX LAVOIRS, IVRY SUR SEIN,94768,FRA,FRA"),
            failure: None,
        };
        bank.post(card, draft).unwrap();
        txid.to_string()
    }

    /// The bank tells of a payment as it stands in its books.
    pub(super) async fn notify_books(&self, card_ref: &str, txid: &str) {
        let (amount, balance, date) = {
            let bank = self.bank.bank.world();
            let book = &bank.cards[bank.card(card_ref).unwrap()].book;
            let line = book.find(txid.parse().unwrap()).unwrap();
            let text = |minor: Minor| minor.text(Currency::Eur);
            (text(line.amount), text(line.balance_after), line.date.strftime("%Y-%m-%d %H:%M:%S").to_string())
        };
        let form = self.payment_form(self.next_reference(), card_ref, txid, "S", &amount);
        let told = form
            .replace(
                &format!("{}={}", escaped("[balance_after]"), escaped("1.00")),
                &format!("{}={}", escaped("[balance_after]"), escaped(&balance)),
            )
            .replace(&escaped("2017-02-02 14:14:48"), &escaped(&date));
        assert_eq!(self.post(&told).await, 200);
    }

    pub(super) fn bank_is_down(&self, down: bool) {
        self.bank.bank.set_weather(if down { Weather::Down } else { Weather::Fine });
    }

    /// The customer withdraws a token at the bank, and nobody is told.
    pub(super) fn bank_revokes(&self, token: &Secret) {
        self.bank.bank.world().tokens.revoke(token.expose()).unwrap();
    }

    /// Posts a body as the bank does; the answer's status.
    pub(super) async fn post(&self, body: &str) -> u16 {
        self.post_as("application/x-www-form-urlencoded", body).await
    }

    pub(super) async fn post_as(&self, content_type: &str, body: &str) -> u16 {
        let mut request = Request::post(format!("/webhooks/anytime/{PATH_SECRET}"))
            .header("content-type", content_type)
            .body(Body::from(body.to_owned()))
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4_000))));
        self.hooks.clone().oneshot(request).await.unwrap().status().as_u16()
    }

    /// What takes deliveries again, where these references are good.
    pub(super) fn replayer(&self, references: &[&str]) -> Replayer {
        Replayer {
            store: self.store.clone(),
            vault: self.vault.clone(),
            clock: self.clock.clone(),
            links: self.links.clone(),
            criteria: Criteria {
                allowed: vec!["127.0.0.1/32".parse().unwrap()],
                references: references.iter().map(|reference| Secret::new(*reference)).collect(),
                reference_is_public: false,
                origin: "http://localhost".into(),
            },
            wake: Arc::default(),
            pressure: Pressure::default(),
            steps: Steps::default(),
        }
    }

    /// Lets everything that is due now happen.
    pub(super) async fn settle(&self) {
        loop {
            let steps =
                self.inbox.step().await.unwrap() + self.asker.step().await.unwrap() + self.steps.step().await.unwrap();
            if steps == 0 {
                return;
            }
        }
    }

    /// As `settle`, a while later.
    pub(super) async fn settle_after(&self, wait: Duration) {
        self.clock.advance(wait);
        self.settle().await;
    }

    pub(super) async fn link(&self, id: &LinkId) -> LinkRecord {
        self.store.link(id).await.unwrap().unwrap()
    }

    pub(super) async fn statuses(&self, user: &UserId) -> Vec<LinkStatus> {
        self.store.links_of(user).await.unwrap().iter().map(LinkRecord::status).collect()
    }

    /// Links a user to a customer by both channels, history and all.
    pub(super) async fn linked(&self, user: &UserId, customer: &str) -> LinkId {
        let reference = self.intent(user).await;
        let token = self.grant(customer, &reference);
        let Outcome::Link(id) = self.browser(user, &token, &reference).await else { panic!("a link") };
        self.notify_token("token_created", &token, &reference).await;
        self.settle().await;
        id
    }

    pub(super) async fn payments(&self, user: &UserId, limit: i64) -> Vec<PaymentRow> {
        let query = PaymentsQuery {
            user_id: user.clone(),
            filter: domain::filter::Filter::default(),
            before: None,
            after: None,
            limit,
        };
        self.store.payments(&query).await.unwrap()
    }

    /// Arrivals, newest first.
    pub(super) async fn deliveries(&self) -> Vec<DeliveryRecord> {
        let query = DeliveriesQuery { limit: 100, ..DeliveriesQuery::default() };
        self.store.deliveries(&query).await.unwrap()
    }

    /// Kinds of the alarms that are open, oldest first.
    pub(super) async fn alarms(&self) -> Vec<String> {
        self.keeper.lock().await.step().await;
        self.store.open_alarms(100).await.unwrap().into_iter().rev().map(|alarm| alarm.kind).collect()
    }

    /// Verdict, reason and state of the newest arrival.
    pub(super) async fn newest(&self) -> (&'static str, String, &'static str) {
        let newest = self.deliveries().await.remove(0);
        (newest.verdict.code(), newest.reason, newest.state.code())
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.writer_stop.cancel();
    }
}

fn data(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| (format!("notification[data][{name}]"), (*value).to_owned())).collect()
}

/// Percent-encodes all but letters and digits.
fn escaped(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

fn stamp(at: Moment, reference: u64) -> String {
    format!("{}.{:04}", at.0 / 1_000_000, reference % 10_000)
}

fn form(stamp: &str, reference: u64, fields: &[(String, String)]) -> String {
    let hash = hex::encode(Sha256::digest(format!("{stamp}|{PARTNER_REF}")));
    let mut all = vec![
        ("notification[reference]".to_owned(), format!("{reference:040x}")),
        ("notification[context]".to_owned(), "anytime-connect".to_owned()),
        ("notification[data][hash]".to_owned(), hash),
        ("notification[data][timestamp]".to_owned(), stamp.to_owned()),
    ];
    all.extend_from_slice(fields);
    all.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect::<Vec<_>>().join("&")
}

fn hooks(links: &Links, inbox: inbox::Inbox) -> Router {
    webhooks::router(Receiver {
        secrets: vec![Secret::new(PATH_SECRET)],
        allowed: vec!["127.0.0.1/32".parse().unwrap()],
        trusted_proxies: vec![],
        references: vec![Secret::new(PARTNER_REF)],
        reference_is_public: false,
        origin: "http://localhost".into(),
        clock: links.clock.clone(),
        inbox,
        alarms: links.alarms.clone(),
        floods: Floods::default(),
        body_time: Duration::from_secs(10),
    })
}

fn worker(links: &Links, wake: Arc<Notify>) -> inbox::Worker {
    inbox::Worker {
        store: links.store.clone(),
        vault: links.vault.clone(),
        clock: links.clock.clone(),
        links: links.clone(),
        alarms: links.alarms.clone(),
        wake,
        pressure: Pressure::default(),
        steps: Steps::default(),
    }
}

fn upkeep(links: &Links) -> Upkeep {
    Upkeep {
        store: links.store.clone(),
        clock: links.clock.clone(),
        sessions: Sessions::new(links.store.clone(), links.clock.clone(), false),
        kept: Arc::default(),
        links: links.clone(),
        alarms: links.alarms.clone(),
        watch: Watch::default(),
        duty: Duty::new("upkeep", links.store.clone(), links.clock.clone()),
    }
}
