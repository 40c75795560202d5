//! A delivery over which we panic each time.

use faults::product::{PARTNER_REFERENCE, hook};
use faults::{Connection, Notifications};
use server::Start;
use server::clock::{Clock as _, ManualClock, SystemClock};
use server::config::{
    BankConfig, Config, Limits, MailConfig, NodeConfig, Partner, PublicUrl, Site, Watch, WebhookConfig,
};
use server::mail::Transport;
use server::secret::Secret;
use server::store::{DeliveryRecord, DeliveryState, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::world::PATIENCE;

const PLACE: &str = "delivery.opened";
/// Longer than the longest wait between two tries.
const LATER: Duration = Duration::from_mins(5);

fn config(folder: &Path) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        dev: true,
        migrate: true,
        public_url: PublicUrl::parse("http://app.test:3000").unwrap(),
        database: Secret::new(format!("sqlite://{}", folder.join("test.db").display())),
        keyring: folder.join("keyring"),
        partner: Partner { id: "de30".repeat(16), refs: vec![Secret::new(PARTNER_REFERENCE)] },
        webhook: WebhookConfig {
            secrets: vec![Secret::new(faults::product::SECRET)],
            allowed: vec!["127.0.0.1/32".parse().unwrap()],
            trusted_proxies: vec![],
        },
        bank: BankConfig {
            connect_url: "https://bank.test".into(),
            api_url: "https://bank.test".into(),
            key_file: None,
            username: None,
        },
        mail: MailConfig { transport: Transport::Files(folder.join("mail")), from: "no-reply@app.test".into() },
        site: Site {
            root: folder.join("site"),
            pkg_dir: "pkg".into(),
            output_name: "anytime-connect".into(),
            hash_files: false,
            hash_file: String::new(),
        },
        watch: Watch::default(),
        node: NodeConfig::default(),
        second_factor_required: false,
        limits: Limits::default(),
    }
}

/// Waits for an arrival to be as wanted, while time flies.
async fn becomes(
    store: &Store,
    clock: &ManualClock,
    reference: &str,
    wanted: impl Fn(&DeliveryRecord) -> bool,
) -> DeliveryRecord {
    let begin = Instant::now();
    loop {
        let arrival = store.deliveries_of_reference(reference, 1).await.unwrap().remove(0);
        if wanted(&arrival) {
            return arrival;
        }
        assert!(begin.elapsed() < PATIENCE, "{arrival:?}");
        clock.advance(LATER);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// In this process, so that its clock is the test's.
#[tokio::test(flavor = "multi_thread")]
async fn f16_a_delivery_over_which_we_panic_is_put_aside_and_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    server::vault::KeyRing::create(&config.keyring).unwrap();
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let stop = CancellationToken::new();
    let start = Start::new(config, clock.clone(), &stop).await.unwrap();
    let store = start.services.store.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(start.serve(listener));

    let notifications = Notifications::new(PARTNER_REFERENCE, vec!["ANY0000000001".into()]);
    let (bad, good) = (notifications.next(), notifications.next());
    let mut connection = Connection::open(address).await.unwrap();
    fail::cfg(PLACE, "panic").unwrap();
    assert_eq!(connection.ask(&hook(&notifications.body(&bad, 1))).await.unwrap().status, 200);
    let dead = becomes(&store, &clock, &bad.reference, |arrival| arrival.state == DeliveryState::Dead).await;
    assert_eq!((dead.verdict.code(), dead.reason.as_str(), dead.attempts), ("quarantined", "gave-up", 5));

    // What comes together with one that panics is given its effect all the same.
    fail::cfg(PLACE, "2*panic").unwrap();
    let worse = notifications.next();
    for notification in [&worse, &good] {
        assert_eq!(connection.ask(&hook(&notifications.body(notification, 1))).await.unwrap().status, 200);
    }
    for notification in [&worse, &good] {
        becomes(&store, &clock, &notification.reference, |arrival| arrival.state == DeliveryState::Parked).await;
    }
    fail::remove(PLACE);
    stop.cancel();
    server.await.unwrap();
}
