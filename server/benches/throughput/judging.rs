//! What it takes to understand and judge one notification, before anything is stored.

use crate::product::Product;
use crate::table::Table;
use bytes::Bytes;
use server::clock::{Clock as _, SystemClock};
use server::secret::Secret;
use server::webhooks::decode;
use server::webhooks::event::{self, Envelope, Event};
use server::webhooks::verify::{self, Evidence, Message};
use std::hint::black_box;
use std::net::IpAddr;
use std::time::Instant;

const NOTIFICATIONS: u64 = 50_000;
const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) async fn measure(table: &mut Table) {
    let bodies: Vec<Bytes> = Product::notifications(NOTIFICATIONS, 2_000).into_iter().map(Bytes::from).collect();
    let references = [Secret::new(Product::reference())];
    let mut accepted = 0_u32;
    let begin = Instant::now();
    for body in &bodies {
        let value = decode::decode(FORM, body).await.expect("a body");
        black_box(event::core(&value));
        let envelope = Envelope::read(&value).expect("an envelope");
        let event = Event::read(&envelope).expect("an event");
        let judgement = verify::judge(&Evidence {
            peer: Some(IpAddr::from([127, 0, 0, 1])),
            peer_allowed: true,
            now: SystemClock.now(),
            references: &references,
            reference_is_public: false,
            our_origin: "https://partner.example",
            path_secret: "a secret of the path",
            guessed_type: false,
            body: Ok(Message { envelope: &envelope, event: Ok(&event) }),
        });
        accepted += u32::from(black_box(judgement).status.is_success());
    }
    let each = begin.elapsed().as_secs_f64() * 1e6 / f64::from(accepted);
    assert_eq!(u64::from(accepted), NOTIFICATIONS);
    table.line("decoding and judging one notification", &format!("{each:.1} us"), "at most 15");
}
